"""Files and folders on a disk: made anew, never through a link, safe before they are relied on."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import anyio.to_thread
from typing_extensions import TypeVar, TypeVarTuple, Unpack

from chatkit.errors import StoreUnavailable

Arguments = TypeVarTuple("Arguments")
Done = TypeVar("Done")

_NO_FOLLOW: Final[int] = getattr(os, "O_NOFOLLOW", 0)
_NEW_FILE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW


async def in_thread(work: Callable[[Unpack[Arguments]], Done], *arguments: *Arguments) -> Done:
    """What `work` returns, which may wait for the disk; it is finished even if nobody waits.

    Raises: StoreUnavailable for a disk that is full or fails; FileNotFoundError, FileExistsError.
    """
    try:
        return await anyio.to_thread.run_sync(work, *arguments)
    except (FileNotFoundError, FileExistsError):
        raise
    except OSError as error:
        raise StoreUnavailable(error.strerror or type(error).__name__) from error


def open_new(path: Path) -> int:
    """A descriptor to write a file that was not there, for this user's eyes only.

    Raises: FileExistsError.
    """
    return os.open(path, _NEW_FILE, 0o600)


def open_old(path: Path) -> int:
    """A descriptor to read a file, which must not be a link. Raises: FileNotFoundError."""
    return os.open(path, os.O_RDONLY | _NO_FOLLOW)


def read_file(path: Path) -> bytes:
    """All of a file, which must not be a link. Raises: FileNotFoundError."""
    with os.fdopen(open_old(path), "rb") as file:
        return file.read()


def write_all(descriptor: int, content: bytes) -> None:
    """Writes all of it: one call may write less."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def write_new_file(path: Path, content: bytes) -> None:
    """Makes a file with this content, safe on the disk. Raises: FileExistsError."""
    descriptor = open_new(path)
    try:
        write_all(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder safe on the disk, where the system can do that."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY | _NO_FOLLOW)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_tree(folder: Path) -> None:
    """Removes a folder and what is in it; one that is gone, or going, is no error."""
    while folder.exists():
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            continue  # somebody else removes it as well


__all__ = [
    "in_thread",
    "open_new",
    "open_old",
    "read_file",
    "remove_tree",
    "sync_folder",
    "write_all",
    "write_new_file",
]
