"""Looks at what is installed: Python, SQLite, which package `import chatkit` gets, extras, page.

Imports nothing else of this package: some of it may be missing, or another package's.
"""

import base64
import hashlib
import platform
import re
import sqlite3
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, PackagePath, distribution
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Final

from .finding import Finding, note, ok, problem

OURS: Final = "chatkit-selfhosted"
OFFICIAL: Final = "openai-chatkit"
REINSTALL: Final = f"pip install --force-reinstall --no-deps {OURS}"
_OLDEST_SQLITE: Final = (3, 35, 0)
_BUILD: Final = "run `make web`, or `python web/build_page.py`"
_SHOWN: Final = 3


def check_installation() -> Iterator[Finding]:
    """What there is to say of this environment."""
    package = Path(__file__).parents[2]  # not `chatkit.__file__`: an uninstall may have taken it
    yield ok("Python", f"{platform.python_version()} at {package.parent}")
    yield check_sqlite(sqlite3.sqlite_version)
    yield from check_distributions(package)
    yield check_page(package)


def check_sqlite(version: str) -> Finding:
    """Whether this version of SQLite, such as "3.45.1", has what the stores ask of it."""
    if tuple(int(number) for number in version.split(".")) < _OLDEST_SQLITE:
        return problem(
            "SQLite",
            f"version {version} is too old",
            "use a Python that was built with SQLite 3.35 or newer",
        )
    return ok("SQLite", version)


def _find(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def check_distributions(where: Path) -> Iterator[Finding]:
    """Whether the folder that `import chatkit` gets is of this package, and of it alone."""
    ours, official = _find(OURS), _find(OFFICIAL)
    if official is not None:
        yield problem(
            "packages",
            f"{OFFICIAL} {official.version} is installed as well; both are `chatkit`, and "
            f"`import chatkit` gets what was installed last, or some files of each ({where})",
            f"pip uninstall {OFFICIAL}, then: {REINSTALL}",
        )
    if ours is None:
        yield note(
            "packages",
            f"`import chatkit` gets {where}, of no installed {OURS}",
            f"pip install {OURS}",
        )
        return
    wrong = [str(path) for path in ours.files or () if not _is_whole(path)]
    if wrong:
        shown = ", ".join(wrong[:_SHOWN]) + (" …" if len(wrong) > _SHOWN else "")
        yield problem(
            "packages", f"{len(wrong)} files of {OURS} are missing or changed: {shown}", REINSTALL
        )
    elif official is None:
        yield ok("packages", f"{OURS} {ours.version}; `import chatkit` gets {where}")
    yield from _check_extras(ours)


def _is_whole(path: PackagePath) -> bool:
    """Whether the file is as it was installed; what carries no hash may be anything."""
    if path.hash is None or path.suffix == ".pyc":
        return True
    try:
        content = Path(str(path.locate())).read_bytes()
    except OSError:
        return False
    digest = base64.urlsafe_b64encode(hashlib.new(path.hash.mode, content).digest())
    return digest.decode().rstrip("=") == path.hash.value


def _check_extras(ours: Distribution) -> Iterator[Finding]:
    extras: dict[str, list[str]] = {}
    for line in ours.requires or ():
        found = re.search(r"extra\s*==\s*['\"]([^'\"]+)['\"]", line)
        name = re.match(r"[A-Za-z0-9._-]+", line)
        if found and name:
            extras.setdefault(found[1], []).append(name[0])
    for extra, names in extras.items():
        missing = [name for name in names if _find(name) is None]
        if missing:
            message = f"not installed (lacks {', '.join(missing)})"
            yield note(
                f"extra [{extra}]", message, f'if you need it: pip install "{OURS}[{extra}]"'
            )
        else:
            yield ok(f"extra [{extra}]", "installed")


def check_page(package: Path) -> Finding:
    """Whether the page is in the package, and was built from the source beside it, if that is."""
    program, web = package / "http" / "bundle.py", package.parents[1] / "web"
    has_source = (web / "package.json").is_file()
    fix = _BUILD if has_source else REINSTALL
    bundle = _load(program) if program.is_file() else None
    if bundle is None or not bundle.is_built():
        return problem("page", "chatkit.js is not there, so pages get a 404 for it", fix)
    if has_source and not bundle.is_fresh(web):
        return problem("page", "chatkit.js was built from an older source", fix)
    return ok("page", f"chatkit.js and {sum(1 for _ in bundle.files()) - 1} files beside it")


def _load(path: Path) -> ModuleType:
    """The module in this file alone: what is around it may be another package's."""
    spec = spec_from_file_location(f"chatkit_{path.stem}", path)
    if spec is None or spec.loader is None:  # pragma: no cover - every .py file has one
        raise ImportError(f"cannot load {path}")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


__all__ = [
    "REINSTALL",
    "check_distributions",
    "check_installation",
    "check_page",
    "check_sqlite",
]
