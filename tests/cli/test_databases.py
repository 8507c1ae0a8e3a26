"""Databases that cannot be used, said before anything is listened to."""

import sqlite3
from pathlib import Path

import pytest

from chatkit.cli.databases import open_database
from chatkit.cli.errors import UserError


def test_a_newer_database_says_to_upgrade(tmp_path: Path) -> None:
    """Somebody went back to an older version: nothing is changed in the file."""
    path = tmp_path / "new.db"
    open_database(path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(UserError, match=r"new\.db was written by a newer version: upgrade"):
        open_database(path)


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    """A wrong --database must not put tables into it."""
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE cats (name TEXT)")
    connection.close()
    with pytest.raises(UserError, match="another program's database; name another file"):
        open_database(path)


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    """A text file, for example."""
    path = tmp_path / "notes.txt"
    path.write_text("not a database at all, but long enough to look like one " * 100)
    with pytest.raises(UserError, match=r"notes\.txt: .*--database"):
        open_database(path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file is where the folder should be."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="--database"):
        open_database(tmp_path / "file" / "chat.db")
