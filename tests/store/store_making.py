"""What the tests of the stores make again and again."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chatkit.store import SQLiteStore, TurnRecord
from chatkit.types import AssistantMessageContent, AssistantMessageItem, ThreadMetadata

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


def user_of(context: Any) -> str:
    """The owner of a test's context, which is the user's name."""
    return context


def thread(thread_id: str = "thr_1", **fields: Any) -> ThreadMetadata:
    return ThreadMetadata(**{"id": thread_id, "created_at": NOON, **fields})


def message(item_id: str = "msg_1", text: str = "hello", **fields: Any) -> AssistantMessageItem:
    return AssistantMessageItem(
        **{
            "id": item_id,
            "thread_id": "thr_1",
            "created_at": NOON,
            "content": [AssistantMessageContent(text=text)],
            **fields,
        }
    )


def running(turn_id: str = "trn_1", thread_id: str = "thr_1", **fields: Any) -> TurnRecord:
    return TurnRecord(
        **{
            "id": turn_id,
            "thread_id": thread_id,
            "request_id": None,
            "state": "running",
            "started_at": NOON,
            **fields,
        }
    )


def sqlite_store(path: Path, **options: Any) -> SQLiteStore[Any]:
    return SQLiteStore(path, **{"owner": user_of, "lock_seconds": 5.0, **options})


def names(folder: Path) -> list[str]:
    """What lies in the folder."""
    return sorted(entry.name for entry in folder.iterdir())


def open_files() -> int:
    """How many files this process has open."""
    return len(names(Path("/dev/fd")))


def run_python(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """A program run to its end, with warnings as errors."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def write_file(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def read_file(path: Path) -> bytes:
    return path.read_bytes()
