"""What the browser's tests ask of the server about widgets: any tree, states one by one, actions.

`show [root, …]` answers with these widgets. `play [root, …]` streams one widget from state to
state, each when the test posts to `/advance`. `patch {root, components}` replaces single
components of a widget, by their ids, after one step. An action is answered with what it was; one
of type `hold…` waits for `/advance` first, one of type `replace` swaps its widget for its payload.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from chatkit.actions import Action
from chatkit.cli.demo.stage import Stage, update
from chatkit.types import (
    SyncCustomActionResponse,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ThreadStreamEvent,
    WidgetComponentUpdated,
    WidgetItem,
)
from chatkit.widgets import WidgetRoot

_ROOT: TypeAdapter[Any] = TypeAdapter(WidgetRoot)


class WidgetScenes:
    """Scenes whose steps the test takes."""

    def __init__(self) -> None:
        self._steps: asyncio.Queue[None] = asyncio.Queue()

    async def advance(self, request: Request) -> Response:
        """`POST /advance`: the newest scene goes on; what older pages left waiting stays so."""
        self._steps.put_nowait(None)
        return Response()

    def _begin(self) -> asyncio.Queue[None]:
        self._steps = asyncio.Queue()
        return self._steps

    def scene(self, text: str, stage: Stage) -> AsyncIterator[ThreadStreamEvent] | None:
        """The answer to `show …` and `play …`; None for anything else."""
        word, _, given = text.partition(" ")
        if word == "patch":
            return self._patch(json.loads(given), stage)
        if word not in ("show", "play"):
            return None
        roots = [_ROOT.validate_python(root) for root in json.loads(given)]
        return self._show(roots, stage) if word == "show" else self._play(roots, stage)

    async def _show(self, roots: list[Any], stage: Stage) -> AsyncIterator[ThreadStreamEvent]:
        for root in roots:
            item = WidgetItem(**stage.item_fields("message"), widget=root)
            yield ThreadItemDoneEvent(item=item)

    async def _play(self, states: list[Any], stage: Stage) -> AsyncIterator[ThreadStreamEvent]:
        taken = self._begin()

        async def steps() -> AsyncIterator[Any]:
            for number, state in enumerate(states):
                if number:
                    await taken.get()
                yield state
            await taken.get()

        async for event in stage.show(steps()):
            yield event

    async def _patch(self, given: dict[str, Any], stage: Stage) -> AsyncIterator[ThreadStreamEvent]:
        taken = self._begin()
        root = _ROOT.validate_python(given["root"])
        item = WidgetItem(**stage.item_fields("message"), widget=root)
        yield ThreadItemAddedEvent(item=item)
        await taken.get()
        for component in given["components"]:
            change = WidgetComponentUpdated(component_id=component["id"], component=component)
            yield update(item, change)
        await taken.get()
        yield ThreadItemDoneEvent(item=item)

    async def act(
        self, action: Action[str, Any], sender: WidgetItem | None, stage: Stage
    ) -> AsyncIterator[ThreadStreamEvent]:
        """Says what was done."""
        if action.type.startswith("hold"):
            await self._begin().get()
        if action.type == "replace" and sender is not None:
            widget = _ROOT.validate_python(action.payload["root"])
            yield ThreadItemReplacedEvent(item=sender.model_copy(update={"widget": widget}))
            return
        async for event in stage.say(f"did {action.type} {json.dumps(action.payload)}"):
            yield event

    async def act_at_once(
        self, action: Action[str, Any], sender: WidgetItem | None
    ) -> SyncCustomActionResponse:
        """The widget with what was done in its first text."""
        if action.type == "hold":
            await self._begin().get()
        if sender is None:
            return SyncCustomActionResponse()
        told = {"type": "Text", "value": f"now {json.dumps(action.payload)}"}
        widget = _ROOT.validate_python({"type": "Card", "children": [told]})
        return SyncCustomActionResponse(updated_item=sender.model_copy(update={"widget": widget}))
