"""Uploads on a real server: both strategies, both ways to send the bytes, and what is refused."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from file_server import PAGE, Chat, chatting, left_in, local_files, user_of
from sample_files import JPEG, PDF, PNG, archive, pdf, picture, png_of_claimed_size

from chatkit.attachments import AttachmentLimits
from chatkit.errors import StoreUnavailable
from chatkit.store import MemoryStore
from chatkit.types import Attachment

BOUNDARY = "the-boundary"
FORM = f"multipart/form-data; boundary={BOUNDARY}"


def part(disposition: str, body: bytes = b"x", kind: str = "text/plain") -> bytes:
    head = f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\nContent-Type: {kind}\r\n\r\n"
    return head.encode() + body + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


FILE = part('form-data; name="file"; filename="a.txt"', b"text")


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [("cat.png", picture(size=(900, 600)), PNG), ("a.pdf", pdf("x" * 3_000_000), PDF)],
    ids=["image", "3 MB of PDF"],
)
async def test_a_file_is_announced_and_uploaded(
    method: str, name: str, data: bytes, kind: str, folder: Path
) -> None:
    """The two-phase strategy, as a form and as plain bytes; the answer is the attachment."""
    files: Any = local_files(folder, upload_method=method)
    async with chatting(files) as chat:
        attachment = await chat.creates(name, data, kind)
        assert attachment["upload_descriptor"]["method"] == method
        answer = await chat.uploads(attachment, data, kind)
        assert answer.status_code == 200
        assert answer.json()["id"] == attachment["id"]
        assert "upload_descriptor" not in answer.json()
        assert await files.read_attachment(attachment["id"], {"user": "alice"}) == data


async def test_a_file_is_uploaded_directly(chat: Chat, folder: Path) -> None:
    """The direct strategy: one request, answered with the attachment, which can be sent."""
    answer = await chat.sends_file("cat.png", picture(), PNG)
    assert answer.status_code == 200
    attachment = answer.json()
    assert (attachment["name"], attachment["type"]) == ("cat.png", "image")
    assert attachment["preview_url"].startswith(f"{chat.base}/chatkit/files/")
    assert "upload_descriptor" not in attachment
    assert "metadata" not in attachment
    await chat.begins(attachment["id"])
    assert left_in(folder) == ["kept/content", "kept/preview", "kept/record.json"]


async def test_a_direct_upload_needs_a_user(chat: Chat, folder: Path) -> None:
    """No link says who it is: the host's own check does, before a byte is read."""
    answer = await chat.client.post("/chatkit/files", files={"file": ("a.txt", b"x")})
    assert answer.status_code == 401
    assert left_in(folder) == []


@pytest.mark.requirement("sec-20")
async def test_a_link_to_upload_needs_no_user_and_works_once(chat: Chat) -> None:
    """Pages upload with no header but those they were given; a replay changes nothing."""
    attachment = await chat.creates("a.txt", b"good", "text/plain")
    url = attachment["upload_descriptor"]["url"]
    first = await chat.client.post(url, files={"file": ("a.txt", b"good")})
    again = await chat.client.post(url, files={"file": ("a.txt", b"evil")})
    assert (first.status_code, again.status_code) == (200, 409)
    assert again.json()["error"]["type"] == "already_uploaded"
    files: Any = chat.server.attachment_store
    assert await files.read_attachment(attachment["id"], {"user": "alice"}) == b"good"


@pytest.mark.requirement("sec-20")
async def test_a_link_to_upload_ends_and_takes_one_method(folder: Path) -> None:
    """Tampered, of the wrong method, too late: one and the same answer."""
    now = [1_000_000.0]
    files = local_files(folder, clock=lambda: now[0])
    async with chatting(files) as chat:
        url = (await chat.creates("a.txt", b"text", "text/plain"))["upload_descriptor"]["url"]
        tries = [
            await chat.client.put(url, content=b"text"),
            await chat.client.post(url[:-3] + "AAA", files={"file": b"text"}),
            await chat.client.post(url.replace("uploads/", "uploads/x"), files={"file": b"text"}),
        ]
        now[0] += 15 * 60
        tries.append(await chat.client.post(url, files={"file": b"text"}))
        assert [each.status_code for each in tries] == [403] * 4
        assert len({each.text for each in tries}) == 1
        now[0] -= 1
        assert (await chat.client.post(url, files={"file": b"text"})).status_code == 200


@pytest.mark.requirement("sec-16", "sec-19")
@pytest.mark.parametrize(
    ("data", "kind", "status", "word"),
    [
        (b"<script>", PNG, 415, "declared as image/png but is text"),
        (picture("JPEG") + archive(), JPEG, 415, "at once"),
        (picture()[:60], PNG, 400, "damaged"),
        (png_of_claimed_size(20_000, 20_000), PNG, 413, "pixels"),
    ],
)
async def test_a_file_that_is_not_what_it_claims_is_refused_and_gone(
    data: bytes, kind: str, status: int, word: str, chat: Chat, folder: Path
) -> None:
    """Both strategies judge alike; the client is told why, and nothing is kept."""
    direct = await chat.sends_file("a", data, kind)
    attachment = await chat.creates("a", data, kind)
    in_two_steps = await chat.uploads(attachment, data, kind)
    for answer in (direct, in_two_steps):
        assert answer.status_code == status, answer.text
        assert word in answer.json()["error"]["message"]
    assert left_in(folder) == ["unused/record.json"]
    assert (await chat.says([attachment["id"]])).status_code == 409


