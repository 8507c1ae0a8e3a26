"""Metadata is the host's: it is kept, and it never goes to a client."""

import json
import warnings
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel, Field

from chatkit.types import (
    FileAttachment,
    ImageAttachment,
    InferenceOptions,
    Page,
    Thread,
    ThreadCreatedEvent,
    ThreadItemDoneEvent,
    ThreadMetadata,
    UserMessageItem,
)

NOW = datetime(2025, 11, 4, tzinfo=UTC)
TO_A_CLIENT: dict[str, Any] = {"exclude_none": True, "context": {"exclude_metadata": True}}
FILE = FileAttachment(id="atc_1", name="a", mime_type="text/plain", metadata={"path": "/srv"})
MESSAGE = UserMessageItem(
    id="msg_1",
    thread_id="thr_1",
    created_at=NOW,
    content=[],
    attachments=[FILE],
    inference_options=InferenceOptions(),
)
THREAD = Thread(id="thr_1", created_at=NOW, metadata={"owner": 7}, items=Page(data=[MESSAGE]))


def every_key(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for inner in value.values() for key in every_key(inner)}
    return (
        {key for inner in value for key in every_key(inner)} if isinstance(value, list) else set()
    )


@pytest.mark.parametrize(
    "message",
    [
        FILE,
        THREAD,
        ThreadItemDoneEvent(item=MESSAGE),
        ThreadCreatedEvent(thread=THREAD),
        Page[Thread](data=[THREAD]),
    ],
    ids=lambda message: type(message).__name__,
)
def test_no_metadata_is_written_for_a_client_at_any_depth(message: BaseModel) -> None:
    """File paths and owners are kept there; the context says who the reader is."""
    assert "metadata" in every_key(message.model_dump(mode="json"))
    assert "metadata" not in every_key(message.model_dump(mode="json", **TO_A_CLIENT))
    assert "metadata" not in every_key(json.loads(message.model_dump_json(**TO_A_CLIENT)))


def test_metadata_is_written_for_a_store() -> None:
    """A store saves what it is given and reads it back."""
    assert Thread.model_validate_json(THREAD.model_dump_json()) == THREAD
    assert ThreadMetadata(**THREAD.model_dump()).metadata == {"owner": 7}
    assert THREAD.model_dump_json(context={"exclude_metadata": False}) == THREAD.model_dump_json()


def test_a_dump_of_some_fields_has_those_fields() -> None:
    """Stores write `thread.model_dump(exclude={"items"})`, as with any pydantic model."""
    assert set(THREAD.model_dump(exclude={"items"})) == {
        *("title", "id", "created_at", "status", "allowed_image_domains", "metadata"),
    }
    assert THREAD.model_dump(include={"id": True, "items": {"has_more"}}) == {
        "id": "thr_1",
        "items": {"has_more": False},
    }
    assert THREAD.model_dump(exclude_defaults=True, **TO_A_CLIENT).keys() == {
        *("id", "created_at", "items"),
    }
    assert set(FILE.model_dump(exclude_unset=True)) == {"id", "name", "mime_type", "metadata"}


def test_a_hosts_subclass_keeps_its_own_rules() -> None:
    """A field that a host excludes must stay excluded: it may be a secret."""

    class TenantThread(ThreadMetadata):
        tenant: str = "acme"
        secret: str = Field(default="s3cret", exclude=True)

    thread = TenantThread(id="thr_1", created_at=NOW, metadata={"owner": 7})
    assert thread.model_dump()["tenant"] == "acme"
    assert "secret" not in thread.model_dump()
    assert "metadata" not in thread.model_dump(**TO_A_CLIENT)


def test_a_preview_url_replaced_by_text_is_written_without_a_warning() -> None:
    """Hosts sign it with `model_copy(update=…)`, which validates nothing."""
    image = ImageAttachment.model_validate(
        {"id": "a", "name": "a", "mime_type": "image/png", "preview_url": "https://example.com/a"}
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        signed = image.model_copy(update={"preview_url": "https://example.com/a?sig=1"})
        assert json.loads(signed.model_dump_json())["preview_url"].endswith("?sig=1")
