"""Files that were uploaded and never sent: their bytes and their records are deleted in time.

Above: the server, the ASGI app. Below: what the stores offer of it, asked for by protocol.
"""

import asyncio
import logging
import time
from typing import Any, Final

from chatkit.store.contract import AttachmentStore, CollectsUnused, ForgetsUnused, Store

logger = logging.getLogger(__name__)

COLLECT_EVERY_SECONDS: Final = 3600.0


class UnusedFiles:
    """The files of one server that are in no message."""

    def __init__(self, store: Store[Any], files: AttachmentStore[Any] | None) -> None:
        self._store = store
        self._files = files
        self._collected_at = float("-inf")

    async def collect(self) -> int:
        """Deletes the bytes and the records of what is old; the number of records.

        Does nothing for a store of files that deletes nothing by itself: its records say what is
        still there. Raises what the stores raise.
        """
        self._collected_at = time.monotonic()
        if not isinstance(self._files, CollectsUnused):
            return 0
        await self._files.collect_unused()
        # Later than the bytes: without a record, nobody could delete them.
        if not isinstance(self._store, ForgetsUnused):
            return 0
        return await self._store.forget_unused(self._files.unused_seconds)

    async def collect_if_due(self) -> None:
        """Collects, once in an hour; a failure is logged, and tried again an hour later."""
        if time.monotonic() - self._collected_at < COLLECT_EVERY_SECONDS:
            return
        try:
            await self.collect()
        except Exception as error:  # noqa: BLE001 - a store may raise anything
            logger.warning("collecting unused files failed: %r", error)

    async def collect_for_ever(self) -> None:
        """Collects now and every hour, until it is cancelled."""
        while True:
            await self.collect_if_due()
            await asyncio.sleep(COLLECT_EVERY_SECONDS)


__all__ = ["COLLECT_EVERY_SECONDS", "UnusedFiles"]
