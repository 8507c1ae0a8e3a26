"""The `feedback` scene: the thumbs that were given in this thread, from the store."""

from chatkit.store import KeepsFeedback

from .stage import Events, Stage


async def feedback(stage: Stage) -> Events:
    """How many answers of this thread were rated, and how."""
    async for event in stage.say(await _summary(stage)):
        yield event


async def _summary(stage: Stage) -> str:
    if not isinstance(stage.store, KeepsFeedback):
        return "This server's store keeps no feedback."
    kinds = [
        given.kind for given in await stage.store.load_feedback(stage.thread.id, stage.context)
    ]
    if not kinds:
        return "You have rated nothing here yet. Use the thumbs below an answer, then ask again."
    return f"So far in this thread: 👍 {kinds.count('positive')}, 👎 {kinds.count('negative')}."


__all__ = ["feedback"]
