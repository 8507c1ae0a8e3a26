"""MemoryAccessStore: keys, sessions and counts in this process's memory."""

import secrets
from dataclasses import replace
from datetime import datetime
from threading import RLock
from typing import Final

from chatkit.store.access import AccessStore, ApiKey, Session

_WINDOW_SECONDS: Final = 60.0


class MemoryAccessStore(AccessStore):
    """Keeps everything in memory; gone when the process ends. May be used from several threads."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._signing_key = secrets.token_bytes(32)
        self._keys: dict[str, ApiKey] = {}
        self._sessions: dict[str, Session] = {}
        self._uploads: dict[str, int] = {}
        self._requests: dict[str, tuple[datetime, int]] = {}

    async def load_signing_key(self) -> bytes:
        return self._signing_key

    async def add_key(self, key: ApiKey) -> None:
        with self._lock:
            self._keys[key.id] = key

    async def find_key(self, digest: str) -> ApiKey | None:
        with self._lock:
            return next((key for key in self._keys.values() if key.digest == digest), None)

    async def load_keys(self) -> list[ApiKey]:
        with self._lock:
            return list(self._keys.values())

    async def revoke_key(self, key_id: str, moment: datetime) -> ApiKey | None:
        with self._lock:
            key = self._keys.get(key_id)
            if key is not None and key.revoked_at is None:
                key = self._keys[key_id] = replace(key, revoked_at=moment)
            return key

    async def add_session(self, session: Session) -> None:
        with self._lock:
            self._sessions[session.id] = session

    async def load_session(self, session_id: str) -> Session | None:
        return self._sessions.get(session_id)

    async def cancel_session(self, session_id: str, moment: datetime) -> Session | None:
        with self._lock:
            session = self._sessions.get(session_id)
            if session is not None and session.cancelled_at is None:
                session = self._sessions[session_id] = replace(session, cancelled_at=moment)
            return session

    async def count_upload(self, session_id: str, most: int) -> bool:
        with self._lock:
            count = self._uploads.get(session_id, 0)
            if session_id not in self._sessions or count >= most:
                return False
            self._uploads[session_id] = count + 1
            return True

    async def count_request(self, name: str, most: int, moment: datetime) -> float:
        with self._lock:
            began, count = self._requests.get(name, (moment, 0))
            age = (moment - began).total_seconds()
            if age >= _WINDOW_SECONDS:
                began, count, age = moment, 0, 0.0
            if count >= most:
                return _WINDOW_SECONDS - age
            self._requests[name] = (began, count + 1)
            return 0.0

    async def forget_sessions(self, ended_before: datetime) -> int:
        with self._lock:
            ended = [key for key, kept in self._sessions.items() if kept.expires_at < ended_before]
            for session_id in ended:
                del self._sessions[session_id]
                self._uploads.pop(session_id, None)
            for name, (began, _) in list(self._requests.items()):
                if began < ended_before:
                    del self._requests[name]
        return len(ended)


__all__ = ["MemoryAccessStore"]
