"""A finding: what was looked at, how it is, and what to do where it isn't well."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Level = Literal["ok", "note", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the doctor looked at. A `note` is worth knowing; a `problem` needs the fix."""

    level: Level
    subject: str
    message: str
    fix: str = ""

    def as_json(self) -> dict[str, Any]:
        """Its fields; `fix` only where there is one."""
        return {name: value for name, value in asdict(self).items() if value}


def ok(subject: str, message: str) -> Finding:
    """All is well."""
    return Finding("ok", subject, message)


def note(subject: str, message: str, fix: str = "") -> Finding:
    """Nothing is broken, but something could be better."""
    return Finding("note", subject, message, fix)


def problem(subject: str, message: str, fix: str) -> Finding:
    """Something does not work, or loses data."""
    return Finding("problem", subject, message, fix)


__all__ = ["Finding", "Level", "note", "ok", "problem"]
