"""A chat on a terminal, from the first connection to the exit status."""

from typing import Any

from rich.console import Console
from rich.text import Text
from rich.theme import Theme

from chatkit.client import ChatKitClient, ClientError

from . import words
from .commands import COMMANDS, Commands, Quit
from .files import FileProblem
from .interrupts import silent_keys
from .prompts import Prompts
from .screen import Screen
from .session import Session
from .settings import ChatSettings
from .starting import newest_thread

__all__ = ["chat_in_terminal", "make_console", "talk"]

# Rich's own colours for these stand on a black background, whatever the terminal's is.
_THEME = Theme({"markdown.code": "cyan", "markdown.block_quote": "dim", "markdown.hr": "dim"})


def make_console(**options: Any) -> Console:
    """A console in this program's colours; NO_COLOR and TERM=dumb are heeded."""
    return Console(theme=_THEME, highlight=False, emoji=False, markup=False, **options)


async def chat_in_terminal(settings: ChatSettings) -> int:
    """Chats until the person leaves; the exit status."""
    screen = Screen(make_console())
    prompts = Prompts(COMMANDS, settings.history)
    async with ChatKitClient(
        settings.url,
        headers=settings.headers,
        locale=settings.locale,
        on_connection=screen.connection,
    ) as client:
        session = Session(client, screen, prompts, settings.save_images)
        with silent_keys():
            try:
                await _start(session, settings)
            except ClientError as error:
                screen.print(Text(words.failure(error), style="bold red"), gap=False)
                screen.remark(f"the address was {settings.url}")
                return 1
            await talk(session)
        if session.thread_id is not None:
            # Not wrapped, so that it can be copied.
            how = f"go on later: chatkit chat {settings.url} --thread {session.thread_id}"
            screen.console.print(Text(how, style="dim"), soft_wrap=True)
    return 0


async def _start(session: Session, settings: ChatSettings) -> None:
    """Finds out that the server is there, and opens the thread that was asked for."""
    newest = await newest_thread(session.client)
    session.screen.remark(f"chatting with {settings.url} — /help lists commands, Ctrl-D leaves")
    thread_id = newest if settings.thread == "last" else settings.thread
    if thread_id is not None:
        await session.open(thread_id)
    elif newest is not None:
        session.screen.remark("/threads lists earlier conversations")


async def talk(session: Session) -> None:
    """Takes messages and commands until the person leaves."""
    commands = Commands(session)
    while True:
        try:
            line = await session.prompts.message()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        try:
            await _take(line, session, commands)
        except Quit:
            return
        except ClientError as error:
            session.screen.print(Text(words.failure(error), style="bold red"))
        except FileProblem as problem:
            session.screen.remark(str(problem))


async def _take(line: str, session: Session, commands: Commands) -> None:
    if line.startswith("/") and not line.startswith("//"):
        await commands.run(line)
    elif line:
        await session.say(line.removeprefix("/") if line.startswith("//") else line)
