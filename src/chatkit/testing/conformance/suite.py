"""Runs the checks on a store: as a coroutine that reports every failure, or as a pytest class."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final
from unittest import SkipTest

from .access import ACCESS_CHECKS
from .attachments import ATTACHMENT_CHECKS
from .client_pages import CLIENT_CHECKS
from .items import ITEM_CHECKS
from .lab import NotApplicable, StoreLab, resolve
from .owners import OWNER_CHECKS
from .threads import THREAD_CHECKS
from .turn_events import EVENT_CHECKS
from .turns import TURN_CHECKS

Check = Callable[[StoreLab], Awaitable[None]]

CHECK_SECONDS: Final = 30.0
"""How long one check may take: a store that waits for ever has failed it."""

STORE_CHECKS: Final[tuple[Check, ...]] = (
    *THREAD_CHECKS,
    *ITEM_CHECKS,
    *ATTACHMENT_CHECKS,
    *OWNER_CHECKS,
    *CLIENT_CHECKS,
    *ACCESS_CHECKS,
)
"""What a store is held to. Those of owners, client pages, feedback and access if it has them."""


TURN_LOG_CHECKS: Final[tuple[Check, ...]] = (*TURN_CHECKS, *EVENT_CHECKS)
"""What a store's turn log is held to."""


@dataclass(frozen=True, slots=True)
class Report:
    """The names of the checks that a store passed, and of those that do not apply to it."""

    passed: list[str] = field(default_factory=list[str])
    not_applicable: list[str] = field(default_factory=list[str])


def _name(check: Check) -> str:
    return getattr(check, "__name__", "check").removeprefix("check_")


def _as_test(check: Check) -> Callable[[Any], None]:
    def test(self: Any) -> None:
        try:
            asyncio.run(self.run(check))
        except NotApplicable as reason:
            raise SkipTest(str(reason)) from None

    test.__doc__ = check.__doc__
    return test


class StoreConformance:
    """A test class for your store: derive from it, say how a store is made, and run pytest.

        class TestMyStore(StoreConformance):
            async def make_store(self):
                return MyStore(...)

    Each check gets a store of its own, which must be empty (or `context` that of a new user). The
    tests are plain functions: no plugin is needed.
    """

    checks: ClassVar[tuple[Check, ...]] = STORE_CHECKS
    context: Any = None
    other_context: Any = None
    """The context of a second user; None for a store that knows no owners."""

    def make_store(self) -> Any:
        """A new store, or an awaitable of one."""
        raise NotImplementedError(f"{type(self).__name__} must override make_store")

    def reopen_store(self, store: Any) -> Any:
        """A second store on the data of the given one, as another process would open it."""
        raise NotApplicable("reopen_store is not overridden")

    async def close_store(self, store: Any) -> None:
        """Gives a store back: awaits its `close()`, if it has one."""
        if hasattr(store, "close"):
            await resolve(store.close())

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for check in cls.checks:
            setattr(cls, f"test_{_name(check)}", _as_test(check))

    async def run(self, check: Check) -> None:
        """Runs one check on a new store. Raises ConformanceFailure, NotApplicable."""
        async with AsyncExitStack() as stack:
            store = await resolve(self.make_store())
            stack.push_async_callback(self.close_store, store)

            async def reopen() -> Any:
                second = await resolve(self.reopen_store(store))
                stack.push_async_callback(self.close_store, second)
                return second

            lab = StoreLab(
                store=store, context=self.context, other_context=self.other_context, reopen=reopen
            )
            await asyncio.wait_for(check(lab), CHECK_SECONDS)


class TurnLogConformance(StoreConformance):
    """A test class for the turn log of your store, used like `StoreConformance`."""

    checks = TURN_LOG_CHECKS


async def check_store(
    make_store: Callable[[], Any], *, context: Any = None, other_context: Any = None
) -> Report:
    """What the store passed, without pytest; see `StoreConformance` for the parameters.

    Raises: an ExceptionGroup with every check that failed.
    """
    return await _check_all(STORE_CHECKS, make_store, context, other_context)


async def check_turn_log(
    make_store: Callable[[], Any], *, context: Any = None, other_context: Any = None
) -> Report:
    """What the turn log of the store passed; like `check_store`."""
    return await _check_all(TURN_LOG_CHECKS, make_store, context, other_context)


async def _check_all(
    checks: tuple[Check, ...], make_store: Callable[[], Any], context: Any, other_context: Any
) -> Report:
    suite = StoreConformance()
    suite.make_store = make_store
    suite.context, suite.other_context = context, other_context
    report = Report()
    failures: list[Exception] = []
    for check in checks:
        try:
            await suite.run(check)
        except NotApplicable:
            report.not_applicable.append(_name(check))
        except Exception as error:  # noqa: BLE001 - a store may raise anything; all are reported
            error.add_note(f"in: {_name(check).replace('_', ' ')}")
            failures.append(error)
        else:
            report.passed.append(_name(check))
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(checks)} checks failed", failures)
    return report


__all__ = [
    "CHECK_SECONDS",
    "STORE_CHECKS",
    "TURN_LOG_CHECKS",
    "Check",
    "Report",
    "StoreConformance",
    "TurnLogConformance",
    "check_store",
    "check_turn_log",
]
