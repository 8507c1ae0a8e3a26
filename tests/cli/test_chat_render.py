"""Items as text: pure, from the item alone. What can be pressed gets a number."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from chatkit.actions import ActionConfig
from chatkit.cli.chat.asking import merge_fields
from chatkit.cli.chat.program import make_console
from chatkit.cli.chat.render import Field, Rendered, render_item
from chatkit.types import (
    Annotation,
    AssistantMessageContent,
    AssistantMessageItem,
    ClientToolCallItem,
    CustomSummary,
    CustomTask,
    DurationSummary,
    EndOfTurnItem,
    EntitySource,
    FileAttachment,
    FileSource,
    FileTask,
    GeneratedImage,
    GeneratedImageItem,
    HiddenContextItem,
    ImageTask,
    SearchTask,
    StructuredInputAnswer,
    StructuredInputFreeform,
    StructuredInputItem,
    ThoughtTask,
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
    BasicRoot,
    Box,
    Button,
    Caption,
    Card,
    Chart,
    Checkbox,
    Col,
    DatePicker,
    Divider,
    Form,
    Icon,
    Image,
    Input,
    Label,
    ListView,
    ListViewItem,
    Markdown,
    RadioGroup,
    Row,
    Select,
    Spacer,
    Table,
    Text,
    Textarea,
    Title,
    Transition,
)
from cli.chat_terminal import Terminal

BASE: dict[str, Any] = {"id": "x", "thread_id": "t", "created_at": datetime(2026, 1, 1, tzinfo=UTC)}


def text_of(rendered: Rendered | None, width: int = 60) -> str:
    assert rendered is not None
    terminal = Terminal()
    make_console(file=terminal, force_terminal=True, width=width).print(rendered.renderable)
    return terminal.text


def widget(root: Any, first: int = 1) -> Rendered:
    rendered = render_item(WidgetItem(widget=root, **BASE), first)
    assert rendered is not None
    return rendered


def act(type: str = "go", **options: Any) -> ActionConfig:
    return ActionConfig(type=type, **options)


def test_a_persons_message_shows_its_quote_its_tags_and_its_files() -> None:
    """As it was sent: plain text, never Markdown."""
    item = UserMessageItem(
        content=[
            UserMessageTextContent(text="ask **not** "),
            UserMessageTagContent(id="1", text="Ann", data={}),
        ],
        attachments=[FileAttachment(id="a", name="a.txt", mime_type="text/plain")],
        quoted_text="what\nyou said",
        inference_options={},  # type: ignore[arg-type]
        **BASE,
    )
    expected = "│ what you said\n> ask **not** @Ann\n  attached: a.txt"
    assert text_of(render_item(item)) == expected


def test_an_answer_lists_its_sources_once_each() -> None:
    """Pages with their address, files with their name, entities with their label."""
    page = Annotation(source=URLSource(title="Page", url="https://x.example"))
    sources = [
        page,
        page,
        Annotation(source=URLSource(title="", url="https://y.example")),
        Annotation(source=FileSource(title="Report", filename="r.pdf")),
        Annotation(source=EntitySource(title="e", id="1", label="Ann")),
    ]
    parts = [
        AssistantMessageContent(text="One."),
        AssistantMessageContent(text=" "),
        AssistantMessageContent(text="Two.", annotations=sources),
    ]
    assert text_of(render_item(AssistantMessageItem(content=parts, **BASE))) == (
        "One.\n\nTwo.\n\nSources\n  1. Page — https://x.example\n  2. https://y.example\n"
        "  3. Report — r.pdf\n  4. Ann"
    )
    assert render_item(AssistantMessageItem(content=[], **BASE)) is None


def test_hidden_and_closing_items_show_nothing() -> None:
    """They are none of a person's business."""
    assert render_item(EndOfTurnItem(**BASE)) is None
    assert render_item(HiddenContextItem(content="secret", **BASE)) is None


@pytest.mark.parametrize(
    ("kind", "summary", "headline"),
    [
        ("reasoning", None, "Thinking…"),
        ("custom", None, "Working…"),
        ("reasoning", DurationSummary(duration=75), "Thought for 1 min 15 s"),
        ("custom", DurationSummary(duration=5), "Worked for 5 s"),
        ("custom", CustomSummary(title="All done"), "All done"),
    ],
)
def test_a_workflow_says_how_far_it_is(kind: Any, summary: Any, headline: str) -> None:
    """One line sums it up, the tasks stand below."""
    item = WorkflowItem(workflow=Workflow(type=kind, tasks=[], summary=summary), **BASE)
    assert text_of(render_item(item)) == headline


