"""Thread items of every kind, as cases for the converter: shared with the script that records.

Uses only names that `openai-chatkit` has too, so that it runs with either package.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter

from chatkit.actions import ActionConfig
from chatkit.agents import ThreadItemConverter
from chatkit.types import (
    Annotation,
    AssistantMessageContent,
    AssistantMessageItem,
    ClientToolCallItem,
    CustomSummary,
    CustomTask,
    EndOfTurnItem,
    EntitySource,
    FileAttachment,
    FileSource,
    FileTask,
    GeneratedImage,
    GeneratedImageItem,
    HiddenContextItem,
    ImageAttachment,
    ImageTask,
    InferenceOptions,
    SDKHiddenContextItem,
    SearchTask,
    StructuredInputAnswer,
    StructuredInputFreeform,
    StructuredInputItem,
    StructuredInputMultipleChoice,
    StructuredInputMultipleChoiceOption,
    Task,
    TaskItem,
    ThoughtTask,
    ThreadItem,
    URLSource,
    UserMessageItem,
    UserMessageTagContent,
    UserMessageTextContent,
    WidgetItem,
    Workflow,
    WorkflowItem,
)
from chatkit.widgets import (
    Badge,
    BarSeries,
    Button,
    Card,
    Chart,
    ListView,
    ListViewItem,
    Row,
    Select,
    Text,
    Transition,
)

PLACE: Any = {"thread_id": "thr_1", "created_at": datetime(2024, 1, 1, tzinfo=UTC)}


def user(*content: Any, **fields: Any) -> UserMessageItem:
    parts = [
        UserMessageTextContent(text=each) if isinstance(each, str) else each for each in content
    ]
    return UserMessageItem(
        id="msg_1", content=parts, inference_options=InferenceOptions(), **PLACE, **fields
    )


def assistant(*texts: str, annotations: Any = ()) -> AssistantMessageItem:
    content = [AssistantMessageContent(text=text, annotations=list(annotations)) for text in texts]
    return AssistantMessageItem(id="msg_2", content=content, **PLACE)


def call(**fields: Any) -> ClientToolCallItem:
    arguments = {"a": 1, "é": ["ü", None]}
    return ClientToolCallItem(
        id="tc_1", call_id="call_1", name="look", arguments=arguments, **PLACE, **fields
    )


def widget(root: Any) -> WidgetItem:
    return WidgetItem(id="msg_3", widget=root, copy_text="not for the model", **PLACE)


def parsed(root: dict[str, Any]) -> WidgetItem:
    return TypeAdapter(WidgetItem).validate_python({"id": "msg_3", **PLACE, "widget": root})


def task(each: Task) -> TaskItem:
    return TaskItem(id="tsk_1", task=each, **PLACE)


def workflow(type: Any, *tasks: Task) -> WorkflowItem:
    summary = CustomSummary(title="not for the model")
    return WorkflowItem(
        id="wf_1", workflow=Workflow(type=type, tasks=list(tasks), summary=summary), **PLACE
    )


def hidden(content: Any) -> HiddenContextItem:
    return HiddenContextItem(id="msg_4", content=content, **PLACE)


def questions(status: Any, *inputs: Any) -> StructuredInputItem:
    return StructuredInputItem(id="msg_5", status=status, inputs=list(inputs), **PLACE)


def freeform(id: str, **fields: Any) -> StructuredInputFreeform:
    return StructuredInputFreeform(id=id, question=f"Why {id}?", **fields)


ALICE = UserMessageTagContent(id="tag_1", text="Alice", data={"role": "boss"}, group="People")
NAMESAKE = UserMessageTagContent(id="tag_2", text="Alice", data={})
FILE = FileAttachment(id="atc_1", name="a.txt", mime_type="text/plain")
IMAGE = ImageAttachment(
    id="atc_2", name="b.png", mime_type="image/png", preview_url="https://example.com/b.png"
)
CHOICE = StructuredInputMultipleChoice(
    id="q1",
    question="Which?",
    options=[StructuredInputMultipleChoiceOption(value="a")],
    answer=StructuredInputAnswer(values=["a", "b"]),
)
CITATIONS = [
    Annotation(source=URLSource(title="T", url="https://example.com"), index=2),
    Annotation(source=FileSource(title="F", filename="f.pdf")),
    Annotation(source=EntitySource(title="E", id="ent_1"), index=1),
]
TASKS: list[Task] = [
    CustomTask(title="Looked", content="Found it"),
    ThoughtTask(content="Hm"),
    CustomTask(title="Only a title"),
    SearchTask(title="Searched"),
    CustomTask(content="Only content"),
    CustomTask(title="", content=""),
]


class Converter(ThreadItemConverter):
    """What an app adds: what its attachments and tags mean."""

    async def attachment_to_message_content(self, attachment: Any) -> Any:
        return {"type": "input_text", "text": f"attached: {attachment.id}"}

    async def tag_to_message_content(self, tag: Any) -> Any:
        return {"type": "input_text", "text": f"mentioned: {tag.id}"}


CASES: dict[str, ThreadItem | list[ThreadItem]] = {
    "text": user("Hi"),
    "text in parts": user("Hi ", " there\n"),
    "no text": user(),
    "quote": user("Hi", quoted_text="said before"),
    "empty quote": user("Hi", quoted_text=""),
    "quote in an earlier message": [user("Hi", quoted_text="said before"), user("Ho")],
    "quote that was answered": [user("Hi", quoted_text="said before"), assistant("Ho")],
    "quote before a tool call": [user("Hi", quoted_text="said"), call(status="completed")],
    "mention": user("Hi ", ALICE, "!"),
    "mention twice": user(ALICE, " and ", ALICE),
    "mention of namesakes": user(ALICE, " and ", NAMESAKE),
    "mention in an earlier message": [user(ALICE), user("Ho")],
    "attachments": user("Hi", attachments=[FILE, IMAGE]),
    "attachment alone": user(attachments=[FILE]),
    "everything": user("Hi ", ALICE, attachments=[FILE], quoted_text="said before"),
    "answer": assistant("Ho"),
    "answer in parts": assistant("Ho", "ho"),
    "answer without parts": assistant(),
    "answer with citations": assistant("Hooo", annotations=CITATIONS),
    "pending call": call(),
    "completed call": call(status="completed", output={"r": [1, None, "ü"]}),
    "call with text": call(status="completed", output="done"),
    "call without output": call(status="completed"),
    "widget": widget(Card(children=[Text(value="é"), Row(children=[Badge(label="b")])], size="sm")),
    "widget with nulls": widget(
        Card(
            children=[
                Text(value="v", id=None, editable=False),
                Transition(children=None),
                Button(
                    label="l", onClickAction=ActionConfig(type="a", payload={"x": None, "y": 1})
                ),
            ],
            collapsed=False,
        )
    ),
    "widget with data": widget(
        Card(
            children=[
                Chart(
                    data=[{"d": 1, "x": 2.5}],
                    series=[BarSeries(dataKey="x", label=None)],
                    xAxis="d",
                ),
                Select(name="n", options=[{"value": "v", "label": "l"}]),
            ],
            confirm={"label": "Go", "action": ActionConfig(type="go")},
            status={"text": "s"},
        )
    ),
    "list widget": widget(
        ListView(children=[ListViewItem(children=[Text(value="v")])], limit="auto")
    ),
    "widget of a template": parsed(
        {
            "type": "Card",
            "children": [{"type": "Text", "value": "v", "id": None, "weight": "bold"}],
            "size": "sm",
        }
    ),
    "widget of another kind": parsed(
        {"type": "Basic", "theme": "dark", "children": [{"type": "Fancy", "x": None, "y": [1]}]}
    ),
    **{f"task {number}": task(each) for number, each in enumerate(TASKS)},
    "file task": task(FileTask(title="f")),
    "image task": task(ImageTask(title="i")),
    "workflow": workflow("custom", *TASKS),
    "reasoning": workflow("reasoning", *TASKS),
    "empty workflow": workflow("custom"),
    "hidden context": hidden("The user is {in} a hurry"),
    "empty hidden context": hidden(""),
    "hidden context of no text": hidden({"a": 1}),
    "hidden context of the package": SDKHiddenContextItem(id="shcx_1", content="Stopped", **PLACE),
    "answered questions": questions(
        "answered",
        CHOICE,
        freeform("q2", answer=StructuredInputAnswer(skipped=True)),
        freeform("q3"),
        freeform("q4", answer=StructuredInputAnswer()),
        freeform("q5", answer=StructuredInputAnswer(values=["x"], skipped=True)),
        freeform("q6", answer=StructuredInputAnswer(values=["", "{y}"])),
    ),
    "pending questions": questions("pending", freeform("q1", description="d")),
    "no questions": questions("skipped"),
    "image": GeneratedImageItem(
        id="ig_1", image=GeneratedImage(id="ig_1", url="data:image/png;base64,aa"), **PLACE
    ),
    "image to come": GeneratedImageItem(id="ig_1", **PLACE),
    "end of turn": EndOfTurnItem(id="eot_1", **PLACE),
    "nothing": [],
    "conversation": [
        user("Hi", quoted_text="old"),
        workflow("custom", *TASKS),
        assistant("Ho"),
        EndOfTurnItem(id="eot_1", **PLACE),
        user("Look at ", ALICE, quoted_text="new"),
    ],
}


async def convert(items: ThreadItem | list[ThreadItem]) -> Any:
    """What the converter makes of it, or the name of the error that it raises."""
    try:
        return await Converter().to_agent_input(items)
    except NotImplementedError as error:
        return {"raises": type(error).__name__}
