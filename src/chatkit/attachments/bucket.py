"""One bucket of object storage: reading, writing, copying and listing objects. On obstore.

An object that is not there is a FileNotFoundError, all else that goes wrong StoreUnavailable.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

from obstore.store import AzureStore, GCSStore, S3Store, from_url

from .faults import translated
from .signers import AzureSigner, NameSigner, S3Signer, Signer
from .sniff import HEAD_BYTES, TAIL_BYTES

_RETRY: Final[Any] = {"max_retries": 3, "retry_timeout": timedelta(seconds=15)}
_SCHEMES: Final = ("s3://", "gs://", "az://")
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
        if not url.startswith(_SCHEMES):
            raise ValueError(f"attachments are kept at s3://, gs:// or az:// URLs, not {url!r}")
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
        else:
            self.signer = AzureSigner(cast("AzureStore", store))
        self._store: Any = store

    async def find(self, path: str) -> Stored | None:
        """What is there, or None."""
        try:
            with translated():
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
        with translated():
            return bytes(await (await self._store.get_async(path)).bytes_async())

    async def read_ends(self, path: str, size: int) -> tuple[bytes, bytes]:
        """As much of its beginning and its end as tells what it is. Raises: FileNotFoundError."""
        if not size:
            return b"", b""
        with translated():
            head = bytes(
                await self._store.get_range_async(path, start=0, end=min(size, HEAD_BYTES))
            )
            if size == len(head):
                return head, b""
            start = max(size - TAIL_BYTES, len(head))
            return head, bytes(await self._store.get_range_async(path, start=start, end=size))

    async def write(self, path: str, content: bytes | Path, mime_type: str) -> None:
        """Makes an object, whole, in parts if it is large."""
        with translated():
            await self._store.put_async(path, content, attributes={"Content-Type": mime_type})

    async def copy(self, source: str, target: str) -> None:
        """Copies an object within the storage. Raises: FileNotFoundError."""
        with translated():
            await self._store.copy_async(source, target)

    async def delete(self, path: str) -> None:
        """Deletes an object; one that is not there is no error."""
        try:
            with translated():
                await self._store.delete_async(path)
        except FileNotFoundError:
            return

    async def list(self, folder: str) -> list[tuple[str, datetime]]:
        """The objects below a folder, each with the time of its last change."""
        with translated():
            return [
                (each["path"], each["last_modified"])
                async for some in self._store.list(folder)
                for each in some
            ]


def _is_plain_http(config: dict[str, Any] | None) -> bool:
    named = [text for name, text in (config or {}).items() if "endpoint" in name.lower()]
    found = named or [os.environ[name] for name in _ENDPOINTS if name in os.environ]
    return bool(found) and str(found[0]).startswith("http://")


__all__ = ["Bucket", "Stored"]
