"""Samples of both sides in turn, and what they come to: medians, their spread, the ratio."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

MOST_COUNTS: Final = 3
"""Counts differ by a hundredth: a few are enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One side's samples of a scenario."""

    samples: list[float]
    counts: list[float] = field(default_factory=list[float])
    """Instructions, of samples of their own; none where nobody counted."""

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.samples)

    @property
    def spread(self) -> float:
        """Half the distance between the quartiles, or of few samples all, by the median."""
        if len(self.samples) < 4:
            low, high = min(self.samples), max(self.samples)
        else:
            low, _, high = statistics.quantiles(self.samples, n=4)
        return (high - low) / 2 / self.median


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Both sides' figures of one scenario."""

    name: str
    unit: str
    target: float | None
    ours: Figure
    official: Figure

    @property
    def ratio(self) -> float:
        """Ours to the official's: below 1 is faster."""
        return self.ours.median / self.official.median

    @property
    def count_ratio(self) -> float | None:
        """The same of instructions; None where nobody counted."""
        if not self.ours.counts or not self.official.counts:
            return None
        return statistics.median(self.ours.counts) / statistics.median(self.official.counts)

    @property
    def is_missed(self) -> bool:
        """Whether it takes more time, or memory, than was asked for."""
        return self.target is not None and self.ratio > self.target


def alternate(
    ours: Callable[[], float], official: Callable[[], float], rounds: int
) -> tuple[Figure, Figure]:
    """So many samples of each, one after the other, each side first as often as the other."""
    found: dict[str, list[float]] = {"ours": [], "official": []}
    for number in range(rounds + 1):
        pair = [("ours", ours), ("official", official)]
        for name, take in pair if number % 2 else reversed(pair):
            value = take()
            if number:  # the first ones warm up
                found[name].append(value)
    return Figure(samples=found["ours"]), Figure(samples=found["official"])


def counted(figure: Figure, count: Callable[[], float | None], rounds: int) -> Figure:
    """The figure with so many counts of instructions; without any where nobody counts."""
    counts = [count() for _ in range(min(rounds, MOST_COUNTS) + 1)][1:]
    return replace(figure, counts=[each for each in counts if each is not None])
