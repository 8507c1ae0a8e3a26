"""`chatkit chat` from its options to its exit status, in a pipe and on a real terminal."""

import asyncio
import fcntl
import os
import pty
import shlex
import signal
import subprocess
import sys
import termios
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from starlette.requests import Request

from chatkit.cli.chat import chat, program
from chatkit.cli.chat.command import _run
from chatkit.cli.chat.commands import COMMANDS
from chatkit.cli.chat.files import read_file
from chatkit.cli.chat.interrupts import silent_keys
from chatkit.cli.chat.plain import INTERRUPTED
from chatkit.cli.chat.prompts import Prompts, _Commands
from chatkit.cli.chat.settings import ChatSettings, endpoint_url, locale_of, parse_header
from chatkit.http import Refused
from cli.chat_terminal import Terminal
from client.chat_server import Chat, address, saying, saying_and_waiting, serving

RUN = [sys.executable, "-c", "from chatkit.cli.chat import chat; chat(prog_name='chatkit chat')"]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("localhost:8700", "http://localhost:8700/chatkit"),
        ("https://chat.example/", "https://chat.example/chatkit"),
        ("http://h/api?x=1#y", "http://h/api?x=1"),
    ],
)
def test_an_address_may_be_short(text: str, url: str) -> None:
    """The scheme and the usual path are filled in, anything else stays."""
    assert endpoint_url(text) == url


@pytest.mark.parametrize("text", ["ftp://x", "http://", ":"])
def test_what_is_no_address_is_refused(text: str) -> None:
    """As a mistake in the command line, with status 2."""
    with pytest.raises(ValueError, match="not the address"):
        endpoint_url(text)
    result = CliRunner().invoke(chat, [text])
    assert result.exit_code == 2
    assert "not the address" in result.output


def test_headers_are_written_with_a_colon() -> None:
    """A header that could smuggle a second one in is refused."""
    assert parse_header("X-Key:  a b ") == ("X-Key", "a b")
    for text in ("no colon", ": value", "X: a\r\nY: b"):
        with pytest.raises(ValueError, match="a header is written"):
            parse_header(text)
    result = CliRunner().invoke(chat, ["localhost", "-H", "nonsense"])
    assert result.exit_code == 2
    assert "a header is written" in result.output


def test_the_language_is_that_of_the_terminal() -> None:
    """Servers answer in it where they can."""
    assert locale_of({"LANG": "de_AT.UTF-8"}) == "de-AT"
    assert locale_of({"LC_ALL": "fr", "LANG": "de"}) == "fr"
    assert locale_of({"LANG": "C.UTF-8"}) is None
    assert locale_of({}) is None
    assert locale_of() is None or locale_of()


def test_a_thread_is_either_new_or_not() -> None:
    """Both at once is a mistake; so is a pipe without a message."""
    result = CliRunner().invoke(chat, ["localhost", "--new", "--thread", "last"])
    assert result.exit_code == 2
    result = CliRunner().invoke(chat, ["localhost"], input="  \n")
    assert result.exit_code == 2
    assert "there is no message" in result.output


