"""Events that are built the short way are the models that pydantic builds."""

from chatkit.agents.deltas import text_delta
from chatkit.types import AssistantMessageContentPartTextDelta, ThreadItemUpdatedEvent


def test_a_text_delta_is_the_model_that_its_parts_make() -> None:
    """A host may compare, dump, copy and change what a run tells."""
    update = AssistantMessageContentPartTextDelta(content_index=1, delta="né")
    long_way = ThreadItemUpdatedEvent(item_id="msg_1", update=update)
    event = text_delta("msg_1", 1, "né")
    assert event == long_way
    assert repr(event) == repr(long_way)
    assert event.model_dump_json() == long_way.model_dump_json()
    assert event.model_dump(exclude_unset=True) == long_way.model_dump(exclude_unset=True)
    assert event.model_copy(deep=True) == long_way
    event.item_id = "msg_2"
    assert event.model_fields_set == {"item_id", "update"}
