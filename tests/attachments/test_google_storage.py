"""ObjectAttachmentStore on a Google Cloud Storage server: the links to it, and what was uploaded.

The server cannot copy as Google can, so what happens once a message is sent is tested on S3 and
Azure; it looks at no signature, so the tests do.
"""

import hashlib
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import httpx2
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from file_server import chatting, user_of
from google_server import EMAIL, GoogleStorage
from sample_files import PDF, pdf

from chatkit.attachments import (
    AttachmentIncomplete,
    AttachmentTypeRefused,
    ObjectAttachmentStore,
    UploadIncomplete,
)
from chatkit.types import Attachment, AttachmentCreateParams, FileAttachment

ALICE = {"user": "alice"}
HOST = "storage.googleapis.com"
"""Links are signed for Google's own host, wherever this server is."""


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> float:
        return self.now.timestamp()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def files(google_storage: GoogleStorage, clock: Clock) -> ObjectAttachmentStore[Any]:
    """A folder of its own in the bucket."""
    return ObjectAttachmentStore(
        f"{google_storage.url}/{uuid.uuid4().hex}",
        owner=user_of,
        config=google_storage.config,
        client_options={"allow_http": True},
        clock=clock,
    )


async def created(files: Any, data: bytes, kind: str) -> Attachment:
    params = AttachmentCreateParams(name="a", size=len(data), mime_type=kind)
    return await files.create_attachment(params, ALICE)


async def put(attachment: Attachment, data: bytes, **headers: str) -> None:
    """Uploads as the page does, with the headers that it was told to send."""
    upload = attachment.upload_descriptor
    assert upload is not None
    async with httpx2.AsyncClient() as client:
        answer = await client.put(
            str(upload.url), content=data, headers={**upload.headers, **headers}
        )
    assert answer.status_code == 200, answer.text


async def unused(files: Any) -> list[str]:
    return [path.split("/")[-1] for path, _ in await files._bucket.list("unused")]


async def test_a_file_goes_from_the_page_to_google_and_is_deleted_again(
    files: ObjectAttachmentStore[Any],
) -> None:
    """The bytes never pass through our server; it finds them, judges them, and deletes them."""
    async with chatting(files) as chat:
        data = pdf()
        attachment = await chat.creates("a.pdf", data, PDF)
        refused = await chat.says([attachment["id"]])
        assert (refused.status_code, refused.json()["error"]["type"]) == (
            409,
            "attachment_incomplete",
        )
        assert (await chat.uploads(attachment, data, PDF)).status_code == 200
        found = await chat.server.store.load_attachment(attachment["id"], ALICE)
        await files.check_attachments([found], ALICE)
        assert await unused(files) == ["content"]
        await chat.asks("attachments.delete", attachment_id=attachment["id"])
        assert await unused(files) == []


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
    """Another size, another type, other bytes: Google takes them, the message does not."""
    attachment = await created(files, b"hello", "text/plain")
    await put(attachment, data, **headers)
    with pytest.raises(refusal):
        await files.check_attachments([attachment], ALICE)
    assert await unused(files) == []
    with pytest.raises(AttachmentIncomplete):
        await files.check_attachments([attachment], ALICE)


async def test_what_nobody_sends_is_collected_after_a_day(
    files: ObjectAttachmentStore[Any], clock: Clock
) -> None:
    """Lists and their times come as from S3."""
    await put(await created(files, b"hello", "text/plain"), b"hello")
    clock.now += timedelta(hours=23)
    assert await files.collect_unused() == 0
    clock.now += timedelta(hours=2)
    assert await files.collect_unused() == 1
    assert await unused(files) == []


@pytest.mark.requirement("sec-20")
async def test_links_are_signed_for_one_object_one_use_and_a_while(
    files: ObjectAttachmentStore[Any], google_storage: GoogleStorage
) -> None:
    """By Google's rules of version 4, with the service account's key."""
    attachment = await created(files, pdf(), PDF)
    assert attachment.upload_descriptor is not None
    upload = str(attachment.upload_descriptor.url)
    document = FileAttachment(id=attachment.id, name="a.pdf", mime_type=PDF)
    download = await files.file_url(document, ALICE)
    assert dict(parse_qsl(urlsplit(upload).query))["X-Goog-Expires"] == "900"
    check_signature("PUT", upload, google_storage)
    check_signature("GET", download, google_storage)
    for method, url in (
        ("GET", upload),
        ("PUT", download),
        ("PUT", upload.replace("/unused/", "/kept/")),
        ("PUT", upload.replace("X-Goog-Expires=900", "X-Goog-Expires=9000")),
    ):
        with pytest.raises(InvalidSignature):
            check_signature(method, url, google_storage)


def check_signature(method: str, url: str, storage: GoogleStorage) -> None:
    """Raises InvalidSignature as Google would refuse the link.

    Source: https://cloud.google.com/storage/docs/authentication/canonical-requests
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    signature = bytes.fromhex(query.pop("X-Goog-Signature"))
    account, _, scope = query["X-Goog-Credential"].partition("/")
    assert account == EMAIL
    assert query["X-Goog-SignedHeaders"] == "host"
    canonical_query = urlencode(sorted(query.items()), quote_via=quote)
    lines = (method, parts.path, canonical_query, f"host:{HOST}", "", "host")
    request = "\n".join((*lines, "UNSIGNED-PAYLOAD")).encode()
    signed = "\n".join(
        (
            query["X-Goog-Algorithm"],
            query["X-Goog-Date"],
            scope,
            hashlib.sha256(request).hexdigest(),
        )
    )
    storage.key.public_key().verify(signature, signed.encode(), padding.PKCS1v15(), hashes.SHA256())
