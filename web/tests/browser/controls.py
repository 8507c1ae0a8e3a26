"""What the browser tests ask of their server beside the chat: a script, a long thread, a slow hand.

Below: server.py. None of it is part of the product.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chatkit.cli.demo.pace import Pace
from chatkit.store import MemoryStore
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    InferenceOptions,
    ThreadItem,
    ThreadMetadata,
    UserMessageItem,
    UserMessageTextContent,
)

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
ANSWER = """Answer **{number}**: a paragraph of some length, so that lines wrap on any screen, \
with `code`, *emphasis* and a [link](https://example.com/{number}).

- the first point of {number}
- the second point, a little longer than the first

| a | b |
|---|---|
| {number} | twice |
"""


class Turnstile:
    """Lets everybody through until it is held; then one pause ends for each step."""

    def __init__(self) -> None:
        self._steps: asyncio.Semaphore | None = None

    def hold(self) -> None:
        """From now on nobody passes."""
        self._steps = asyncio.Semaphore(0)

    def step(self, count: int) -> None:
        """So many may pass."""
        for _ in range(count):
            if self._steps is not None:
                self._steps.release()

    def free(self) -> None:
        """Everybody passes again, also those who wait."""
        self.step(1_000_000)
        self._steps = None

    async def pass_through(self) -> bool:
        """Waits for a step, where there is a need to; whether there was."""
        if self._steps is None:
            return False
        await self._steps.acquire()
        return True


class Controls:
    """State that the tests set, and the routes by which they do."""

    def __init__(self, store: MemoryStore[Any]) -> None:
        self.turnstile = Turnstile()
        self.script: dict[str, Any] = {}
        self._store = store
        self._seeded = count()

    def script_pace(self, pace: Pace) -> Pace:
        """The pace of a script: `quick_words` of it at once, then `word_seconds` for each."""
        left = self.script.get("quick_words", 0)

        async def sleep(seconds: float) -> None:
            nonlocal left
            left -= 1
            await (asyncio.sleep(0) if left >= 0 else pace.sleep(seconds))

        return Pace(word_seconds=self.script.get("word_seconds", pace.word_seconds), sleep=sleep)

    def routes(self) -> list[Route]:
        """One route for each thing a test may ask."""
        return [
            Route("/test/script", self._take_script, methods=["POST"]),
            Route("/test/seed", self._seed, methods=["POST"]),
            Route("/test/turnstile", self._turn, methods=["POST"]),
        ]

    async def _take_script(self, request: Request) -> Response:
        self.script = await request.json()
        return JSONResponse({})

    async def _turn(self, request: Request) -> Response:
        asked = await request.json()
        match asked["do"]:
            case "hold":
                self.turnstile.hold()
            case "step":
                self.turnstile.step(asked.get("count", 1))
            case _:
                self.turnstile.free()
        return JSONResponse({})

    async def _seed(self, request: Request) -> Response:
        asked = await request.json()
        ids = [await self._seed_one(asked, number) for number in range(asked.get("threads", 1))]
        return JSONResponse({"ids": ids})

    async def _seed_one(self, asked: dict[str, Any], number: int) -> str:
        title = asked.get("title", "Long thread")
        at = BEGINNING + timedelta(days=number)
        thread_id = f"thr_seeded_{next(self._seeded)}"
        thread = ThreadMetadata(id=thread_id, created_at=at, title=f"{title} {number}")
        await self._store.save_thread(thread, {})
        for item in (seeded_item(thread, index) for index in range(asked["items"])):
            await self._store.add_thread_item(thread.id, item, {})
        return thread_id


def seeded_item(thread: ThreadMetadata, index: int) -> ThreadItem:
    """A question for even numbers, its answer for odd ones."""
    common: dict[str, Any] = {
        "id": f"msg_{thread.id}_{index:05}",
        "thread_id": thread.id,
        "created_at": thread.created_at + timedelta(seconds=index),
    }
    if index % 2:
        text = ANSWER.replace("{number}", str(index))
        return AssistantMessageItem(**common, content=[AssistantMessageContent(text=text)])
    return UserMessageItem(
        **common,
        content=[UserMessageTextContent(text=f"Question {index}")],
        attachments=[],
        inference_options=InferenceOptions(),
    )
