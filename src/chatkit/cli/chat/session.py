"""A chat in a terminal: what is typed goes to the server, what comes back to the screen.

Below: the client, the screen, the prompts. The commands are in `commands`.
"""

import asyncio
from collections.abc import Coroutine
from pathlib import Path

from rich.text import Text

from chatkit.client import Answer, ApiError, ChatKitClient, ClientError, ThreadView
from chatkit.types import (
    Attachment,
    GeneratedImageItem,
    ThreadItem,
    ThreadItemDoneEvent,
    ThreadStreamEvent,
    UserMessageItem,
)

from . import words
from .asking import ask_answers, ask_tool_result
from .files import FileProblem, save_image
from .interrupts import on_interrupt
from .prompts import Declined, Prompts
from .screen import Screen

__all__ = ["Session"]

_FRAME_SECONDS = 0.08
_HISTORY_ITEMS = 12


class Session:
    """One chat: the thread that is open, and what is attached to the next message."""

    def __init__(
        self,
        client: ChatKitClient,
        screen: Screen,
        prompts: Prompts,
        save_images: Path | None = None,
    ) -> None:
        self.client, self.screen, self.prompts = client, screen, prompts
        self.view = ThreadView()
        self.thread_id: str | None = None
        self.attached: list[Attachment] = []
        self._save_images = save_images
        self._stops = 0
        self._stopping: set[asyncio.Task[None]] = set()
        self._last: Answer | None = None

    @property
    def last_answer_items(self) -> list[str]:
        """The ids of what the assistant answered last."""
        items = self._last.items if self._last is not None else []
        return [item.id for item in items if not isinstance(item, UserMessageItem)]

    def start_new(self) -> None:
        """Leaves the thread; the next message starts another one."""
        self.view, self.thread_id, self._last = ThreadView(), None, None
        self.screen.forget()

    async def say(self, text: str) -> None:
        """Sends a message, with what is attached, and shows the answer."""
        attached, self.attached = self.attached, []
        if self.thread_id is None:
            answer = self.client.create_thread(text, attachments=attached, view=self.view)
        else:
            answer = self.client.send(self.thread_id, text, attachments=attached, view=self.view)
        try:
            await self.follow(answer)
        except ClientError:
            # What the server never took goes with the next try.
            self.attached = [] if answer.items else attached
            raise

    async def open(self, thread_id: str) -> None:
        """Shows a thread as it stands, and goes on with the answer that is under way in it."""
        thread, items = await self.client.load(thread_id)
        self.start_new()
        self.view, self.thread_id = ThreadView(thread, items), thread.id
        self.screen.print(Text(words.title_of(thread), style="bold underline"))
        answer, early = None, list[ThreadStreamEvent]()
        if thread.active_turn is not None:
            turn = thread.active_turn
            answer = self.client.attach(turn.id, thread_id=thread_id, view=self.view)
            # What the answer under way has said is shown as it is written, not as history.
            async for event in answer:
                early.append(event)
                if answer.seq >= turn.seq:
                    break
        written = answer.items if answer is not None else []
        to_come = {item.id for item in written if not isinstance(item, UserMessageItem)}
        self._show_history([item for item in self.view.items if item.id not in to_come])
        if answer is not None:
            await self.follow(answer, early)
        else:
            self._mention_what_is_pending()

    def _show_history(self, items: list[ThreadItem]) -> None:
        if len(items) > _HISTORY_ITEMS:
            self.screen.remark(f"… {len(items) - _HISTORY_ITEMS} earlier items")
        for item in items[-_HISTORY_ITEMS:]:
            self.screen.show_item(item)

    async def follow(self, answer: Answer, early: list[ThreadStreamEvent] | None = None) -> None:
        """Shows an answer to its end, then asks what it asks for, and so on."""
        await self._watch(answer, early or [])
        while not self._stops and answer.error is None:
            following = await self.ask_what_is_pending()
            if following is None:
                return
            answer = following
            await self._watch(answer, [])

    async def _watch(self, answer: Answer, early: list[ThreadStreamEvent]) -> None:
        """Shows one answer to its end; Ctrl-C stops it, and keeps what was said."""
        self._last, self._stops = answer, 0
        self.screen.begin(answer.view)
        ticking = asyncio.create_task(self._tick())
        try:
            with on_interrupt(lambda: self._interrupt(answer)):
                for event in early:
                    await self._show(event)
                async for event in answer:
                    await self._show(event)
        finally:
            self.thread_id = answer.thread_id or self.thread_id
            ticking.cancel()
            await asyncio.wait({ticking, *self._stopping})
            await answer.aclose()
            self.screen.end()
        if self._stops:
            self.screen.remark("(stopped)")

    async def _show(self, event: ThreadStreamEvent) -> None:
        self.screen.show(event)
        if isinstance(event, ThreadItemDoneEvent) and isinstance(event.item, GeneratedImageItem):
            await self._save(event.item)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_FRAME_SECONDS)
            self.screen.refresh()

    def _interrupt(self, answer: Answer) -> None:
        self._stops += 1
        if self._stops > 1:
            self._begin_to(answer.aclose())
        elif not answer.view.allow_cancel:
            self.screen.status = "this answer cannot be stopped; Ctrl-C again leaves it"
        else:
            self.screen.status = "stopping… (Ctrl-C again leaves at once)"
            self._begin_to(self._stop(answer))

    def _begin_to(self, stop: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(stop)
        self._stopping.add(task)
        task.add_done_callback(self._stopping.discard)

    async def _stop(self, answer: Answer) -> None:
        try:
            await answer.stop()
        except ApiError as error:
            self.screen.status = words.failure(error)

    async def _save(self, item: GeneratedImageItem) -> None:
        if self._save_images is None or item.image is None:
            return
        try:
            path = await save_image(self.client, item.image, self._save_images)
        except (FileProblem, ClientError) as error:
            self.screen.remark(f"the image was not saved: {error}")
        else:
            self.screen.remark(f"saved as {path}")

    def _mention_what_is_pending(self) -> None:
        if self.view.pending_tool_call() or self.view.pending_input():
            self.screen.remark("the assistant waits for an answer of yours: /answer")

    async def ask_what_is_pending(self) -> Answer | None:
        """The answer that follows from what the person was asked; None where nothing was."""
        thread_id = self.thread_id or ""
        try:
            call = self.view.pending_tool_call()
            if call is not None:
                result = await ask_tool_result(self.prompts, self.screen, call)
                return self.client.add_tool_output(thread_id, result, view=self.view)
            form = self.view.pending_input()
            if form is not None:
                answers = await ask_answers(self.prompts, self.screen, form)
                return self.client.answer(thread_id, form.id, answers, view=self.view)
        except Declined:
            self.screen.remark("left open: /answer asks again")
        return None
