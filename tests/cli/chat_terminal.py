"""A terminal in memory: enough of one to see what a person would see, and a chat inside it."""

from __future__ import annotations

import asyncio
import io
import re
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from chatkit.cli.chat.commands import COMMANDS
from chatkit.cli.chat.program import make_console, talk
from chatkit.cli.chat.prompts import Prompts
from chatkit.cli.chat.screen import Screen
from chatkit.cli.chat.session import Session
from chatkit.client import ChatKitClient
from client.chat_server import Chat, address, serving

_SEQUENCE = re.compile(r"\x1b\[(\??)([0-9;]*)([A-Za-z])")


def _steers(char: str) -> bool:
    """Whether a terminal would do something else than show it."""
    overrides = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    return unicodedata.category(char) in ("Cc", "Cs") or char in overrides


class Terminal(io.StringIO):
    """Lines of text, a cursor that moves up and erases; whatever it does not know is an error."""

    def __init__(self, height: int = 24) -> None:
        super().__init__()
        self.height = height
        self.lines: list[str] = [""]
        self.row = self.column = 0
        self.cursor_is_shown = True
        self.writes = 0
        self._written = asyncio.Event()

    @property
    def text(self) -> str:
        """All that was ever shown and not drawn over, without blanks at the ends of lines."""
        return "\n".join(line.rstrip() for line in self.lines).rstrip()

    async def shows(self, text: str) -> None:
        """Returns once the text is there."""
        while text not in self.text:
            self._written.clear()
            await self._written.wait()

    def write(self, text: str) -> int:
        self.writes += bool(text)
        at = 0
        while at < len(text):
            if text[at] == "\x1b":
                match = _SEQUENCE.match(text, at)
                assert match, f"an unknown sequence: {text[at : at + 20]!r}"
                self._obey(*match.groups())
                at = match.end()
            else:
                self._put(text[at])
                at += 1
        self._written.set()
        return len(text)

    def _obey(self, private: str, numbers: str, letter: str) -> None:
        if private:
            assert numbers in ("25", "2026")
            if numbers == "25":
                self.cursor_is_shown = letter == "h"
        elif letter == "A":
            self.row -= int(numbers or 1)
            top = max(len(self.lines) - self.height, 0)
            assert self.row >= top, "the cursor left the screen at the top"
        elif letter == "J":
            assert numbers in ("", "0")
            del self.lines[self.row + 1 :]
            self.lines[self.row] = self.lines[self.row][: self.column]
        elif letter == "K":
            self.lines[self.row] = self.lines[self.row][: self.column]
        else:
            assert letter == "m", f"an unknown sequence: {numbers}{letter}"

    def _put(self, char: str) -> None:
        if char == "\n":
            self.row, self.column = self.row + 1, 0
            if self.row == len(self.lines):
                self.lines.append("")
        elif char == "\r":
            self.column = 0
        else:
            assert not _steers(char), f"a control character: {char!r}"
            line = self.lines[self.row].ljust(self.column)
            self.lines[self.row] = line[: self.column] + char + line[self.column + 1 :]
            self.column += 1


@dataclass
class Chatting:
    """A person at a terminal, and the server they chat with."""

    chat: Chat
    session: Session
    terminal: Terminal
    keys: PipeInput
    task: asyncio.Task[None]

    def types(self, *lines: str) -> None:
        """Types lines, each with Enter."""
        for line in lines:
            self.keys.send_text(f"{line}\r")

    async def sees(self, text: str) -> None:
        """Returns once the terminal shows this. Raises: what ended the chat before."""
        waiting = asyncio.ensure_future(self.terminal.shows(text))
        both = {waiting, self.task}
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED, timeout=10)
        if not waiting.done():
            waiting.cancel()
            if self.task.done():
                self.task.result()
            raise AssertionError(f"{text!r} is not shown:\n{self.terminal.text}")

    async def leaves(self) -> str:
        """Presses Ctrl-D, and gives all that was shown."""
        self.keys.send_text("\x04")
        await self.task
        return self.terminal.text


@asynccontextmanager
async def terminal_with(
    chat: Chat,
    url: str,
    *,
    width: int = 80,
    height: int = 24,
    save_images: Path | None = None,
    **options: Any,
) -> AsyncIterator[Chatting]:
    """A chat in a terminal with the server at a URL."""
    terminal = Terminal(height)
    console = make_console(file=terminal, force_terminal=True, width=width, height=height)
    screen = Screen(console)
    # Two terminals in one process must not share what prompt_toolkit keeps for one.
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        prompts = Prompts(COMMANDS, None, input=keys, output=DummyOutput())
        async with ChatKitClient(url, on_connection=screen.connection, **options) as client:
            session = Session(client, screen, prompts, save_images)
            task = asyncio.create_task(talk(session))
            try:
                yield Chatting(chat, session, terminal, keys, task)
            finally:
                task.cancel()
                await asyncio.wait({task})


@asynccontextmanager
async def chatting(chat: Chat, **options: Any) -> AsyncIterator[Chatting]:
    """A chat in a terminal with a server of its own."""
    async with (
        serving(chat) as listener,
        terminal_with(chat, address(listener), **options) as person,
    ):
        yield person