async def run_piped(*arguments: str, message: str, **environment: str) -> Any:
    """Exit status, standard output, standard error of a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *RUN,
        *arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **environment},
    )
    out, err = await process.communicate(message.encode())
    return process.returncode, out.decode(), err.decode()


async def test_a_piped_message_is_answered_in_plain_text() -> None:
    """With the token and the headers that were asked for; `last` is the newest thread."""
    seen: list[tuple[str | None, str | None]] = []

    def context(request: Request) -> dict[str, Any]:
        seen.append((request.headers.get("authorization"), request.headers.get("x-a")))
        return {}

    server = Chat(saying("**Hel", "lo** Grüße"))
    async with serving(server, context=context) as listener:
        url = address(listener)
        first = await run_piped(
            url, "-H", "X-A: 1", message="hi there\n", CHATKIT_TOKEN="secret", LANG="C"
        )
        second = await run_piped(url, "--thread", "last", message="again")
        third = await run_piped(url, "--thread", "thr_none", message="again")
    assert first == (0, "**Hello** Grüße\n", "")
    assert second == (0, "**Hello** Grüße\n", "")
    assert third[:2] == (1, "")
    assert "The server refused" in third[2]
    assert seen[0] == ("Bearer secret", "1")
    assert server.messages == ["hi there", "again"]


async def test_the_program_can_be_called_from_another_one() -> None:
    """In a thread, where no signal can be caught, it does the same."""
    invoke = CliRunner().invoke
    async with serving(Chat(saying("Hello"))) as listener:
        done = await asyncio.to_thread(invoke, chat, [address(listener)], input="hi")
        last = [address(listener), "--thread", "last"]
        again = await asyncio.to_thread(invoke, chat, last, input="hi")
        url = address(listener)
    gone = await asyncio.to_thread(invoke, chat, [url], input="hi")
    assert (done.exit_code, done.stdout) == (0, "Hello\n")
    assert (again.exit_code, again.stdout) == (0, "Hello\n")
    assert gone.exit_code == 1
    assert "cannot be reached" in gone.stderr


@pytest.mark.parametrize(
    ("error", "status"), [(KeyboardInterrupt, 130), (BrokenPipeError, 0)], ids=["^C", "pipe"]
)
def test_the_status_tells_how_it_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: type[BaseException], status: int
) -> None:
    """As shells expect it, and without a traceback."""

    async def ends(*arguments: Any) -> int:
        raise error

    monkeypatch.setattr(program, "chat_in_terminal", ends)
    with (tmp_path / "out").open("w") as out:
        for stream in ("stdin", "stdout"):
            monkeypatch.setattr(sys, stream, out)
        monkeypatch.setattr(out, "isatty", lambda: True, raising=False)
        assert _run(ChatSettings(url="http://x", headers={})) == status


async def test_a_server_that_is_not_there_is_an_error_in_words() -> None:
    """No traceback, status 1."""
    status, out, err = await run_piped("localhost:1", message="hi")
    assert (status, out) == (1, "")
    assert err.startswith("The server cannot be reached")
    assert "Traceback" not in err


async def test_a_reader_that_has_had_enough_ends_it_quietly() -> None:
    """As in `chatkit chat URL | head -1`."""
    server = Chat(saying(*["word " * 2_000 + "\n"] * 50))
    async with serving(server) as listener:
        process = await asyncio.create_subprocess_shell(
            f"echo hi | {shlex.join(RUN)} {address(listener)} | head -c 10",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        out, err = await process.communicate()
    assert out == b"word word "
    assert b"Traceback" not in err
    assert err == b""


class OnTerminal:
    """The program on a pseudo-terminal, seen through the terminal in memory."""

    def __init__(self, master: int, process: Any) -> None:
        self.master, self.process = master, process
        self.raw = b""
        self._news = asyncio.Event()
        asyncio.get_running_loop().add_reader(master, self._read)

    def _read(self) -> None:
        try:
            data = os.read(self.master, 65536)
        except OSError:
            data = b""
        if b"\x1b[6n" in data:
            os.write(self.master, b"\x1b[1;1R")  # where the cursor is, as it was asked
        self.raw += data
        self._news.set()
        if not data:
            asyncio.get_running_loop().remove_reader(self.master)

    async def sees(self, text: str) -> None:
        async with asyncio.timeout(20):
            while text not in self.raw.decode(errors="replace"):
                self._news.clear()
                await self._news.wait()

    def types(self, keys: str) -> None:
        os.write(self.master, keys.encode())


def own_the_terminal() -> None:
    """Makes the terminal the one whose Ctrl-C interrupts this process."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


async def on_terminal(*arguments: str, home: Path) -> OnTerminal:
    master, slave = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *RUN,
        *arguments,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        preexec_fn=own_the_terminal,
        env={
            **os.environ,
            "HOME": str(home),
            "XDG_STATE_HOME": str(home),
            "TERM": "xterm",
            "COLUMNS": "80",
            "LINES": "24",
        },
    )
    os.close(slave)
    return OnTerminal(master, process)


async def test_a_person_chats_on_a_real_terminal(tmp_path: Path) -> None:
    """Type, read, stop with Ctrl-C, leave with Ctrl-D, go on later; the history is private."""
    server = Chat(saying("**Hello** you"))
    async with serving(server) as listener:
        url = address(listener)
        person = await on_terminal(url, home=tmp_path)
        await person.sees("/help lists commands")
        person.types("hi\r")
        await person.sees("you")
        server.on_respond = saying_and_waiting("Once upon")
        person.types("tell\r")
        await person.sees("Once upon")
        person.types("\x03")
        await person.sees("(stopped)")
        person.types("\x04")
        await person.sees("go on later: chatkit chat")
        assert await person.process.wait() == 0
        os.close(person.master)

        again = await on_terminal(url, "--thread", "last", home=tmp_path)
        await again.sees("Once upon")
        again.types("/quit\r")
        assert await again.process.wait() == 0
        asyncio.get_running_loop().remove_reader(again.master)
        os.close(again.master)
    text = person.raw.decode()
    assert "\x1b[1mHello\x1b[0m" in text
    assert text.rstrip().count("\x1b[?25l") >= 1
    history = tmp_path / "chatkit" / "chat_history"
    assert "+tell" in history.read_text()
    assert history.stat().st_mode & 0o777 == 0o600
    assert server.messages == ["hi", "tell"]


