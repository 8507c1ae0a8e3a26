"""A client that goes away in the middle of an answer."""

from assistants import Gated, SlowStore, creates, stored_items, stored_texts
from live_servers import Serves, visiting

from chatkit.http import create_app
from chatkit.types import SDKHiddenContextItem


async def test_leaving_saves_what_was_said_and_tells_the_handler_once(serving: Serves) -> None:
    """An official client has no other Stop: row 1 of the design, on a store that really awaits."""
    server = Gated(SlowStore())
    async with serving(create_app(server)) as address:
        async with visiting(address, creates()) as visitor:
            await visitor.sees("two ")
        await server.handler_closed.wait()
    items = await stored_items(server.store)
    assert stored_texts(items) == ["one two "]
    assert [item for item in items if isinstance(item, SDKHiddenContextItem)] == items[-1:]
    assert len(server.cancelled) == 1
