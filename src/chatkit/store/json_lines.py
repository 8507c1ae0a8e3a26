"""JsonLines: rows of JSON that a database hands out as one text, and that go out as one.

Stands on nothing.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import cast, overload


class JsonLines(Sequence[str]):
    """JSON texts, a line each: JSON has no raw line breaks. Told apart once one is asked for.

    Equal to any other sequence of the same texts.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        return self._lines[index]

    def __len__(self) -> int:
        return len(self._lines)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._lines == [*cast("Sequence[object]", other)]

    @cached_property
    def _lines(self) -> list[str]:
        return self._text.split("\n") if self._text else []

    def with_commas(self) -> str:
        """All of them, as they stand between the brackets of a JSON array."""
        return self._text.replace("\n", ",")


__all__ = ["JsonLines"]