async def in_terminal(monkeypatch: pytest.MonkeyPatch, keys: str, **settings: Any) -> Any:
    """The exit status and what was shown by the program, run in this process."""
    terminal = Terminal()
    monkeypatch.setattr(
        program, "make_console", lambda: make(file=terminal, force_terminal=True, width=200)
    )
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text(keys)
        status = await program.chat_in_terminal(ChatSettings(headers={}, **settings))
    return status, terminal.text


make = program.make_console


async def test_the_first_words_say_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Earlier threads are mentioned, `last` opens the newest, the end says how to come back."""
    async with serving(Chat(saying("Hello"))) as listener:
        url = address(listener)
        status, text = await in_terminal(monkeypatch, "\x04", url=url)
        assert (status, text.count("\n")) == (0, 0)
        status, text = await in_terminal(monkeypatch, "hi\r\x04", url=url)
        assert "go on later: chatkit chat" in text
        status, text = await in_terminal(monkeypatch, "\x04", url=url)
        assert "/threads lists earlier conversations" in text
        status, text = await in_terminal(monkeypatch, "\x04", url=url, thread="last")
        assert "> hi" in text


async def test_a_server_that_will_not_talk_ends_the_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With the reason and the address; one that only keeps no list is talked to."""
    status, text = await in_terminal(monkeypatch, "", url="http://localhost:1/chatkit")
    assert status == 1
    assert "cannot be reached" in text
    assert "the address was http://localhost:1/chatkit" in text

    for answer, expected in ((401, 1), (501, 0)):

        def refuse(request: Request, status: int = answer) -> Any:
            raise Refused(status, "not you")

        async with serving(Chat(saying("Hello")), context=refuse) as listener:
            status, text = await in_terminal(monkeypatch, "\x04", url=address(listener))
        assert status == expected


def test_commands_and_paths_are_completed(tmp_path: Path) -> None:
    """At the beginning of a line only; a path goes on behind `/attach`."""
    (tmp_path / "notes.txt").write_text("")

    def complete(text: str) -> list[str]:
        found = _Commands(COMMANDS).get_completions(Document(text), CompleteEvent())
        return [each.text for each in found]

    assert complete("/re") == ["/rename", "/retry"]
    assert complete("hello /re") == []
    assert complete("/open x") == []
    assert complete(f"/attach {tmp_path}/no") == ["tes.txt"]


@pytest.mark.parametrize(
    ("name", "data", "mime_type"),
    [
        ("a.png", b"", "image/png"),
        ("README", "Grüße".encode(), "text/plain"),
        ("core", b"\0\1", "application/octet-stream"),
        ("blob", b"\xff", "application/octet-stream"),
    ],
)
def test_a_files_type_is_that_of_its_name_or_of_its_bytes(
    tmp_path: Path, name: str, data: bytes, mime_type: str
) -> None:
    """Servers refuse what they do not know, and many text files have no suffix."""
    (tmp_path / name).write_bytes(data)
    assert read_file(tmp_path / name) == (name, data, mime_type)


def test_the_history_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    """What people ask an assistant is nobody else's business."""
    path = tmp_path / "state" / "history"
    with create_pipe_input() as pipe:
        Prompts(COMMANDS, path, input=pipe, output=DummyOutput())
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_history_that_cannot_be_kept_is_done_without(tmp_path: Path) -> None:
    """A read-only home must not keep anyone from chatting."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    with create_pipe_input() as pipe:
        Prompts(COMMANDS, blocked / "history", input=pipe, output=DummyOutput())


def test_keys_pressed_during_an_answer_are_kept_and_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The terminal is put back as it was; without one nothing happens."""
    master, slave = pty.openpty()
    with os.fdopen(slave) as keyboard:
        monkeypatch.setattr(sys, "stdin", keyboard)
        before = termios.tcgetattr(slave)
        with silent_keys():
            assert not termios.tcgetattr(slave)[3] & termios.ECHO
            os.write(master, b"typed\r\x04")
        assert termios.tcgetattr(slave) == before
        os.close(master)
    with silent_keys():
        pass
    monkeypatch.setattr("chatkit.cli.chat.interrupts.termios", None)
    with silent_keys():
        pass


def test_the_signal_is_the_one_of_ctrl_c() -> None:
    """130 is what shells expect of a program that was interrupted."""
    assert INTERRUPTED == 128 + signal.SIGINT
