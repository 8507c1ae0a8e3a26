"""The `form` scene: a booking with every kind of field, and what it becomes once it is sent."""

from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, Field

from chatkit.actions import ActionConfig
from chatkit.widgets import (
    Button,
    Card,
    Checkbox,
    Col,
    DatePicker,
    Form,
    Input,
    Label,
    Markdown,
    RadioGroup,
    Row,
    Select,
    Text,
    Textarea,
    Title,
    WidgetComponent,
)

from .stage import Events, Stage

BOOK, CANCEL, ASK = "demo.book", "demo.book_cancel", "demo.ask"

_SEATS = {"inside": "Inside", "terrace": "On the terrace"}
_GUESTS = {str(number): f"{number} guests" for number in range(2, 7)}


class Table(BaseModel):
    """What is nested under `table` in the form's field names."""

    guests: str = "2"
    seat: str = "inside"


class Booking(BaseModel):
    """The fields of the form, as they come in; nothing in it is trusted."""

    name: str = Field(default="", max_length=200)
    email: str = Field(default="", max_length=200)
    date: str = Field(default="", max_length=40)
    table: Table = Field(default_factory=Table)
    vegetarian: bool = False
    notes: str = Field(default="", max_length=2_000)


async def form(stage: Stage) -> Events:
    """A card that is a form, and a smaller form with a submit button of its own."""
    async for event in stage.say("Book a table; nothing leaves this machine."):
        yield event
    async for event in stage.show(booking_card()):
        yield event
    async for event in stage.show(_question_card()):
        yield event


def booking_card() -> Card:
    """The form, to be filled in."""
    return Card(
        asForm=True,
        size="md",
        status={"text": "Restaurant", "icon": "calendar"},
        confirm={"label": "Book", "action": ActionConfig(type=BOOK)},
        cancel={"label": "Not now", "action": ActionConfig(type=CANCEL)},
        children=[
            Title(value="A table by the sea", size="sm"),
            *_field("Name", Input(name="name", required=True, placeholder="Your name")),
            *_field(
                "E-mail", Input(name="email", inputType="email", placeholder="you@example.com")
            ),
            Row(
                gap=3,
                children=[
                    Col(flex=1, children=_field("Day", _day())),
                    Col(flex=1, children=_field("Guests", _guests())),
                ],
            ),
            RadioGroup(
                name="table.seat",
                ariaLabel="Where to sit",
                direction="row",
                defaultValue="inside",
                options=[{"label": label, "value": value} for value, label in _SEATS.items()],
            ),
            Checkbox(name="vegetarian", label="Vegetarian menu"),
            *_field("Notes", Textarea(name="notes", rows=2, autoResize=True)),
        ],
    )


def _field(label: str, control: WidgetComponent) -> list[WidgetComponent]:
    name: str = getattr(control, "name", "")
    return [Label(value=label, fieldName=name), control]


def _day() -> DatePicker:
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return DatePicker(name="date", min=today, max=today + timedelta(days=60), clearable=True)


def _guests() -> Select:
    return Select(
        name="table.guests",
        defaultValue="2",
        options=[{"value": value, "label": label} for value, label in _GUESTS.items()],
    )


def _question_card() -> Card:
    return Card(
        size="sm",
        children=[
            Form(
                direction="row",
                gap=2,
                onSubmitAction=ActionConfig(type=ASK, loadingBehavior="container"),
                children=[
                    Input(name="question", placeholder="A question first?", required=True),
                    Button(label="Ask", submit=True, style="primary"),
                ],
            )
        ],
    )


def booked_card(booking: Booking) -> Card:
    """The same card once the booking is made: nothing to fill in any more."""
    guests = _GUESTS.get(booking.table.guests, "2 guests")
    seat = _SEATS.get(booking.table.seat, "Inside").lower()
    day = booking.date[:10] or "tonight"
    lines = [f"**{_plain(booking.name)}**, {guests}, {seat}", f"Day: {_plain(day)}"]
    if booking.vegetarian:
        lines.append("Vegetarian menu")
    if booking.notes:
        lines.append(f"*{_plain(booking.notes)}*")
    return Card(
        size="md",
        status={"text": "Booked", "icon": "check-circle-filled"},
        children=[Markdown(value="  \n".join(lines))],
    )


def cancelled_card() -> Card:
    """The same card once the person has declined."""
    return Card(
        size="sm",
        status={"text": "Cancelled", "icon": "empty-circle"},
        children=[Text(value="No table was booked.", color="secondary")],
    )


def _plain(text: str) -> str:
    """A person's words inside Markdown: on one line, and without its marks."""
    return "".join(mark if mark not in "*_`[]<>#|\\" else " " for mark in " ".join(text.split()))


__all__ = ["ASK", "BOOK", "CANCEL", "Booking", "booked_card", "cancelled_card", "form"]
