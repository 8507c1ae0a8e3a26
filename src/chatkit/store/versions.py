"""Versions of a database's schema: numbered SQL files, and what cannot be opened for its version.

Above: the SQL stores, each with a folder of such files.
"""

from chatkit.errors import StoreUnavailable


class DatabaseTooNew(StoreUnavailable):
    """The database was written by a newer version of this package, which has to be installed."""

    def __init__(self, version: int, known: int) -> None:
        super().__init__(
            f"the database has schema version {version}, this program knows versions up to {known}"
        )
        self.version, self.known = version, known


class NotOurDatabase(StoreUnavailable):
    """The file is a database, but of another program; it was left as it is."""

    def __init__(self) -> None:
        super().__init__("the file is another program's database")


def read_migrations(package: str) -> tuple[str, ...]:
    """The SQL of each version in the package's folder `migrations`, the first one first."""
    from importlib.resources import files  # brings shutil and tempfile, for those with a database

    folder = files(package) / "migrations"
    scripts = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".sql")),
        key=lambda entry: entry.name,
    )
    return tuple(entry.read_text(encoding="utf-8") for entry in scripts)


__all__ = ["DatabaseTooNew", "NotOurDatabase", "read_migrations"]
