"""The contracts' own behaviour, and the names that the official package exports."""

import re
from typing import Any, cast

import pytest
from store_making import thread

import chatkit.store as store_module
from chatkit.errors import NotFoundError
from chatkit.store import AttachmentStore, Store, default_generate_id, generate_turn_id
from chatkit.types import AttachmentCreateParams


class OnlyDeletes(AttachmentStore[Any]):
    """The least that an attachment store must do."""

    async def delete_attachment(self, attachment_id: str, context: Any) -> None:
        pass


async def test_a_store_for_direct_uploads_need_not_create_attachments() -> None:
    """The two-phase strategy says clearly what is missing."""
    store = OnlyDeletes()
    params = AttachmentCreateParams(name="a", size=1, mime_type="text/plain")
    with pytest.raises(NotImplementedError, match="OnlyDeletes must override create_attachment"):
        await store.create_attachment(params, None)
    assert store.generate_attachment_id("text/plain", None).startswith("atc_")


@pytest.mark.parametrize(
    ("item_type", "prefix"),
    [
        ("thread", "thr"),
        ("message", "msg"),
        ("tool_call", "tc"),
        ("task", "tsk"),
        ("workflow", "wf"),
        ("attachment", "atc"),
        ("sdk_hidden_context", "shcx"),
    ],
)
def test_ids_have_the_official_prefix_and_sort_by_time(item_type: Any, prefix: str) -> None:
    """Apps tell ids apart by their prefixes; an id that sorts needs no further index."""
    ids = [default_generate_id(item_type) for _ in range(1000)]
    assert all(re.fullmatch(rf"{prefix}_[0-9a-f]{{32}}", each) for each in ids)
    assert sorted(ids) == ids
    assert len(set(ids)) == 1000


def test_an_id_of_an_unknown_type_is_refused_with_those_that_there_are() -> None:
    """A form, a widget or an image takes the id of a message; a bare KeyError would not say so."""
    with pytest.raises(ValueError, match=r"'widget'.*thread, message.*ids of messages"):
        default_generate_id(cast("Any", "widget"))


def test_turn_ids_are_of_their_own_kind() -> None:
    """They stand in SSE ids beside a number, so they hold no dot."""
    assert re.fullmatch(r"trn_[0-9a-f]{32}", generate_turn_id())


def test_the_official_names_are_there() -> None:
    """An app changes the dependency and no import."""
    for name in (
        "AttachmentStore",
        "NotFoundError",
        "Store",
        "StoreItemType",
        "default_generate_id",
    ):
        assert name in store_module.__all__
    assert store_module.NotFoundError is NotFoundError
    assert all(hasattr(store_module, name) for name in store_module.__all__)
    with pytest.raises(AttributeError, match="no attribute 'OracleStore'"):
        store_module.__getattr__("OracleStore")


def test_a_store_must_have_all_methods(store: Store[Any]) -> None:
    """One that was forgotten shows when the store is made, not in the middle of an answer."""
    incomplete = type("Incomplete", (Store,), {})
    with pytest.raises(TypeError, match="abstract"):
        incomplete()
    assert store.generate_thread_id("ann").startswith("thr_")
    assert store.generate_item_id("message", thread(), "ann").startswith("msg_")
