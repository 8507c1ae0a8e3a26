"""What was uploaded and never sent goes after a day: bytes first, then the record."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from file_server import chatting, left_in, local_files, user_of

from chatkit.attachments import LocalAttachmentStore
from chatkit.errors import AttachmentNotFound, StoreUnavailable
from chatkit.server import unused
from chatkit.store import AttachmentStore, MemoryStore
from chatkit.store.sqlite import SQLiteStore
from chatkit.types import FileAttachment

ALICE = {"user": "alice"}
HOUR = 3600


def grow_older(folder: Path, database: Path, *, hours: int) -> None:
    """Makes everything in the folder and the database so much older."""
    for path in (folder / "unused").iterdir():
        moment = path.stat().st_mtime - hours * HOUR
        os.utime(path, (moment, moment))
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(
            "UPDATE attachments SET saved_at = saved_at - ?", (hours * HOUR * 1_000_000,)
        )
        connection.commit()


async def test_a_day_old_upload_leaves_neither_bytes_nor_record(
    folder: Path, tmp_path: Path
) -> None:
    """A message can no longer name it; what was sent stays, however old it is."""
    database = tmp_path / "chat.sqlite3"
    async with (
        SQLiteStore(database, owner=user_of) as store,
        chatting(local_files(folder), store) as chat,
    ):
        unsent = await chat.attaches("a.txt", b"unsent", "text/plain")
        sent = await chat.attaches("b.txt", b"sent", "text/plain")
        thread_id, _ = await chat.begins(sent)
        grow_older(folder, database, hours=23)
        assert await chat.server.collect_unused() == 0
        assert (await store.load_attachment(unsent, ALICE)).name == "a.txt"
        grow_older(folder, database, hours=2)
        assert await chat.server.collect_unused() == 1
        with pytest.raises(AttachmentNotFound):
            await store.load_attachment(unsent, ALICE)
        assert (await chat.says([unsent], thread_id)).status_code == 404
        assert (await store.load_attachment(sent, ALICE)).thread_id == thread_id
        assert await chat.server.files().read_attachment(sent, ALICE) == b"sent"
    assert left_in(folder) == ["kept/content", "kept/record.json"]


class TellingStore(MemoryStore[Any]):
    """Tells when it was asked to forget."""

    def __init__(self) -> None:
        super().__init__(owner=user_of)
        self.asked = asyncio.Event()

    async def forget_unused(self, seconds: float) -> int:
        self.asked.set()
        return await super().forget_unused(seconds)


async def test_the_app_collects_by_itself_when_it_starts(folder: Path) -> None:
    """Where nobody uploads anything any more, the last files go as well."""
    files = local_files(folder)
    store = TellingStore()
    async with chatting(files, store):
        await asyncio.wait_for(store.asked.wait(), 10)


class BadDay(LocalAttachmentStore[Any]):
    """Cannot collect."""

    async def collect_unused(self) -> int:
        raise StoreUnavailable("the disk is gone")


async def test_a_collection_that_fails_refuses_no_upload(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever uploads is not to blame; the log says what failed, and it is tried again later."""
    server = unused.UnusedFiles(MemoryStore(), BadDay(folder))
    await server.collect_if_due()
    await server.collect_if_due()
    (said,) = [record.getMessage() for record in caplog.records]
    assert said.startswith("collecting unused files failed: StoreUnavailable(")


class KeepsAll(AttachmentStore[Any]):
    """A host's own store of files, which deletes nothing by itself."""

    async def delete_attachment(self, attachment_id: str, context: Any) -> None:
        raise AssertionError


async def test_records_stay_where_their_bytes_do(folder: Path) -> None:
    """Without its record, a file could be found and deleted by nobody: as a host's own store
    keeps its files, and a host's own store of threads its records."""
    store: MemoryStore[Any] = MemoryStore()
    attachment = FileAttachment(id="atc_1", name="a.txt", mime_type="text/plain")
    await store.save_attachment(attachment, None)
    assert await unused.UnusedFiles(store, KeepsAll()).collect() == 0
    assert await unused.UnusedFiles(store, None).collect() == 0
    assert await store.load_attachment("atc_1", None) == attachment
