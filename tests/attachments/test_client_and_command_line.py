"""Files from the Python client, and where `chatkit demo` and `serve` keep them."""

import tempfile
import uuid
from pathlib import Path
from typing import Any

import httpx2
import pytest
from click.testing import CliRunner
from file_server import Chat, chatting, left_in, local_files, user_of
from s3_server import ObjectStorage
from sample_files import PDF, PNG, pdf, picture

from chatkit.attachments import LocalAttachmentStore, ObjectAttachmentStore
from chatkit.cli import main, running
from chatkit.cli.databases import open_files
from chatkit.cli.errors import UserError
from chatkit.cli.loading import load_app
from chatkit.client import ChatKitClient
from chatkit.client.errors import UploadFailed
from web_server import serving

FILES = [
    ("cat.png", picture(), PNG),
    ("a.pdf", pdf(), PDF),
    # What the client calls the file is not what the server takes it for.
    ("main.py", b"print('hello')", "application/octet-stream"),
]


def client_of(chat: Chat) -> ChatKitClient:
    return ChatKitClient(f"{chat.base}/chatkit", headers={"x-user": "alice"})


async def check_uploads(chat: Chat) -> None:
    files: Any = chat.server.attachment_store
    async with client_of(chat) as client:
        uploaded = [await client.upload(name, data, kind) for name, data, kind in FILES]
        async with client.create_thread("Look", attachments=uploaded) as answer:
            assert [event async for event in answer]
        for attachment, (_, data, _) in zip(uploaded, FILES, strict=True):
            assert await files.read_attachment(attachment.id, {"user": "alice"}) == data


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_the_client_uploads_to_our_own_server(method: str, folder: Path) -> None:
    """As `/attach` in `chatkit chat` does: announced, uploaded, sent."""
    async with chatting(local_files(folder, upload_method=method)) as chat:
        await check_uploads(chat)


async def test_the_client_uploads_to_object_storage(object_storage: ObjectStorage) -> None:
    """Its headers are exactly those that were signed, each of them once."""
    url = f"{object_storage.url}/{uuid.uuid4().hex}"
    files: Any = ObjectAttachmentStore(url, owner=user_of, config=object_storage.config)
    async with chatting(files) as chat:
        await check_uploads(chat)


async def test_a_storage_that_takes_its_time_is_waited_for(folder: Path) -> None:
    """A minute, also with a host's own HTTP client, whose five seconds a busy disk exceeds."""
    waits: list[dict[str, float]] = []

    async def note(request: httpx2.Request) -> None:
        waits.append(request.extensions["timeout"])

    async with (
        chatting(local_files(folder)) as chat,
        httpx2.AsyncClient(event_hooks={"request": [note]}) as http,
        ChatKitClient(f"{chat.base}/chatkit", headers={"x-user": "alice"}, http=http) as client,
    ):
        await client.upload("cat.png", picture(), PNG)
    assert len(waits) == 2
    assert all(seconds["read"] == 60 for seconds in waits), "announced, then uploaded"


async def test_the_client_tells_that_a_file_was_refused(chat: Chat) -> None:
    """A wrong type is not silently sent along."""
    async with client_of(chat) as client:
        with pytest.raises(UploadFailed):
            await client.upload("a.png", b"no picture", PNG)


SOURCE = """
from chatkit.server import ChatKitServer


class WithFiles(ChatKitServer):
    async def respond(self, thread, input_user_message, context):
        return
        yield


class WithoutFiles(WithFiles):
    def __init__(self, store):
        super().__init__(store)


def app(scope, receive, send):
    pass
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a module of servers, in `tmp_path`."""
    name = f"servers_{uuid.uuid4().hex}"
    (tmp_path / f"{name}.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(str(tmp_path))
    return name


async def test_a_class_that_is_served_keeps_files_beside_its_database(
    module: str, tmp_path: Path
) -> None:
    """`chatkit serve app:MyServer` takes attachments without a line of code."""
    database = tmp_path / "chat.db"
    app, _ = await in_thread(load_app, f"{module}:WithFiles", tmp_path, database)
    async with serving(app) as base, httpx2.AsyncClient(base_url=base) as client:
        answer = await client.post("/chatkit/files", files={"file": ("a.png", picture(), PNG)})
        assert answer.status_code == 200, answer.text
        assert answer.json()["preview_url"].startswith(f"{base}/chatkit/files/")
    assert left_in(tmp_path / "chat.db.files") == [
        *("unused/content", "unused/preview", "unused/record.json"),
    ]


async def in_thread(function: Any, *arguments: Any) -> Any:
    """`load_app` tries the database in a loop of its own."""
    import anyio.to_thread

    return await anyio.to_thread.run_sync(function, *arguments)


def test_a_class_that_knows_of_no_files_gets_none(module: str, tmp_path: Path) -> None:
    """It would fail with an argument that it does not know."""
    app, _ = load_app(f"{module}:WithoutFiles", tmp_path, tmp_path / "chat.db")
    assert app.state.chatkit.server.attachment_store is None
    assert not (tmp_path / "chat.db.files").exists()


def test_links_begin_with_the_public_url(module: str, tmp_path: Path) -> None:
    """Behind a proxy that does not pass its own name on."""
    url = "https://example.com/chatkit"
    app, _ = load_app(f"{module}:WithFiles", tmp_path, tmp_path / "chat.db", url)
    assert app.state.chatkit.settings.public_url == url
    with pytest.raises(UserError, match=r"--public-url: .*'example.com'"):
        load_app(f"{module}:WithFiles", tmp_path, tmp_path / "chat.db", "example.com")
    with pytest.raises(UserError, match="--public-url has no use here"):
        load_app(f"{module}:app", tmp_path, None, url)


def test_a_folder_for_files_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """Before anything is listened to."""
    (tmp_path / "chat.db.files").write_text("a file is where the folder should be")
    with pytest.raises(UserError, match=r"chat\.db\.files: File exists"):
        open_files(tmp_path / "chat.db")


@pytest.mark.parametrize("database", [None, ":memory:"])
def test_the_demo_takes_files_and_a_demo_in_memory_leaves_none(
    database: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside its database; without one, in a folder that goes with the demo."""
    apps: list[Any] = []
    monkeypatch.setattr(running, "run", lambda app, listener, *, ready: apps.append(app))
    monkeypatch.setattr(running, "log_to_terminal", lambda level: None)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    options = ["--database", database] if database else []
    result = CliRunner().invoke(main, ["demo", "--port", "0", *options])
    assert result.exit_code == 0, result.output
    assert isinstance(apps[0].state.chatkit.server.attachment_store, LocalAttachmentStore)
    if database is None:
        assert (tmp_path / "chatkit" / "demo.sqlite3.files" / "key").exists()
    else:
        assert list(tmp_path.iterdir()) == []