def test_tasks_show_what_they_did() -> None:
    """Whatever their type: title, text, queries, sources, files."""
    tasks = [
        ThoughtTask(content="Hm, **so**."),
        CustomTask(title="Step", content="with text", status_indicator="loading"),
        CustomTask(),
        SearchTask(
            queries=["a"],
            sources=[URLSource(title="P", url="https://p")],
            status_indicator="complete",
        ),
        FileTask(sources=[FileSource(title="F", filename="f.txt")]),
        ImageTask(title="Looked"),
    ]
    item = WorkflowItem(workflow=Workflow(type="reasoning", tasks=tasks), **BASE)
    assert text_of(render_item(item)).split("\n")[1:] == [
        "  Hm, so.",
        "  ◌ Step",
        "    with text",
        "  • custom",
        "  ✓ Web search",
        "    searched for: a",
        "    P — https://p",
        "  • Files",
        "    f.txt",
        "  • Looked",
    ]


def test_tools_questions_and_images_are_told_in_a_line() -> None:
    """What was asked and what came of it."""
    call = ClientToolCallItem(
        call_id="c", name="where", arguments={"a": "x" * 5_000}, status="completed", **BASE
    )
    assert text_of(render_item(call), 3_000).endswith("…) → null")
    questions = [
        StructuredInputFreeform(
            id="1", question="Why?", answer=StructuredInputAnswer(values=["so", "there"])
        ),
        StructuredInputFreeform(id="2", question="How?"),
    ]
    form = StructuredInputItem(inputs=questions, status="answered", **BASE)
    assert text_of(render_item(form)) == "? Why?\n  so, there\n? How?\n  skipped"
    image = GeneratedImageItem(image=GeneratedImage(id="i", url="https://x/i.png"), **BASE)
    assert text_of(render_item(image)) == "(image i https://x/i.png)"
    assert "being made" in text_of(render_item(GeneratedImageItem(**BASE)))


def test_a_card_shows_all_kinds_of_text_in_their_places() -> None:
    """Rows side by side, columns below each other, icons and spacers left out."""
    card = Card(
        status={"text": "Mail"},
        children=[
            Title(value="Hello"),
            Row(
                children=[
                    Icon(name="mail"),
                    Text(value="left", weight="bold", italic=True, lineThrough=True),
                    Spacer(),
                    Badge(label="new"),
                ]
            ),
            Divider(),
            Col(children=[Caption(value="small"), Markdown(value="- **item**")]),
            Box(direction="row", children=[Text(value="a"), Text(value="b")]),
            Transition(children=Text(value="moved")),
            Transition(children=None),
            Image(src="https://x/i.png", alt="A picture"),
            Image(src="data:image/png;base64,AAAA"),
            Text(value=""),
        ],
    )
    assert text_of(widget(card), 34) == (
        "╭─ Mail ─────────────────────────╮\n"
        "│ Hello                          │\n"
        "│ left  (new)                    │\n"
        "│ ────────────────────────────── │\n"
        "│ small                          │\n"
        "│  • item                        │\n"
        "│ a  b                           │\n"
        "│ moved                          │\n"
        "│ (image: A picture              │\n"
        "│ https://x/i.png)               │\n"
        "│ (image)                        │\n"
        "╰────────────────────────────────╯"
    )


def test_what_can_be_pressed_is_numbered_from_where_the_last_widget_ended() -> None:
    """Numbers are never used twice in a chat, so an old button is still the same one."""
    card = Card(
        children=[
            Button(label="Go", onClickAction=act("go", payload={"n": 1}, streaming=False)),
            Button(label="Off", onClickAction=act(), disabled=True),
            Button(label="Nothing"),
            Select(name="s", options=[{"value": "v", "label": "V"}], onChangeAction=act("pick")),
        ],
        confirm={"label": "Yes", "action": act("yes")},
        cancel={"label": "No", "action": act("no", handler="client")},
    )
    rendered = widget(card, first=7)
    text = text_of(rendered)
    for part in ("[7] Go", "Off", "[8] s: ( ) V", "[9] Yes   [10] No"):
        assert part in text
    types = [(action.type, action.by_client, action.streaming) for action in rendered.actions]
    assert types == [
        ("go", False, False),
        ("pick", False, True),
        ("yes", False, True),
        ("no", True, True),
    ]
    assert rendered.actions[0].payload == {"n": 1}
    assert [field.name for field in rendered.actions[1].fields] == ["s"]


