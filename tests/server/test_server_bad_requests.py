"""Bodies that are no request: each is an error of `process()`, before anything happens."""

import json

import pytest
from hosts import Host, body, plain_store, read_json, text_input
from pydantic import ValidationError

from chatkit.server import NonStreamingResult, StreamingResult

GOOD = body("threads.get_by_id", thread_id="thr")


@pytest.mark.parametrize(
    "request_",
    [
        "",
        "{",
        "null",
        "[]",
        "{}",
        '"threads.list"',
        b"\xff\xfe",
        body("threads.explode"),
        '{"type": "threads.get_by_id"}',
        body("threads.get_by_id"),
        body("threads.get_by_id", thread_id=1),
        body("threads.create", input={"content": []}),
        body("threads.create", input={**text_input(), "content": [{"type": "output_text"}]}),
        body("threads.create", input={**text_input(), "attachments": None}),
        body("items.list", thread_id="thr", order="sideways"),
        body("items.list", thread_id="thr", limit="many"),
        body("items.feedback", thread_id="thr", item_ids=["a"], kind="lukewarm"),
        body("threads.add_client_tool_output", thread_id="thr"),
        body("threads.add_structured_input", thread_id="thr", item_id="f", input={"status": "x"}),
        body("threads.custom_action", thread_id="thr", action={"payload": 1}),
        '{"type": "threads.list", "params": {}, "metadata": []}',
        '{"type": "threads.list", "params": {}',
        "[" * 100_000,
    ],
)
async def test_a_body_that_is_no_request_is_a_validation_error(request_: str | bytes) -> None:
    """pydantic's, as officially: it says what was wrong and where. The store is not asked."""
    store = plain_store()
    with pytest.raises(ValidationError):
        await Host(store).process(request_, None)
    assert store.calls == []


@pytest.mark.parametrize("kind", [str, str.encode, lambda text: bytearray(text.encode())])
async def test_a_body_may_be_text_or_bytes(kind) -> None:
    """Frameworks hand out either."""
    result = await Host(plain_store()).process(kind(GOOD), None)
    assert isinstance(result, NonStreamingResult)
    assert json.loads(result.json)["id"] == "thr"


async def test_fields_that_nobody_knows_are_ignored() -> None:
    """Newer pages send more; hosts add `metadata` of their own."""
    request = {**json.loads(GOOD), "metadata": {"trace": 1}, "version": 9}
    request["params"]["verbose"] = True
    assert (await read_json(Host(plain_store()), json.dumps(request)))["id"] == "thr"


async def test_a_title_may_hold_any_character() -> None:
    """Emoji, quotes, line ends, NUL and separators that end a line in JavaScript."""
    title = '🎉 "x" \\ \n \x00 \u2028 \u2029 </script>'
    server = Host(plain_store())
    sent = await read_json(server, body("threads.update", thread_id="thr", title=title))
    assert sent["title"] == title


async def test_a_lone_half_of_a_surrogate_pair_is_a_validation_error() -> None:
    """JSON can spell it, UTF-8 cannot: it must not get as far as the store."""
    with pytest.raises(ValidationError):
        await Host(plain_store()).process(
            '{"type":"threads.update","params":{"thread_id":"thr","title":"\\ud83d"}}', None
        )


async def test_results_have_the_attributes_that_hosts_use() -> None:
    """`json` of the one, `json_events` and iteration of the other. Source: server-behaviour."""
    server = Host(plain_store())
    whole = await server.process(GOOD, None)
    assert isinstance(whole, NonStreamingResult)
    assert isinstance(whole.json, bytes)
    stream = await server.process(body("threads.create", input=text_input()), None)
    assert isinstance(stream, StreamingResult)
    first = await anext(stream.json_events)
    assert first.startswith(b'data: {"type":"thread.created"')
    assert [frame async for frame in stream][-1].endswith(b"\n\n")
