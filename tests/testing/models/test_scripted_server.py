"""The scripted model as a server: what goes over the socket, and what it notices."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import openai
import pytest

from chatkit.testing.models import (
    Disconnect,
    ErrorEvent,
    Failed,
    HttpError,
    ImageGeneration,
    Outcome,
    ReceivedRequest,
    ScriptedModel,
    Stall,
    Step,
    Text,
    Turn,
    UnsupportedOutput,
)
from chatkit.testing.models.latch import Latch

PATHS = ["responses", "chat/completions"]


@asynccontextmanager
async def http(model: ScriptedModel) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=model.base_url, trust_env=False, timeout=30) as client:
        yield client


async def test_responses_stream_as_named_server_sent_events() -> None:
    """The Responses API sends `event:` and `data:` lines, and no [DONE]."""
    async with ScriptedModel([Text("Grüße\n")]) as model, http(model) as client:
        response = await client.post("/responses", json={"stream": True})
    frames = response.text.split("\n\n")
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert frames[0].startswith("event: response.created\ndata: {")
    assert "Grüße\\n" in response.text
    assert frames[-2].startswith("event: response.completed\n")
    assert frames[-1] == ""


async def test_completions_stream_as_plain_data_up_to_done() -> None:
    """The Chat Completions API names no events, and ends with [DONE]."""
    async with ScriptedModel([Text("Hi")]) as model, http(model) as client:
        response = await client.post("/chat/completions", json={"stream": True})
    frames = response.text.split("\n\n")
    assert all(frame.startswith("data: {") for frame in frames[:-2])
    assert frames[-2:] == ["data: [DONE]", ""]


async def test_a_failed_completion_stream_has_no_done() -> None:
    """The error is the last thing that servers send."""
    async with ScriptedModel([Failed()]) as model, http(model) as client:
        response = await client.post("/chat/completions", json={"stream": True})
    assert "[DONE]" not in response.text
    assert '"error"' in response.text


async def test_both_apis_answer_whole_when_no_stream_is_asked_for() -> None:
    """Titles and summaries are often asked for in this way."""
    async with ScriptedModel([Text(["Hel", "lo"])] * 2) as model:
        client = model.client()
        response = await client.responses.create(model="m", input="Hi")
        completion = await client.chat.completions.create(model="m", messages=[])
    assert response.output_text == "Hello"
    assert completion.choices[0].message.content == "Hello"


async def test_the_models_and_a_transcript_are_served() -> None:
    """What else apps call: the list of models, and dictation."""
    async with ScriptedModel(name="tiny", transcript="Hello there") as model:
        client = model.client()
        models = [each.id async for each in client.models.list()]
        audio = ("a.webm", b"\x1a\x45", "audio/webm")
        transcription = await client.audio.transcriptions.create(model="whisper", file=audio)
    assert models == ["tiny"]
    assert transcription.text == "Hello there"
    assert b"\x1a\x45" in model.requests[1].content
    assert [request.outcome for request in model.requests] == [Outcome.COMPLETED] * 2


async def test_a_request_is_kept_as_it_came() -> None:
    """Golden requests compare path, headers and body."""
    async with ScriptedModel([Text("a")]) as model, http(model) as client:
        await client.post("/responses", json={"input": "Hi"}, headers={"X-Team": "blue"})
    request = model.requests[0]
    assert (request.method, request.path) == ("POST", "/v1/responses")
    assert request.body == {"input": "Hi"}
    assert request.headers["x-team"] == "blue"
    assert request.content == b'{"input":"Hi"}'
    assert (request.outcome, request.aborted) == (Outcome.COMPLETED, False)


@pytest.mark.parametrize("content", [b"{", b"[]"])
async def test_a_body_that_is_no_object_is_refused(content: bytes) -> None:
    """As the real API does, and the request is kept for the test to see."""
    async with ScriptedModel([Text("a")]) as model, http(model) as client:
        response = await client.post("/responses", content=content)
    assert response.status_code == 400
    assert model.requests[0].body is None
    assert model.remaining == 1


async def test_a_request_beyond_the_script_is_refused() -> None:
    """A run that asks once too often fails at once, with the reason."""
    async with ScriptedModel() as model:
        with pytest.raises(openai.BadRequestError, match="no turn for request 1"):
            await model.client().responses.create(model="m", input="Hi")
        model.add(Text("a"))
        assert (await model.client().responses.create(model="m", input="Hi")).output_text == "a"


async def test_the_responder_answers_what_the_script_does_not() -> None:
    """Loops whose length the test does not know are scripted by a function."""

    def echo(request: ReceivedRequest) -> Step:
        assert request.body is not None
        return Text(request.body["input"].upper())

    async with ScriptedModel([Text("first")], responder=echo) as model:
        client = model.client()
        texts = [
            (await client.responses.create(model="m", input=word)).output_text
            for word in ("a", "b", "c")
        ]
    assert texts == ["first", "B", "C"]


async def test_an_error_of_the_responder_comes_out_when_the_model_closes() -> None:
    """An assertion inside a responder fails the test that made it."""

    def fail(request: ReceivedRequest) -> Step:
        raise LookupError(request.path)

    async def test() -> None:
        async with ScriptedModel(responder=fail) as model:
            for _ in range(2):
                with pytest.raises(openai.BadRequestError, match="LookupError"):
                    await model.client().responses.create(model="m", input="Hi")

    with pytest.raises(LookupError, match="/v1/responses"):
        await test()


async def test_an_error_of_the_test_is_not_hidden_by_one_of_the_script() -> None:
    """The first failure is the one to read."""
    with pytest.raises(openai.BadRequestError, match="cannot express"):
        async with ScriptedModel([ImageGeneration("a", "A")]) as model:
            await model.client().chat.completions.create(model="m", messages=[])
    with pytest.raises(UnsupportedOutput):
        async with ScriptedModel([ImageGeneration("a", "A")]) as model, http(model) as client:
            await client.post("/chat/completions", json={})


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (HttpError(429, {"error": {"message": "Slow down"}}, {"Retry-After": "7"}), "Slow down"),
        (HttpError(503, "<h1>Bad gateway</h1>"), "<h1>Bad gateway</h1>"),
        (HttpError(401), "HTTP 401"),
    ],
)
async def test_an_http_error_is_sent_as_it_is(error: HttpError, text: str) -> None:
    """Rate limits, gateways, wrong keys: status, headers and body are the script's."""
    async with ScriptedModel([error]) as model, http(model) as client:
        response = await client.post("/responses", json={"stream": True})
    assert response.status_code == error.status
    assert text in response.text
    assert response.headers.get("retry-after") == error.headers.get("Retry-After")


