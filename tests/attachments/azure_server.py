"""A real Azure Blob Storage server, Azurite from npm: it checks the signatures of every link.

Set CHATKIT_TEST_AZURE_URL to use another: http://ACCOUNT:KEY@host:port/container, the container
made, and the account in the path of its links as Azurite has it.
"""

import base64
import hashlib
import hmac
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

import httpx2
from storage_program import free_port, running

AZURITE = Path(__file__).parent / "azurite"

sys.path.insert(0, str(Path(__file__).parents[2] / "web"))
from build_page import install, npm_command  # noqa: E402 - found beside the page's source


@dataclass(frozen=True)
class AzureStorage:
    """A container that exists."""

    endpoint: str
    account: str
    key: str
    container: str

    @property
    def url(self) -> str:
        return f"az://{self.container}"

    @property
    def config(self) -> dict[str, Any]:
        return {
            "account_name": self.account,
            "account_key": self.key,
            "endpoint": f"{self.endpoint}/{self.account}",
        }

    def make_container(self) -> bool:
        """Whether the container could be made."""
        url = f"{self.endpoint}/{self.account}/{self.container}?restype=container"
        try:
            return httpx2.put(f"{url}&{self._signature()}", timeout=5).status_code in (201, 409)
        except httpx2.TransportError:
            return False

    def _signature(self) -> str:
        """An account SAS that may make containers, as Microsoft's REST reference describes it."""
        expiry = (datetime.now(UTC) + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
        given = {"sv": "2022-11-02", "ss": "b", "srt": "c", "sp": "c", "se": expiry}
        fields = [self.account, "c", "b", "c", "", expiry, "", "", given["sv"], "", ""]
        key = base64.b64decode(self.key)
        digest = hmac.new(key, "\n".join(fields).encode(), hashlib.sha256).digest()
        return urlencode({**given, "sig": base64.b64encode(digest).decode()})


def azure_storage_from_environment() -> AzureStorage | None:
    """The storage that CHATKIT_TEST_AZURE_URL names."""
    named = os.environ.get("CHATKIT_TEST_AZURE_URL")
    if named is None:
        return None
    parts = urlsplit(named)
    return AzureStorage(
        endpoint=f"{parts.scheme}://{parts.hostname}:{parts.port}",
        account=parts.username or "",
        key=unquote(parts.password or ""),
        container=parts.path.strip("/"),
    )


@contextmanager
def started_azure_storage(folder: Path) -> Iterator[AzureStorage]:
    """A server of its own on this machine, its data in memory; its log goes to the folder."""
    npm, environment = npm_command()
    install(npm, environment, AZURITE)
    key = base64.b64encode(os.urandom(64)).decode()
    port = free_port()
    storage = AzureStorage(f"http://127.0.0.1:{port}", "account", key, "files")
    command = [
        *(_node(environment), "node_modules/azurite/dist/src/blob/main.js", "--silent"),
        *("--blobHost", "127.0.0.1", "--blobPort", str(port)),
        *("--inMemoryPersistence", "--disableTelemetry"),
    ]
    environment = {**environment, "AZURITE_ACCOUNTS": f"account:{key}"}
    with running(command, storage.make_container, folder, cwd=AZURITE, environment=environment):
        yield storage


def _node(environment: dict[str, str]) -> str:
    found = shutil.which("node", path=environment.get("PATH"))
    assert found is not None, "there is npm, but no node"
    return found
