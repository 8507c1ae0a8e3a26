"""The built page in this package: its files, their hashes, and whether they fit their source.

Stands alone, on the standard library: the build of the package runs this file too.
"""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

ASSETS = Path(__file__).parent / "assets"
ENTRIES = ("chatkit.js", "chatkit-ui.js")
"""The scripts that pages name; what else there is carries a hash in its name."""

_SOURCE = ".source"
_SOURCE_PATTERNS = ("src/**/*", "package.json", "package-lock.json", "tsconfig.json", "vite.*.ts")


def is_built(assets: Path | None = None) -> bool:
    """Whether the scripts are here at all."""
    return all(((assets or ASSETS) / name).is_file() for name in ENTRIES)


def is_fresh(web: Path, assets: Path | None = None) -> bool:
    """Whether the scripts are here and were built from what is in the folder `web`."""
    mark = (assets or ASSETS) / _SOURCE
    return is_built(assets) and mark.is_file() and mark.read_text() == source_digest(web)


def mark_source(web: Path, assets: Path | None = None) -> None:
    """Notes what the scripts were built from."""
    ((assets or ASSETS) / _SOURCE).write_text(source_digest(web))


def source_digest(web: Path) -> str:
    """A digest of everything in the folder `web` that the scripts are built from."""
    digest = hashlib.sha256()
    paths = {path for pattern in _SOURCE_PATTERNS for path in web.glob(pattern) if path.is_file()}
    for path in sorted(paths):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{path.relative_to(web).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def files(assets: Path | None = None) -> Iterator[Path]:
    """Every file that is served, in order."""
    found = (assets or ASSETS).rglob("*")
    yield from sorted(path for path in found if path.is_file() and _is_served(path))


def _is_served(path: Path) -> bool:
    """False for what only lies beside the page: its mark, and the licences of what is in it."""
    return not path.name.startswith(".") and path.suffix != ".txt"


def integrity(content: bytes) -> str:
    """The hash that an `integrity` attribute takes."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()
