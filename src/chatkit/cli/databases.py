"""Where threads and files are kept, also when nobody says where, and whether that can be used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import urlsplit, urlunsplit

from platformdirs import user_data_path

from chatkit.attachments import LocalAttachmentStore
from chatkit.errors import StoreUnavailable
from chatkit.store import DatabaseTooNew, SQLiteStore

from .errors import UserError

if TYPE_CHECKING:
    from chatkit.store import PostgresStore

_ATTEMPT_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class PostgresPlace:
    """A schema in a PostgreSQL database, and the Redis beside it if there is one."""

    url: str
    schema: str
    redis_url: str | None = None

    def __str__(self) -> str:
        """The database as it may be shown: without a password."""
        return without_password(self.url)


def default_database(name: str) -> Path:
    """The file of this name in the user's data folder."""
    return user_data_path("chatkit", appauthor=False) / f"{name}.sqlite3"


def open_database(path: Path) -> SQLiteStore[Any]:
    """The store, once it is sure that it can be read. Raises: UserError that says why it can't."""
    store: SQLiteStore[Any] = SQLiteStore(path)
    try:
        asyncio.run(_try(store))
    except DatabaseTooNew:
        raise UserError(
            f"{path} was written by a newer version: upgrade chatkit-selfhosted, "
            "or name another file with --database"
        ) from None
    except StoreUnavailable as error:
        where = "" if str(path) in error.reason else f"{path}: "
        raise UserError(f"{where}{error.reason}; name another file with --database") from None
    return store


def is_url(database: str) -> bool:
    """True for the URL of a PostgreSQL database, False for what is a file."""
    return database.startswith(("postgresql://", "postgres://"))


def without_password(url: str) -> str:
    """The URL as it may be shown."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    user = parts.username
    return urlunsplit(parts._replace(netloc=f"{user}@{place}" if user else place, query=""))


@contextmanager
def says_what_is_wrong(url: str) -> Generator[None, None, None]:
    """Has what a PostgreSQL database is refused for said in a sentence. Raises: UserError."""
    try:
        yield
    except DatabaseTooNew:
        raise UserError(
            f"{without_password(url)} was written by a newer version: upgrade chatkit-selfhosted"
        ) from None
    except StoreUnavailable as error:
        raise UserError(f"{without_password(url)}: {error.reason}") from None
    except ModuleNotFoundError as error:
        raise UserError(
            f'PostgreSQL needs an extra: pip install "chatkit-selfhosted[postgres]" ({error})'
        ) from None
    except (ImportError, ValueError) as error:
        raise UserError(str(error)) from None


def open_postgres(place: PostgresPlace) -> PostgresStore[Any]:
    """The store, once it is sure that it can be read. Raises: UserError that says why it can't."""

    async def attempt() -> None:
        async with _postgres(place, wait_seconds=_ATTEMPT_SECONDS) as store:
            await store.load_threads(1, None, "desc", {})

    with says_what_is_wrong(place.url):
        asyncio.run(attempt())
        return _postgres(place)


def _postgres(place: PostgresPlace, **options: Any) -> PostgresStore[Any]:
    with says_what_is_wrong(place.url):
        # Here, as it needs an extra, which the other commands do not.
        from chatkit.store import PostgresStore

        return PostgresStore(place.url, schema=place.schema, redis_url=place.redis_url, **options)


def open_access(database: str, schema: str) -> SQLiteStore[Any] | PostgresStore[Any]:
    """The store in a SQLite file or at a `postgresql://` URL. Raises: UserError."""
    if is_url(database):
        return _postgres(PostgresPlace(database, schema))
    path = Path(database)
    if not path.is_file():
        # A key in a new file that no server reads would open nothing.
        raise UserError(f"there is no database {path}: start your server once, or name its file")
    return open_database(path)


def open_files(database: Path) -> LocalAttachmentStore[Any]:
    """The files of a database's threads, in a folder beside it. Raises: UserError."""
    return _files_in(database.with_name(f"{database.name}.files"))


def _files_in(folder: Path) -> LocalAttachmentStore[Any]:
    try:
        return LocalAttachmentStore(folder)
    except OSError as error:
        raise UserError(f"{folder}: {error.strerror or error}") from None


@contextmanager
def temporary_files() -> Generator[LocalAttachmentStore[Any], None, None]:
    """Files that are gone at the end."""
    with TemporaryDirectory(prefix="chatkit-") as folder:
        yield _files_in(Path(folder))


async def _try(store: SQLiteStore[Any]) -> None:
    try:
        await store.load_threads(1, None, "desc", {})
    except StoreUnavailable:
        await store.close()
        raise


class Closes(Protocol):
    """What is to be closed: a store, a model's client."""

    async def close(self) -> None:
        """Let go of files and connections."""
        ...


def closes(*closed: Closes | None) -> Callable[[Any], AbstractAsyncContextManager[None]]:
    """A lifespan that closes these, the last one first, when the app has ended."""

    @asynccontextmanager
    async def lifespan(app: object) -> AsyncGenerator[None, None]:
        async with AsyncExitStack() as stack:
            for each in closed:
                if each is not None:
                    stack.push_async_callback(each.close)
            yield

    return lifespan


__all__ = [
    "Closes",
    "PostgresPlace",
    "closes",
    "default_database",
    "is_url",
    "open_access",
    "open_database",
    "open_files",
    "open_postgres",
    "says_what_is_wrong",
    "temporary_files",
    "without_password",
]
