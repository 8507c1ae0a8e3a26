"""Owners: whose a thread is, and stores that serve those of all.

Above: the stores, and what reads across owners. Below: the types.
"""

from typing import Any, Final, NamedTuple, Protocol, runtime_checkable

from chatkit.types import ThreadMetadata

NOBODY: Final = "local"
"""The owner of what belongs to no one in particular."""


class OwnedThread(NamedTuple):
    """A thread and whose it is."""

    owner: str
    thread: ThreadMetadata


@runtime_checkable
class ServesAllOwners(Protocol):
    """A store that can be read across its owners, for the host's own servers."""

    def owner_named_by(self, context: Any) -> str:
        """Who owns what is saved in this context."""
        ...

    async def find_owner(self, thread_id: str) -> str | None:
        """Whose thread it is, or None for an unknown one."""
        ...

    async def load_all_threads(
        self, limit: int, after: str | None, order: str
    ) -> tuple[list[OwnedThread], bool]:
        """Like `load_threads`, of all owners, with whether there are more. Raises NotFoundError."""
        ...


def default_owner(context: Any) -> str:
    """The owner that a context names itself, as sessions do, in `chatkit_owner`; else "local"."""
    return getattr(context, "chatkit_owner", NOBODY)


__all__ = ["NOBODY", "OwnedThread", "ServesAllOwners", "default_owner"]
