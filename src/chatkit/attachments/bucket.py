"""One bucket of object storage: reading, writing, copying and listing objects. On obstore.

What the client library raises ends here: an object that is not there is FileNotFoundError, all
else StoreUnavailable.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from obstore.exceptions import BaseError
from obstore.store import AzureStore, GCSStore, S3Store, from_url

from chatkit.errors import StoreUnavailable

from .signers import AzureSigner, NameSigner, S3Signer, Signer
from .sniff import HEAD_BYTES, TAIL_BYTES

logger = logging.getLogger(__name__)

_RETRY: Final[Any] = {"max_retries": 3, "retry_timeout": timedelta(seconds=15)}
_ENDPOINTS: Final = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An object that is there. `mark` changes with its bytes."""

    size: int
    mime_type: str
    mark: str | None
    changed_at: datetime


class Bucket:
    """The objects below one URL."""

    def __init__(
        self,
        url: str,
        *,
        config: dict[str, Any] | None,
        client_options: dict[str, Any] | None,
        credential_provider: Callable[[], Any] | None,
        public_endpoint: str | None,
        clock: Callable[[], float],
    ) -> None:
        """Raises: ValueError for a URL of a storage whose links cannot be signed."""
        options: Any = {"allow_http": True} if _is_plain_http(config) else {}
        options.update(client_options or {})
        arguments: Any = {
            "config": config,
            "client_options": options,
            "credential_provider": credential_provider,
            "retry_config": _RETRY,
        }
        store = from_url(url, **arguments)
        self.signer: Signer
        if isinstance(store, S3Store):
            self.signer = S3Signer(store, credential_provider, public_endpoint, clock)
        elif isinstance(store, GCSStore):
            self.signer = NameSigner(store)
        elif isinstance(store, AzureStore):
            self.signer = AzureSigner(store)
        else:
            raise ValueError(  # noqa: TRY004 - the URL is what is wrong
                f"attachments can be kept at s3://, gs:// and az:// URLs, not {url!r}"
            )
        self._store: Any = store

    async def find(self, path: str) -> Stored | None:
        """What is there, or None."""
        try:
            with _translated():
                found = await self._store.get_async(path, options={"head": True})
        except FileNotFoundError:
            return None
        return Stored(
            size=found.meta["size"],
            mime_type=found.attributes.get("Content-Type", ""),
            mark=found.meta["e_tag"],
            changed_at=found.meta["last_modified"],
        )

    async def read(self, path: str) -> bytes:
        """All of an object. Raises: FileNotFoundError."""
        with _translated():
            return bytes(await (await self._store.get_async(path)).bytes_async())

    async def read_ends(self, path: str, size: int) -> tuple[bytes, bytes]:
        """As much of its beginning and its end as tells what it is. Raises: FileNotFoundError."""
        if not size:
            return b"", b""
        with _translated():
            head = bytes(
                await self._store.get_range_async(path, start=0, end=min(size, HEAD_BYTES))
            )
            if size == len(head):
                return head, b""
            start = max(size - TAIL_BYTES, len(head))
            return head, bytes(await self._store.get_range_async(path, start=start, end=size))

    async def write(self, path: str, content: bytes | Path, mime_type: str) -> None:
        """Makes an object, whole, in parts if it is large."""
        with _translated():
            await self._store.put_async(path, content, attributes={"Content-Type": mime_type})

    async def copy(self, source: str, target: str) -> None:
        """Copies an object within the storage. Raises: FileNotFoundError."""
        with _translated():
            await self._store.copy_async(source, target)

    async def delete(self, path: str) -> None:
        """Deletes an object; one that is not there is no error."""
        try:
            with _translated():
                await self._store.delete_async(path)
        except FileNotFoundError:
            return

    async def list(self, folder: str) -> list[tuple[str, datetime]]:
        """The objects below a folder, each with the time of its last change."""
        with _translated():
            return [
                (each["path"], each["last_modified"])
                async for some in self._store.list(folder)
                for each in some
            ]


@contextmanager
def _translated() -> Generator[None, None, None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except (BaseError, OSError):
        # The library's text names hosts and addresses: it is for the log only.
        logger.exception("object storage failed")
        raise StoreUnavailable("object storage does not answer as it should") from None


def _is_plain_http(config: dict[str, Any] | None) -> bool:
    named = [text for name, text in (config or {}).items() if "endpoint" in name.lower()]
    found = named or [os.environ[name] for name in _ENDPOINTS if name in os.environ]
    return bool(found) and str(found[0]).startswith("http://")


__all__ = ["Bucket", "Stored"]
