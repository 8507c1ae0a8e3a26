"""Models to text and back: what JSON, UTF-8 and clients make difficult."""

import warnings
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from store_making import NOON, message, thread

from chatkit.errors import InvalidRequest, ItemNotFound, ThreadNotFound
from chatkit.store import ServesClientPages, Store
from chatkit.store.rows import encode_item, encode_thread, microseconds, parse_item, parse_thread
from chatkit.testing.conformance.samples import image_attachment
from chatkit.types import (
    AssistantMessageContent,
    InferenceOptions,
    Page,
    Thread,
    ThreadItem,
    UserMessageItem,
)


async def test_halves_of_an_emoji_are_joined(store: Store[Any]) -> None:
    """A model that streams UTF-16 cuts an emoji in two; Python keeps both halves as they are."""
    await store.save_thread(thread(), "ann")
    await store.add_thread_item("thr_1", message(text="a \ud83d" + "\ude00 b \ud83d c"), "ann")
    loaded = await store.load_item("thr_1", "msg_1", "ann")
    assert loaded.content == [AssistantMessageContent(text="a 😀 b \ufffd c")]


async def test_lone_surrogates_in_metadata_become_replacement_characters(store: Store[Any]) -> None:
    """Metadata may come from anywhere; one bad character must not make the thread unsavable."""
    await store.save_thread(thread(metadata={"k\udc00": ["\udfff", None]}), "ann")
    loaded = await store.load_thread("thr_1", "ann")
    assert loaded.metadata == {"k\ufffd": ["\ufffd", None]}


async def test_metadata_that_is_no_json_is_refused(store: Store[Any]) -> None:
    """Better now, where it is put in, than when it is loaded."""
    with pytest.raises(TypeError, match="not JSON serializable"):
        await store.save_thread(thread(metadata={"socket": object()}), "ann")


def test_numbers_that_json_lacks_are_kept_in_metadata() -> None:
    """A score may be infinite; it belongs to the host alone and never reaches a client."""
    row = encode_thread(thread(metadata={"score": float("inf"), "big": 2**70}))
    assert parse_thread(row.data, row.metadata).metadata == {"score": float("inf"), "big": 2**70}


def test_a_thread_is_saved_without_its_items() -> None:
    """Hosts hand in the Thread that they got; its items are kept on their own."""
    whole = Thread(**dict(thread(title="t")), items=Page[ThreadItem](data=[message()]))
    row = encode_thread(whole)
    assert row.data.endswith('"items":{"data":[],"has_more":false}}')
    assert parse_thread(row.data, row.metadata) == thread(title="t")


def test_messages_with_attachments_are_not_ready_for_the_wire() -> None:
    """Their metadata and upload addresses stay on the server: they need a look first."""
    said = UserMessageItem(
        id="msg_1",
        thread_id="thr_1",
        created_at=NOON,
        content=[],
        attachments=[image_attachment("atc_1")],
        inference_options=InferenceOptions(),
    )
    row = encode_item(said)
    assert not row.wire_ready
    assert "private" in row.data
    assert parse_item(row.type, row.data) == said
    assert encode_item(said.model_copy(update={"attachments": []})).wire_ready


def test_a_plain_string_for_a_url_warns_nobody() -> None:
    """Apps replace a preview's URL in a copy; in production that must not fill the log."""
    image = image_attachment("atc_1").model_copy(update={"preview_url": "https://x.test/1"})
    said = UserMessageItem(
        id="msg_1",
        thread_id="thr_1",
        created_at=NOON,
        content=[],
        attachments=[image],
        inference_options=InferenceOptions(),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "https://x.test/1" in encode_item(said).data


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(1970, 1, 1, 0, 0, 1, 7, tzinfo=UTC), 1_000_007),
        (datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), -1),
        (datetime(2026, 4, 1, 14, 0, 0, 1, tzinfo=timezone(timedelta(hours=2))), 1775044800000001),
        (datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), 253402300799999999),
    ],
)
def test_times_are_exact_to_the_microsecond(moment: datetime, expected: int) -> None:
    """A float cannot hold today's microseconds: two times would come out as one."""
    assert microseconds(moment) == expected


@pytest.mark.parametrize("order", ["", "ASC", "descending", "asc; DROP TABLE threads"])
async def test_an_unknown_order_is_a_clear_error(store: Store[Any], order: str) -> None:
    """It must not be taken for one of the two."""
    await store.save_thread(thread(), "ann")
    for load in (
        store.load_threads(10, None, order, "ann"),
        store.load_thread_items("thr_1", None, 10, order, "ann"),
    ):
        with pytest.raises(InvalidRequest, match='order must be "asc" or "desc"'):
            await load


@pytest.mark.parametrize("limit", [0, -1])
async def test_a_page_of_nothing_is_a_clear_error(store: Store[Any], limit: int) -> None:
    """SQL takes a negative limit for none, a slice counts it from the end."""
    await store.save_thread(thread(), "ann")
    for load in (
        store.load_threads(limit, None, "asc", "ann"),
        store.load_thread_items("thr_1", None, limit, "asc", "ann"),
    ):
        with pytest.raises(InvalidRequest, match="limit must be at least 1"):
            await load


async def test_a_huge_limit_means_everything(store: Store[Any]) -> None:
    """SQLite's integers end at 64 bits, Python's do not."""
    await store.save_thread(thread(), "ann")
    await store.add_thread_item("thr_1", message(), "ann")
    assert len((await store.load_threads(10**30, None, "asc", "ann")).data) == 1
    assert len((await store.load_thread_items("thr_1", None, 10**30, "asc", "ann")).data) == 1


async def test_a_page_after_an_unknown_id_is_not_found(store: Store[Any]) -> None:
    """A cursor that was deleted must not silently start the list over."""
    await store.save_thread(thread(), "ann")
    await store.add_thread_item("thr_1", message(), "ann")
    with pytest.raises(ItemNotFound):
        await store.load_thread_items("thr_1", "msg_gone", 10, "asc", "ann")
    with pytest.raises(ThreadNotFound):
        await store.load_threads(10, "thr_gone", "asc", "ann")
    assert isinstance(store, ServesClientPages)
    with pytest.raises(ItemNotFound):
        await store.load_client_items("thr_1", "msg_gone", 10, "desc", "ann")


async def test_ids_and_texts_with_nul_and_ten_megabytes_are_kept(store: Store[Any]) -> None:
    """C strings end at a NUL; a pasted log file does not end for a while."""
    await store.save_thread(thread("thr\x00a"), "ann")
    await store.save_thread(thread("thr\x00b"), "ann")
    await store.add_thread_item("thr\x00a", message("m\x00\n\t1", "x\x00y" * 3_500_000), "ann")
    await store.add_thread_item("thr\x00a", message("m\x00\n\t2", "small"), "ann")
    loaded = await store.load_item("thr\x00a", "m\x00\n\t1", "ann")
    assert loaded == message("m\x00\n\t1", "x\x00y" * 3_500_000)
    page = await store.load_thread_items("thr\x00a", None, 1, "asc", "ann")
    assert page.after == "m\x00\n\t1"
    page = await store.load_thread_items("thr\x00a", page.after, 1, "asc", "ann")
    assert [item.id for item in page.data] == ["m\x00\n\t2"]
    assert (await store.load_thread_items("thr\x00b", None, 9, "asc", "ann")).data == []
