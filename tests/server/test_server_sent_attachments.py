"""Attachments of messages: saved with their thread, their upload address served no more."""

import pytest
from hosts import (
    Host,
    body,
    message,
    plain_store,
    read_json,
    read_stream,
    says,
    text_input,
)
from pydantic import AnyUrl

from chatkit.errors import AttachmentIncomplete, AttachmentNotFound, NotFoundError
from chatkit.store import AttachmentStore, MemoryStore
from chatkit.types import (
    AttachmentUploadDescriptor,
    FileAttachment,
    ImageAttachment,
)


async def test_attachments_are_saved_with_their_thread_before_the_message_is_added() -> None:
    """So that a host can tell which thread a file belongs to. Source: server-behaviour."""
    store = plain_store()
    store.attachments["atc_1"] = FileAttachment(
        id="atc_1", name="a.txt", mime_type="text/plain", metadata={"path": "canary"}
    )
    store.attachments["atc_2"] = ImageAttachment(
        id="atc_2", name="b.png", mime_type="image/png", preview_url=AnyUrl("https://x.test/b")
    )
    server = Host(store)
    events = await read_stream(server, says(attachments=["atc_1", "atc_2"]))
    assert store.names == [
        "load_thread",
        "load_attachment",
        "load_attachment",
        "save_attachment",
        "save_attachment",
        "add_thread_item",
        "add_thread_item",
    ]
    assert [row.thread_id for row in store.attachments.values()] == ["thr", "thr"]
    sent = events[0]["item"]["attachments"]
    assert [row["id"] for row in sent] == ["atc_1", "atc_2"]
    assert sent[0]["thread_id"] == "thr"
    assert "canary" not in str(events)
    _, user_message, _ = server.asked[0]
    assert user_message is not None
    assert user_message.attachments[0].metadata == {"path": "canary"}


@pytest.mark.requirement("row-09")
async def test_a_sent_attachment_no_longer_says_where_to_upload_it() -> None:
    """Design, row 9: the address took its bytes; whoever reads the thread must not have it."""
    store = plain_store()
    store.attachments["atc_1"] = FileAttachment(
        id="atc_1",
        name="a.txt",
        mime_type="text/plain",
        upload_descriptor=AttachmentUploadDescriptor(
            url=AnyUrl("https://x.test/canary"), method="PUT", headers={"X-Sign": "canary"}
        ),
    )
    server = Host(store)
    events = await read_stream(server, says(attachments=["atc_1"]))
    page = await read_json(server, body("items.list", thread_id="thr"))
    assert "canary" not in str(events) + str(page)
    assert store.attachments["atc_1"].upload_descriptor is None


async def test_an_attachment_with_a_plain_string_as_preview_is_sent_as_it_is() -> None:
    """Hosts swap in a relative URL through `model_copy`, which pydantic does not check."""
    store = plain_store()
    image = ImageAttachment(
        id="atc_1", name="b.png", mime_type="image/png", preview_url=AnyUrl("https://x.test/b")
    )
    store.attachments["atc_1"] = image.model_copy(update={"preview_url": "/files/atc_1"})
    server = Host(store)
    events = await read_stream(server, says(attachments=["atc_1"]))
    assert events[0]["item"]["attachments"][0]["preview_url"] == "/files/atc_1"
    page = await read_json(server, body("items.list", thread_id="thr", order="asc"))
    assert page["data"][0]["attachments"][0]["preview_url"] == "/files/atc_1"


@pytest.mark.parametrize("kind", ["threads.create", "threads.add_user_message"])
async def test_an_unknown_attachment_is_an_error_before_anything_is_changed(kind: str) -> None:
    """The page sent an id that the server never gave out."""
    store = plain_store()
    request = body(kind, thread_id="thr", input=text_input(attachments=["atc_1"]))
    with pytest.raises(NotFoundError):
        await Host(store).process(request, None)
    assert store.writes == []


async def test_an_unknown_attachment_of_our_own_store_says_which() -> None:
    """The message names what the caller can change."""
    with pytest.raises(AttachmentNotFound, match="atc_9"):
        await Host(MemoryStore()).process(
            body("threads.create", input=text_input(attachments=["atc_9"])), None
        )


class SigningFiles(AttachmentStore):
    """Knows whose bytes have come, and makes links that end."""

    def __init__(self) -> None:
        self.links = 0
        self.kept: list[str] = []
        self.missing: set[str] = set()

    async def delete_attachment(self, attachment_id: str, context: object) -> None:
        raise AssertionError

    async def check_attachments(self, attachments, context) -> None:
        for attachment in attachments:
            if attachment.id in self.missing:
                raise AttachmentIncomplete(attachment.id)

    async def keep_attachments(self, attachments, context):
        self.kept += [attachment.id for attachment in attachments]
        return list(attachments)

    async def refresh_attachment(self, attachment, context):
        self.links += 1
        return attachment.model_copy(update={"preview_url": f"/files/{self.links}"})


def image() -> ImageAttachment:
    """An image that was uploaded."""
    return ImageAttachment(
        id="atc_1", name="b.png", mime_type="image/png", preview_url=AnyUrl("https://x.test/b")
    )


async def test_a_message_whose_attachment_has_no_bytes_yet_is_refused() -> None:
    """The upload failed or is under way: the model would be shown nothing."""
    store, files = plain_store(), SigningFiles()
    store.attachments["atc_1"] = image()
    files.missing = {"atc_1"}
    with pytest.raises(AttachmentIncomplete):
        await Host(store, attachment_store=files).process(says(attachments=["atc_1"]), None)
    assert store.writes == []
    assert files.kept == []


async def test_attachments_are_served_with_links_that_are_good_now() -> None:
    """What was stored an hour ago has ended; each page gets links of its own."""
    store, files = plain_store(), SigningFiles()
    store.attachments["atc_1"] = image()
    server = Host(store, attachment_store=files)
    await read_stream(server, says(attachments=["atc_1"]))
    assert files.kept == ["atc_1"]
    request = body("items.list", thread_id="thr", order="asc")
    for link in ("/files/1", "/files/2"):
        page = await read_json(server, request)
        assert page["data"][0]["attachments"][0]["preview_url"] == link


async def test_an_upload_address_in_an_old_message_is_not_served() -> None:
    """Rows that the official package wrote still hold it."""
    descriptor = AttachmentUploadDescriptor(url=AnyUrl("https://x.test/canary"), method="PUT")
    old = image().model_copy(update={"upload_descriptor": descriptor})
    server = Host(plain_store(message(attachments=[old])))
    assert "canary" not in str(await read_json(server, body("items.list", thread_id="thr")))


@pytest.mark.requirement("row-09")
async def test_an_attachment_that_another_thread_sent_too_outlives_this_one() -> None:
    """Its record says whose it is; deleting one thread must not empty another."""
    shared = image().model_copy(update={"thread_id": "other"})
    store = plain_store(message(attachments=[image()]))
    store.attachments["atc_1"] = shared
    files = SigningFiles()
    await read_json(Host(store, attachment_store=files), body("threads.delete", thread_id="thr"))
    assert store.attachments == {"atc_1": shared}
