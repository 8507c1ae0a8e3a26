"""`chatkit keys`: what a person sees, and what is kept of a key."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chatkit.cli import main
from chatkit.cli.databases import open_database
from database_schemas import Schema

Command = Callable[..., Result]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The file of a server that was started once."""
    path = tmp_path / "chat.sqlite3"
    open_database(path)
    return path


@pytest.fixture
def keys(database: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """`chatkit keys …` on that file."""
    monkeypatch.setenv("CHATKIT_DATABASE", str(database))
    return lambda *arguments: CliRunner().invoke(main, ["keys", *arguments])


def rows(path: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM api_keys").fetchall()


def test_a_key_is_shown_once_and_kept_as_a_digest(keys: Command, database: Path) -> None:
    """On standard output stands the key alone, for a script to take."""
    made = keys("create", "web backend")
    assert made.exit_code == 0, made.output
    key = made.stdout.strip()
    assert key.startswith("ck_")
    assert len(key) > 40
    assert "cannot be shown again" in made.stderr
    assert key not in str(rows(database))
    listed = keys("list").stdout
    assert key not in listed
    assert f"…{key[-4:]}" in listed
    assert "web backend" in listed


def test_a_key_is_revoked_by_its_id(keys: Command) -> None:
    """And stays on the list, so that its owner sees that it is."""
    keys("create", "old backend")
    key_id = keys("list").stdout.split()[0]
    assert keys("revoke", key_id).stdout == f"Revoked {key_id}.\n"
    assert "revoked 20" in keys("list").stdout


def test_an_unknown_id_is_an_error(keys: Command) -> None:
    """Nobody goes away in the belief that a key was revoked."""
    result = keys("revoke", "key_unknown")
    assert result.exit_code == 1
    assert "there is no key key_unknown" in result.stderr


def test_no_keys_yet_says_how_to_make_one(keys: Command) -> None:
    """An empty list tells nothing."""
    assert "chatkit keys create" in keys("list").stderr


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """A mistyped name would give a key that opens nothing."""
    path = tmp_path / "typo.sqlite3"
    result = CliRunner().invoke(main, ["keys", "create", "x", "--database", str(path)])
    assert result.exit_code == 1
    assert "there is no database" in result.stderr
    assert not path.exists()


def test_a_file_of_another_program_is_refused(tmp_path: Path) -> None:
    """With a sentence, not a traceback."""
    path = tmp_path / "other.sqlite3"
    path.write_text("not a database, but a text that is long enough to be looked at" * 20)
    result = CliRunner().invoke(main, ["keys", "list", "--database", str(path)])
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert "other.sqlite3" in result.stderr


@pytest.mark.parametrize("way", ["options", "environment"])
def test_keys_are_kept_in_postgresql_as_well(
    way: str, schema: Schema, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where several machines serve, in the schema that they were told to use."""
    place = ["--database", schema.url, "--schema", schema.name]
    if way == "environment":
        monkeypatch.setenv("CHATKIT_DATABASE", schema.url)
        monkeypatch.setenv("CHATKIT_SCHEMA", schema.name)
        place = []
    made = CliRunner().invoke(main, ["keys", "create", "x", *place])
    assert made.exit_code == 0, made.output
    listed = CliRunner().invoke(main, ["keys", "list", *place])
    assert f"…{made.stdout.strip()[-4:]}" in listed.stdout
    assert len(schema.run("SELECT id FROM api_keys")) == 1


def test_a_database_that_does_not_answer_is_an_error() -> None:
    """After its ten seconds; the message names no password."""
    url = "postgresql://chatkit:secret@127.0.0.1:1/none"
    result = CliRunner().invoke(main, ["keys", "list", "--database", url])
    assert result.exit_code == 1
    assert "secret" not in result.output
