"""ObjectAttachmentStore on a real S3 server, which checks every signature."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from file_server import Chat, chatting, user_of
from s3_server import ObjectStorage
from sample_files import (
    DOCX,
    JPEG,
    PDF,
    PNG,
    archive,
    pdf,
    picture,
    png_of_claimed_size,
    word_document,
)

from chatkit.agents import StoredItemConverter
from chatkit.attachments import (
    AttachmentIncomplete,
    AttachmentLimits,
    AttachmentRefused,
    AttachmentTooLarge,
    AttachmentTypeRefused,
    ObjectAttachmentStore,
    UploadIncomplete,
)
from chatkit.attachments.contract import TakesFiles
from chatkit.errors import AttachmentNotFound, StoreUnavailable
from chatkit.store import (
    ChecksAttachments,
    CollectsUnused,
    MemoryStore,
    ReadsAttachments,
    RefreshesAttachments,
)
from chatkit.types import Attachment, AttachmentCreateParams, ImageAttachment

ALICE, BOB = {"user": "alice"}, {"user": "bob"}
HTML = b"<!doctype html><script>alert(1)</script>"


class Clock:
    """A clock that is set by hand, a little behind the storage's."""

    def __init__(self) -> None:
        import time

        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def place(object_storage: ObjectStorage) -> str:
    """A folder of its own in the bucket."""
    return f"{object_storage.url}/{uuid.uuid4().hex}"


@pytest.fixture
def files(object_storage: ObjectStorage, place: str, clock: Clock) -> ObjectAttachmentStore[Any]:
    return ObjectAttachmentStore(place, owner=user_of, config=object_storage.config, clock=clock)


@pytest.fixture
async def chat(files: ObjectAttachmentStore[Any]) -> AsyncIterator[Chat]:
    async with chatting(files) as chat:
        yield chat


async def put(attachment: Attachment, data: bytes, **headers: str) -> httpx2.Response:
    """What the storage says to an upload as the page makes it."""
    upload = attachment.upload_descriptor
    assert upload is not None
    assert upload.method == "PUT"
    async with httpx2.AsyncClient() as client:
        return await client.put(
            str(upload.url), content=data, headers={**upload.headers, **headers}
        )


async def get(url: Any) -> httpx2.Response:
    async with httpx2.AsyncClient() as client:
        return await client.get(str(url))


async def created(
    files: ObjectAttachmentStore[Any], data: bytes, kind: str, name: str = "a"
) -> Attachment:
    params = AttachmentCreateParams(name=name, size=len(data), mime_type=kind)
    return await files.create_attachment(params, ALICE)


async def uploaded(files: ObjectAttachmentStore[Any], data: bytes, kind: str) -> Attachment:
    attachment = await created(files, data, kind)
    assert (await put(attachment, data)).status_code == 200
    return attachment


async def objects(files: ObjectAttachmentStore[Any]) -> list[str]:
    """What is in the store's folder: places and parts."""
    found = [path for place in ("unused", "kept") for path, _ in await files._bucket.list(place)]
    return sorted(f"{path.split('/')[0]}/{path.split('/')[-1]}" for path in found)


def test_it_does_what_the_optional_protocols_ask(files: ObjectAttachmentStore[Any]) -> None:
    """The server and the HTTP app look for these, and for no class."""
    for protocol in (
        *(ReadsAttachments, ChecksAttachments, RefreshesAttachments, CollectsUnused, TakesFiles),
    ):
        assert isinstance(files, protocol)


async def test_a_file_goes_from_the_page_to_the_storage_and_to_the_model(chat: Chat) -> None:
    """The two-phase strategy from end to end: the bytes never pass through our server."""
    given = [
        ("cat.png", picture(size=(900, 600)), PNG),
        ("a.pdf", pdf(), PDF),
        ("notes.txt", "Grüße".encode(), "text/plain"),
        ("empty.txt", b"", "text/plain"),
        ("report.docx", word_document() * 40, DOCX),
    ]
    ids = [await chat.attaches(*each) for each in given]
    _, events = await chat.begins(*ids)
    message = next(each["item"] for each in events if each["type"] == "thread.item.done")
    assert "chatkit.size" not in str(message)
    shown = message["attachments"][0]
    assert "upload_descriptor" not in shown
    preview = await get(shown["preview_url"])
    assert (preview.status_code, preview.headers["content-type"]) == (200, "image/webp")
    (heard,) = chat.server.heard
    files: Any = chat.server.attachment_store
    for attachment, (_, data, _) in zip(heard.attachments, given, strict=True):
        assert await files.read_attachment(attachment.id, ALICE) == data
    converter: Any = StoredItemConverter(files, ALICE)
    (item,) = await converter.to_agent_input([heard])
    assert item["content"][1]["image_url"].startswith("data:image/png;base64,")
    kept = ["kept/content"] * 5 + ["kept/preview"]
    assert await objects(files) == kept


