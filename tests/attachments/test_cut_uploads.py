"""Uploads that are cut in the middle: at every stage, by the client, by the disk, by a kill."""

import asyncio
import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from file_server import Chat, chatting, left_in, local_files
from sample_files import PNG, picture

from chatkit.attachments import folder as folder_module
from chatkit.attachments import intake as intake_module
from chatkit.attachments.local import LocalAttachmentStore

BOUNDARY = "b0undary"
DATA = b"x" * 2_500_000
"""Large enough to be written in three pieces, one of them at the end."""
HEAD = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
    "Content-Type: text/plain\r\n\r\n"
).encode()
TAIL = f"\r\n--{BOUNDARY}--\r\n".encode()
FORM_STAGES = {
    "before the body": 0,
    "in the headers of the part": len(HEAD) // 2,
    "before the first byte": len(HEAD),
    "after the first byte": len(HEAD) + 1,
    "after a piece was written": len(HEAD) + 1_500_000,
    "before the last byte": len(HEAD) + len(DATA) - 1,
    "before the end of the form": len(HEAD) + len(DATA),
    "in the end of the form": len(HEAD) + len(DATA) + len(TAIL) - 5,
}
PUT_STAGES = {
    "before the body": 0,
    "after the first byte": 1,
    "after a piece was written": 1_500_000,
    "before the last byte": len(DATA) - 1,
}


async def cut(chat: Chat, method: str, path: str, body: bytes, at: int, **headers: str) -> None:
    """Sends so much of a request, and leaves."""
    url = chat.client.base_url
    _, writer = await asyncio.open_connection(url.host, url.port)
    lines = [
        f"{method} {path} HTTP/1.1",
        f"Host: {url.host}:{url.port}",
        f"Content-Length: {len(body)}",
        *(f"{name}: {text}" for name, text in headers.items()),
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode() + body[:at])
    await writer.drain()
    writer.transport.abort()
    await chat.request_has_ended(path)


@pytest.mark.parametrize("at", FORM_STAGES.values(), ids=FORM_STAGES)
async def test_a_direct_upload_that_is_cut_leaves_nothing(
    at: int, chat: Chat, folder: Path
) -> None:
    """Neither a file nor an attachment: the page never heard of it."""
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "x-user": "alice"}
    await cut(chat, "POST", "/chatkit/files", HEAD + DATA + TAIL, at, **headers)
    assert left_in(folder) == []
    assert folders_in(folder) == []


@pytest.mark.parametrize(
    ("method", "at"),
    [("POST", at) for at in FORM_STAGES.values()] + [("PUT", at) for at in PUT_STAGES.values()],
    ids=[f"POST {name}" for name in FORM_STAGES] + [f"PUT {name}" for name in PUT_STAGES],
)
async def test_an_announced_upload_that_is_cut_can_be_tried_again(
    method: str, at: int, folder: Path
) -> None:
    """Only the announcement is left; the same link takes the whole file later."""
    async with chatting(local_files(folder, upload_method=method)) as chat:
        attachment = await chat.creates("a.txt", DATA, "text/plain")
        path = attachment["upload_descriptor"]["url"].removeprefix(chat.base)
        body = DATA if method == "PUT" else HEAD + DATA + TAIL
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        await cut(chat, method, path, body, at, **{"Content-Type": kind})
        assert left_in(folder) == ["unused/record.json"]
        assert (await chat.says([attachment["id"]])).status_code == 409
        answer = await chat.uploads(attachment, DATA, "text/plain")
        assert answer.status_code == 200
        assert (await chat.says([attachment["id"]])).status_code == 200


def folders_in(folder: Path) -> list[str]:
    places = ("incoming", "unused", "kept", "trash")
    return [path.name for place in places for path in (folder / place).iterdir()]


def failing(error: Exception, original: Callable[..., Any], call: int) -> Callable[..., Any]:
    calls = 0

    def fail(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            raise error
        return original(*arguments, **options)

    return fail


FULL = OSError(errno.ENOSPC, "No space left on device")
FAILURES: dict[str, tuple[Any, str, int]] = {
    "making the file": (intake_module, "open_new", 1),
    "the first write": (intake_module, "write_all", 1),
    "a later write": (intake_module, "write_all", 2),
    "the preview": (intake_module, "make_preview", 1),
    "writing the preview": (intake_module, "write_new_file", 1),
    "making the bytes safe": (intake_module.os, "fsync", 1),
    "making the folder safe": (intake_module, "sync_folder", 1),
    "writing the record": (folder_module, "write_new_file", 1),
    "moving the file": (folder_module.Path, "rename", 1),
    "making the move safe": (folder_module, "sync_folder", 1),
}


@pytest.mark.parametrize(("where", "name", "call"), FAILURES.values(), ids=FAILURES)
async def test_an_upload_that_the_disk_fails_leaves_no_half_file(
    where: Any, name: str, call: int, chat: Chat, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Full at any step: the client gets an error, and no bytes are left without an owner."""
    data = picture("PNG", (1200, 900), compress_level=0)
    monkeypatch.setattr(where, name, failing(FULL, getattr(where, name), call))
    answer = await chat.sends_file("a.png", data, PNG)
    monkeypatch.undo()
    assert answer.status_code in (500, 503)
    assert "space" not in answer.text
    assert left_in(folder) == []
    assert folders_in(folder) == []
    assert (await chat.sends_file("a.png", data, PNG)).status_code == 200


@pytest.mark.parametrize("step", ["write", "finish"])
async def test_an_upload_whose_task_is_cancelled_leaves_nothing(
    step: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that ends, or a proxy that gives up, cancels it wherever it is."""
    files: LocalAttachmentStore[Any] = local_files(folder, base_url="https://chat.example")
    reached, loop = asyncio.Event(), asyncio.get_running_loop()
    name = "write_all" if step == "write" else "sync_folder"
    original = getattr(intake_module, name)

    def telling(*arguments: Any) -> None:
        loop.call_soon_threadsafe(reached.set)
        original(*arguments)

    monkeypatch.setattr(intake_module, name, telling)

    async def upload() -> None:
        async with await files.take_file("a.txt", "text/plain", {"user": "alice"}) as intake:
            await intake.write(DATA)
            await intake.finish()

    task = asyncio.create_task(upload())
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert folders_in(folder) == []


async def test_what_a_killed_process_left_is_collected(folder: Path) -> None:
    """A kill leaves no time to clean up; nothing of it is ever served, and a day later it goes."""
    first: LocalAttachmentStore[Any] = local_files(folder, base_url="https://chat.example")
    intake = await first.take_file("a.txt", "text/plain", {"user": "alice"})
    await intake.__aenter__()
    await intake.write(DATA)
    (left,) = left_in(folder)
    assert left == "incoming/content"
    for path in (folder / "incoming").iterdir():
        os.utime(path, (0, 0))
    assert await local_files(folder).collect_unused() == 0
    assert left_in(folder) == []
    await intake.__aexit__(None, None, None)
