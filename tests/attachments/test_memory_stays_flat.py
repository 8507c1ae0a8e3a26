"""A 200 MB upload: the server never holds more than a few pieces of it."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest
from sample_files import PDF

MB = 1024 * 1024
SIZE = 200 * MB
PIECE = b"%PDF-1.4 " + os.urandom(MB - 9)
MOST_GROWTH = 32 * MB
"""Far below the file's size, far above what a megabyte in the buffer and a thread take."""
BOUNDARY = "b0undary"


@asynccontextmanager
async def serving_process(folder: Path, method: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a server process."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(Path(__file__).with_name("big_uploads_server.py"))),
            *(str(folder), method, str(listener.fileno())),
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
            pass_fds=[listener.fileno()],
        )
    try:
        # The socket listened before the process was there: the first request waits for it.
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=50) as client:
            yield client
    finally:
        process.terminate()
        await process.wait()


async def pieces(method: str) -> AsyncIterator[bytes]:
    """The body, made as it is sent."""
    if method == "POST":
        yield (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
            f"Content-Type: {PDF}\r\n\r\n"
        ).encode()
    for _ in range(SIZE // MB):
        yield PIECE
    if method == "POST":
        yield f"\r\n--{BOUNDARY}--\r\n".encode()


def size_of_content(folder: Path) -> int:
    (content,) = folder.rglob("content")
    return content.stat().st_size


@pytest.mark.requirement("sec-19")
@pytest.mark.parametrize("way", ["POST", "PUT", "direct"])
async def test_a_large_upload_keeps_the_servers_memory_flat(way: str, folder: Path) -> None:
    """As a form, as plain bytes, in one step: bytes go from the socket to the disk."""
    method = "PUT" if way == "PUT" else "POST"
    async with serving_process(folder, method) as client:
        url = "/chatkit/files"
        before = int((await client.get("/peak")).text)
        if way != "direct":
            params = {"name": "a.pdf", "size": SIZE, "mime_type": PDF}
            request = {"type": "attachments.create", "params": params}
            answer = await client.post("/chatkit", json=request)
            url = answer.json()["upload_descriptor"]["url"]
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        answer = await client.request(method, url, content=pieces(method), headers=headers)
        assert answer.status_code == 200, answer.text
        after = int((await client.get("/peak")).text)
    assert size_of_content(folder) == SIZE
    assert after - before < MOST_GROWTH, f"{(after - before) / MB:.0f} MB more than before"