async def test_a_file_is_uploaded_directly_through_our_app(chat: Chat) -> None:
    """The direct strategy works with storage too, judged as on the disk."""
    data = picture(size=(900, 600))
    answer = await chat.sends_file("cat.png", data, PNG)
    assert answer.status_code == 200, answer.text
    assert "upload_descriptor" not in answer.json()
    files: Any = chat.server.attachment_store
    assert await objects(files) == ["unused/content", "unused/preview"]
    await chat.begins(answer.json()["id"])
    assert await objects(files) == ["kept/content", "kept/preview"]
    assert (await chat.sends_file("a.png", HTML, PNG)).status_code == 415
    large = pdf("x" * 12_000_000)
    answer = await chat.sends_file("large.pdf", large, PDF)
    await chat.begins(answer.json()["id"])
    assert await files.read_attachment(answer.json()["id"], ALICE) == large


@pytest.mark.requirement("sec-20")
async def test_the_storage_takes_the_announced_size_and_type_only(
    files: ObjectAttachmentStore[Any],
) -> None:
    """Longer, shorter, of another type or of none: the signature does not fit."""
    attachment = await created(files, b"hello", "text/plain")
    assert attachment.upload_descriptor is not None
    assert attachment.upload_descriptor.headers == {"Content-Type": "text/plain"}
    for data, headers in (
        (b"hello!", {}),
        (b"hell", {}),
        (b"", {}),
        (b"hello", {"Content-Type": "text/html"}),
        (b"hello", {"Content-Type": ""}),
    ):
        refused = await put(attachment, data, **headers)
        assert refused.status_code == 403, refused.text
    with pytest.raises(AttachmentIncomplete):
        await files.check_attachments([attachment], ALICE)
    assert (await put(attachment, b"hello")).status_code == 200
    await files.check_attachments([attachment], ALICE)


@pytest.mark.requirement("sec-20")
async def test_links_to_the_storage_end_and_cannot_be_changed(
    files: ObjectAttachmentStore[Any], clock: Clock
) -> None:
    """An upload after a quarter of an hour, a download after an hour, another path: refused."""
    data = picture()
    clock.now -= 15 * 60
    late = await created(files, data, PNG)
    assert (await put(late, data)).status_code == 403
    clock.now += 15 * 60
    attachment = await uploaded(files, data, PNG)
    await files.check_attachments([attachment], ALICE)
    (kept,) = await files.keep_attachments([attachment], ALICE)
    assert isinstance(kept, ImageAttachment)
    url = str(kept.preview_url)
    assert (await get(url)).status_code == 200
    assert (await get(url.replace("/preview?", "/content?"))).status_code == 403
    assert (await get(url.replace("webp", "html"))).status_code == 403
    async with httpx2.AsyncClient() as client:
        assert (await client.put(url, content=b"evil")).status_code == 403
        assert (await client.delete(url)).status_code == 403
    clock.now -= 2 * 3600
    old = await files.refresh_attachment(kept, ALICE)
    assert isinstance(old, ImageAttachment)
    assert (await get(old.preview_url)).status_code == 403


async def test_links_are_fresh_whenever_an_attachment_is_served_and_steady_for_a_while(
    files: ObjectAttachmentStore[Any], clock: Clock
) -> None:
    """A thread that is opened later shows its pictures; one that is reloaded need not load them."""
    attachment = await created(files, picture(), PNG)
    urls = set()
    for _ in range(60):
        served = await files.refresh_attachment(attachment, ALICE)
        assert isinstance(served, ImageAttachment)
        assert served.upload_descriptor is None
        urls.add(str(served.preview_url))
        clock.now += 60
    assert 2 <= len(urls) <= 3
    document = await created(files, pdf(), PDF)
    assert (await files.refresh_attachment(document, ALICE)).upload_descriptor is None


@pytest.mark.requirement("sec-17")
@pytest.mark.parametrize(
    ("data", "kind", "how"),
    [
        (picture(), PNG, "inline"),
        (pdf(), PDF, "inline"),
        (HTML, "text/html", "attachment"),
        (b"<svg onload='alert(1)'/>", "image/svg+xml", "attachment"),
    ],
)
async def test_the_storage_too_shows_pictures_and_saves_the_rest(
    data: bytes, kind: str, how: str, files: ObjectAttachmentStore[Any]
) -> None:
    """HTML and SVG leave as bytes to keep, by headers that are under the signature."""
    attachment = await uploaded(files, data, kind)
    await files.keep_attachments([attachment], ALICE)
    answer = await get(await files.file_url(attachment, ALICE))
    assert answer.content == data
    assert answer.headers["content-disposition"].startswith(how)
    shown = kind if how == "inline" else "application/octet-stream"
    assert answer.headers["content-type"] == shown


