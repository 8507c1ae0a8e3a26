"""Ctrl-C and the keyboard while an answer is under way."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

try:
    import termios
except ImportError:  # Windows
    termios = None

__all__ = ["on_interrupt", "silent_keys"]


@contextmanager
def on_interrupt(act: Callable[[], None]) -> Generator[None]:
    """Ctrl-C calls `act` inside the block, instead of ending the program.

    Where the event loop takes no signals (Windows), Ctrl-C ends the program as ever.
    """
    loop = asyncio.get_running_loop()
    before = signal.getsignal(signal.SIGINT)
    try:
        loop.add_signal_handler(signal.SIGINT, act)
    except (NotImplementedError, ValueError, RuntimeError):
        yield
        return
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, before)


@contextmanager
def silent_keys() -> Generator[None]:
    """Keys pressed inside the block are not shown in the middle of an answer.

    They are kept: the next input line begins with them. Input lines inside the block set the
    terminal up as they need it, and put it back like this.
    """
    if termios is None:
        yield
        return
    try:
        keyboard = sys.stdin.fileno()
        before = termios.tcgetattr(keyboard)
    except (termios.error, OSError, ValueError):
        yield
        return
    silent = [*before]
    # Not line by line either: a Ctrl-D or half a line would be lost on the way.
    silent[0] &= ~termios.ICRNL
    silent[3] &= ~(termios.ECHO | termios.ICANON)
    with contextlib.suppress(termios.error):
        termios.tcsetattr(keyboard, termios.TCSADRAIN, silent)
    try:
        yield
    finally:
        with contextlib.suppress(termios.error):
            termios.tcsetattr(keyboard, termios.TCSADRAIN, before)