@pytest.mark.requirement("sec-19")
@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_a_body_that_is_too_large_is_cut_off(method: str, folder: Path) -> None:
    """Neither the announced size nor the limit of the type can be passed by sending more."""
    files = local_files(folder, AttachmentLimits(types={"*": 1000}), upload_method=method)
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield part('form-data; name="file"; filename="a"', b"")[:-2] if method == "POST" else b""
        while True:
            sent += 65_536
            yield b"x" * 65_536

    async with chatting(files) as chat:
        attachment = await chat.creates("a.txt", b"text", "text/plain")
        where = attachment["upload_descriptor"]["url"]
        headers = {"Content-Type": FORM}
        for url, to in ((where, method), ("/chatkit/files", "POST")):
            if method == "PUT" and url != where:
                continue
            try:
                answer = await chat.client.request(
                    to, url, content=endless(), headers={**headers, "x-user": "alice"}
                )
            except httpx2.TransportError:
                continue  # the connection was closed while the client was still sending
            assert answer.status_code in (400, 413)
            assert answer.headers["connection"] == "close"
        assert sent < 50_000_000
        await chat.request_has_ended(attachment["upload_descriptor"]["url"][-10:])
        assert left_in(folder) == ["unused/record.json"]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (form(), "one file"),
        (form(part('form-data; name="other"; filename="a"')), "one file"),
        (form(part('form-data; name="file"'), part('form-data; name="file"')), "not several"),
        (form(part('form-data; name="text"', b"x" * 70_000), FILE), "too much besides"),
        (FILE, "broke off"),
        (b"", "broke off"),
        (b"no form at all", "cannot be read"),
        (form(b"--the-boundary\r\nbad header\r\n\r\nx\r\n"), "cannot be read"),
    ],
)
async def test_a_form_that_has_not_one_file_is_refused(
    body: bytes, word: str, chat: Chat, folder: Path
) -> None:
    """Whatever the form is like, the answer says what is wrong and nothing stays."""
    url = (await chat.creates("a.txt", b"text", "text/plain"))["upload_descriptor"]["url"]
    for where in (url, "/chatkit/files"):
        headers = {"Content-Type": FORM, "x-user": "alice"}
        answer = await chat.client.post(where, content=body, headers=headers)
        assert answer.status_code == 400
        assert word in answer.json()["error"]["message"]
    assert left_in(folder) == ["unused/record.json"]


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "multipart/form-data", "multipart/mixed; boundary=x"]
)
async def test_a_body_that_is_no_form_is_refused(kind: str, chat: Chat) -> None:
    """A POST without a form would be kept with its headers inside."""
    url = (await chat.creates("a.txt", b"text", "text/plain"))["upload_descriptor"]["url"]
    answer = await chat.client.post(url, content=b"text", headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request")


async def test_other_fields_of_a_form_are_skipped(chat: Chat) -> None:
    """Form libraries add fields of their own, before the file and after it."""
    body = form(part('form-data; name="a"'), FILE, part('form-data; name="b"'))
    headers = {"Content-Type": FORM, "x-user": "alice"}
    answer = await chat.client.post("/chatkit/files", content=body, headers=headers)
    assert answer.json()["name"] == "a.txt"
    assert await chat.client.post("/chatkit/files", content=form(FILE, FILE), headers=headers)


async def test_a_boundary_that_is_far_too_long_is_refused(chat: Chat) -> None:
    """It is looked for in every byte."""
    headers = {"Content-Type": f"multipart/form-data; boundary={'x' * 300}", "x-user": "alice"}
    answer = await chat.client.post("/chatkit/files", content=b"", headers=headers)
    assert answer.status_code == 400


async def test_a_compressed_upload_is_refused(chat: Chat) -> None:
    """Nothing is unpacked here."""
    url = (await chat.creates("a.txt", b"text", "text/plain"))["upload_descriptor"]["url"]
    headers = {"Content-Type": FORM, "Content-Encoding": "gzip"}
    answer = await chat.client.post(url, content=form(FILE), headers=headers)
    assert answer.status_code == 415


@pytest.mark.requirement("sec-06", "sec-07")
async def test_pages_of_other_sites_may_upload_only_if_they_are_on_the_list(chat: Chat) -> None:
    """A form of another site must not act for its visitor; the app's own page may."""
    url = (await chat.creates("a.txt", b"text", "text/plain"))["upload_descriptor"]["url"]
    evil = {"Origin": "https://evil.example", "x-user": "alice"}
    for where in (url, "/chatkit/files"):
        answer = await chat.client.post(where, files={"file": b"text"}, headers=evil)
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers
    answer = await chat.client.post(url, files={"file": b"text"}, headers={"Origin": PAGE})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == PAGE


@pytest.mark.requirement("sec-07")
@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/chatkit/uploads/x", "POST, PUT, OPTIONS"),
        ("/chatkit/files", "POST, OPTIONS"),
        ("/chatkit/files/x", "GET, HEAD, OPTIONS"),
    ],
)
async def test_a_page_on_the_list_may_ask_what_it_may_do(
    path: str, methods: str, chat: Chat
) -> None:
    """Browsers ask before they PUT; other methods are turned away by name."""
    asking = {"Origin": PAGE, "Access-Control-Request-Method": "PUT"}
    answer = await chat.client.options(path, headers=asking)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-methods"] == methods
    asking["Origin"] = "https://evil.example"
    assert (await chat.client.options(path, headers=asking)).status_code == 403
    assert (await chat.client.options(path)).headers["allow"] == methods
    answer = await chat.client.delete(path)
    assert (answer.status_code, answer.headers["allow"]) == (405, methods)


