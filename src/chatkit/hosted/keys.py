"""API keys of the host's own servers: made once, shown once, kept as a digest."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from uuid_utils import uuid7

from chatkit.store.access import AccessStore, ApiKey

from .errors import ApiKeyRefused, RateLimited

_PREFIX: Final = "ck_"
_BYTES: Final = 32
_LONGEST: Final = 200
_HINT: Final = 4


class ApiKeys:
    """The keys in one access store."""

    def __init__(
        self, access: AccessStore, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._access = access
        self._clock = clock

    async def create(self, name: str) -> tuple[str, ApiKey]:
        """A new key, which is told only here, and its record."""
        text = f"{_PREFIX}{secrets.token_urlsafe(_BYTES)}"
        key = ApiKey(
            id=f"key_{uuid7().hex}",
            name=name,
            digest=_digest(text),
            hint=text[-_HINT:],
            created_at=self._clock(),
        )
        await self._access.add_key(key)
        return text, key

    async def list(self) -> list[ApiKey]:
        """All keys, revoked ones too, oldest first."""
        return await self._access.load_keys()

    async def revoke(self, key_id: str) -> ApiKey | None:
        """Ends a key at once; None for an unknown id."""
        return await self._access.revoke_key(key_id, self._clock())

    async def admit(self, text: str | None, most_a_minute: int) -> ApiKey:
        """The key that this text is. Raises: ApiKeyRefused, RateLimited."""
        if not text or len(text) > _LONGEST:
            raise ApiKeyRefused
        key = await self._access.find_key(_digest(text))
        if key is None or key.revoked_at is not None:
            raise ApiKeyRefused
        wait = await self._access.count_request(key.id, most_a_minute, self._clock())
        if wait > 0:
            raise RateLimited(most_a_minute, wait)
        return key


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


__all__ = ["ApiKeys"]
