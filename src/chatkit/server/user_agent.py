"""The User-Agent of the Agents SDK's requests while a turn runs.

The SDK reads it from context variables of its own. They are set in the turn's private copy of
the context, so that nothing is left to undo; the SDK is not imported for it.
"""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from importlib.metadata import version
from typing import Any

from chatkit import __version__

_OVERRIDES = (
    ("agents.models.openai_responses", "_HEADERS_OVERRIDE"),
    ("agents.models.chatcmpl_helpers", "HEADERS_OVERRIDE"),
)


def _overrides() -> list[ContextVar[Any]]:
    found = [getattr(sys.modules.get(module), name, None) for module, name in _OVERRIDES]
    return [variable for variable in found if isinstance(variable, ContextVar)]


def _headers() -> dict[str, str]:
    agents = f"Agents/Python {version('openai-agents')}"
    return {"User-Agent": f"{agents} ChatKit/Python {__version__}"}


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
    for variable in _overrides():
        variables.run(variable.set, _headers())
    return variables


__all__ = ["agents_sdk_user_agent_override", "turn_variables"]