def test_rows_of_a_list_are_pressed_as_a_whole() -> None:
    """Named by their first words, which stand beside their number."""
    rows = [
        ListViewItem(children=[Text(value="one"), Caption(value="more")], onClickAction=act()),
        ListViewItem(children=[Text(value="plain")]),
    ]
    rendered = widget(ListView(children=rows, status={"text": "Choose"}))
    assert text_of(rendered) == "Choose\n[1]  one\n     more\nplain"
    assert rendered.actions[0].label == "one"


def test_a_form_gives_its_fields_to_every_button_in_it() -> None:
    """Labels name their fields, defaults are shown, disabled fields are left out."""
    children = [
        Label(value="Full name", fieldName="name"),
        Label(value="Just text", fieldName="other"),
        Button(label="Before", onClickAction=act("before")),
        Input(name="name", required=True, inputType="email", defaultValue="a@b"),
        Input(name="pin", inputType="password"),
        Input(name="off", disabled=True),
        Textarea(name="note", placeholder="Your note"),
        Select(
            name="colour",
            options=[
                {"value": "r", "label": "Red"},
                {"value": "b", "label": "Blue", "disabled": True},
            ],
            defaultValue="r",
        ),
        RadioGroup(name="size", options=[{"value": "s", "label": "Small"}], ariaLabel="Size"),
        RadioGroup(name="none"),
        Checkbox(name="ok", label="I agree", defaultChecked=True),
        Checkbox(name="no", label="Or not"),
        DatePicker(name="day", defaultValue=datetime(2026, 5, 4, tzinfo=UTC)),
        Text(value="Draft", editable={"name": "title"}),
    ]
    rendered = widget(Card(children=[Form(onSubmitAction=act("sent"), children=children)]))
    before, sent = rendered.actions
    assert (before.type, sent.type) == ("before", "sent")
    assert before.fields == sent.fields
    assert sent.fields == (
        Field(name="name", label="Full name", default="a@b", required=True, hint="email"),
        Field(name="pin", label="pin", kind="secret"),
        Field(name="note", label="Your note", kind="long"),
        Field(name="colour", label="colour", kind="choice", default="r", options=(("r", "Red"),)),
        Field(name="size", label="Size", kind="choice", options=(("s", "Small"),)),
        Field(name="none", label="none", kind="choice"),
        Field(name="ok", label="I agree", kind="check", default="yes"),
        Field(name="no", label="Or not", kind="check", default="no"),
        Field(name="day", label="day", default="2026-05-04", hint="YYYY-MM-DD"),
        Field(name="title", label="title", default="Draft"),
    )
    text = text_of(rendered)
    for part in ("Full name: a@b", "Just text", "pin: _____", "(•) Red", "☑", "☐", "[2] Submit"):
        assert part in text


def test_a_card_that_is_a_form_sends_its_fields_with_confirm() -> None:
    """Cancel sends nothing of them; a submitting button is the same as confirm."""
    card = Card(
        asForm=True,
        children=[Input(name="name"), Button(label="Send", submit=True)],
        confirm={"label": "OK", "action": act("ok")},
        cancel={"label": "No", "action": act("no")},
    )
    by_label = {action.label: action for action in widget(card).actions}
    assert by_label["Send"].type == "ok"
    assert [field.name for field in by_label["OK"].fields] == ["name"]
    assert by_label["No"].fields == ()


