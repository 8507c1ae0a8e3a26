"""What happens when a widget of the demo is used. Payloads are checked, state comes from here.

An action names a widget that is stored in this thread; what it says beyond that is only a wish.
"""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from chatkit.actions import Action
from chatkit.errors import CustomStreamError
from chatkit.types import (
    ActiveStatus,
    HiddenContextItem,
    NoticeEvent,
    SyncCustomActionResponse,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    WidgetItem,
    WidgetRoot,
)
from chatkit.widgets import find_offer

from .charts import SWITCH, Kind, chart_card
from .forms import ASK, BOOK, CANCEL, Booking, booked_card, cancelled_card
from .gallery import HIKES, LIKE, OPEN, likes_card
from .locked import UNLOCK, unlocked_card
from .stage import Events, Stage

Payload = TypeVar("Payload", bound=BaseModel)

_LIKES = re.compile(r"You liked this (once|(\d+) times)\.")


class _Switch(BaseModel):
    kind: Kind


class _Open(BaseModel):
    hike: str


class _Ask(BaseModel):
    question: str


async def _unlock(stage: Stage, payload: Any, sender: WidgetItem) -> Events:
    stage.thread.status = ActiveStatus()
    yield _replaced(sender, unlocked_card())


async def _switch_chart(stage: Stage, payload: Any, sender: WidgetItem) -> Events:
    yield _replaced(sender, chart_card(_checked(_Switch, payload).kind))


async def _open_hike(stage: Stage, payload: Any, sender: WidgetItem) -> Events:
    hike = HIKES.get(_checked(_Open, payload).hike)
    if hike is None:
        raise CustomStreamError("There is no such hike.")
    _, title, description = hike
    async for event in stage.say(f"**{title}**: {description}"):
        yield event


async def _ask(stage: Stage, payload: Any, sender: WidgetItem) -> Events:
    question = " ".join(_checked(_Ask, payload).question.split())
    async for event in stage.say(f"About “{question}”: the kitchen will know. Just book."):
        yield event


async def _book(stage: Stage, payload: Any, sender: WidgetItem) -> Events:
    booking = _checked(Booking, payload)
    if not booking.name.strip():
        yield NoticeEvent(level="warning", message="Please give a name, and book again.")
        return
    await stage.pace.work(0.8)
    yield _replaced(sender, booked_card(booking))
    hidden = HiddenContextItem(
        **stage.item_fields("message"), content={"booked": booking.model_dump(exclude={"email"})}
    )
    # For the model that answers next: the person sees the card.
    yield ThreadItemDoneEvent(item=hidden)
    async for event in stage.say("Your table is booked. See you there!"):
        yield event


async def _cancel(stage: Stage, payload: Any, sender: WidgetItem) -> Events:
    yield _replaced(sender, cancelled_card())


_STREAMING: dict[str, Callable[[Stage, Any, WidgetItem], Events]] = {
    UNLOCK: _unlock,
    SWITCH: _switch_chart,
    OPEN: _open_hike,
    ASK: _ask,
    BOOK: _book,
    CANCEL: _cancel,
}


async def act(stage: Stage, action: Action[str, Any], sender: WidgetItem | None) -> Events:
    """The events that answer an action. Raises: CustomStreamError for one that is not on offer."""
    perform = _STREAMING.get(action.type)
    if perform is None or sender is None or find_offer(sender.widget, action) is None:
        raise CustomStreamError("This is not on offer, or not any more.")
    async for event in perform(stage, action.payload, sender):
        yield event


async def act_at_once(
    stage: Stage, action: Action[str, Any], sender: WidgetItem | None
) -> SyncCustomActionResponse:
    """The answer to an action without a stream: the widget as it is now, stored."""
    if action.type != LIKE or sender is None or find_offer(sender.widget, action) is None:
        return SyncCustomActionResponse()
    liked = sender.model_copy(update={"widget": likes_card(_likes_of(sender) + 1)})
    await stage.store.save_item(stage.thread.id, liked, stage.context)
    return SyncCustomActionResponse(updated_item=liked)


def _likes_of(sender: WidgetItem) -> int:
    # Counted in the stored widget, not in what came with the click.
    found = _LIKES.search(sender.widget.model_dump_json())
    return int(found[2] or 1) if found else 0


def _checked(model: type[Payload], payload: Any) -> Payload:
    try:
        return model.model_validate(payload)
    except ValidationError:
        raise CustomStreamError("The demo does not understand this action.") from None


def _replaced(sender: WidgetItem, widget: WidgetRoot) -> ThreadItemReplacedEvent:
    return ThreadItemReplacedEvent(item=sender.model_copy(update={"widget": widget}))


__all__ = ["act", "act_at_once"]
