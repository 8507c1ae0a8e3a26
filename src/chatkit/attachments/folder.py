"""The folder of a LocalAttachmentStore: which file is where, and every move between.

    incoming/<random>/{content, preview}      while a file comes in
    unused/<key>/record.json, data/           an attachment that is in no message yet
    kept/<key>/record.json, data/             one that is
    trash/<random>/                           on its way out

Each step is one rename, so that a crash leaves a file in one place or another, never half of it.
All of this blocks: call it in a thread. Stands on disk.py.
"""

import errno
import json
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, TypeVar

from chatkit.errors import AttachmentNotFound

from .disk import open_old, read_file, remove_tree, sync_folder, write_new_file
from .errors import AlreadyUploaded
from .intake import CONTENT

Found = TypeVar("Found")

_EXISTS: Final = frozenset({errno.EEXIST, errno.ENOTEMPTY})
_RECORD, _DATA = "record.json", "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the store itself knows of an attachment. `size` is the announced one, if any."""

    id: str
    name: str
    mime_type: str
    size: int | None


class Folder:
    """The attachments in one folder. May be used by several processes at once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._incoming, self._unused, self._kept, self._trash = places = [
            root / name for name in ("incoming", "unused", "kept", "trash")
        ]
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for place in places:
            place.mkdir(mode=0o700, exist_ok=True)

    def incoming(self) -> Path:
        """A folder that does not exist, for a file that is about to come in."""
        return self._incoming / secrets.token_hex(16)

    def add(self, key: str, record: Record) -> None:
        """Makes room for an attachment without bytes. Raises: FileExistsError for a used id."""
        if (self._kept / key).exists():
            raise FileExistsError(f"there is an attachment {record.id!r} already")
        (self._unused / key).mkdir(mode=0o700)
        write_new_file(self._unused / key / _RECORD, json.dumps(asdict(record)).encode())

    def load(self, key: str) -> Record:
        """The attachment's record. Raises: FileNotFoundError."""
        return Record(**json.loads(self._find(key, lambda place: read_file(place / _RECORD))))

    def is_complete(self, key: str) -> bool:
        """True once the bytes are there."""
        return any((place / key / _DATA).exists() for place in (self._unused, self._kept))

    def publish(self, key: str, attachment_id: str, arrived: Path) -> None:
        """Gives the attachment its bytes, whole. Raises: AlreadyUploaded, AttachmentNotFound."""
        place = self._unused / key
        try:
            arrived.rename(place / _DATA)
        except FileNotFoundError:
            raise AttachmentNotFound(attachment_id) from None
        except OSError as error:
            if error.errno not in _EXISTS:
                raise
            raise AlreadyUploaded(attachment_id) from None
        sync_folder(place)
        sync_folder(self._unused)

    def keep(self, key: str) -> None:
        """Marks the attachment as used; once is enough. Raises: FileNotFoundError."""
        try:
            (self._unused / key).rename(self._kept / key)
        except FileNotFoundError:
            if not (self._kept / key).exists():
                raise
            return
        sync_folder(self._kept)
        sync_folder(self._unused)

    def open(self, key: str, name: str) -> int:
        """A descriptor to read `content` or `preview` by. Raises: FileNotFoundError."""
        return self._find(key, lambda place: open_old(place / _DATA / name))

    def size(self, key: str) -> int:
        """The number of bytes that came. Raises: FileNotFoundError."""
        return self._find(key, lambda place: (place / _DATA / CONTENT).stat().st_size)

    def remove(self, key: str) -> None:
        """Removes the attachment and its bytes; one that is gone is no error."""
        for place in (self._unused, self._kept):
            self._discard(place / key)

    def count_unused(self, owner: str) -> int:
        """How many attachments of this owner's key are in no message."""
        return sum(place.name.startswith(f"{owner}-") for place in self._unused.iterdir())

    def collect(self, seconds: float) -> int:
        """Removes what has lain unused for so many seconds; the number of attachments."""
        old = time.time() - seconds
        for place in (*_older(self._incoming, old), *_older(self._trash, old)):
            remove_tree(place)
        return sum(self._discard(place) for place in _older(self._unused, old))

    def _find(self, key: str, read: Callable[[Path], Found]) -> Found:
        # In this order: an attachment may be moved from the first to the second at any time.
        try:
            return read(self._unused / key)
        except FileNotFoundError:
            return read(self._kept / key)

    def _discard(self, place: Path) -> bool:
        bin_ = self._trash / secrets.token_hex(16)
        try:
            place.rename(bin_)
        except FileNotFoundError:
            return False
        remove_tree(bin_)
        return True


def _older(place: Path, moment: float) -> list[Path]:
    found: list[Path] = []
    for entry in os.scandir(place):
        try:
            if entry.stat(follow_symlinks=False).st_mtime <= moment:
                found.append(Path(entry.path))
        except FileNotFoundError:
            continue  # used, or deleted, in the meantime
    return found


__all__ = ["Folder", "Record"]
