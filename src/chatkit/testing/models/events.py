"""What an encoder tells the server to do next: send an event, hold, or cut. Stands on script.py."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, TypeAlias
from uuid import uuid4

from .script import (
    Chunks,
    Citation,
    ContainerFileCitation,
    Control,
    Disconnect,
    FileCitation,
    Incomplete,
    Stall,
    UrlCitation,
    chunks_of,
)

__all__ = [
    "Cut",
    "Emission",
    "Event",
    "NewId",
    "Play",
    "UnsupportedOutput",
    "encode_chunks",
    "interleave",
    "random_id",
]

NewId: TypeAlias = Callable[[str], str]
"""Makes an id from its prefix: `msg`, `resp`, `call`…"""


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it goes over the wire; `is_chunk` marks generated content, which is paced."""

    data: Mapping[str, Any]
    is_chunk: bool = False


Play: TypeAlias = Event | Stall | Disconnect
Emission: TypeAlias = Event | Control
"""What encoding an item gives: its events, and the controls met amid them."""

Cut: TypeAlias = Incomplete | None
"""What cut an item short, if anything."""


class UnsupportedOutput(ValueError):
    """The API asked for has no form for this output."""

    def __init__(self, output: object, api: str) -> None:
        super().__init__(f"{api} cannot express {type(output).__name__}")
        self.output, self.api = output, api


def random_id(prefix: str) -> str:
    """An id that no other response has."""
    return f"{prefix}_{uuid4().hex}"


def encode_chunks(
    chunks: Chunks,
    delta: Callable[[str], Event],
    cite: Callable[[Citation], Event] | None = None,
) -> Generator[Emission, None, tuple[str, Cut]]:
    """An event per chunk; returns all the text, and what cut it short."""
    said: list[str] = []
    for chunk in chunks_of(chunks):
        if isinstance(chunk, str):
            said.append(chunk)
            yield delta(chunk)
        elif isinstance(chunk, Incomplete):
            return "".join(said), chunk
        elif isinstance(chunk, UrlCitation | FileCitation | ContainerFileCitation):
            if cite is None:
                raise TypeError(f"{type(chunk).__name__} can only stand in the chunks of a Text")
            yield cite(chunk)
        else:
            yield chunk
    return "".join(said), None


def interleave(streams: Iterable[Iterator[Emission]]) -> Iterator[Emission]:
    """One emission of each stream in turn, until all are through."""
    for row in zip_longest(*streams):
        yield from (emission for emission in row if emission is not None)