async def test_an_error_event_without_a_stream_is_an_http_error() -> None:
    """The same script works for both forms of the API."""
    async with ScriptedModel([ErrorEvent(message="Busy")]) as model:
        with pytest.raises(openai.InternalServerError, match="Busy"):
            await model.client().responses.create(model="m", input="Hi")


@pytest.mark.parametrize("path", PATHS)
async def test_a_stall_holds_the_stream_until_released(path: str) -> None:
    """Nothing that follows is sent before, all of it after."""
    stall = Stall()
    async with (
        ScriptedModel([Text(["before", stall, "after"])]) as model,
        http(model) as client,
        client.stream("POST", f"/{path}", json={"stream": True}) as response,
    ):
        text, released = "", False
        async for piece in response.aiter_text():
            text += piece
            if "before" in text and not released:
                await stall.reached()
                assert "after" not in text
                stall.release()
                released = True
    assert "after" in text
    assert model.requests[0].outcome is Outcome.COMPLETED


async def test_a_stall_holds_a_whole_answer_too() -> None:
    """For tests of what happens while a title is awaited."""
    stall = Stall()
    async with ScriptedModel([Text(["a", stall])]) as model:
        asking = asyncio.create_task(model.client().responses.create(model="m", input="Hi"))
        await stall.reached()
        assert not asking.done()
        stall.release()
        assert (await asking).output_text == "a"


async def test_a_stall_released_early_holds_nothing() -> None:
    """A gate that is open is open."""
    stall = Stall()
    stall.release()
    async with ScriptedModel([[stall, Text("a")]]) as model:
        assert (await model.client().responses.create(model="m", input="Hi")).output_text == "a"


@pytest.mark.parametrize("path", PATHS)
async def test_a_client_that_leaves_is_noticed_while_the_model_stalls(path: str) -> None:
    """The test of every Stop button: upstream, somebody hung up."""
    async with ScriptedModel([Text(["a", Stall(), "b"])]) as model, http(model) as client:
        async with client.stream("POST", f"/{path}", json={"stream": True}) as response:
            await anext(response.aiter_bytes())
        request = await model.received()
        assert await request.settled() is Outcome.ABORTED
    assert request.aborted


async def test_a_client_that_leaves_is_noticed_while_the_model_talks() -> None:
    """Without a stall as well: an endless answer ends when nobody reads it."""
    endless = Turn([Text(["x"] * 1000)], pace=3600)
    async with ScriptedModel([endless]) as model, http(model) as client:
        async with client.stream("POST", "/responses", json={"stream": True}) as response:
            await anext(response.aiter_bytes())
        assert await (await model.received(1)).settled() is Outcome.ABORTED