def test_tables_and_charts_show_their_values() -> None:
    """With headings where there are some; a bar shows the first series."""
    cell = Table.Cell
    rows = [
        Table.Row(header=True, children=[cell(children=[Text(value="Name")]), cell(children=[])]),
        Table.Row(children=[cell(children=[Text(value="Ann")])]),
    ]
    text = text_of(widget(BasicRoot(children=[Table(children=rows)])))  # type: ignore[arg-type]
    assert text.split("\n")[0].strip() == "Name"
    assert "Ann" in text
    plain = Table(children=[rows[1]])
    assert text_of(widget(Card(children=[plain]))).count("─ ") == 0
    assert text_of(widget(Card(children=[Table(children=[])]))) != ""
    chart = Chart(
        data=[{"m": "1", "v": 2}, {"m": "2", "v": 4}, {"m": "3"}],
        series=[{"type": "bar", "label": "Visits", "dataKey": "v"}],  # type: ignore[list-item]
        xAxis={"dataKey": "m", "labels": {"1": "Jan"}},
    )
    text = text_of(widget(Card(children=[chart])))
    assert "Visits" in text
    lines = [line.strip("│ ").split() for line in text.split("\n")]
    assert ["Jan", "2", "█" * 12] in lines
    assert ["2", "4", "█" * 24] in lines
    empty = Chart(data=[{"m": "x"}], series=[], xAxis="m")
    assert "x" in text_of(widget(Card(children=[empty])))


def test_a_component_of_an_unknown_type_shows_what_it_holds() -> None:
    """A newer server must stay readable."""
    root = {
        "type": "Card",
        "children": [
            {"type": "Gauge", "label": "Speed", "children": [{"type": "Text", "value": "90"}]},
            {"type": "Knob", "onClickAction": {"type": "turn", "payload": 1}},
            {"type": "Card", "status": {"text": "inner"}, "children": []},
            {"type": "Table.Row", "children": [{"type": "Text", "value": "lost row"}]},
            {"type": "Input"},
            {"type": "Button", "iconStart": "star", "onClickAction": {"handler": "client"}},
        ],
    }
    rendered = widget(root)
    text = text_of(rendered)
    for part in ("Speed", "90", "[1] Knob", "inner", "lost row", "star"):
        assert part in text
    assert [action.type for action in rendered.actions] == ["turn"]


def nested(depth: int, wrap: Any) -> Any:
    node: Any = {"type": "Text", "value": "core"}
    for _ in range(depth):
        node = wrap(node)
    return node


@pytest.mark.parametrize(
    "wrap",
    [
        lambda node: {"type": "Row", "children": [node, {"type": "Text", "value": "x"}]},
        lambda node: {
            "type": "ListViewItem",
            "onClickAction": {"type": "go"},
            "children": [node],
        },
        lambda node: {
            "type": "Table",
            "children": [
                {"type": "Table.Row", "children": [{"type": "Table.Cell", "children": [node]}]}
            ],
        },
        lambda node: {"type": "Card", "children": [node]},
    ],
    ids=["rows", "list rows", "tables", "cards"],
)
def test_deeply_nested_widgets_are_drawn_in_no_time(wrap: Any) -> None:
    """A grid in a grid costs several times its inside: thirty of them would never end."""
    began = time.perf_counter()
    text = text_of(widget({"type": "Card", "children": [nested(28, wrap)]}))
    assert time.perf_counter() - began < 5
    assert "core" in text or "…" in text


def test_a_row_of_many_stands_below_each_other() -> None:
    """Twelve columns in sixty characters cannot be read."""
    row = Row(children=[Text(value=f"cell {n}") for n in range(12)])
    assert text_of(widget(Card(children=[row]))).count("\n") == 13


def test_fields_go_into_the_payload_by_their_names() -> None:
    """Dots nest; what the action says itself is kept; a payload that is no object stays."""
    lost: list[str] = []
    payload = {"id": 1, "user": {"name": "own"}, "flat": "x"}
    values = {"user.name": "new", "user.age": "5", "a.b.c": True, "flat.deep": "y", "top": "z"}
    assert merge_fields(payload, values, lost.append) == {
        "id": 1,
        "user": {"name": "own", "age": "5"},
        "flat": "x",
        "a": {"b": {"c": True}},
        "top": "z",
    }
    assert lost == ["user.name", "flat.deep"]
    assert payload["user"] == {"name": "own"}
    assert merge_fields(None, {"a": "b"}, lost.append) == {"a": "b"}
    assert merge_fields([1], {"a": "b"}, lost.append) == [1]
    assert merge_fields(None, {}, lost.append) is None
