"""Google Cloud Storage and Azure: their links, made without asking them."""

import base64
import sys
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from google_server import new_key, service_account
from sample_files import PNG, picture

from chatkit.attachments import ObjectAttachmentStore
from chatkit.types import Attachment, AttachmentCreateParams, FileAttachment, ImageAttachment

ALICE = {"user": "alice"}


def google() -> ObjectAttachmentStore[Any]:
    return ObjectAttachmentStore(
        "gs://bucket/chat", config={"service_account_key": service_account(new_key())}
    )


def azure() -> ObjectAttachmentStore[Any]:
    key = base64.b64encode(b"key").decode()
    return ObjectAttachmentStore(
        "az://container/chat", config={"account_name": "account", "account_key": key}
    )


async def create(files: Any, monkeypatch: pytest.MonkeyPatch) -> Attachment:
    """An attachment; the storage is asked for nothing but the list of unused files."""

    async def nothing(folder: str) -> list[Any]:
        return []

    monkeypatch.setattr(files._bucket, "list", nothing)
    params = AttachmentCreateParams(name="a.png", size=len(picture()), mime_type=PNG)
    return await files.create_attachment(params, ALICE)


@pytest.mark.parametrize(
    ("make", "host", "headers", "signature"),
    [
        (google, "storage.googleapis.com", {"Content-Type": PNG}, "X-Goog-Signature"),
        (
            azure,
            "account.blob.core.windows.net",
            {"Content-Type": PNG, "x-ms-blob-type": "BlockBlob"},
            "sig",
        ),
    ],
)
async def test_links_to_other_clouds_are_signed_by_their_rules(
    make: Any, host: str, headers: dict[str, str], signature: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Azure refuses an upload without the kind of blob: it is in the headers for the client."""
    files = make()
    attachment = await create(files, monkeypatch)
    assert isinstance(attachment, ImageAttachment)
    upload = attachment.upload_descriptor
    assert upload is not None
    assert (upload.method, upload.headers) == ("PUT", headers)
    for url, part in ((upload.url, "unused/"), (attachment.preview_url, "kept/")):
        parts = urlsplit(str(url))
        assert parts.netloc == host
        assert f"/chat/{part}" in parts.path
        assert signature in parse_qs(parts.query)


@pytest.mark.requirement("sec-17")
@pytest.mark.parametrize("make", [google, azure])
async def test_other_clouds_give_no_links_to_what_must_only_be_saved(make: Any) -> None:
    """Their links cannot say how a browser is to treat the file."""
    page = FileAttachment(id="atc_1", name="a.html", mime_type="text/html")
    with pytest.raises(NotImplementedError, match="images and PDF"):
        await make().file_url(page, ALICE)
    image = FileAttachment(id="atc_1", name="a.pdf", mime_type="application/pdf")
    assert (await make().file_url(image, ALICE)).startswith("https://")


@pytest.mark.parametrize("url", ["file:///tmp/x", "memory://", "https://example.com/x"])
def test_storage_that_signs_no_links_is_refused(url: str) -> None:
    """A folder is LocalAttachmentStore's."""
    with pytest.raises(ValueError, match="s3://, gs:// or az://"):
        ObjectAttachmentStore(url)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """And everything else works without it."""
    for name in [each for each in sys.modules if each.startswith("chatkit.attachments.")]:
        if name.rpartition(".")[2] in ("objects", "bucket", "signers", "uploaded", "faults"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "obstore", None)
    import chatkit.attachments

    with pytest.raises(ImportError, match=r"chatkit-selfhosted\[objects\]"):
        _ = chatkit.attachments.ObjectAttachmentStore
    with pytest.raises(AttributeError):
        _ = chatkit.attachments.Nothing  # type: ignore[attr-defined]
