"""Messages that carry attachments: what is refused, what is served, what a deletion takes along."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from file_server import Chat, chatting, left_in, local_files, user_of
from sample_files import DOCX, PDF, PNG, pdf, picture, word_document

from chatkit.agents import StoredItemConverter
from chatkit.attachments import AttachmentLimits
from chatkit.store import AttachmentStore, MemoryStore, SQLiteStore
from chatkit.types import (
    Attachment,
    AttachmentCreateParams,
    AttachmentUploadDescriptor,
    FileAttachment,
    UserMessageItem,
)

ALICE = {"user": "alice"}


def error_of(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["type"]


@pytest.fixture(params=["memory", "sqlite"])
async def chat(request: pytest.FixtureRequest, folder: Path, tmp_path: Path) -> Any:
    """A chat with files, on each of our stores."""
    if request.param == "memory":
        async with chatting(local_files(folder)) as chat:
            yield chat
        return
    async with (
        SQLiteStore(tmp_path / "chat.db", owner=user_of) as store,
        chatting(local_files(folder), store) as chat,
    ):
        yield chat


async def test_a_message_whose_file_never_came_is_refused(chat: Chat) -> None:
    """The model would be asked about nothing; the user is told which file it is."""
    attachment = await chat.creates("a.pdf", pdf(), PDF)
    response = await chat.says([attachment["id"]])
    assert error_of(response) == (409, "attachment_incomplete")
    assert attachment["id"] in response.json()["error"]["message"]
    assert (await chat.asks("threads.list")).json()["data"] == []
    await chat.uploads(attachment, pdf(), PDF)
    await chat.begins(attachment["id"])
    (heard,) = chat.server.heard
    assert [each.name for each in heard.attachments] == ["a.pdf"]


@pytest.mark.requirement("sec-02")
async def test_another_users_attachment_can_be_neither_sent_nor_deleted(
    chat: Chat, folder: Path
) -> None:
    """A foreign id is answered as one that does not exist, and nothing is written."""
    attachment_id = await chat.attaches("a.png", picture(), PNG)
    bob = chat.as_user("bob")
    thread_id, _ = await bob.begins()
    for response in (
        await bob.says([attachment_id]),
        await bob.says([attachment_id], thread_id),
        await bob.asks("attachments.delete", attachment_id=attachment_id),
        await bob.says(["atc_unknown"]),
    ):
        assert error_of(response) == (404, "not_found")
    assert left_in(folder) == ["unused/content", "unused/preview", "unused/record.json"]
    await chat.begins(attachment_id)


async def test_a_message_takes_no_more_files_than_allowed(folder: Path) -> None:
    """Ten by default; the eleventh is not silently dropped."""
    async with chatting(local_files(folder, AttachmentLimits(files_per_message=1))) as chat:
        ids = [await chat.attaches("a.txt", b"x", "text/plain") for _ in range(2)]
        assert error_of(await chat.says(ids)) == (400, "attachment_refused")
        assert (await chat.says(ids[:1])).status_code == 200


@pytest.mark.requirement("row-09")
async def test_the_address_for_the_upload_is_served_until_the_message_is_sent_and_no_longer(
    chat: Chat,
) -> None:
    """Nowhere: not in the answer's events, not in the thread, not in its pages, not stored."""
    attachment_id = await chat.attaches("a.png", picture(), PNG)
    thread_id, events = await chat.begins(attachment_id)
    thread = (await chat.asks("threads.get_by_id", thread_id=thread_id)).json()
    page = (await chat.asks("items.list", thread_id=thread_id)).json()
    message = next(each["item"] for each in events if each["type"] == "thread.item.done")
    for items in ([message], thread["items"]["data"], page["data"]):
        (shown,) = next(each for each in items if each["type"] == "user_message")["attachments"]
        assert shown["id"] == attachment_id
        assert "upload_descriptor" not in shown
        assert "metadata" not in shown
    stored = await chat.server.store.load_attachment(attachment_id, ALICE)
    assert (stored.upload_descriptor, stored.thread_id) == (None, thread_id)


