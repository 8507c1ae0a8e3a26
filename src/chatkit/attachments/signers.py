"""Links to object storage: to upload one object of one size and type, and to read one.

S3 gets signatures of our own, which bind size and type. For Google and Azure the client library
signs: there, size and type are checked once the upload is there. Stands on presign.py, obstore.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from inspect import isawaitable
from typing import Any, Final, Protocol, cast
from urllib.parse import parse_qs, urlsplit

import obstore
from obstore.store import AzureStore, GCSStore, S3Store

from .faults import translated
from .names import disposition
from .presign import S3Credentials, presign

_ENVIRONMENT: Final = {
    "access_key_id": "AWS_ACCESS_KEY_ID",
    "secret_access_key": "AWS_SECRET_ACCESS_KEY",
    "session_token": "AWS_SESSION_TOKEN",
}
_DOWNLOAD_TYPE: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An object that is to be uploaded."""

    path: str
    size: int
    mime_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """An object that is to be read; unless it is `inline`, a browser is to save it."""

    path: str
    name: str
    mime_type: str
    inline: bool


class Signer(Protocol):
    """Makes the links of one bucket."""

    def upload_headers(self, upload: Upload) -> dict[str, str]:
        """The headers that the client has to send with the upload."""
        ...

    async def sign_upload(self, upload: Upload, seconds: int) -> str:
        """A URL to PUT the object to."""
        ...

    async def sign_download(self, download: Download, seconds: int) -> str:
        """A URL to GET the object from. Raises: NotImplementedError for what it cannot do."""
        ...


class S3Signer:
    """Signs for S3 and what speaks its language."""

    def __init__(
        self,
        store: S3Store,
        credential_provider: Callable[[], Any] | None,
        public_endpoint: str | None,
        clock: Callable[[], float],
    ) -> None:
        """Raises: ValueError without credentials."""
        self._store = store
        self._provider = credential_provider
        self._credentials = None if credential_provider else _static_credentials(store)
        self._public_endpoint = public_endpoint
        self._clock = clock
        self._place: tuple[str, str] | None = None

    def upload_headers(self, upload: Upload) -> dict[str, str]:
        """The type; clients send the length of what they have by themselves."""
        return {"Content-Type": upload.mime_type}

    async def sign_upload(self, upload: Upload, seconds: int) -> str:
        """A URL that takes a body of this size and type and no other."""
        headers = {"content-length": str(upload.size), "content-type": upload.mime_type}
        now = int(self._clock())
        return await self._sign("PUT", upload.path, now, seconds, headers=headers)

    async def sign_download(self, download: Download, seconds: int) -> str:
        """A URL that stays the same for a while, so that browsers need not load anew."""
        query = {
            "response-content-type": download.mime_type if download.inline else _DOWNLOAD_TYPE,
            "response-content-disposition": disposition(download.name, inline=download.inline),
        }
        step = max(seconds // 2, 1)
        begun = int(self._clock()) // step * step
        return await self._sign("GET", download.path, begun, seconds, query=query)

    async def _sign(
        self,
        method: str,
        path: str,
        begin: int,
        seconds: int,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> str:
        base, region = await self._find_place()
        return presign(
            method,
            f"{base}{path}",
            credentials=self._credentials or await self._ask_provider(),
            region=region,
            now=datetime.fromtimestamp(begin, UTC),
            seconds=seconds,
            headers=headers,
            query=query,
        )

    async def _find_place(self) -> tuple[str, str]:
        # The client knows where the bucket is, whichever way it was told: one URL tells us.
        if self._place is None:
            with translated():
                url = await obstore.sign_async(self._store, "GET", "x", timedelta(seconds=60))
            parts = urlsplit(url)
            base = f"{parts.scheme}://{parts.netloc}{parts.path.removesuffix('x')}"
            if self._public_endpoint is not None:
                base = f"{self._public_endpoint.rstrip('/')}{parts.path.removesuffix('x')}"
            region = parse_qs(parts.query)["X-Amz-Credential"][0].split("/")[2]
            self._place = (base, region)
        return self._place

    async def _ask_provider(self) -> S3Credentials:
        given = cast("Any", self._provider)()
        found: Any = await given if isawaitable(given) else given
        return S3Credentials(
            access_key_id=found["access_key_id"],
            secret_access_key=found["secret_access_key"],
            session_token=found.get("token"),
        )


class NameSigner:
    """Signs for the name of the object only, as is done for Google Cloud Storage."""

    def __init__(self, store: GCSStore | AzureStore) -> None:
        self._store = store

    def upload_headers(self, upload: Upload) -> dict[str, str]:
        """The type that the object is to have."""
        return {"Content-Type": upload.mime_type}

    async def sign_upload(self, upload: Upload, seconds: int) -> str:
        """A URL that takes any body: what came is checked before it is used."""
        return await self._sign("PUT", upload.path, seconds)

    async def sign_download(self, download: Download, seconds: int) -> str:
        """A URL. Raises: NotImplementedError for what a browser must only save."""
        if not download.inline:
            raise NotImplementedError("such links can only lead to images and PDF files")
        return await self._sign("GET", download.path, seconds)

    async def _sign(self, method: Any, path: str, seconds: int) -> str:
        with translated():
            return await obstore.sign_async(self._store, method, path, timedelta(seconds=seconds))


class AzureSigner(NameSigner):
    """Signs for Azure Blob Storage."""

    def upload_headers(self, upload: Upload) -> dict[str, str]:
        """Also what kind of blob to make, without which Azure refuses to make any."""
        return {**super().upload_headers(upload), "x-ms-blob-type": "BlockBlob"}


def _static_credentials(store: S3Store) -> S3Credentials:
    config = cast("dict[str, str]", store.config)
    found = {
        name: config.get(name) or os.environ.get(variable)
        for name, variable in _ENVIRONMENT.items()
    }
    access_key_id, secret = found["access_key_id"], found["secret_access_key"]
    if not access_key_id or not secret:
        raise ValueError(
            "links to S3 are signed with a key: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
            "or pass a credential_provider"
        )
    return S3Credentials(
        access_key_id=access_key_id,
        secret_access_key=secret,
        session_token=found["session_token"],
    )


__all__ = ["AzureSigner", "Download", "NameSigner", "S3Signer", "Signer", "Upload"]
