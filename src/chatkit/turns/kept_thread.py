"""The thread in a handler's hands, saved onto what the store has of it.

Only what changed is written, onto the thread as it is stored now: a rename that came meanwhile
stays, and a thread that was deleted stays deleted.
"""

import asyncio

from chatkit.store.contract import Store
from chatkit.types import ThreadMetadata
from chatkit.types.copying import deep_copy

from .thread_watch import ThreadWatch, plain_metadata


class KeptThread:
    """Watches one handler's thread, and saves it. May outlive its turn."""

    def __init__(self, thread: ThreadMetadata, store: Store[object], context: object) -> None:
        self._watch = ThreadWatch(thread)
        self.changed = self._watch.changed
        """True when the thread differs from what was last saved; asked after every event."""
        self._store = store
        self._context = context
        self._saving = asyncio.Lock()

    @property
    def thread(self) -> ThreadMetadata:
        """The thread as the handler left it."""
        return self._watch.thread

    async def save(self) -> ThreadMetadata | None:
        """Saves what changed; the thread as it is stored then, or None when nothing had.

        Raises: NotFoundError when the thread was deleted; what else the store raises.
        """
        if not self._watch.changed():
            return None  # nor is the end of an answer to wait for its title
        async with self._saving:
            if not self._watch.changed():
                return None
            stored = await self._load()
            snapshot = self._watch.apply_changes(stored)
            await self._store.save_thread(deep_copy(stored), self._context)
            self._watch.mark_saved(snapshot)
            return stored

    async def offer_title(self, title: str) -> ThreadMetadata | None:
        """Saves the title where neither the handler nor anybody else gave one; None where one did.

        Raises: like `save`.
        """
        async with self._saving:
            stored = await self._load()
            if stored.title or self.thread.title:
                return None
            stored.title = title
            await self._store.save_thread(stored.model_copy(deep=True), self._context)
            if not self.thread.title:
                self._watch.take_title(title)
            return stored

    async def _load(self) -> ThreadMetadata:
        return plain_metadata(await self._store.load_thread(self.thread.id, self._context))


__all__ = ["KeptThread"]
