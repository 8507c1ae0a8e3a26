"""Events that are built the short way are the models that pydantic builds."""

import pickle

from chatkit.agents.deltas import text_delta, thought_update
from chatkit.types import (
    AssistantMessageContentPartTextDelta,
    ThoughtTask,
    ThreadItemUpdatedEvent,
    WorkflowTaskUpdated,
)


def check_is_the_same(event: ThreadItemUpdatedEvent, long_way: ThreadItemUpdatedEvent) -> None:
    """In everything that a host may do with it."""
    assert event == long_way
    assert repr(event) == repr(long_way)
    assert event.model_dump_json() == long_way.model_dump_json()
    assert event.model_dump(exclude_unset=True) == long_way.model_dump(exclude_unset=True)
    assert event.model_copy(deep=True) == long_way
    assert pickle.loads(pickle.dumps(event)) == long_way
    event.item_id = "msg_2"
    assert event.model_fields_set == {"item_id", "update"}


def test_a_text_delta_is_the_model_that_its_parts_make() -> None:
    """A host may compare, dump, copy and change what a run tells."""
    update = AssistantMessageContentPartTextDelta(content_index=1, delta="né")
    long_way = ThreadItemUpdatedEvent(item_id="msg_1", update=update)
    check_is_the_same(text_delta("msg_1", 1, "né"), long_way)


def test_a_thought_is_the_model_that_its_parts_make() -> None:
    """Likewise: a thought is sent as a whole with every piece."""
    update = WorkflowTaskUpdated(task_index=2, task=ThoughtTask(content="né"))
    long_way = ThreadItemUpdatedEvent(item_id="wf_1", update=update)
    check_is_the_same(thought_update("wf_1", 2, "né"), long_way)
