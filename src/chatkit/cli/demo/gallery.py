"""The `widgets` scene: every component that shows something, in each of the three roots."""

from collections.abc import AsyncGenerator, AsyncIterator

from chatkit.actions import ActionConfig
from chatkit.types import (
    EndOfTurnItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    WidgetComponentUpdated,
    WidgetItem,
)
from chatkit.widgets import (
    Badge,
    BasicRoot,
    Box,
    Button,
    Caption,
    Card,
    Col,
    Divider,
    Icon,
    Image,
    ListView,
    ListViewItem,
    Markdown,
    Row,
    Spacer,
    Table,
    TableCell,
    TableRow,
    Text,
    Title,
    Transition,
    WidgetIcon,
    WidgetRoot,
)

from .png import picture
from .stage import Events, Stage, update

LIKE, OPEN = "demo.like", "demo.open"
LIKES_ID, STATE_ID = "likes", "state"

_STORY = "This text grows word by word inside the card, as the words of a message do."

HIKES: dict[str, tuple[WidgetIcon, str, str]] = {
    "cliffs": ("map-pin", "The cliffs", "7 km along the sea; start at the lighthouse."),
    "forest": ("compass", "The old forest", "12 km, shady, with a spring half way."),
    "ridge": ("star", "The ridge", "18 km and 900 m up. For the view alone."),
}


async def widgets(stage: Stage) -> Events:
    """A card that streams, one that is replaced in parts, a list, and a table without a frame."""
    parts = (
        stage.say("Widgets are made on the server, in Python, and shown by the page."),
        stage.show(_growing(stage), copy_text=_STORY),
        _likes(stage),
        stage.show(_hikes()),
        stage.show(_table()),
    )
    for part in parts:
        async for event in part:
            yield event
    yield ThreadItemDoneEvent(item=EndOfTurnItem(**stage.item_fields("message")))


async def _growing(stage: Stage) -> AsyncGenerator[WidgetRoot, None]:
    story = ""
    yield _typography(story, streaming=True)
    async for word in _words(stage, _STORY):
        story += word
        yield _typography(story, streaming=True)
    yield _typography(story, streaming=False)


async def _words(stage: Stage, text: str) -> AsyncIterator[str]:
    for number, word in enumerate(text.split()):
        await stage.pace.word()
        yield word if number == 0 else f" {word}"


def _typography(story: str, *, streaming: bool) -> Card:
    badge = (
        Badge(label="writing", color="info") if streaming else Badge(label="done", color="success")
    )
    return Card(
        size="md",
        status={"text": "A card", "icon": "square-text"},
        children=[
            Row(
                align="center",
                gap=2,
                children=[
                    Icon(name="sparkle", color="secondary"),
                    Title(value="Words and pictures", size="sm"),
                    Spacer(),
                    badge,
                ],
            ),
            Text(id="story", value=story, streaming=streaming),
            Divider(spacing=3),
            Row(gap=3, children=[_photo(), _beside_photo()]),
        ],
    )


def _photo() -> Image:
    return Image(src=picture(96, 64), alt="Hills at dusk", radius="md", width=96)


def _beside_photo() -> Col:
    return Col(
        gap=1,
        flex=1,
        children=[
            Markdown(value="**Markdown** with a [link](https://example.com)."),
            Caption(value="A caption is small print."),
            Box(
                padding=2,
                radius="sm",
                background={"light": "#eef2ff", "dark": "#1e1b4b"},
                children=[Text(value="A box of its own colour", size="sm")],
            ),
        ],
    )


async def _likes(stage: Stage) -> Events:
    item = WidgetItem(**stage.item_fields("message"), widget=likes_card(0, loading=True))
    yield ThreadItemAddedEvent(item=item)
    await stage.pace.work(0.8)
    ready = _state("ready", "success")
    yield update(item, WidgetComponentUpdated(component_id=STATE_ID, component=ready))
    yield ThreadItemDoneEvent(item=item.model_copy(update={"widget": likes_card(0)}))


def likes_card(count: int, *, loading: bool = False) -> Card:
    """A counter with a button that is answered at once, without a stream."""
    times = "once" if count == 1 else f"{count} times"
    text = f"You liked this {times}." if count else "You have not liked this yet."
    return Card(
        size="sm",
        children=[
            Row(
                align="center",
                gap=2,
                children=[
                    _state("loading", "secondary") if loading else _state("ready", "success"),
                    Transition(children=Text(id=LIKES_ID, key=str(count), value=text)),
                    Spacer(),
                    Button(
                        label="Like",
                        iconStart="star",
                        onClickAction=ActionConfig(type=LIKE, streaming=False),
                    ),
                ],
            )
        ],
    )


def _state(label: str, color: str) -> Badge:
    return Badge.model_validate({"id": STATE_ID, "label": label, "color": color})


def _hikes() -> ListView:
    return ListView(
        limit=2,
        status={"text": "A list: click a row", "icon": "maps"},
        children=[
            ListViewItem(
                key=name,
                gap=2,
                align="center",
                onClickAction=ActionConfig(type=OPEN, payload={"hike": name}),
                children=[Icon(name=icon), Text(value=title, weight="medium")],
            )
            for name, (icon, title, _) in HIKES.items()
        ],
    )


def _table() -> BasicRoot:
    rows = [("Component", "What it is"), ("Table", "Rows of cells"), ("Basic", "A root, no frame")]
    return BasicRoot.model_validate(
        {
            "gap": 2,
            "children": [
                Title(value="A table without a card", size="sm"),
                Table(
                    children=[
                        TableRow(
                            header=number == 0,
                            children=[TableCell(children=[Text(value=value)]) for value in row],
                        )
                        for number, row in enumerate(rows)
                    ]
                ),
            ],
        }
    )


__all__ = ["HIKES", "LIKE", "LIKES_ID", "OPEN", "likes_card", "widgets"]
