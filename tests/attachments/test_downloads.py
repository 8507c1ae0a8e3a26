"""Files on their way out: by whom, how they are shown, in parts."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from file_server import PAGE, Chat, chatting, local_files
from sample_files import DOCX, GIF, JPEG, PDF, PNG, WEBP, pdf, picture, word_document

from chatkit.attachments import LocalAttachmentStore

HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
ALICE = {"user": "alice"}


async def link_to(chat: Chat, name: str, data: bytes, kind: str) -> str:
    """A link to a file that alice uploaded."""
    attachment_id = await chat.attaches(name, data, kind)
    files: Any = chat.server.attachment_store
    attachment = await chat.server.store.load_attachment(attachment_id, ALICE)
    return await files.file_url(attachment, ALICE)


@pytest.fixture
async def chat(folder: Path) -> Any:
    """A chat whose links are known outside of requests too."""
    files = local_files(folder)
    async with chatting(files) as chat:
        files._base_url = f"{chat.base}/chatkit"
        yield chat


@pytest.mark.requirement("sec-17")
@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.png", picture("PNG"), PNG),
        ("a.jpg", picture("JPEG"), JPEG),
        ("a.gif", picture("GIF"), GIF),
        ("a.webp", picture("WEBP"), WEBP),
        ("a.pdf", pdf(), PDF),
    ],
)
async def test_pictures_and_pdf_are_shown(name: str, data: bytes, kind: str, chat: Chat) -> None:
    """As what they are, and as nothing else whatever a browser makes of the bytes."""
    answer = await chat.client.get(await link_to(chat, name, data, kind))
    assert answer.status_code == 200
    assert answer.content == data
    assert answer.headers["content-type"] == kind
    assert answer.headers["content-disposition"].startswith("inline;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "script-src" in answer.headers["content-security-policy"] or (
        "sandbox" in answer.headers["content-security-policy"]
    )


@pytest.mark.requirement("sec-17")
@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.html", HTML, "text/html"),
        ("a.svg", SVG, "image/svg+xml"),
        ("a.xml", SVG, "application/xml"),
        ("a.js", b"alert(1)", "application/javascript"),
        ("a.txt", HTML, "text/plain"),
        ("a.docx", word_document(), DOCX),
    ],
)
async def test_everything_else_is_only_saved(name: str, data: bytes, kind: str, chat: Chat) -> None:
    """HTML, SVG and scripts would run as part of this site; here they are bytes to keep."""
    answer = await chat.client.get(await link_to(chat, name, data, kind))
    assert answer.content == data
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''{name}"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"


async def test_a_preview_is_shown_as_the_picture_that_it_is(chat: Chat) -> None:
    """WebP, whatever the image was, and kept by the browser as long as its link is good."""
    attachment = await chat.creates("a.gif", picture("GIF"), GIF)
    assert (await chat.client.get(attachment["preview_url"])).status_code == 404
    await chat.uploads(attachment, picture("GIF"), GIF)
    answer = await chat.client.get(attachment["preview_url"])
    assert answer.headers["content-type"] == WEBP
    assert answer.content[8:12] == b"WEBP"
    cached = answer.headers["cache-control"]
    assert cached.startswith("private, max-age=")
    assert 1_800 - 10 <= int(cached.partition("=")[2].partition(",")[0]) <= 3_600
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.requirement("sec-20")
async def test_a_link_is_short_lived_and_bound_to_its_file_and_owner(folder: Path) -> None:
    """Changed, of another file, of another key, too late: no."""
    now = [1_000_000.0]
    files = local_files(folder, clock=lambda: now[0])
    async with chatting(files) as chat:
        files._base_url = f"{chat.base}/chatkit"
        url = await link_to(chat, "a.png", picture(), PNG)
        other = await link_to(chat, "b.png", picture(), PNG)
        path, _, token = url.partition("?token=")
        assert (await chat.client.get(url)).status_code == 200
        for changed in (
            *(path, f"{path}?token=", f"{path}?token={token[:-4]}AAAA", f"{path}?token={token}x"),
            f"{other.partition('?')[0]}?token={token}",
        ):
            answer = await chat.client.get(changed)
            assert (answer.status_code, answer.json()["error"]["type"]) == (403, "link_invalid")
        now[0] += 3_600
        assert (await chat.client.get(url)).status_code == 403


@pytest.mark.requirement("sec-20")
async def test_a_link_of_another_owner_leads_nowhere(chat: Chat) -> None:
    """Even a link that this very server signed is bound to one owner's file."""
    attachment_id = await chat.attaches("a.png", picture(), PNG)
    bobs = chat.as_user("bob")
    attachment = await chat.server.store.load_attachment(attachment_id, ALICE)
    files: Any = chat.server.attachment_store
    refreshed = await files.refresh_attachment(attachment, {"user": "bob"})
    assert (await bobs.client.get(str(refreshed.preview_url))).status_code == 404


