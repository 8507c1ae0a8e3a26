"""The User-Agent of the Agents SDK's requests while a turn runs.

The SDK reads it from context variables of its own. They are set in the turn's private copy of
the context, so that nothing is left to undo; the SDK is not imported for it.
"""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from functools import cache
from typing import Any

from chatkit import __version__

_OVERRIDES = (
    ("agents.models.openai_responses", "_HEADERS_OVERRIDE"),
    ("agents.models.chatcmpl_helpers", "HEADERS_OVERRIDE"),
)


def _overrides() -> list[ContextVar[Any]]:
    found = [getattr(sys.modules.get(module), name, None) for module, name in _OVERRIDES]
    return [variable for variable in found if isinstance(variable, ContextVar)]


@cache
def _user_agent() -> str:
    from importlib.metadata import version  # reads the SDK's files, so only where it is loaded

    return f"Agents/Python {version('openai-agents')} ChatKit/Python {__version__}"


def _headers() -> dict[str, str]:
    return {"User-Agent": _user_agent()}


@contextmanager
def agents_sdk_user_agent_override() -> Generator[None]:
    """Within it, the Agents SDK's requests name ChatKit beside the SDK; afterwards as before."""
    tokens = [(variable, variable.set(_headers())) for variable in _overrides()]
    try:
        yield
    finally:
        for variable, token in tokens:
            variable.reset(token)


def turn_variables() -> Context:
    """A copy of the caller's context variables for a turn, with the User-Agent set in it."""
    variables = copy_context()
    if "agents" in sys.modules:
        for variable in _overrides():
            variables.run(variable.set, _headers())
    return variables


__all__ = ["agents_sdk_user_agent_override", "turn_variables"]
