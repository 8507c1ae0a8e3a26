"""Tools for those who test what they build on this package.

Here: the conformance suite for stores and turn logs. In `models`: a scripted stand-in for a
remote model.
"""

from .conformance import (
    ConformanceFailure,
    StoreConformance,
    TurnLogConformance,
    check_store,
    check_turn_log,
)

__all__ = [
    "ConformanceFailure",
    "StoreConformance",
    "TurnLogConformance",
    "check_store",
    "check_turn_log",
]
