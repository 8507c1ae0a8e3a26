"""What the attachments' tests share: folders, chats, and a real S3 server."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from azure_server import AzureStorage, azure_storage_from_environment, started_azure_storage
from file_server import Chat, chatting, local_files
from google_server import GoogleStorage, started_google_storage
from s3_server import ObjectStorage, object_storage_from_environment, started_object_storage


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a local store keeps its files."""
    return tmp_path / "files"


@pytest.fixture
async def chat(folder: Path) -> AsyncIterator[Chat]:
    """A chat whose files are in `folder`."""
    async with chatting(local_files(folder)) as chat:
        yield chat


@pytest.fixture(scope="session")
def object_storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStorage]:
    """A real S3 server: the one that the environment names, or one that is started here."""
    named = object_storage_from_environment()
    if named is not None:
        yield named
        return
    with started_object_storage(tmp_path_factory.mktemp("s3")) as started:
        yield started


@pytest.fixture(scope="session")
def azure_storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AzureStorage]:
    """A real Azure Blob Storage server: the one that the environment names, or Azurite."""
    named = azure_storage_from_environment()
    if named is not None:
        yield named
        return
    with started_azure_storage(tmp_path_factory.mktemp("azure")) as started:
        yield started


@pytest.fixture(scope="session")
def google_storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GoogleStorage]:
    """A Google Cloud Storage server that is started here."""
    with started_google_storage(tmp_path_factory.mktemp("google")) as started:
        yield started
