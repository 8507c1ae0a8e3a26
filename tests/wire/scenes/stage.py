"""What scenes are made of: the server that plays them, and the items that they show."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic import AnyUrl

from chatkit.server import ChatKitServer
from chatkit.store import AttachmentStore
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    Attachment,
    AttachmentUploadDescriptor,
    ClientToolCallItem,
    FileAttachment,
    ImageAttachment,
    InferenceOptions,
    StructuredInputFreeform,
    StructuredInputItem,
    StructuredInputMultipleChoice,
    StructuredInputMultipleChoiceOption,
    SyncCustomActionResponse,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    TranscriptionResult,
    UserMessageItem,
    UserMessageTextContent,
    WidgetItem,
    Workflow,
    WorkflowItem,
)
from chatkit.widgets import (
    Card,
    Text,
)

NOW = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
THREAD = ThreadMetadata(id="thr", created_at=NOW)
PLACE = {"thread_id": "thr", "created_at": NOW}
Events = AsyncIterator[Any]
Handler = Callable[..., Events]


def played(*events: Any) -> Handler:
    """A handler that yields these events."""

    async def handler(thread: ThreadMetadata, message: Any, context: Any) -> Events:
        for event in events:
            yield event

    return handler


async def _says_nothing(thread: ThreadMetadata, message: Any, context: Any) -> Events:
    return
    yield


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One exchange. `before` are the items of thread "thr", which is there unless told so."""

    name: str
    about: str
    request: dict[str, Any]
    before: tuple[Any, ...] = ()
    thread: ThreadMetadata = field(default_factory=THREAD.model_copy)
    attachments: tuple[Attachment, ...] = ()
    answer: Handler = _says_nothing


class GoldenFiles(AttachmentStore[Any]):
    """Gives out one attachment, and forgets it."""

    async def create_attachment(self, input: Any, context: Any) -> Attachment:
        return FileAttachment(
            id="atc_1",
            name=input.name,
            mime_type=input.mime_type,
            upload_descriptor=AttachmentUploadDescriptor(
                url=AnyUrl("https://files.test/atc_1"), method="PUT", headers={"X-Key": "k"}
            ),
            metadata={"bucket": "secret"},
        )

    async def delete_attachment(self, attachment_id: str, context: Any) -> None:
        pass


class GoldenServer(ChatKitServer[Any]):
    """Answers as its scene says."""

    def __init__(self, scene: Scene, store: Any) -> None:
        super().__init__(store, GoldenFiles())
        self.scene = scene

    async def respond(self, thread: Any, input_user_message: Any, context: Any) -> Events:
        async for event in self.scene.answer(thread, input_user_message, context):
            yield event

    async def action(self, thread: Any, action: Any, sender: Any, context: Any) -> Events:
        async for event in self.scene.answer(thread, sender, context):
            yield event

    async def sync_action(self, thread: Any, action: Any, sender: Any, context: Any) -> Any:
        return SyncCustomActionResponse(
            updated_item=widget_item(Card(children=[Text(value="Saved")]))
        )

    async def transcribe(self, audio_input: Any, context: Any) -> TranscriptionResult:
        return TranscriptionResult(
            text=f"{len(audio_input.data)} bytes of {audio_input.media_type}"
        )


async def set_scene(scene: Scene, store: Any) -> None:
    """Puts what the scene has before its request into the store."""
    await store.save_thread(scene.thread, None)
    for attachment in scene.attachments:
        await store.save_attachment(attachment, None)
    for item in scene.before:
        await store.add_thread_item("thr", item, None)


def message_item(text: str = "Hi", **fields: Any) -> UserMessageItem:
    return UserMessageItem(
        id="user_1",
        **PLACE,
        content=[UserMessageTextContent(text=text)],
        inference_options=InferenceOptions(),
        **fields,
    )


def answer_item(
    text: str | None = "Hello", id: str = "answer_1", **fields: Any
) -> AssistantMessageItem:
    content = [AssistantMessageContent(text=text, **fields)] if text is not None else []
    return AssistantMessageItem(id=id, **PLACE, content=content)


def widget_item(root: Any, **fields: Any) -> WidgetItem:
    return WidgetItem(id="widget_1", **PLACE, widget=root, **fields)


def flow_item(*tasks: Any, **fields: Any) -> WorkflowItem:
    return WorkflowItem(
        id="flow_1", **PLACE, workflow=Workflow(type="custom", tasks=list(tasks), **fields)
    )


def form_item() -> StructuredInputItem:
    options = [StructuredInputMultipleChoiceOption(value=value) for value in ("red", "blue")]
    return StructuredInputItem(
        id="form_1",
        **PLACE,
        inputs=[
            StructuredInputMultipleChoice(id="colour", question="Colour?", options=options),
            StructuredInputMultipleChoice(
                id="sizes", question="Sizes?", options=options, multiple=True
            ),
            StructuredInputFreeform(id="why", question="Why?", description="In your own words"),
        ],
    )


def call_item(**fields: Any) -> ClientToolCallItem:
    return ClientToolCallItem(
        id="call_1",
        **PLACE,
        call_id="fc_1",
        name="get_location",
        arguments={"precise": True},
        **fields,
    )


def updated(item_id: str, update: Any) -> ThreadItemUpdatedEvent:
    return ThreadItemUpdatedEvent(item_id=item_id, update=update)


def text_input(text: str = "Hi", **fields: Any) -> dict[str, Any]:
    content = [{"type": "input_text", "text": text}]
    return {"content": content, "attachments": [], "inference_options": {}, **fields}


def request_of(type: str, **params: Any) -> dict[str, Any]:
    return {"type": type, "params": params}


SAYS = request_of("threads.add_user_message", thread_id="thr", input=text_input())
ACTION = {"type": "save", "payload": {"id": 7, "tags": ["a", None]}}


def streamed(name: str, about: str, *events: Any, **fields: Any) -> Scene:
    return Scene(name=name, about=about, request=SAYS, answer=played(*events), **fields)


FILE = FileAttachment(
    id="atc_1", name="notes.txt", mime_type="text/plain", metadata={"bucket": "secret"}
)
IMAGE = ImageAttachment(
    id="atc_2", name="cat.png", mime_type="image/png", preview_url=AnyUrl("https://files.test/cat")
)
