"""ObjectAttachmentStore on Azurite, which checks the signatures of Azure's links."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from azure_server import AzureStorage
from file_server import Chat, chatting, user_of
from sample_files import PDF, PNG, pdf, picture

from chatkit.attachments import (
    AttachmentIncomplete,
    AttachmentTypeRefused,
    ObjectAttachmentStore,
    UploadIncomplete,
)
from chatkit.types import Attachment, AttachmentCreateParams, FileAttachment, ImageAttachment

# The first test of a machine installs Azurite.
pytestmark = pytest.mark.timeout(180)

ALICE = {"user": "alice"}


@pytest.fixture
def files(azure_storage: AzureStorage) -> ObjectAttachmentStore[Any]:
    """A folder of its own in the container."""
    return ObjectAttachmentStore(
        f"{azure_storage.url}/{uuid.uuid4().hex}", owner=user_of, config=azure_storage.config
    )


@pytest.fixture
async def chat(files: ObjectAttachmentStore[Any]) -> AsyncIterator[Chat]:
    async with chatting(files) as chat:
        yield chat


async def created(files: Any, data: bytes, kind: str) -> Attachment:
    params = AttachmentCreateParams(name="a", size=len(data), mime_type=kind)
    return await files.create_attachment(params, ALICE)


async def put(attachment: Attachment, data: bytes, headers: Any = None) -> httpx2.Response:
    """What the storage says to an upload, with the headers that the page was told to send."""
    upload = attachment.upload_descriptor
    assert upload is not None
    sent = upload.headers if headers is None else headers
    async with httpx2.AsyncClient() as client:
        return await client.put(str(upload.url), content=data, headers=sent)


async def get(url: Any) -> httpx2.Response:
    async with httpx2.AsyncClient() as client:
        return await client.get(str(url))


async def objects(files: Any) -> list[str]:
    """What is in the store's folder: places and parts."""
    found = [path for place in ("unused", "kept") for path, _ in await files._bucket.list(place)]
    return sorted(f"{path.split('/')[0]}/{path.split('/')[-1]}" for path in found)


async def test_a_file_goes_from_the_page_to_azure_and_to_the_model(chat: Chat) -> None:
    """Both links work: what uploads it, with the headers of the descriptor, and what shows it."""
    given = [
        ("cat.png", picture(size=(900, 600)), PNG),
        ("a.pdf", pdf(), PDF),
        ("notes.txt", "Grüße".encode(), "text/plain"),
        ("empty.txt", b"", "text/plain"),
    ]
    ids = []
    for name, data, kind in given:
        attachment = await chat.creates(name, data, kind)
        assert (await chat.uploads(attachment, data, kind)).status_code == 201
        ids.append(attachment["id"])
    thread_id, events = await chat.begins(*ids)
    message = next(each["item"] for each in events if each["type"] == "thread.item.done")
    preview = await get(message["attachments"][0]["preview_url"])
    assert (preview.status_code, preview.headers["content-type"]) == (200, "image/webp")
    files: Any = chat.server.attachment_store
    for attachment_id, (_, data, _) in zip(ids, given, strict=True):
        assert await files.read_attachment(attachment_id, ALICE) == data
    assert await objects(files) == ["kept/content"] * 4 + ["kept/preview"]
    await chat.asks("threads.delete", thread_id=thread_id)
    assert await objects(files) == []


async def test_a_file_is_uploaded_directly_through_our_app(chat: Chat) -> None:
    """Also one that the storage takes in several parts."""
    large = pdf("x" * 12_000_000)
    answer = await chat.sends_file("large.pdf", large, PDF)
    assert answer.status_code == 200, answer.text
    await chat.begins(answer.json()["id"])
    files: Any = chat.server.attachment_store
    assert await files.read_attachment(answer.json()["id"], ALICE) == large


async def test_azure_makes_no_blob_without_its_kind(files: ObjectAttachmentStore[Any]) -> None:
    """So the header is in the descriptor: a page that sends what it is told to is served."""
    attachment = await created(files, b"hello", "text/plain")
    refused = await put(attachment, b"hello", {"Content-Type": "text/plain"})
    assert refused.status_code == 400
    with pytest.raises(AttachmentIncomplete):
        await files.check_attachments([attachment], ALICE)
    assert (await put(attachment, b"hello")).status_code == 201
    await files.check_attachments([attachment], ALICE)


@pytest.mark.requirement("sec-20")
async def test_a_link_is_good_for_one_blob_and_one_use(files: ObjectAttachmentStore[Any]) -> None:
    """Another path, reading what may be written, writing what may be read: refused."""
    data = picture()
    attachment = await created(files, data, PNG)
    assert attachment.upload_descriptor is not None
    upload = str(attachment.upload_descriptor.url)
    assert (await put(attachment, data)).status_code == 201
    assert (await get(upload)).status_code == 403
    other = attachment.model_copy(deep=True)
    assert other.upload_descriptor is not None
    for changed in (upload.replace("/unused/", "/kept/"), upload.replace("sp=", "sp=r")):
        other.upload_descriptor.url = changed  # type: ignore[assignment]
        assert (await put(other, b"evil")).status_code == 403
    await files.check_attachments([attachment], ALICE)
    (kept,) = await files.keep_attachments([attachment], ALICE)
    assert isinstance(kept, ImageAttachment)
    url = str(kept.preview_url)
    assert (await get(url)).status_code == 200
    assert (await get(url.replace("/preview?", "/content?"))).status_code == 403
    async with httpx2.AsyncClient() as client:
        assert (await client.delete(url)).status_code == 403
    document = FileAttachment(id=attachment.id, name="a.png", mime_type=PNG)
    assert (await get(await files.file_url(document, ALICE))).content == data


@pytest.mark.requirement("sec-16")
@pytest.mark.parametrize(
    ("data", "headers", "refusal"),
    [
        (b"hello!", {}, UploadIncomplete),
        (b"hello", {"Content-Type": "text/html"}, AttachmentTypeRefused),
        (b"h\0llo", {}, AttachmentTypeRefused),
    ],
)
async def test_what_a_link_does_not_bind_is_judged_before_it_is_used(
    data: bytes,
    headers: dict[str, str],
    refusal: type[Exception],
    files: ObjectAttachmentStore[Any],
) -> None:
    """Another size, another type, other bytes: Azure takes them, the message does not."""
    attachment = await created(files, b"hello", "text/plain")
    assert attachment.upload_descriptor is not None
    given = attachment.upload_descriptor.headers
    assert (await put(attachment, data, {**given, **headers})).status_code == 201
    with pytest.raises(refusal):
        await files.check_attachments([attachment], ALICE)
    assert await objects(files) == []


@pytest.mark.requirement("sec-16")
async def test_bytes_that_were_swapped_after_the_check_are_judged_again(
    files: ObjectAttachmentStore[Any],
) -> None:
    """Azure's marks change with the bytes, as S3's do."""
    attachment = await created(files, b"good text", "text/plain")
    await put(attachment, b"good text")
    await files.check_attachments([attachment], ALICE)
    await put(attachment, b"evil\0text")
    with pytest.raises(AttachmentTypeRefused):
        await files.keep_attachments([attachment], ALICE)
    assert await objects(files) == ["unused/content"]