async def test_a_client_that_leaves_a_whole_answer_is_noticed() -> None:
    """No byte was sent yet, and still the server sees it."""
    stall = Stall()
    async with ScriptedModel([stall]) as model, http(model) as client:
        asking = asyncio.create_task(client.post("/responses", json={}))
        await stall.reached()
        asking.cancel()
        assert await model.requests[0].settled() is Outcome.ABORTED


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("stream", [True, False])
async def test_a_disconnect_cuts_the_answer(path: str, stream: bool) -> None:
    """The client sees a body that breaks off, after all that was sent before."""
    pieces: list[str] = []

    async def read(client: httpx2.AsyncClient) -> None:
        async with client.stream("POST", f"/{path}", json={"stream": stream}) as response:
            async for piece in response.aiter_text():
                pieces.append(piece)  # noqa: PERF401  # kept when the iteration breaks off

    script = [Text(["before", Disconnect(), "after"])]
    async with ScriptedModel(script) as model, http(model) as client:
        with pytest.raises(httpx2.RemoteProtocolError):
            await read(client)
    assert ("before" in "".join(pieces)) is stream
    assert "after" not in "".join(pieces)
    assert model.requests[0].outcome is Outcome.CUT


async def test_closing_the_model_ends_answers_under_way() -> None:
    """No test hangs on a stall that it forgot, and no task is left."""
    before = asyncio.all_tasks()
    async with ScriptedModel([Stall(), Text("a")]) as model:
        asking = asyncio.create_task(model.client().responses.create(model="m", input="Hi"))
        await model.received()
    with pytest.raises(openai.APIConnectionError):
        await asking
    assert await model.requests[0].settled() in {Outcome.CLOSED, Outcome.ABORTED}
    assert asyncio.all_tasks() == before


async def test_closing_the_model_ends_answers_to_other_clients() -> None:
    """A client that the model does not know sees its stream break off."""
    async with httpx2.AsyncClient(trust_env=False, timeout=30) as client:
        async with ScriptedModel([Stall()]) as model:
            url = f"{model.base_url}/responses"
            asking = asyncio.create_task(client.post(url, json={"stream": True}))
            await model.received()
        with pytest.raises(httpx2.RemoteProtocolError):
            await asking
    assert model.requests[0].outcome is Outcome.CLOSED


async def test_an_answer_that_begins_while_the_model_closes_ends_at_once() -> None:
    """A request that slipped in late must not keep the model from closing."""
    async with ScriptedModel([Stall()]) as model, http(model) as client:
        model._app.close()
        with pytest.raises(httpx2.RemoteProtocolError):
            await client.post("/responses", json={})


async def test_pacing_slows_chunks_but_loses_none() -> None:
    """For demos: all the text arrives, a piece at a time."""
    async with ScriptedModel([Text(["a", "b"])], pace=0.001) as model:
        assert (await model.client().responses.create(model="m", input="Hi")).output_text == "ab"


async def test_nothing_of_the_process_is_touched() -> None:
    """No signal handlers, and no socket that outlives the model."""
    handlers = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    async with ScriptedModel([Text("a")]) as model:
        assert handlers == (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM))
        port = httpx2.URL(model.base_url).port
    gc.collect()
    with socket.create_server(("127.0.0.1", port or 0)):
        pass


async def test_a_model_that_does_not_run_has_no_address() -> None:
    """The message says what to do."""
    model = ScriptedModel()
    with pytest.raises(RuntimeError, match="enter it with `async with`"):
        _ = model.base_url
    await model.__aexit__(None, None, None)


async def test_the_port_can_be_chosen() -> None:
    """Demos and load tests run the model in a process of its own, at a known place."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with ScriptedModel(port=port) as model:
        assert model.base_url == f"http://127.0.0.1:{port}/v1"


def test_a_thread_serves_code_that_is_not_async() -> None:
    """The command line's tests talk to it from a plain function."""
    stall = Stall()
    with ScriptedModel([Text(["a", stall, "b"]), Stall()]).in_thread() as model:
        with httpx2.Client(base_url=model.base_url, trust_env=False) as client:
            with client.stream("POST", "/responses", json={"stream": True}) as response:
                stall.wait_reached()
                stall.release()
                assert "response.completed" in response.read().decode()
            assert model.wait_received().wait_settled() is Outcome.COMPLETED
            with client.stream("POST", "/responses", json={"stream": True}):
                pass
        assert model.wait_received(2).wait_settled() is Outcome.ABORTED
        with pytest.raises(RuntimeError, match="base_url"):
            model.responses()
        with pytest.raises(TimeoutError):
            model.wait_received(3, timeout=0)


def test_a_latch_wakes_tasks_and_threads_and_forgets_loops_that_closed() -> None:
    """A test's loop may be gone when another thread releases what it waited for."""
    latch = Latch()

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(latch.wait(), 0)

    async def abandon() -> Any:
        waiter = latch.wait()
        waiter.send(None)
        return waiter

    asyncio.run(give_up())
    abandoned = asyncio.run(abandon())
    thread = threading.Thread(target=latch.wait_in_thread, args=(30,))
    thread.start()
    latch.set()
    thread.join()
    abandoned.close()
    assert latch.is_set()