async def test_a_file_that_was_deleted_is_gone_for_its_links_too(chat: Chat) -> None:
    """A link lasts an hour; the file decides."""
    url = await link_to(chat, "a.png", picture(), PNG)
    attachment_id = url.partition("?")[0].rpartition("/")[2]
    await chat.asks("attachments.delete", attachment_id=attachment_id)
    assert (await chat.client.get(url)).status_code == 404


@pytest.mark.parametrize(
    ("wanted", "status", "found", "content_range"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=4-", 206, b"456789", "bytes 4-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=-30", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes = 0-0", 206, b"0", "bytes 0-0/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=5-2", 200, b"0123456789", None),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
        ("bytes=-", 200, b"0123456789", None),
        (f"bytes=0-{'9' * 5000}", 200, b"0123456789", None),
        ("lines=0-1", 200, b"0123456789", None),
        ("bytes=\u0661-2", 200, b"0123456789", None),
    ],
)
async def test_a_part_of_a_file_can_be_asked_for(
    wanted: str, status: int, found: bytes, content_range: str | None, chat: Chat
) -> None:
    """PDF viewers read the end first, and downloads go on where they broke off."""
    url = await link_to(chat, "a.txt", b"0123456789", "text/plain")
    answer = await chat.client.get(url, headers={"Range": wanted.encode()})
    assert (answer.status_code, answer.content) == (status, found)
    assert answer.headers.get("content-range") == content_range
    assert answer.headers["accept-ranges"] == "bytes"


async def test_a_part_is_only_of_the_file_that_the_client_has_a_part_of(chat: Chat) -> None:
    """`If-Range` names it; of another file the whole is sent."""
    url = await link_to(chat, "a.txt", b"0123456789", "text/plain")
    tag = (await chat.client.head(url)).headers["etag"]
    for named, status in ((tag, 206), ('"other"', 200), ("Wed, 21 Oct 2015 07:28:00 GMT", 200)):
        headers = {"Range": "bytes=0-1", "If-Range": named}
        assert (await chat.client.get(url, headers=headers)).status_code == status


async def test_the_head_of_a_file_tells_its_size(chat: Chat) -> None:
    """Without its bytes."""
    answer = await chat.client.head(await link_to(chat, "a.txt", b"0123456789", "text/plain"))
    assert (answer.status_code, answer.headers["content-length"]) == (200, "10")
    assert answer.content == b""


@pytest.mark.requirement("sec-07")
async def test_a_picture_may_stand_in_any_page_and_be_read_by_listed_ones(chat: Chat) -> None:
    """An `<img>` of the app's page is on another site; its link is what counts."""
    url = await link_to(chat, "a.png", picture(), PNG)
    image = await chat.client.get(url, headers={"Sec-Fetch-Site": "cross-site"})
    assert image.status_code == 200
    assert image.headers["cross-origin-resource-policy"] == "cross-origin"
    listed = await chat.client.get(url, headers={"Origin": PAGE})
    assert listed.headers["access-control-allow-origin"] == PAGE
    other = await chat.client.get(url, headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in other.headers


async def test_names_of_other_hosts_are_refused_here_too(folder: Path) -> None:
    """A server on this machine must not be reached by another site's name."""
    async with chatting(local_files(folder), allowed_hosts=["127.0.0.1"]) as chat:
        answer = await chat.client.get("/chatkit/files/x", headers={"Host": "evil.example"})
        assert answer.status_code == 421


async def test_a_reader_that_leaves_lets_the_file_go(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A download of a large file stops when nobody takes it any more."""
    data = pdf("x" * 40_000_000)
    url = await link_to(chat, "a.pdf", data, PDF)
    files: LocalAttachmentStore[Any] = chat.server.attachment_store
    opened: list[Any] = []
    open_file = files.open_file

    async def remembering(attachment_id: str, token: str) -> Any:
        opened.append(await open_file(attachment_id, token))
        return opened[-1]

    monkeypatch.setattr(files, "open_file", remembering)
    base = chat.client.base_url
    reader, writer = await asyncio.open_connection(base.host, base.port)
    path = url.removeprefix(chat.base)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {base.host}:{base.port}\r\n\r\n".encode())
    await reader.readexactly(1000)
    writer.transport.abort()
    await chat.request_has_ended("/files/")
    assert opened[0].descriptor == -1
