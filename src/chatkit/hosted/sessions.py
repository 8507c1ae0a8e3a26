"""Sessions: made by a backend, used with a client secret, over when they expire or are cancelled.

Above: the guests, `chatkit.http`. Below: the access store, which all processes share; nothing is
remembered here, so that a cancelled session is refused everywhere at once.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from uuid_utils import uuid7

from chatkit.errors import StoreUnavailable
from chatkit.store.access import AccessStore, Session

from .client_secret import ClientSecrets
from .configuration import SessionRequest
from .context import SessionContext
from .errors import (
    RateLimited,
    SecretExpired,
    SecretRefused,
    SessionCancelled,
    SessionNotFound,
)

logger = logging.getLogger(__name__)

Status = Literal["active", "expired", "cancelled"]

_KEPT: Final = timedelta(days=1)
"""How long a session that is over is still known: its backend may yet cancel or ask for it."""
_FORGET_EVERY: Final = timedelta(hours=1)
LOOK_SECONDS: Final = 15.0
"""How often the session of an open stream is looked at: another process may have cancelled it."""


class Sessions:
    """The sessions in one access store; `signing_key` signs their secrets, or one kept there."""

    def __init__(
        self,
        access: AccessStore,
        *,
        signing_key: bytes | None = None,
        look_seconds: float = LOOK_SECONDS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._access = access
        self._secrets = ClientSecrets(signing_key) if signing_key is not None else None
        self._look_seconds = look_seconds
        self._clock = clock
        self._forgotten_at: datetime | None = None
        self._watchers: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    async def create(self, request: SessionRequest) -> Session:
        """A new session as it was asked for."""
        await self._forget_old()
        now = self._clock()
        session = Session(
            id=f"cksess_{uuid7().hex}",
            user=request.user,
            workflow_id=request.workflow.id,
            settings=request.model_dump_json(),
            created_at=now,
            expires_at=now + timedelta(seconds=request.expires_after.seconds),
        )
        await self._access.add_session(session)
        return session

    async def cancel(self, session_id: str) -> Session:
        """The session, over from now on. Raises: SessionNotFound."""
        session = await self._access.cancel_session(session_id, self._clock())
        if session is None:
            raise SessionNotFound(session_id)
        for watcher in self._watchers.get(session_id, ()):
            watcher.set()
        return session

    async def secret_of(self, session: Session) -> str:
        """The session's client secret."""
        return (await self._signer()).make(session)

    async def admit(self, secret: str | None) -> Session:
        """The session that the secret is for.

        Raises: SecretRefused for a secret that was not made here, or whose session is over.
        """
        signer, given = await self._signer(), secret or ""
        session = await self._access.load_session(signer.read(given))
        if session is None:
            raise SecretRefused
        signer.check(given, session)
        self._check(session)
        return session

    async def count_request(self, session: Session) -> None:
        """Counts a request of the session. Raises: RateLimited."""
        most = request_of(session).rate_limits.max_requests_per_1_minute
        wait = await self._access.count_request(session.id, most, self._clock())
        if wait > 0:
            raise RateLimited(most, wait)

    async def count_upload(self, session: Session) -> bool:
        """Counts a file of the session; False when it has as many as it may."""
        most = request_of(session).chatkit_configuration.file_upload.max_files
        return await self._access.count_upload(session.id, most)

    async def wait_for_end(self, session: Session) -> None:
        """Returns when the session has expired or was cancelled, here or in another process.

        At most `look_seconds` later than that: at once where it was cancelled here.
        """
        cancelled = asyncio.Event()
        self._watchers[session.id].add(cancelled)
        try:
            while not await self._is_over(session):
                left = self.seconds_left(session)
                with suppress(TimeoutError):
                    async with asyncio.timeout(min(left, self._look_seconds)):
                        await cancelled.wait()
        finally:
            self._watchers[session.id].discard(cancelled)
            if not self._watchers[session.id]:
                del self._watchers[session.id]

    def seconds_left(self, session: Session) -> float:
        """How long the session still lasts; below 0 once it has expired."""
        return (session.expires_at - self._clock()).total_seconds()

    def status(self, session: Session) -> Status:
        """What has become of the session by now."""
        if session.cancelled_at is not None:
            return "cancelled"
        return "expired" if self.seconds_left(session) <= 0 else "active"

    def _check(self, session: Session) -> None:
        match self.status(session):
            case "cancelled":
                raise SessionCancelled
            case "expired":
                raise SecretExpired
            case _:
                return

    async def _is_over(self, session: Session) -> bool:
        if self.status(session) != "active":
            return True
        try:
            known = await self._access.load_session(session.id)
        except StoreUnavailable as error:
            # An answer does not end because the database was away for a moment.
            logger.warning("looking at session %s failed: %s", session.id, error)
            return False
        return known is None or known.cancelled_at is not None

    async def _signer(self) -> ClientSecrets:
        if self._secrets is None:
            self._secrets = ClientSecrets(await self._access.load_signing_key())
        return self._secrets

    async def _forget_old(self) -> None:
        now = self._clock()
        if self._forgotten_at is None or now - self._forgotten_at >= _FORGET_EVERY:
            self._forgotten_at = now
            await self._access.forget_sessions(now - _KEPT)


def request_of(session: Session) -> SessionRequest:
    """What the session was asked to be."""
    return SessionRequest.model_validate_json(session.settings)


def context_of(session: Session) -> SessionContext:
    """What the workflow's server is told of the session."""
    request = request_of(session)
    return SessionContext(
        user=session.user,
        workflow_id=session.workflow_id,
        workflow_version=request.workflow.version,
        state_variables=request.workflow.state_variables or {},
        tracing=request.workflow.tracing.enabled,
        session_id=session.id,
        configuration=request.chatkit_configuration,
    )


__all__ = ["LOOK_SECONDS", "Sessions", "Status", "context_of", "request_of"]
