"""What a session's configuration allows is held to, whatever a page asks for."""

from pathlib import Path
from typing import Any

import pytest
from hosted_stage import Stage, Support, asks, bearer, creates, staged

from chatkit.attachments import LocalAttachmentStore
from chatkit.store import MemoryStore

OFTEN = {"max_requests_per_1_minute": 100}
PICTURE = ("note.txt", b"x" * 1000, "text/plain")


def allows(**configuration: Any) -> dict[str, Any]:
    """The options of such a session."""
    return {"chatkit_configuration": configuration, "rate_limits": OFTEN}


async def listed(stage: Stage, secret: str, **params: Any) -> dict[str, Any]:
    response = await stage.ask(secret, asks("threads.list", **params))
    assert response.status_code == 200, response.text
    return response.json()


async def status_of(stage: Stage, secret: str, body: dict[str, Any]) -> int:
    return (await stage.ask(secret, body)).status_code


async def test_without_history_nothing_is_listed_and_earlier_threads_are_out_of_reach(
    stage: Stage,
) -> None:
    """The thread of this session is there all the same, and the last one: secrets are renewed."""
    before = await stage.secret()
    first, second = await stage.thread(before), await stage.thread(before)
    secret = await stage.secret(**allows(history={"enabled": False}))
    refused = await stage.ask(secret, asks("threads.list"))
    assert (refused.status_code, refused.json()["error"]["type"]) == (403, "history_disabled")
    assert await status_of(stage, secret, asks("threads.get_by_id", thread_id=second)) == 200
    own = await stage.thread(secret)
    for thread_id, status in ((first, 404), (second, 404), (own, 200)):
        for body in (
            asks("threads.get_by_id", thread_id=thread_id),
            asks("items.list", thread_id=thread_id),
            asks("threads.update", thread_id=thread_id, title="mine"),
        ):
            assert await status_of(stage, secret, body) == status
    message = asks("threads.add_user_message", thread_id=first, input=creates()["params"]["input"])
    assert await status_of(stage, secret, message) == 404


async def test_a_short_history_has_the_most_recent_threads_only(stage: Stage) -> None:
    """Its pages are pages of these, and the others are as good as gone."""
    before = await stage.secret()
    made = [await stage.thread(before) for _ in range(4)]
    secret = await stage.secret(**allows(history={"recent_threads": 3}))
    newest = await listed(stage, secret, order="desc", limit=2)
    assert [thread["id"] for thread in newest["data"]] == [made[3], made[2]]
    assert (newest["has_more"], newest["after"]) == (True, made[2])
    rest = await listed(stage, secret, order="desc", limit=2, after=newest["after"])
    assert [thread["id"] for thread in rest["data"]] == [made[1]]
    assert rest["has_more"] is False
    upwards = await listed(stage, secret, order="asc")
    assert [thread["id"] for thread in upwards["data"]] == made[1:]
    oldest = asks("threads.get_by_id", thread_id=made[0])
    assert await status_of(stage, secret, oldest) == 404
    assert await status_of(stage, secret, asks("threads.list", after=made[0])) == 404
    third = asks("threads.get_by_id", thread_id=made[1])
    assert await status_of(stage, secret, third) == 200


@pytest.fixture
def files(tmp_path: Path) -> LocalAttachmentStore[Any]:
    return LocalAttachmentStore(tmp_path)


def create_file(size: int = 10) -> dict[str, Any]:
    return asks("attachments.create", name="note.txt", size=size, mime_type="text/plain")


async def test_without_file_upload_no_file_is_taken(files: LocalAttachmentStore[Any]) -> None:
    """Neither in two phases nor directly."""
    async with staged(Support(MemoryStore(), attachment_store=files)) as stage:
        secret = await stage.secret()
        answers = [
            await stage.ask(secret, create_file()),
            await stage.page.post(
                "/chatkit/files", files={"file": PICTURE}, headers=bearer(secret)
            ),
        ]
        stranger = await stage.page.post("/chatkit/files", files={"file": PICTURE})
    assert [answer.status_code for answer in answers] == [403, 403]
    assert {answer.json()["error"]["type"] for answer in answers} == {"file_upload_disabled"}
    assert stranger.status_code == 401


async def test_a_session_takes_so_many_files_and_no_larger_ones(
    files: LocalAttachmentStore[Any],
) -> None:
    """Both ways count together, and a direct upload is cut off where it gets too large."""
    mebibyte = 1024 * 1024
    async with staged(Support(MemoryStore(), attachment_store=files)) as stage:
        secret = await stage.secret(
            **allows(file_upload={"enabled": True, "max_file_size": 1, "max_files": 3})
        )
        upload = stage.page.post
        headers = bearer(secret)
        too_large = await stage.ask(secret, create_file(mebibyte + 1))
        just_right = await stage.ask(secret, create_file(mebibyte))
        big = ("big.txt", b"x" * (mebibyte + 1), "text/plain")
        cut_off = await upload("/chatkit/files", files={"file": big}, headers=headers)
        direct = await upload("/chatkit/files", files={"file": PICTURE}, headers=headers)
        one_too_many = await stage.ask(secret, create_file())
        other = await stage.ask(
            await stage.secret(**allows(file_upload={"enabled": True})), create_file()
        )
    assert too_large.status_code == 413
    assert just_right.status_code == 200, just_right.text
    assert (cut_off.status_code, direct.status_code) == (413, 200)
    assert one_too_many.json()["error"]["message"] == "this session takes 3 files"
    assert other.status_code == 200


async def test_a_users_files_are_the_users_own(files: LocalAttachmentStore[Any]) -> None:
    """Also where neither store was told an owner: the session says it."""
    async with staged(Support(MemoryStore(), attachment_store=files)) as stage:
        able = allows(file_upload={"enabled": True})
        ada, eve = await stage.secret("ada", **able), await stage.secret("eve", **able)
        attachment = (await stage.ask(ada, create_file(5))).json()
        link = attachment["upload_descriptor"]["url"]
        sent = await stage.page.request(
            attachment["upload_descriptor"]["method"],
            link,
            **(
                {"files": {"file": ("note.txt", b"hello", "text/plain")}}
                if attachment["upload_descriptor"]["method"] == "POST"
                else {"content": b"hello"}
            ),
        )
        stolen = await stage.ask(eve, creates(attachments=[attachment["id"]]))
        own = await stage.ask(ada, creates(attachments=[attachment["id"]]))
        thread = (await stage.backend.beta.chatkit.threads.list()).data[0]
        items = await stage.backend.beta.chatkit.threads.list_items(thread.id, order="asc")
    assert sent.status_code == 200, sent.text
    assert stolen.status_code == 404
    assert own.status_code == 200
    (shown,) = items.data[0].attachments  # type: ignore[union-attr]
    assert (shown.id, shown.name, shown.type) == (attachment["id"], "note.txt", "file")
