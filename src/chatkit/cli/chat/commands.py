"""What can be typed with a slash: threads, files, opinions, actions of widgets."""

import json
import shlex
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from chatkit.actions import Action
from chatkit.types import FeedbackKind, Thread, ThreadItemReplacedEvent

from . import words
from .asking import ask_fields, merge_fields
from .files import read_file
from .prompts import Declined
from .render import WidgetAction
from .safe import one_line
from .session import Session

__all__ = ["COMMANDS", "Commands", "Quit"]

COMMANDS = {
    "/help": "what can be typed here",
    "/threads": "your threads, newest first",
    "/open": "N or ID: go on with a thread",
    "/new": "start a new thread",
    "/rename": "TITLE: call this thread so",
    "/delete": "delete this thread",
    "/retry": "have your last message answered again",
    "/stop": "stop the answer that is under way on the server",
    "/answer": "answer what the assistant has asked",
    "/do": "N: press the button with this number",
    "/feedback": "+ or -: say what you think of the last answer",
    "/attach": "FILE: send a file with the next message",
    "/quit": "leave",
}
"""The commands, with what each does."""

_LISTED = 20


class Quit(Exception):
    """The person wants to leave."""


class Commands:
    """Runs the commands of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._screen = session.screen
        self._listed: list[Thread] = []
        self._run: dict[str, Callable[[str], Awaitable[None]]] = {
            "/help": self._help,
            "/threads": self._threads,
            "/open": self._open,
            "/new": self._new,
            "/rename": self._rename,
            "/delete": self._delete,
            "/retry": self._retry,
            "/stop": self._stop,
            "/answer": self._answer,
            "/do": self._do,
            "/feedback": self._feedback,
            "/attach": self._attach,
            "/quit": self._quit,
        }

    async def run(self, line: str) -> None:
        """Runs a command. Raises: Quit, ClientError, FileProblem."""
        name, _, rest = line.partition(" ")
        command = self._run.get(name) or self._run.get(self._only_match(name))
        if command is None:
            self._screen.remark(f"no command {name}; /help lists them, // sends a slash")
            return
        await command(rest.strip())

    def _only_match(self, name: str) -> str:
        matches = [each for each in self._run if each.startswith(name)]
        return matches[0] if len(matches) == 1 else ""

    async def _help(self, rest: str) -> None:
        table = Table.grid(padding=(0, 2, 0, 0))
        for name, meaning in COMMANDS.items():
            table.add_row(Text(name, style="cyan"), meaning)
        self._screen.print(table)
        self._screen.remark(
            "Alt+Enter, or \\ before Enter, begins a new line. Ctrl-C stops an answer, "
            "Ctrl-D leaves."
        )

    async def _threads(self, rest: str) -> None:
        self._listed = (await self._session.client.threads(limit=_LISTED)).data
        if not self._listed:
            self._screen.remark("no threads yet")
            return
        table = Table.grid(padding=(0, 2, 0, 0))
        for number, thread in enumerate(self._listed, 1):
            is_open = thread.id == self._session.thread_id
            when = f"{thread.created_at.astimezone():%Y-%m-%d %H:%M}"
            title = Text(words.title_of(thread), style="bold" if is_open else "")
            state = "" if thread.status.type == "active" else thread.status.type
            mark = "*" if is_open else " "
            table.add_row(f"{mark}{number:>2}", title, Text(when, style="dim"), state)
        self._screen.print(table)
        self._screen.remark("/open N goes on with one of them")

    async def _open(self, rest: str) -> None:
        if not rest:
            await self._threads(rest)
            return
        if rest.isdecimal() and 0 < int(rest) <= len(self._listed):
            rest = self._listed[int(rest) - 1].id
        await self._session.open(rest)

    async def _new(self, rest: str) -> None:
        self._session.start_new()
        self._screen.remark("a new thread begins with your next message")

    async def _rename(self, rest: str) -> None:
        thread_id = self._thread()
        if thread_id is None or not rest:
            self._screen.remark("/rename TITLE" if thread_id else "no thread is open")
            return
        self._session.view.thread = await self._session.client.rename(thread_id, rest)
        self._screen.remark(f"this thread is now called {one_line(rest)}")

    async def _delete(self, rest: str) -> None:
        thread_id = self._thread()
        if thread_id is None:
            self._screen.remark("no thread is open")
            return
        try:
            sure = await self._session.prompts.ask("Delete this thread for good? [y/N] ")
        except Declined:
            sure = ""
        if sure.lower() in ("y", "yes"):
            await self._session.client.delete(thread_id)
            self._session.start_new()
            self._screen.remark("deleted; a new thread begins with your next message")

    async def _retry(self, rest: str) -> None:
        thread_id, asked = self._thread(), self._session.view.last_user_message()
        if thread_id is None or asked is None:
            self._screen.remark("there is nothing to answer again")
            return
        view = self._session.view
        await self._session.follow(self._session.client.retry(thread_id, asked.id, view=view))

    async def _stop(self, rest: str) -> None:
        thread_id = self._thread()
        thread = await self._session.client.thread(thread_id) if thread_id else None
        if thread is None or thread.active_turn is None:
            self._screen.remark("no answer is under way (Ctrl-C stops one while it is written)")
            return
        await self._session.client.stop(thread.active_turn.id)
        self._screen.remark("stopped")

    async def _answer(self, rest: str) -> None:
        answer = await self._session.ask_what_is_pending()
        if answer is not None:
            await self._session.follow(answer)

    async def _do(self, rest: str) -> None:
        action = self._screen.actions.get(int(rest)) if rest.isdecimal() else None
        if action is None:
            self._screen.remark("/do N, with the number of a button shown above")
            return
        try:
            values = await ask_fields(self._session.prompts, self._screen, action.fields)
        except Declined:
            self._screen.remark("not sent")
            return
        payload = merge_fields(action.payload, values, self._collided)
        await self._act(action, Action[str, object](type=action.type, payload=payload))

    def _collided(self, name: str) -> None:
        self._screen.remark(f"the field {one_line(name)} was left out: the action has its own")

    async def _act(self, pressed: WidgetAction, action: Action[str, object]) -> None:
        thread_id, session = self._thread(), self._session
        if pressed.by_client:
            payload = one_line(json.dumps(action.payload, ensure_ascii=False), 1_000)
            self._screen.remark(f"a page would handle this: {one_line(action.type)} {payload}")
        elif thread_id is None:
            self._screen.remark("no thread is open")
        elif pressed.streaming:
            await session.follow(
                session.client.act(thread_id, action, item_id=pressed.item_id, view=session.view)
            )
        else:
            item = await session.client.act_sync(thread_id, action, item_id=pressed.item_id)
            if item is None:
                self._screen.remark("done")
            else:
                session.view.apply(ThreadItemReplacedEvent(item=item))
                self._screen.show_item(item)

    async def _feedback(self, rest: str) -> None:
        items, thread_id = self._session.last_answer_items, self._thread()
        if rest not in ("+", "-") or not items or thread_id is None:
            self._screen.remark("/feedback + or /feedback -, after an answer")
            return
        kind: FeedbackKind = "positive" if rest == "+" else "negative"
        await self._session.client.feedback(thread_id, items, kind)
        self._screen.remark("thank you")

    async def _attach(self, rest: str) -> None:
        if not rest:
            names = ", ".join(each.name for each in self._session.attached)
            self._screen.remark(f"attached: {names}" if names else "/attach FILE")
            return
        name, data, mime_type = read_file(Path(_unquoted(rest)))
        self._screen.remark(f"uploading {name}…")
        attachment = await self._session.client.upload(name, data, mime_type)
        self._session.attached.append(attachment)
        self._screen.remark(f"{name} goes with your next message")

    async def _quit(self, rest: str) -> None:
        raise Quit

    def _thread(self) -> str | None:
        return self._session.thread_id


def _unquoted(text: str) -> str:
    """A path as a shell would read it: quotes and backslashes are how terminals paste names."""
    try:
        words: Sequence[str] = shlex.split(text)
    except ValueError:
        return text
    return words[0] if len(words) == 1 else text
