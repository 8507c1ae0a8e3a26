"""Scenes in which the page has a part: a tool that runs there, and questions in its composer."""

import json
from typing import Any

from chatkit.types import (
    ClientToolCallItem,
    EndOfTurnItem,
    StructuredInputFreeform,
    StructuredInputItem,
    StructuredInputMultipleChoice,
    StructuredInputMultipleChoiceOption,
    ThreadItemDoneEvent,
)

from .stage import Events, Stage

TOOL = "get_local_time"
_LONGEST_SHOWN = 1_000


async def client_tool(stage: Stage) -> Events:
    """Asks the page for the time; the answer goes on when the page has told it."""
    async for event in stage.say("One moment, I will ask your side for the time."):
        yield event
    call = ClientToolCallItem(
        **stage.item_fields("tool_call"),
        call_id=stage.new_id("tool_call"),
        name=TOOL,
        arguments={"format": "long"},
    )
    yield ThreadItemDoneEvent(item=call)


async def questions(stage: Stage) -> Events:
    """Three questions: one choice, several choices, and words."""
    async for event in stage.say("Three questions, and you may skip any of them."):
        yield event
    item = StructuredInputItem(
        **stage.item_fields("message"),
        inputs=[
            StructuredInputMultipleChoice(
                id="drink", question="Tea or coffee?", options=_options("Tea", "Coffee")
            ),
            StructuredInputMultipleChoice(
                id="days",
                question="On which days do you work?",
                options=_options("Monday", "Wednesday", "Friday", "Sunday"),
                multiple=True,
            ),
            StructuredInputFreeform(
                id="wish",
                question="What should a chat be able to do?",
                description="One sentence is enough.",
            ),
        ],
    )
    yield ThreadItemDoneEvent(item=item)


def _options(*values: str) -> list[StructuredInputMultipleChoiceOption]:
    return [StructuredInputMultipleChoiceOption(value=value) for value in values]


async def go_on(stage: Stage) -> Events:
    """The answer once the page has answered: to the tool's output, or to the questions."""
    for item in await stage.last_items():
        if isinstance(item, ClientToolCallItem) and item.status == "completed":
            text = f"Your side says:\n\n```json\n{_pretty(item.output)}\n```"
            break
        if isinstance(item, StructuredInputItem) and item.status != "pending":
            text = _answers(item)
            break
    else:
        text = "I have forgotten what I asked."
    async for event in stage.say(text):
        yield event
    yield ThreadItemDoneEvent(item=EndOfTurnItem(**stage.item_fields("message")))


def _pretty(output: Any) -> str:
    text = json.dumps(output, indent=2, ensure_ascii=False)
    # What a tool gives is not trusted: it may not end the code block, nor fill the screen.
    text = text.replace("```", "'''")
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"


def _answers(item: StructuredInputItem) -> str:
    if item.status == "skipped":
        return "You skipped the questions. That is fine too."
    lines = [
        f"- {question.question} **{', '.join(question.answer.values)}**"
        if question.answer and question.answer.values
        else f"- {question.question} *skipped*"
        for question in item.inputs
    ]
    return "Thank you:\n\n" + "\n".join(lines)


__all__ = ["TOOL", "client_tool", "go_on", "questions"]
