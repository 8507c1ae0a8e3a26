"""Widgets with a component of every type."""

from collections.abc import AsyncIterator
from typing import Any

from chatkit.actions import ActionConfig
from chatkit.server import stream_widget
from chatkit.types import (
    ThreadItemDoneEvent,
    ThreadMetadata,
)
from chatkit.widgets import (
    AreaSeries,
    Badge,
    BarSeries,
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
    DynamicWidgetComponent,
    DynamicWidgetRoot,
    Form,
    Icon,
    Image,
    Input,
    Label,
    LineSeries,
    ListView,
    ListViewItem,
    Markdown,
    RadioGroup,
    Row,
    Select,
    Spacer,
    Text,
    Textarea,
    Title,
    Transition,
)

from .stage import (
    NOW,
    SAYS,
    Events,
    Scene,
    streamed,
    widget_item,
)


async def _growing_widget(thread: ThreadMetadata, message: Any, context: Any) -> Events:
    async def states() -> AsyncIterator[Card]:
        title = Title(value="Poem")
        for text in ("", "Roses", "Roses are red"):
            yield Card(children=[title, Markdown(id="md", value=text, streaming=True)])
        yield Card(children=[Title(value="A poem"), Markdown(id="md", value="Roses are red")])

    async for event in stream_widget(thread, states(), "copy me", lambda kind: f"{kind}_w"):
        yield event


_CLICK = ActionConfig(type="open", payload={"id": 1, "none": None}, loadingBehavior="container")

WIDGETS = [
    streamed(
        "widget_card",
        "a Card with a component of each kind",
        ThreadItemDoneEvent(
            item=widget_item(
                Card(
                    key="k",
                    id="card",
                    asForm=True,
                    size="full",
                    padding={"x": 2, "y": "1rem"},
                    background={"light": "#fff", "dark": "#000"},
                    status={"text": "Draft", "icon": "info"},
                    confirm={"label": "Save", "action": _CLICK},
                    cancel={"label": "Drop", "action": ActionConfig(type="drop", handler="client")},
                    theme="dark",
                    children=[
                        Text(
                            id="t",
                            value="Grüße <b>&amp;</b>",
                            streaming=False,
                            editable={"name": "greeting", "required": True},
                            maxLines=2,
                        ),
                        Title(value="Title", size="3xl", weight="bold", textAlign="center"),
                        Caption(value="Caption", color="secondary"),
                        Badge(label="New", color="success", variant="soft", pill=True),
                        Markdown(value="**bold**"),
                        Box(
                            direction="row",
                            gap=2,
                            border={"top": {"size": 1, "color": "red", "style": "dashed"}, "x": 2},
                            children=[],
                        ),
                        Row(align="center", justify="between", wrap="wrap", children=[Spacer()]),
                        Col(width="50%", aspectRatio="16/9", children=None),
                        Divider(color="subtle", size=1, spacing=3, flush=True),
                        Icon(name="sparkle", size="2xl"),
                        Image(
                            src="https://x.test/a.png", alt="A", fit="cover", frame=True, size=40
                        ),
                        Button(
                            label="Open", onClickAction=_CLICK, iconStart="bolt", style="primary"
                        ),
                        Checkbox(name="agree", label="Agree", defaultChecked=False, required=True),
                        Select(
                            name="colour",
                            options=[
                                {"value": "r", "label": "Red"},
                                {"value": "b", "label": "Blue"},
                            ],
                            defaultValue="r",
                            clearable=True,
                        ),
                        DatePicker(name="when", defaultValue=NOW, side="top"),
                        Form(
                            onSubmitAction=ActionConfig(type="send", streaming=False),
                            children=[
                                Label(value="Name", fieldName="name"),
                                Input(name="name", inputType="email", pattern=".+@.+"),
                                Textarea(name="more", rows=3, autoResize=True),
                                RadioGroup(
                                    name="size",
                                    options=[{"value": "s", "label": "S"}],
                                    direction="row",
                                ),
                            ],
                        ),
                        Transition(children=Text(key="a", value="in")),
                        Transition(children=None),
                        Chart(
                            data=[{"month": "Jan", "a": 1, "b": 2.5}],
                            series=[
                                BarSeries(label="A", dataKey="a", stack="s"),
                                AreaSeries(label=None, dataKey="b", curveType="natural"),
                                LineSeries(
                                    label="B", dataKey="b", color={"light": "x", "dark": "y"}
                                ),
                            ],
                            xAxis={"dataKey": "month", "hide": True},
                            showLegend=True,
                            height=200,
                        ),
                    ],
                )
            )
        ),
    ),
    streamed(
        "widget_list_view",
        "rows that can be clicked",
        ThreadItemDoneEvent(
            item=widget_item(
                ListView(
                    limit="auto",
                    status={"text": "Web", "favicon": "https://x.test/f.ico", "frame": True},
                    children=[
                        ListViewItem(onClickAction=_CLICK, gap=2, children=[Text(value="One")]),
                        ListViewItem(children=[]),
                    ],
                )
            )
        ),
    ),
    streamed(
        "widget_dynamic",
        "what templates build: any component, any prop, in their order; nulls left out",
        ThreadItemDoneEvent(
            item=widget_item(
                DynamicWidgetRoot.model_validate(
                    {
                        "type": "Card",
                        "zeta": 1,
                        "alpha": {"none": None, "deep": [{"none": None, "one": 1}]},
                        "none": None,
                        "children": {"type": "Map", "at": [48.4, 10.0], "children": []},
                    }
                )
            )
        ),
    ),
    streamed(
        "widget_basic",
        "a widget without a frame",
        ThreadItemDoneEvent(
            item=widget_item(
                BasicRoot(children=[DynamicWidgetComponent(type="Text", value="Plain", size="sm")])
            )
        ),
    ),
    Scene(
        name="widget_growing",
        about="`stream_widget` of a generator: added, deltas, a root update, done",
        request=SAYS,
        answer=_growing_widget,
    ),
]