async def test_a_client_that_falls_silent_is_let_go(folder: Path) -> None:
    """A connection that brings nothing must not be held open for ever."""

    async def slow() -> AsyncIterator[bytes]:
        yield FILE[:-10]
        await asyncio.Event().wait()

    async with chatting(local_files(folder), body_seconds=0.05) as chat:
        headers = {"Content-Type": FORM, "x-user": "alice"}
        sending = asyncio.create_task(
            chat.client.post("/chatkit/files", content=slow(), headers=headers)
        )
        await chat.request_has_ended("/files")
        sending.cancel()
        await asyncio.wait([sending])
        assert left_in(folder) == []


async def test_links_lead_to_where_the_request_came_in(folder: Path) -> None:
    """Behind a proxy, or mounted somewhere, the page gets addresses that it can reach."""
    async with chatting(local_files(folder)) as chat:
        chat.client.headers["Host"] = "chat.example"
        attachment = await chat.creates("a.png", picture(), PNG)
        assert attachment["upload_descriptor"]["url"].startswith("http://chat.example/chatkit/up")
        assert attachment["preview_url"].startswith("http://chat.example/chatkit/files/atc_")
    public = "https://example.com/assistant/"
    async with chatting(local_files(folder), public_url=public) as chat:
        attachment = await chat.creates("a.png", picture(), PNG)
        assert attachment["upload_descriptor"]["url"].startswith(f"{public}uploads/")
        direct = (await chat.sends_file("a.png", picture(), PNG)).json()
        assert direct["preview_url"].startswith(f"{public}files/")
    with pytest.raises(ValueError, match="public_url"):
        async with chatting(None, public_url="example.com"):
            pass


class FailingStore(MemoryStore[Any]):
    """A database that is full."""

    async def save_attachment(self, attachment: Attachment, context: Any) -> None:
        raise StoreUnavailable("disk full")


async def test_bytes_whose_record_cannot_be_saved_do_not_stay(folder: Path) -> None:
    """Nobody would ever hear of them."""
    async with chatting(local_files(folder), FailingStore(owner=user_of)) as chat:
        answer = await chat.sends_file("a.txt", b"text", "text/plain")
        assert answer.status_code == 503
    assert left_in(folder) == []


async def test_a_server_without_attachments_has_no_such_addresses() -> None:
    """What is not there cannot be attacked."""
    async with chatting(None) as chat:
        for path in ("/chatkit/files", "/chatkit/uploads/x"):
            assert (await chat.client.post(path)).status_code == 404
        answer = await chat.asks("attachments.create", name="a", size=1, mime_type="text/plain")
        assert answer.status_code == 501


@pytest.mark.requirement("sec-29")
async def test_the_log_says_what_was_done_and_holds_no_link(
    chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever reads a log must not be able to read the files, nor learn their names."""
    caplog.set_level("DEBUG", logger="chatkit")
    attachment = await chat.creates("canary.png", picture(), PNG)
    await chat.uploads(attachment, picture(), PNG)
    await chat.uploads(attachment, picture(), PNG)
    await chat.client.get(attachment["preview_url"])
    await chat.sends_file("canary.png", picture(), PNG)
    for line in ("files.upload 200", "files.upload 409", "files.read 200", "files.create 200"):
        assert line in caplog.text
    tokens = [attachment["upload_descriptor"]["url"], attachment["preview_url"]]
    for secret in ("canary", *(each[-40:] for each in tokens)):
        assert secret not in caplog.text


@pytest.mark.requirement("fault-14")
async def test_a_server_that_is_about_to_end_takes_no_file_and_still_serves_them(
    folder: Path,
) -> None:
    """An upload would be cut; a page that is open goes on showing its pictures."""
    async with chatting(local_files(folder)) as chat:
        attachment = await chat.creates("a.png", picture(), PNG)
        await chat.uploads(attachment, picture(), PNG)
        chat.routes.begin_draining()
        assert (await chat.sends_file("a.png", picture(), PNG)).status_code == 503
        assert (await chat.client.get(attachment["preview_url"])).status_code == 200
