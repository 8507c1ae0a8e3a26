"""The User-Agent of the Agents SDK's requests: set while a turn runs, and only for it."""

import pytest
from agents.models.openai_responses import _HEADERS_OVERRIDE
from hosts import Host, done, plain_store, raising, read_stream, says

from chatkit.server import agents_sdk_user_agent_override


def user_agent() -> str | None:
    """What the SDK would send now."""
    return (_HEADERS_OVERRIDE.get() or {}).get("User-Agent")


@pytest.mark.requirement("row-20")
async def test_while_a_turn_runs_the_sdk_names_chatkit_and_afterwards_it_is_as_it_was() -> None:
    """Source: server-behaviour. Design, row 20: also after a turn that failed."""
    seen = []

    async def reply(thread, user_message, context):
        seen.append(user_agent())
        yield done("Hello")

    server = Host(plain_store(), reply)
    await read_stream(server, says())
    assert user_agent() is None
    (sent,) = seen
    assert sent is not None
    assert sent.startswith("Agents/Python ")
    assert " ChatKit/Python " in sent
    server.answer = raising(ValueError())
    await read_stream(server, says())
    assert user_agent() is None


@pytest.mark.requirement("row-20")
def test_the_override_is_undone_when_it_is_left_with_an_error() -> None:
    """Design, row 20."""

    def fail_inside() -> None:
        with agents_sdk_user_agent_override():
            assert "ChatKit/Python" in (user_agent() or "")
            raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        fail_inside()
    assert user_agent() is None