@pytest.mark.requirement("sec-16", "sec-19")
@pytest.mark.parametrize(
    ("data", "kind", "refusal"),
    [
        (b"MZ\x90\0\x03" + b"\0" * 100, PNG, AttachmentTypeRefused),
        (HTML, PNG, AttachmentTypeRefused),
        (picture("JPEG") + archive(), JPEG, AttachmentTypeRefused),
        (pdf("x" * 200_000) + archive(), PDF, AttachmentTypeRefused),
        (b"text\0", "text/plain", AttachmentTypeRefused),
        (picture()[:50], PNG, AttachmentRefused),
        (png_of_claimed_size(20_000, 20_000), PNG, AttachmentTooLarge),
    ],
)
async def test_what_was_uploaded_is_judged_before_it_is_used(
    data: bytes, kind: str, refusal: type[Exception], files: ObjectAttachmentStore[Any]
) -> None:
    """The storage looks at no byte; the message is refused, and the bytes are deleted."""
    attachment = await uploaded(files, data, kind)
    with pytest.raises(refusal):
        await files.check_attachments([attachment], ALICE)
    assert await objects(files) == []
    with pytest.raises(AttachmentIncomplete):
        await files.check_attachments([attachment], ALICE)


@pytest.mark.requirement("sec-16")
async def test_bytes_that_were_swapped_after_the_check_are_judged_again(
    files: ObjectAttachmentStore[Any],
) -> None:
    """A link to upload works until it ends; what is kept is what was judged."""
    good, evil = b"good text", b"evil\0text"
    attachment = await uploaded(files, good, "text/plain")
    await files.check_attachments([attachment], ALICE)
    assert (await put(attachment, evil)).status_code == 200
    with pytest.raises(AttachmentTypeRefused):
        await files.keep_attachments([attachment], ALICE)
    assert (await put(attachment, good)).status_code == 200
    await files.check_attachments([attachment], ALICE)
    await files.keep_attachments([attachment], ALICE)
    assert (await put(attachment, evil)).status_code == 200
    assert await files.read_attachment(attachment.id, ALICE) == good


async def test_an_upload_that_the_storage_let_through_unbound_is_judged_all_the_same(
    files: ObjectAttachmentStore[Any],
) -> None:
    """On Google and Azure a link binds neither size nor type: the check does."""
    attachment = await created(files, b"hello", "text/plain")
    path = f"unused/{files._key(attachment.id, ALICE)}/content"
    await files._bucket.write(path, b"hello!", "text/plain")
    with pytest.raises(UploadIncomplete, match="5 bytes were announced, 6 came"):
        await files.check_attachments([attachment], ALICE)
    await files._bucket.write(path, b"hello", "text/html")
    with pytest.raises(AttachmentTypeRefused, match="uploaded as text/plain"):
        await files.check_attachments([attachment], ALICE)
    assert await objects(files) == []


async def test_a_message_whose_file_never_came_is_refused(chat: Chat) -> None:
    """As on the disk: a 409 that names the file."""
    attachment = await chat.creates("a.pdf", pdf(), PDF)
    response = await chat.says([attachment["id"]])
    assert response.status_code == 409
    assert response.json()["error"]["type"] == "attachment_incomplete"


@pytest.mark.requirement("sec-02")
async def test_nobody_else_can_do_anything_with_an_attachment(
    files: ObjectAttachmentStore[Any],
) -> None:
    """Another owner's folder is another folder."""
    attachment = await uploaded(files, b"text", "text/plain")
    await files.keep_attachments([attachment], ALICE)
    with pytest.raises(AttachmentNotFound):
        await files.read_attachment(attachment.id, BOB)
    with pytest.raises(AttachmentIncomplete):
        await files.check_attachments([attachment], BOB)
    with pytest.raises(AttachmentNotFound):
        await files.keep_attachments([attachment], BOB)
    await files.delete_attachment(attachment.id, BOB)
    assert (await get(await files.file_url(attachment, BOB))).status_code == 404
    assert await files.read_attachment(attachment.id, ALICE) == b"text"


@pytest.mark.requirement("sec-35")
async def test_deleting_a_thread_deletes_its_objects(chat: Chat) -> None:
    """The bytes and the previews; an attachment that was not sent goes by itself."""
    thread_id, _ = await chat.begins(
        await chat.attaches("a.txt", b"x", "text/plain"),
        await chat.attaches("b.png", picture(), PNG),
    )
    unsent = await chat.attaches("c.txt", b"x", "text/plain")
    files: Any = chat.server.attachment_store
    await chat.asks("threads.delete", thread_id=thread_id)
    assert await objects(files) == ["unused/content"]
    await chat.asks("attachments.delete", attachment_id=unsent)
    assert await objects(files) == []


