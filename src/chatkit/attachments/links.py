"""Links: signed, short-lived, each good for one use of one attachment of one owner.

What is signed is all that a request without a login has to show: the attachment, its owner's
key, the use, the time at which it ends. Stands on itsdangerous.
"""

import hashlib
import os
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, cast

from itsdangerous import BadData, URLSafeSerializer

from .disk import open_old, write_new_file
from .errors import LinkInvalid

Use = Literal["POST", "PUT", "file", "preview"]
"""What a link allows: one of the two ways to upload, or to read the file or its preview."""

_KEY_BYTES: Final = 32
_LONGEST_TOKEN: Final = 2_000

public_url: ContextVar[str | None] = ContextVar("chatkit_public_url", default=None)
"""Where the request that is being served reached the endpoint; `chatkit.http` sets it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a token stands for. `key` is the attachment's name in storage, owner and all."""

    attachment_id: str
    key: str
    use: Use


class Links:
    """Makes and reads the tokens of one store."""

    def __init__(self, secret: bytes, *, clock: Callable[[], float] = time.time) -> None:
        if len(secret) < _KEY_BYTES // 2:
            raise ValueError(f"the key must have at least {_KEY_BYTES // 2} bytes")
        self._clock = clock
        self._serializer: Any = URLSafeSerializer(
            secret, salt="chatkit.attachments", signer_kwargs={"digest_method": hashlib.sha256}
        )

    def make(self, link: Link, seconds: int) -> str:
        """A token for this link that ends after so many seconds."""
        return self._dump(link, int(self._clock()) + seconds)

    def make_steady(self, link: Link, seconds: int) -> str:
        """A token that lasts between half of so many seconds and all of them.

        The same token for a while: a browser that has the picture need not load it again.
        """
        step = max(seconds // 2, 1)
        return self._dump(link, (int(self._clock()) // step + 2) * step)

    def read(self, token: str, uses: frozenset[Use]) -> Link:
        """The link of a token. Raises: LinkInvalid unless it is good now, for one of the uses."""
        if len(token) > _LONGEST_TOKEN:
            raise LinkInvalid
        try:
            fields = cast("list[Any]", self._serializer.loads(token))
        except BadData:
            raise LinkInvalid from None
        attachment_id, key, use, end = fields
        if use not in uses or self._clock() >= end:
            raise LinkInvalid
        return Link(attachment_id=attachment_id, key=key, use=use)

    def seconds_left(self, token: str) -> int:
        """How long the token, which was read already, is still good."""
        return max(int(self._serializer.loads(token)[3] - self._clock()), 0)

    def _dump(self, link: Link, end: int) -> str:
        fields = [link.attachment_id, link.key, link.use, end]
        return cast("str", self._serializer.dumps(fields))


def load_secret(path: Path) -> bytes:
    """The key in this file, which is made, for this user's eyes only, if there is none.

    Raises: OSError; PermissionError for a file that others may read.
    """
    try:
        return _read_secret(path)
    except FileNotFoundError:
        fresh = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    write_new_file(fresh, secrets.token_bytes(_KEY_BYTES))
    try:
        # Of two processes that start at once one is first, and both use its key.
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return _read_secret(path)


def _read_secret(path: Path) -> bytes:
    with os.fdopen(open_old(path), "rb") as file:
        if os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077:
            raise PermissionError(f"others may read the key {path}: set its mode to 0600")
        return file.read()


__all__ = ["Link", "Links", "Use", "load_secret", "public_url"]
