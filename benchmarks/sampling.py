"""Samples of both sides in turn, and what they come to: medians, their spread, the ratio."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple


class Sample(NamedTuple):
    """What a unit of the work took once."""

    value: float
    """Seconds of CPU, or bytes."""
    instructions: float | None = None
    """Where the processor counts them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One side's samples of a scenario."""

    samples: list[float]
    counts: list[float] = field(default_factory=list[float])
    """Instructions, of each sample; none where nobody counted."""

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
    ours: Callable[[], Sample], official: Callable[[], Sample], rounds: int
) -> tuple[Figure, Figure]:
    """So many samples of each, one after the other, each side first as often as the other."""
    found: dict[str, list[Sample]] = {"ours": [], "official": []}
    for number in range(rounds + 1):
        pair = [("ours", ours), ("official", official)]
        for name, take in pair if number % 2 else reversed(pair):
            value = take()
            if number:  # the first ones warm up
                found[name].append(value)
    return _figure(found["ours"]), _figure(found["official"])


def _figure(samples: list[Sample]) -> Figure:
    counts = [each.instructions for each in samples if each.instructions is not None]
    return Figure(samples=[each.value for each in samples], counts=counts)
