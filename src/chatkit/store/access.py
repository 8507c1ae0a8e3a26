"""The AccessStore contract: API keys, sessions of end users, and how often each was used.

Above: `chatkit.hosted`. An access store is kept beside the threads (`KeepsAccess`), so that all
processes that share a database know of a cancelled session or a revoked key at once.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key of a server of the host's. The key itself is not kept, only its digest."""

    id: str
    name: str
    digest: str
    """SHA-256 of the key, hexadecimal: a key has 256 random bits, so no salt is needed."""
    hint: str
    """The key's last characters, by which its owner may know it again."""
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session of one end user with one workflow."""

    id: str
    user: str
    workflow_id: str
    settings: str
    """JSON of what else was asked for; opaque to the store."""
    created_at: datetime
    expires_at: datetime
    cancelled_at: datetime | None = None


class AccessStore(ABC):
    """Keeps who may come in. Methods raise `StoreUnavailable` when the medium fails."""

    @abstractmethod
    async def load_signing_key(self) -> bytes:
        """32 random bytes, made when they are first asked for, the same ever after."""

    @abstractmethod
    async def add_key(self, key: ApiKey) -> None:
        """Keeps a new key."""

    @abstractmethod
    async def find_key(self, digest: str) -> ApiKey | None:
        """The key with this digest, revoked or not."""

    @abstractmethod
    async def load_keys(self) -> list[ApiKey]:
        """All keys, revoked ones too, oldest first."""

    @abstractmethod
    async def revoke_key(self, key_id: str, moment: datetime) -> ApiKey | None:
        """Ends a key for good; it as it is then, or None for an unknown id. Idempotent."""

    @abstractmethod
    async def add_session(self, session: Session) -> None:
        """Keeps a new session."""

    @abstractmethod
    async def load_session(self, session_id: str) -> Session | None:
        """The session, over or not."""

    @abstractmethod
    async def cancel_session(self, session_id: str, moment: datetime) -> Session | None:
        """Ends a session for good; it as it is then, or None for an unknown id. Idempotent."""

    @abstractmethod
    async def count_upload(self, session_id: str, most: int) -> bool:
        """Counts one more file of the session; False, with nothing counted, at `most` of them."""

    @abstractmethod
    async def count_request(self, name: str, most: int, moment: datetime) -> float:
        """Counts one more request under this name; 0, or the seconds to wait at `most` of them.

        A minute begins with the first request after the minute before. What has to wait is not
        counted.
        """

    @abstractmethod
    async def forget_sessions(self, ended_before: datetime) -> int:
        """Forgets sessions that expired before, and counts of requests; how many sessions."""


@runtime_checkable
class KeepsAccess(Protocol):
    """A store with an access store of its own, in the same database."""

    def access(self) -> AccessStore:
        """The access store; the same object at each call."""
        ...


__all__ = [
    "AccessStore",
    "ApiKey",
    "KeepsAccess",
    "Session",
]
