"""A thread's items as input of the model."""

import warnings
from datetime import timedelta
from typing import Any

warnings.simplefilter("ignore", DeprecationWarning)

from chatkit.agents import ThreadItemConverter  # noqa: E402
from chatkit.types import (  # noqa: E402
    AssistantMessageContent,
    AssistantMessageItem,
    ClientToolCallItem,
    CustomTask,
    HiddenContextItem,
    InferenceOptions,
    UserMessageItem,
    UserMessageTextContent,
    WidgetItem,
    Workflow,
    WorkflowItem,
)
from chatkit.widgets import Card, Text  # noqa: E402

from . import Work  # noqa: E402
from .chat import TIME  # noqa: E402

COUNT = 200


def about(number: int) -> dict[str, Any]:
    """What every item has."""
    at = TIME + timedelta(seconds=number)
    return {"id": f"msg_{number}", "thread_id": "thr_1", "created_at": at}


def user(number: int) -> Any:
    """A question."""
    return UserMessageItem(
        content=[UserMessageTextContent(text=f"Question {number}, of one line.")],
        attachments=[],
        quoted_text="What was said" if number % 5 == 0 else None,
        inference_options=InferenceOptions(),
        **about(number),
    )


def assistant(number: int) -> Any:
    """An answer."""
    content = [AssistantMessageContent(text=f"Answer {number}. " * 20)]
    return AssistantMessageItem(content=content, **about(number))


def other(number: int) -> Any:
    """One of the rarer items."""
    match number // 4 % 4:
        case 0:
            return ClientToolCallItem(
                status="completed",
                call_id=f"call_{number}",
                name="look",
                arguments={"at": number},
                output={"seen": True},
                **about(number),
            )
        case 1:
            card = Card(children=[Text(value=f"Row {number}")])
            return WidgetItem(widget=card, **about(number))
        case 2:
            tasks: Any = [CustomTask(title="Searched", content="Found it")]
            workflow = Workflow(type="custom", tasks=tasks)
            return WorkflowItem(workflow=workflow, **about(number))
        case _:
            return HiddenContextItem(content="The user clicked.", **about(number))


def mixed(number: int) -> Any:
    """Questions, answers, and every fourth item of another kind."""
    return (user, assistant, assistant, other)[number % 4](number)


async def converting(kind: str) -> Work:
    """So many items of this kind, converted at once."""
    make = {"user": user, "assistant": assistant, "mixed": mixed}[kind]
    items = [make(number) for number in range(COUNT)]
    converter = ThreadItemConverter()

    async def run() -> Any:
        return await converter.to_agent_input(items)

    async def outcome(inputs: Any) -> Any:
        return inputs

    return Work(units=COUNT, run=run, outcome=outcome)
