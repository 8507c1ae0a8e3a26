"""A turn as Chat Completions chunks: the encoder alone, without a server."""

from __future__ import annotations

from typing import Any

import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from chatkit.testing.models import (
    Disconnect,
    ErrorEvent,
    Failed,
    FileCitation,
    FunctionCall,
    ImageGeneration,
    Incomplete,
    Message,
    Parallel,
    RawEvent,
    Reasoning,
    Refusal,
    Stall,
    Step,
    Text,
    UnsupportedOutput,
    UrlCitation,
)
from chatkit.testing.models.completions import collect_completion, encode_completion
from chatkit.testing.models.events import Event, Play
from chatkit.testing.models.script import HttpError, as_step


def encode(step: Step, **body: Any) -> list[Play]:
    turn = as_step(step)
    assert not isinstance(turn, HttpError)
    body = {"stream": True, **body}
    return list(encode_completion(turn, body, new_id=lambda prefix: f"{prefix}_1", now=1.5))


def events(step: Step, **body: Any) -> list[Any]:
    return [play.data for play in encode(step, **body) if isinstance(play, Event)]


def deltas(step: Step) -> list[Any]:
    return [choice["delta"] for event in events(step) for choice in event["choices"]]


def finish(step: Step) -> str | None:
    return events(step)[-1]["choices"][0]["finish_reason"]


EVERYTHING: Step = [
    Reasoning(["Hm", ["so", " be it"]], content=["raw"]),
    Message([Text(["Hel", UrlCitation("https://x", "X", 0, 3), "lo"]), Refusal(["but ", "no"])]),
    Parallel([FunctionCall("a", {"x": 1}), FunctionCall("b", chunks=['{"y"', ":2}"])]),
]


def test_every_chunk_is_one_that_the_openai_package_knows() -> None:
    """Clients parse with this class."""
    for event in events(EVERYTHING, stream_options={"include_usage": True}):
        ChatCompletionChunk.model_validate(event)


def test_text_comes_as_content_deltas() -> None:
    """The role first, the reason for the end last."""
    assert deltas(Text(["Hel", "lo"])) == [
        {"role": "assistant", "content": "", "refusal": None},
        {"content": "Hel"},
        {"content": "lo"},
        {},
    ]
    assert finish(Text("a")) == "stop"


def test_a_refusal_has_deltas_of_its_own() -> None:
    """Its text must not pass for an answer."""
    assert deltas(Refusal(["I ", "can't"]))[1:] == [{"refusal": "I "}, {"refusal": "can't"}, {}]


def test_reasoning_takes_both_forms_of_open_servers() -> None:
    """Neither is in OpenAI's own API; both are what local models send."""
    assert deltas(Reasoning([["a", "b"]], content="c"))[1:] == [
        {"reasoning_content": "a"},
        {"reasoning_content": "b"},
        {"reasoning": "c"},
        {},
    ]


def test_function_calls_stream_by_index() -> None:
    """Id and name once, then the arguments; parallel calls come interleaved."""
    calls = Parallel([FunctionCall("a", "{}", "call_a"), FunctionCall("b", '{"y":2}', "call_b")])
    sent = [delta["tool_calls"][0] for delta in deltas(calls) if "tool_calls" in delta]
    assert sent == [
        {
            "index": 0,
            "id": "call_a",
            "type": "function",
            "function": {"name": "a", "arguments": ""},
        },
        {
            "index": 1,
            "id": "call_b",
            "type": "function",
            "function": {"name": "b", "arguments": ""},
        },
        {"index": 0, "function": {"arguments": "{}"}},
        {"index": 1, "function": {"arguments": '{"y":2}'}},
    ]
    assert finish(calls) == "tool_calls"
    assert deltas(calls)[0]["content"] is None


