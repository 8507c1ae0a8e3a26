"""DemoAssistant: a ChatKitServer that shows what the protocol can do, without a model."""

from collections.abc import AsyncIterator
from typing import Any, Protocol

from chatkit.actions import Action
from chatkit.cli.titles import make_title
from chatkit.server import ChatKitServer
from chatkit.store import AttachmentStore, Store
from chatkit.types import (
    AudioInput,
    SyncCustomActionResponse,
    ThreadMetadata,
    ThreadStreamEvent,
    TranscriptionResult,
    UserMessageItem,
    WidgetItem,
)

from .acts import act, act_at_once
from .extras import describe_extras
from .pace import Pace
from .page import go_on
from .scenes import find_scene
from .stage import Events, Stage
from .talk import introduce, text_of


class Model(Protocol):
    """What answers in the demo's place, where a model was plugged in."""

    name: str
    """What its server calls it."""

    def answer(
        self,
        thread: ThreadMetadata,
        store: Store[Any],
        attachments: AttachmentStore[Any] | None,
        context: Any,
    ) -> Events:
        """The events of the model's answer to the thread as it stands."""
        ...

    async def close(self) -> None:
        """Let go of the connections to the model's server."""
        ...


class DemoAssistant(ChatKitServer[Any]):
    """Plays a scene for each of its commands, and explains itself for everything else."""

    def __init__(
        self,
        store: Store[Any],
        attachment_store: AttachmentStore[Any] | None = None,
        *,
        pace: Pace | None = None,
        model: Model | None = None,
    ) -> None:
        super().__init__(store, attachment_store)
        self._pace = pace or Pace()
        self._model = model

    async def respond(
        self,
        thread: ThreadMetadata,
        input_user_message: UserMessageItem | None,
        context: Any,
    ) -> AsyncIterator[ThreadStreamEvent]:
        stage = self._stage(thread, context, input_user_message)
        async for event in self._answer(stage):
            yield event

    async def title_thread(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem, context: Any
    ) -> str:
        await self._pace.work(0.6)
        return make_title(text_of(input_user_message))

    async def action(
        self,
        thread: ThreadMetadata,
        action: Action[str, Any],
        sender: WidgetItem | None,
        context: Any,
    ) -> AsyncIterator[ThreadStreamEvent]:
        stage = self._stage(thread, context)
        async for event in act(stage, action, sender):
            yield event

    async def sync_action(
        self,
        thread: ThreadMetadata,
        action: Action[str, Any],
        sender: WidgetItem | None,
        context: Any,
    ) -> SyncCustomActionResponse:
        return await act_at_once(self._stage(thread, context), action, sender)

    async def transcribe(self, audio_input: AudioInput, context: Any) -> TranscriptionResult:
        kilobytes = max(1, len(audio_input.data) // 1000)
        return TranscriptionResult(
            text=f"({kilobytes} kB of {audio_input.media_type}: the demo has no ear for speech)"
        )

    async def _answer(self, stage: Stage) -> Events:
        message = stage.message
        if message is None:
            async for event in go_on(stage):
                yield event
            return
        scene = find_scene(text_of(message), exact=self._model is not None)
        if scene is None and self._model is not None:
            files = self.attachment_store
            answer = self._model.answer(stage.thread, self.store, files, stage.context)
            async for event in answer:
                yield event
            return
        extras = describe_extras(message)
        if extras is not None:
            async for event in stage.say(extras):
                yield event
        async for event in (scene or introduce)(stage):
            yield event

    def _stage(
        self, thread: ThreadMetadata, context: Any, message: UserMessageItem | None = None
    ) -> Stage:
        return Stage(
            thread=thread,
            store=self.store,
            context=context,
            pace=self._pace,
            message=message,
            attachments=self.attachment_store,
        )


__all__ = ["DemoAssistant", "Model"]
