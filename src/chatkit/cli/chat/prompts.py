"""The input line: history, completion, several lines; and short questions with an answer.

Stands on prompt_toolkit. What servers say is shown here as plain text only.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition, completion_is_selected
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import Output

from .safe import safe

__all__ = ["Declined", "Prompts"]

_PROMPT = FormattedText([("", "\n"), ("bold ansicyan", "> ")])


class Declined(Exception):
    """The person pressed Ctrl-C or Ctrl-D at a question."""


class Prompts:
    """Reads from one terminal; `commands` are completed, with a word on each."""

    def __init__(
        self,
        commands: Mapping[str, str],
        history: Path | None,
        *,
        input: Input | None = None,
        output: Output | None = None,
    ) -> None:
        self._line: PromptSession[str] = PromptSession(
            history=_history(history),
            completer=_Commands(commands),
            complete_while_typing=Condition(lambda: self._line.default_buffer.text[:1] == "/"),
            key_bindings=_keys(),
            multiline=True,
            prompt_continuation="  ",
            reserve_space_for_menu=5,
            input=input,
            output=output,
        )
        self._question: PromptSession[str] = PromptSession(
            history=InMemoryHistory(), input=input, output=output
        )

    async def message(self) -> str:
        """The next message or command. Raises: EOFError at Ctrl-D, KeyboardInterrupt at Ctrl-C."""
        return (await self._line.prompt_async(_PROMPT)).strip()

    async def ask(self, question: str, default: str = "", *, secret: bool = False) -> str:
        """The answer to a question, without blanks at its ends. Raises: Declined."""
        text = FormattedText([("", safe(question))])
        try:
            answer = await self._question.prompt_async(
                text, default=safe(default), is_password=secret
            )
        except (EOFError, KeyboardInterrupt):
            raise Declined from None
        return answer if secret else answer.strip()


def _history(path: Path | None) -> History:
    """What was typed before; only its owner may read it. Where no file may be, none is kept."""
    if path is None:
        return InMemoryHistory()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(path))


def _keys() -> KeyBindings:
    """Enter sends; Alt+Enter, or a backslash before Enter, goes on in a new line."""
    keys = KeyBindings()

    @keys.add("enter", filter=~completion_is_selected)
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.document.text_before_cursor.endswith("\\"):
            buffer.delete_before_cursor()
            buffer.newline(copy_margin=False)
        else:
            buffer.validate_and_handle()

    @keys.add("enter", filter=completion_is_selected)
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.complete_state = None

    @keys.add("escape", "enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.newline(copy_margin=False)

    return keys


class _Commands(Completer):
    """Completes the names of commands, and paths behind `/attach`."""

    def __init__(self, commands: Mapping[str, str]) -> None:
        self._commands = commands
        self._paths = PathCompleter(expanduser=True)

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        text = document.text_before_cursor
        if text.startswith("/attach "):
            path = Document(text.removeprefix("/attach ").lstrip())
            yield from self._paths.get_completions(path, complete_event)
        elif text.startswith("/") and " " not in text and "\n" not in text:
            for name, meaning in self._commands.items():
                if name.startswith(text):
                    yield Completion(name, start_position=-len(text), display_meta=meaning)
