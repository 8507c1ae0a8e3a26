"""Notices when a handler changed its thread: a comparison with what was last saved.

Handlers change the thread in place, also from a task that runs beside the answer, so the check
is made after every event and must cost next to nothing: identity first, no copies, no dumps.
"""

from typing import Any, NamedTuple, cast

from chatkit.types import Page, Thread, ThreadMetadata
from chatkit.types.copying import deep_copy


class ThreadSnapshot(NamedTuple):
    """A thread's fields as they were at one moment."""

    title: str | None
    status: Any
    status_fields: dict[str, Any]
    allowed_image_domains: list[str] | None
    metadata: dict[str, Any]


class ThreadWatch:
    """The thread in a handler's hands, and what the store knows of it."""

    def __init__(self, thread: ThreadMetadata) -> None:
        self.thread = thread
        self._saved = take_snapshot(thread)

    def changed(self) -> bool:
        """True when a field differs from what was last marked as saved."""
        now, saved = self.thread.__dict__, self._saved
        status = now["status"]
        return (
            now["title"] != saved.title
            or status is not saved.status
            or status.__dict__ != saved.status_fields
            or now["allowed_image_domains"] != saved.allowed_image_domains
            or now["metadata"] != saved.metadata
        )

    def apply_changes(self, target: ThreadMetadata) -> ThreadSnapshot:
        """Gives `target` what changed here, and nothing else; what to mark once it is saved."""
        now, saved = take_snapshot(self.thread), self._saved
        if now.title != saved.title:
            target.title = now.title
        if now.status is not saved.status or now.status_fields != saved.status_fields:
            target.status = now.status
        if now.allowed_image_domains != saved.allowed_image_domains:
            target.allowed_image_domains = now.allowed_image_domains
        for key in now.metadata.keys() | saved.metadata.keys():
            if key not in now.metadata:
                target.metadata.pop(key, None)
            elif key not in saved.metadata or now.metadata[key] != saved.metadata[key]:
                target.metadata[key] = now.metadata[key]
        return now

    def take_title(self, title: str) -> None:
        """Gives the handler's thread a title that is saved already."""
        self.thread.title = title
        self._saved = self._saved._replace(title=title)

    def mark_saved(self, snapshot: ThreadSnapshot) -> None:
        """Remembers what `apply_changes` gave: a change made since is still to be saved."""
        self._saved = snapshot


def take_snapshot(thread: ThreadMetadata) -> ThreadSnapshot:
    """The thread's fields as they are now."""
    return ThreadSnapshot(
        title=thread.title,
        status=thread.status,
        status_fields=dict(thread.status.__dict__),
        allowed_image_domains=_copy_containers(thread.allowed_image_domains),
        metadata=_copy_containers(thread.metadata),
    )


def _copy_containers(value: Any) -> Any:
    # Leaves stay the same objects: comparing them costs an identity check.
    if isinstance(value, dict):
        entries = cast("dict[Any, Any]", value)
        return {key: _copy_containers(entry) for key, entry in entries.items()}
    if isinstance(value, list):
        elements = cast("list[Any]", value)
        return [_copy_containers(element) for element in elements]
    return value


def plain_metadata(thread: ThreadMetadata) -> ThreadMetadata:
    """The thread as a store may keep it: never a `Thread` with a page of items.

    Source: a `Thread` that is saved and loaded again cannot be sent, as it carries items twice.
    """
    if not isinstance(thread, Thread):
        return deep_copy(thread)
    fields = {name: getattr(thread, name) for name in ThreadMetadata.model_fields}
    return deep_copy(ThreadMetadata.model_construct(**fields))


def client_thread(thread: ThreadMetadata, items: "Page[Any] | None" = None) -> Thread:
    """The thread as clients see it: without its metadata, with this page of items or none."""
    return Thread(
        id=thread.id,
        title=thread.title,
        created_at=thread.created_at,
        status=thread.status,
        allowed_image_domains=thread.allowed_image_domains,
        # Not the default, which pydantic would copy deeply, and takes its time for.
        items=items if items is not None else Page(data=[]),
    )


__all__ = ["ThreadSnapshot", "ThreadWatch", "client_thread", "plain_metadata", "take_snapshot"]
