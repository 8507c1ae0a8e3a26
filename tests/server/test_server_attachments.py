"""`attachments.create` and `attachments.delete`."""

import pytest
from hosts import Host, body, plain_store, read_json
from pydantic import AnyUrl
from stores import FailingStore, StoreDown

from chatkit.errors import AttachmentStoreMissing, NotFoundError
from chatkit.store import AttachmentStore
from chatkit.types import (
    Attachment,
    AttachmentCreateParams,
    AttachmentUploadDescriptor,
    FileAttachment,
)

CREATE = body("attachments.create", name="a.txt", size=5, mime_type="text/plain")
DELETE = body("attachments.delete", attachment_id="atc_1")


class Files(AttachmentStore):
    """Gives out upload addresses, and deletes bytes."""

    def __init__(self) -> None:
        self.asked: list[tuple] = []

    async def create_attachment(self, input: AttachmentCreateParams, context) -> Attachment:
        self.asked.append(("create", input, context))
        return FileAttachment(
            id="atc_1",
            name=input.name,
            mime_type=input.mime_type,
            metadata={"path": "canary"},
            upload_descriptor=AttachmentUploadDescriptor(
                url=AnyUrl("https://x.test/up"), method="PUT", headers={"X-Size": str(input.size)}
            ),
        )

    async def delete_attachment(self, attachment_id: str, context) -> None:
        self.asked.append(("delete", attachment_id, context))


class DirectFiles(AttachmentStore):
    """Takes uploads at an address of the host's own: no `create_attachment`."""

    async def delete_attachment(self, attachment_id: str, context) -> None:
        raise AssertionError


async def test_an_attachment_is_created_saved_and_described_without_its_metadata() -> None:
    """The page uploads to the descriptor's address; metadata never reaches it."""
    store, files = plain_store(), Files()
    sent = await read_json(Host(store, attachment_store=files), CREATE, "ctx")
    assert sent == {
        "id": "atc_1",
        "name": "a.txt",
        "mime_type": "text/plain",
        "upload_descriptor": {
            "url": "https://x.test/up",
            "method": "PUT",
            "headers": {"X-Size": "5"},
        },
        "type": "file",
    }
    assert store.writes == [("save_attachment", "atc_1")]
    assert store.attachments["atc_1"].metadata == {"path": "canary"}
    params = AttachmentCreateParams(name="a.txt", size=5, mime_type="text/plain")
    assert files.asked == [("create", params, "ctx")]


async def test_an_attachment_is_deleted_with_its_bytes_first() -> None:
    """A record without bytes could be found and deleted again; bytes without a record could not."""
    store, files = plain_store(), Files()
    store.attachments["atc_1"] = FileAttachment(id="atc_1", name="a", mime_type="text/plain")
    assert await read_json(Host(store, attachment_store=files), DELETE, "ctx") == {}
    assert files.asked == [("delete", "atc_1", "ctx")]
    assert store.calls == [("load_attachment", "atc_1"), ("delete_attachment", "atc_1")]


async def test_an_unknown_attachment_is_not_found_and_no_bytes_are_touched() -> None:
    """The store knows whose it is; the attachment store may not. A 404."""
    store, files = plain_store(), Files()
    with pytest.raises(NotFoundError):
        await Host(store, attachment_store=files).process(DELETE, None)
    assert files.asked == []


@pytest.mark.parametrize("request_", [CREATE, DELETE])
async def test_a_server_without_an_attachment_store_says_so(request_: str) -> None:
    """A RuntimeError, as officially; a 501 in HTTP."""
    with pytest.raises(AttachmentStoreMissing, match="attachment_store") as caught:
        await Host(plain_store()).process(request_, None)
    assert isinstance(caught.value, RuntimeError)
    assert caught.value.status == 501


async def test_a_store_for_direct_uploads_creates_nothing() -> None:
    """NotImplementedError, as officially, naming the class and the method."""
    server = Host(plain_store(), attachment_store=DirectFiles())
    with pytest.raises(NotImplementedError, match="DirectFiles must override create_attachment"):
        await server.process(CREATE, None)


async def test_a_store_that_fails_says_so_to_the_host() -> None:
    """No stream has begun, so the host's own handler answers."""
    with pytest.raises(StoreDown):
        await Host(FailingStore("save_attachment"), attachment_store=Files()).process(CREATE, None)