async def test_links_are_fresh_whenever_a_thread_is_served(folder: Path) -> None:
    """A thread that is opened a month later shows its pictures, though every link has ended."""
    now = [1_000_000.0]
    async with chatting(local_files(folder, clock=lambda: now[0])) as chat:
        thread_id, events = await chat.begins(await chat.attaches("a.png", picture(), PNG))
        message = next(each["item"] for each in events if each["type"] == "thread.item.done")
        old = message["attachments"][0]["preview_url"]
        assert (await chat.client.get(old)).status_code == 200
        now[0] += 30 * 24 * 3600
        assert (await chat.client.get(old)).status_code == 403
        for kind, params in (
            ("threads.get_by_id", {}),
            ("items.list", {"order": "desc", "limit": 5}),
        ):
            answer = (await chat.asks(kind, thread_id=thread_id, **params)).json()
            items = answer["items"]["data"] if "items" in answer else answer["data"]
            (shown,) = next(each for each in items if each["type"] == "user_message")["attachments"]
            assert (await chat.client.get(shown["preview_url"])).status_code == 200


@pytest.mark.requirement("sec-35", "row-09")
async def test_deleting_a_thread_deletes_its_files(
    chat: Chat, folder: Path, tmp_path: Path
) -> None:
    """The bytes, the previews, the records: nothing on the disk holds what was in them."""
    secret = b"canary-4f1c"
    thread_id, _ = await chat.begins(
        await chat.attaches("a.txt", secret, "text/plain"),
        await chat.attaches("b.png", picture(), PNG),
    )
    await chat.says([await chat.attaches("c.txt", secret, "text/plain")], thread_id)
    other_id, _ = await chat.begins(await chat.attaches("d.txt", b"stays", "text/plain"))
    assert any(secret in path.read_bytes() for path in files_below(folder))
    assert (await chat.asks("threads.delete", thread_id=thread_id)).status_code == 200
    assert left_in(folder) == ["kept/content", "kept/record.json"]
    assert not any(secret in path.read_bytes() for path in files_below(tmp_path))
    assert (await chat.asks("threads.get_by_id", thread_id=other_id)).status_code == 200


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.requirement("sec-35")
async def test_deleting_an_attachment_deletes_its_bytes(chat: Chat, folder: Path) -> None:
    """What the user takes out of the composer again is gone at once."""
    attachment_id = await chat.attaches("a.png", picture(), PNG)
    assert (await chat.asks("attachments.delete", attachment_id=attachment_id)).json() == {}
    assert left_in(folder) == []
    assert error_of(await chat.says([attachment_id])) == (404, "not_found")


async def test_a_file_that_another_thread_took_over_outlives_the_first(
    chat: Chat, folder: Path
) -> None:
    """A page may send one attachment twice; the thread that is left must not lose it."""
    attachment_id = await chat.attaches("a.txt", b"text", "text/plain")
    first, _ = await chat.begins(attachment_id)
    second, _ = await chat.begins(attachment_id)
    await chat.asks("threads.delete", thread_id=first)
    assert left_in(folder) == ["kept/content", "kept/record.json"]
    await chat.asks("threads.delete", thread_id=second)
    assert left_in(folder) == []


@pytest.mark.requirement("sec-35")
async def test_messages_that_a_retry_drops_take_their_files_along(chat: Chat, folder: Path) -> None:
    """Going back in a thread removes what came after, and nobody could delete it later."""
    thread_id, events = await chat.begins(await chat.attaches("a.txt", b"1", "text/plain"))
    await chat.says([await chat.attaches("b.txt", b"2", "text/plain")], thread_id)
    message = next(each["item"] for each in events if each["type"] == "thread.item.done")
    answer = await chat.asks("threads.retry_after_item", thread_id=thread_id, item_id=message["id"])
    assert answer.status_code == 200
    assert left_in(folder) == ["kept/content", "kept/record.json"]