async def test_keeping_twice_is_keeping_once(files: ObjectAttachmentStore[Any]) -> None:
    """A message that is sent again after an error finds its attachment where it was put."""
    attachment = await uploaded(files, picture(), PNG)
    for _ in range(2):
        await files.check_attachments([attachment], ALICE)
        await files.keep_attachments([attachment], ALICE)
    assert await objects(files) == ["kept/content", "kept/preview"]
    gone = await created(files, b"x", "text/plain")
    with pytest.raises(AttachmentNotFound):
        await files.keep_attachments([gone], ALICE)


async def test_what_nobody_sends_is_collected_after_a_day(
    files: ObjectAttachmentStore[Any], clock: Clock
) -> None:
    """Uploads that were never sent go, by a call or as new files come; what was sent stays."""
    kept = await uploaded(files, b"kept", "text/plain")
    await files.keep_attachments([kept], ALICE)
    image = await uploaded(files, picture(), PNG)
    await files.check_attachments([image], ALICE)
    clock.now += 23 * 3600
    assert await files.collect_unused() == 0
    clock.now += 2 * 3600
    assert await files.collect_unused() == 1
    assert await objects(files) == ["kept/content"]


async def test_a_user_may_have_so_many_unused_files_and_no_more(
    object_storage: ObjectStorage, place: str
) -> None:
    """Storage costs money; others are not held up."""
    limits = AttachmentLimits(unused_files=1, files_per_message=1)
    files: ObjectAttachmentStore[Any] = ObjectAttachmentStore(
        place, owner=user_of, limits=limits, config=object_storage.config
    )
    first = await uploaded(files, b"x", "text/plain")
    with pytest.raises(AttachmentRefused, match="in no message yet"):
        await created(files, b"y", "text/plain")
    await files.create_attachment(
        AttachmentCreateParams(name="a", size=1, mime_type="text/plain"), BOB
    )
    with pytest.raises(AttachmentRefused, match="1 files at most"):
        await files.check_attachments([first, first], ALICE)


async def test_keys_may_come_from_the_environment_or_from_a_provider(
    object_storage: ObjectStorage, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As wherever S3 is used; keys that are lent and change are asked for each time."""
    keys = object_storage.credentials
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", keys.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", keys.secret_access_key)
    monkeypatch.setenv("AWS_ENDPOINT_URL", object_storage.endpoint)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    await uploaded(ObjectAttachmentStore(place, owner=user_of), b"x", "text/plain")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(ValueError, match="AWS_ACCESS_KEY_ID"):
        ObjectAttachmentStore(place)
    asked = 0

    async def lend() -> dict[str, Any]:
        nonlocal asked
        asked += 1
        return {
            "access_key_id": keys.access_key_id,
            "secret_access_key": keys.secret_access_key,
            "token": None,
            "expires_at": None,
        }

    lending: Any = ObjectAttachmentStore(place, owner=user_of, credential_provider=lend)
    await uploaded(lending, b"x", "text/plain")
    assert asked > 0


async def test_clients_may_reach_the_storage_by_another_name_than_the_server(
    object_storage: ObjectStorage, place: str
) -> None:
    """In a cluster the server's own way to it is of no use to a browser."""
    public = object_storage.endpoint.replace("127.0.0.1", "localhost")
    files: ObjectAttachmentStore[Any] = ObjectAttachmentStore(
        place, owner=user_of, config=object_storage.config, public_endpoint=f"{public}/"
    )
    attachment = await uploaded(files, b"text", "text/plain")
    assert attachment.upload_descriptor is not None
    assert str(attachment.upload_descriptor.url).startswith(f"{public}/")
    await files.check_attachments([attachment], ALICE)


async def test_storage_that_is_down_is_an_error_that_tells_the_client_nothing(
    object_storage: ObjectStorage, place: str, caplog: pytest.LogCaptureFixture
) -> None:
    """503, to be tried again; its address is for the log."""
    config = {**object_storage.config, "endpoint": "http://127.0.0.1:1"}
    files: Any = ObjectAttachmentStore(
        place, owner=user_of, config=config, client_options={"connect_timeout": "1s"}
    )
    files._bucket._store = files._bucket._store.__class__.from_url(
        place,
        config=config,
        client_options={"allow_http": True},
        retry_config={"max_retries": 0},
    )
    async with chatting(files, MemoryStore(owner=user_of)) as chat:
        answer = await chat.asks("attachments.create", name="a", size=1, mime_type="text/plain")
    assert answer.status_code == 503
    assert "127.0.0.1" not in answer.text
    assert "127.0.0.1:1" in caplog.text
    with pytest.raises(StoreUnavailable):
        await files.delete_attachment("atc_1", ALICE)
