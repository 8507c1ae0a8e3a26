"""Client secrets: signed, short-lived, each good for one session of one user with one workflow.

A secret says which session it is for and when that ends; the session itself says the rest, and
whether it was cancelled. Stands on itsdangerous.
"""

import hashlib
import hmac
from typing import Any, Final, cast

from itsdangerous import BadData, URLSafeSerializer

from chatkit.store.access import Session

from .errors import SecretRefused

_PREFIX: Final = "ek_"
_LONGEST: Final = 1_000
_SHORTEST_KEY: Final = 16


class ClientSecrets:
    """Makes and reads secrets with one key."""

    def __init__(self, key: bytes) -> None:
        if len(key) < _SHORTEST_KEY:
            raise ValueError(f"the signing key must have at least {_SHORTEST_KEY} bytes")
        self._serializer: Any = URLSafeSerializer(
            key, salt="chatkit.client_secret", signer_kwargs={"digest_method": hashlib.sha256}
        )

    def make(self, session: Session) -> str:
        """The secret of this session, always the same: a text of about 170 characters."""
        bound = f"{session.workflow_id}\0{session.user}".encode()
        # The page need not learn what the backend calls its user.
        binding = hashlib.sha256(bound).hexdigest()[:32]
        fields = [session.id, binding, int(session.expires_at.timestamp())]
        return f"{_PREFIX}{self._serializer.dumps(fields)}"

    def read(self, secret: str) -> str:
        """The id of the session. Raises: SecretRefused unless it was signed with this key."""
        if not secret.startswith(_PREFIX) or len(secret) > _LONGEST:
            raise SecretRefused
        try:
            fields = cast("list[Any]", self._serializer.loads(secret.removeprefix(_PREFIX)))
        except BadData:
            raise SecretRefused from None
        return fields[0]

    def check(self, secret: str, session: Session) -> None:
        """Raises: SecretRefused unless this is the very secret of the session, user and all."""
        if not hmac.compare_digest(secret.encode(), self.make(session).encode()):
            raise SecretRefused


__all__ = ["ClientSecrets"]
