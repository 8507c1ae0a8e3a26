"""Something that happens once, and may be waited for."""

import asyncio


class Latch:
    """Like an `asyncio.Event` that is never cleared, and weighs a tenth until somebody waits."""

    __slots__ = ("_event", "_is_set")

    def __init__(self) -> None:
        self._event: asyncio.Event | None = None
        self._is_set = False

    def is_set(self) -> bool:
        """True once it has happened."""
        return self._is_set

    def set(self) -> None:
        """Lets everybody go on."""
        self._is_set = True
        if self._event is not None:
            self._event.set()

    async def wait(self) -> None:
        """Returns once it has happened."""
        if self._is_set:
            return
        if self._event is None:
            self._event = asyncio.Event()
        await self._event.wait()


__all__ = ["Latch"]