def test_citations_of_pages_come_as_annotations() -> None:
    """The only kind that this API has."""
    assert {
        "annotations": [
            {
                "type": "url_citation",
                "url_citation": {
                    "url": "https://x",
                    "title": "X",
                    "start_index": 1,
                    "end_index": 2,
                },
            }
        ]
    } in deltas(Text("ab", [UrlCitation("https://x", "X", 1, 2)]))


@pytest.mark.parametrize(
    ("output", "name"),
    [
        (Text("a", [FileCitation("f", "n")]), "FileCitation"),
        (ImageGeneration("a", "A"), "ImageGeneration"),
    ],
)
def test_what_the_api_lacks_is_refused(output: Any, name: str) -> None:
    """A test that asks Chat Completions for an image should fail loudly, not silently pass."""
    with pytest.raises(UnsupportedOutput, match=f"Chat Completions cannot express {name}"):
        events(output)


@pytest.mark.parametrize("control", [Failed("code", "Broken"), ErrorEvent("code", "Broken")])
def test_an_error_ends_the_stream(control: Any) -> None:
    """As an error object in the place of a chunk, with no reason for the end before it."""
    failed = events(Text(["Hel", control, "lo"]))
    assert failed[-1]["error"]["message"] == "Broken"
    assert failed[-1]["error"]["code"] == "code"
    assert "error" not in failed[-2]


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (Text(["a", Incomplete(), "b"], [UrlCitation("https://x")]), "length"),
        ([Text("a"), Incomplete("content_filter")], "content_filter"),
        (Message([Refusal(["a", Incomplete()]), Text("b")]), "length"),
        (Reasoning([["a", Incomplete()], "b"]), "length"),
        (Reasoning(content=["a", Incomplete()]), "length"),
        (FunctionCall("f", chunks=["{", Incomplete()]), "length"),
    ],
)
def test_a_completion_cut_short_says_why(step: Step, reason: str) -> None:
    """The finish reason is all that tells a client so, and nothing follows the cut."""
    assert finish(step) == reason
    assert "b" not in str(deltas(step)).replace("https://x", "")


def test_stalls_and_cuts_reach_the_server_in_their_place() -> None:
    """The encoder is pure: it says where to hold, and the server holds."""
    stall = Stall()
    plays = encode([Text(["a", stall, "b"]), Disconnect(), Text("c")])
    assert plays[2] is stall
    assert plays[-1] == Disconnect()
    assert len(plays) == 5


def test_a_raw_event_goes_out_as_it_is() -> None:
    """For dialects of Chat Completions that this module does not know."""
    assert {"choices": [], "x": 1} in events(RawEvent({"choices": [], "x": 1}))


def test_usage_comes_last_when_asked_for() -> None:
    """In a chunk without choices; every other chunk then says null."""
    asked = events(Text("a"), stream_options={"include_usage": True})
    assert asked[0]["usage"] is None
    assert asked[-1]["choices"] == []
    assert asked[-1]["usage"]["total_tokens"] == 12
    assert "usage" not in events(Text("a"))[0]


def test_a_whole_completion_is_the_sum_of_the_chunks() -> None:
    """Both forms of the API say the same."""
    status, body = collect_completion(events(EVERYTHING, stream=False))
    assert status == 200
    completion = ChatCompletion.model_validate(body)
    message = completion.choices[0].message
    assert (message.content, message.refusal) == ("Hello", "but no")
    assert message.model_dump()["reasoning_content"] == "Hmso be it"
    assert [call.model_dump()["function"] for call in message.tool_calls or ()] == [
        {"name": "a", "arguments": '{"x": 1}'},
        {"name": "b", "arguments": '{"y":2}'},
    ]
    assert message.annotations is not None
    assert completion.usage is not None
    assert completion.choices[0].finish_reason == "tool_calls"


def test_a_whole_completion_that_fails_is_an_http_error() -> None:
    """Without a stream there is nothing else to carry the error."""
    status, body = collect_completion(events(Failed("c", "Broken"), stream=False))
    assert (status, body["error"]["message"]) == (500, "Broken")
