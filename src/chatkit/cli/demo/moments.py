"""Scenes that pass: progress, notices, effects, errors, an image, a locked conversation."""

from chatkit.errors import CustomStreamError, ErrorCode, StreamError
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    ClientEffectEvent,
    GeneratedImage,
    GeneratedImageItem,
    GeneratedImageUpdated,
    LockedStatus,
    NoticeEvent,
    ProgressUpdateEvent,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
)

from .locked import locked_card
from .png import picture
from .stage import Events, Stage, update
from .talk import text_of

_FAILED = "demo.failed"
_WIDTH, _HEIGHT = 240, 160


async def progress(stage: Stage) -> Events:
    """Lines that say what goes on, and a draft that is taken back."""
    yield ProgressUpdateEvent(icon="search", text="Looking for a good answer…")
    await stage.pace.work(1)
    draft = AssistantMessageItem(
        **stage.item_fields("message"), content=[AssistantMessageContent(text="Well, perhaps…")]
    )
    yield ThreadItemAddedEvent(item=draft)
    await stage.pace.work(0.8)
    yield ThreadItemRemovedEvent(item_id=draft.id)
    yield ProgressUpdateEvent(icon="write", text="Thinking better of it…")
    await stage.pace.work(1)
    async for event in stage.say(
        "Done. The lines above were only there while I worked, and the draft that you may have "
        "seen was taken back: neither is kept."
    ):
        yield event


async def notice(stage: Stage) -> Events:
    """One notice of each level."""
    yield NoticeEvent(level="info", message="This is for your **information**.")
    yield NoticeEvent(
        level="warning", title="Nearly full", message="You have used 90 % of your messages today."
    )
    yield NoticeEvent(
        level="danger", title="Maintenance", message="The server restarts in *ten minutes*."
    )
    async for event in stage.say("Three notices; they are shown and not kept."):
        yield event


async def effect(stage: Stage) -> Events:
    """Something for the page to do, once."""
    yield ClientEffectEvent(name="celebrate", data={"emoji": "🎉", "seconds": 3})
    async for event in stage.say(
        "I have sent the effect `celebrate` to your page. It is up to the page what that means, "
        "and it will not happen again when you read this thread later."
    ):
        yield event


async def error(stage: Stage) -> Events:
    """A failure after some words. The plain one works when it is tried again."""
    kind = text_of(stage.message).lower().removeprefix("/").removeprefix("error").strip()
    if kind == "custom":
        raise CustomStreamError("The demo ran out of tea. (This text is the server's own.)")
    if kind == "crash":
        raise RuntimeError("the demo assistant was asked to crash")
    if stage.message and stage.thread.metadata.get(_FAILED) == stage.message.id:
        async for event in stage.say("This time it worked. My first answer is gone."):
            yield event
        return
    if stage.message:
        stage.thread.metadata[_FAILED] = stage.message.id
    async for event in stage.say("I am about to fail. Press Retry, and I will not."):
        yield event
    raise StreamError(ErrorCode.STREAM_ERROR, allow_retry=True)


async def image(stage: Stage) -> Events:
    """A picture that gets sharper."""
    item = GeneratedImageItem(**stage.item_fields("message"))
    yield ThreadItemAddedEvent(item=item)
    for grain, progress in ((40, 0.25), (16, 0.5), (5, 0.75), (1, 1.0)):
        await stage.pace.work(0.8)
        url = picture(_WIDTH, _HEIGHT, grain)
        item.image = GeneratedImage(id=f"{item.id}_image", url=url)
        yield update(item, GeneratedImageUpdated(image=item.image, progress=progress))
    yield ThreadItemDoneEvent(item=item)
    async for event in stage.say("Hills at dusk, computed dot by dot: no model was asked."):
        yield event


async def lock(stage: Stage) -> Events:
    """The thread takes no messages until its button is pressed."""
    async for event in stage.say("I will lock this conversation. The button opens it again."):
        yield event
    async for event in stage.show(locked_card()):
        yield event
    stage.thread.status = LockedStatus(reason="Locked by the demo: press Unlock above.")


__all__ = ["effect", "error", "image", "lock", "notice", "progress"]
