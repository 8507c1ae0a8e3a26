"""Whether both sides did the same: what they sent and stored, up to ids and times.

What may differ beside that is named here, with the reason.
"""

import re
from collections.abc import Iterator
from typing import Any

_ID = re.compile(r"^(thr|msg|tc|wf|tsk|atc|shcx|trn|stsk)_[0-9a-zA-Z_-]+$")
_TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$")
_MOST_SHOWN = 5

_LEFT_OUT = {"metadata"}
"""Of a thread as clients see it: this package leaves a host's metadata out, the official one sends
an empty object in its place."""


def normalise(value: Any) -> Any:
    """The data with ids as numbers in the order of their appearance, and no times."""
    ids: dict[str, str] = {}

    def walk(part: Any) -> Any:
        if isinstance(part, dict):
            kept = {key: each for key, each in part.items() if key not in _LEFT_OUT or each}
            return {key: walk(each) for key, each in kept.items()}
        if isinstance(part, list | tuple):
            return [walk(each) for each in part]
        if isinstance(part, str):
            if _ID.match(part):
                return ids.setdefault(part, f"<id {len(ids) + 1}>")
            return "<time>" if _TIME.match(part) else part
        return part

    return walk(value)


def differences(ours: Any, official: Any) -> list[str]:
    """Where the two differ; nothing where both sides did the same."""
    found = _walk("", normalise(ours), normalise(official))
    return [difference for difference, _ in zip(found, range(_MOST_SHOWN), strict=False)]


def _walk(place: str, ours: Any, official: Any) -> Iterator[str]:
    if isinstance(ours, dict) and isinstance(official, dict):
        for key in sorted(ours.keys() | official.keys()):
            yield from _walk(f"{place}.{key}", ours.get(key), official.get(key))
    elif isinstance(ours, list) and isinstance(official, list):
        if len(ours) != len(official):
            yield f"{place}: {len(ours)} here, {len(official)} officially"
        for index, (one, other) in enumerate(zip(ours, official, strict=False)):
            yield from _walk(f"{place}[{index}]", one, other)
    elif ours != official:
        yield f"{place}: {str(ours)[:80]!r} here, {str(official)[:80]!r} officially"
