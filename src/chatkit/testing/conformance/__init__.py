"""The conformance suite: what a `Store` and a `TurnLog` promise, as checks that anyone can run.

    from chatkit.testing import StoreConformance

    class TestMyStore(StoreConformance):
        def make_store(self):
            return MyStore()

Below: the stores, the wire. Each check is a coroutine whose name and docstring say what holds.
"""

from .lab import ConformanceFailure, NotApplicable, StoreLab
from .suite import Report, StoreConformance, TurnLogConformance, check_store, check_turn_log

__all__ = [
    "ConformanceFailure",
    "NotApplicable",
    "Report",
    "StoreConformance",
    "StoreLab",
    "TurnLogConformance",
    "check_store",
    "check_turn_log",
]