async def test_a_file_that_was_collected_before_it_was_sent_is_not_found(
    chat: Chat, folder: Path
) -> None:
    """The user is told instead of sending a message about nothing."""
    attachment_id = await chat.attaches("a.txt", b"x", "text/plain")
    files: Any = chat.server.attachment_store
    await files.delete_attachment(attachment_id, ALICE)
    assert error_of(await chat.says([attachment_id])) == (404, "not_found")


class OfficialFiles(AttachmentStore[Any]):
    """An attachment store as it is written for the official SDK: two methods and no more."""

    def __init__(self) -> None:
        self.deleted: list[str] = []

    async def create_attachment(self, input: AttachmentCreateParams, context: Any) -> Attachment:
        return FileAttachment(
            id=self.generate_attachment_id(input.mime_type, context),
            name=input.name,
            mime_type=input.mime_type,
            upload_descriptor=AttachmentUploadDescriptor(
                url="https://host.example/upload", method="POST"
            ),
            metadata={"secret": "canary"},
        )

    async def delete_attachment(self, attachment_id: str, context: Any) -> None:
        self.deleted.append(attachment_id)


async def test_a_store_written_for_the_official_sdk_works_as_before() -> None:
    """It knows nothing of completeness: what is sent is taken; there are no further routes."""
    files = OfficialFiles()
    async with chatting(files) as chat:
        attachment = await chat.creates("a.pdf", b"x", PDF)
        assert attachment["upload_descriptor"]["url"] == "https://host.example/upload"
        thread_id, events = await chat.begins(attachment["id"])
        shown = json.dumps(events)
        assert "canary" not in shown
        assert "host.example" not in shown
        assert (await chat.client.post("/chatkit/files")).status_code == 404
        await chat.asks("threads.delete", thread_id=thread_id)
        assert files.deleted == [attachment["id"]]


async def test_old_rows_that_still_have_an_address_are_served_without_it() -> None:
    """The official SDK stored messages with their upload addresses."""
    store = MemoryStore[Any](owner=user_of)
    files = OfficialFiles()
    async with chatting(files, store) as chat:
        thread_id, _ = await chat.begins()
        params = AttachmentCreateParams(name="a", size=1, mime_type=PDF)
        message = UserMessageItem(
            id="msg_old",
            thread_id=thread_id,
            created_at=datetime.now(UTC),
            content=[],
            attachments=[await files.create_attachment(params, ALICE)],
            inference_options={},
        )
        await store.add_thread_item(thread_id, message, ALICE)
        page = (await chat.asks("items.list", thread_id=thread_id)).json()
        assert next(each for each in page["data"] if each["id"] == "msg_old")["attachments"]
        assert "host.example" not in json.dumps(page)


async def test_the_model_sees_images_and_pdf_as_data_text_as_text_and_the_rest_by_name(
    chat: Chat,
) -> None:
    """The ready-made converter of `chatkit.agents` reads from the store as it is."""
    given: Sequence[tuple[str, bytes, str]] = [
        ("cat.png", picture(), PNG),
        ("a.pdf", pdf(), PDF),
        ("notes.txt", "Grüße".encode(), "text/plain"),
        ("report.docx", word_document(), DOCX),
    ]
    await chat.begins(*[await chat.attaches(*each) for each in given])
    (message,) = chat.server.heard
    files: Any = chat.server.attachment_store
    converter: Any = StoredItemConverter(files, ALICE)
    (item,) = await converter.to_agent_input([message])
    _, image, document, notes, report = item["content"]
    assert image["image_url"].startswith("data:image/png;base64,")
    assert document["file_data"].startswith("data:application/pdf;base64,")
    assert "Grüße" in notes["text"]
    assert "report.docx" in report["text"]
    assert DOCX in report["text"]
