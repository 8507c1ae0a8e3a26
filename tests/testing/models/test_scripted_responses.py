"""A turn as Responses API events: the encoder alone, without a server."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from openai.types.responses import Response, ResponseStreamEvent

from chatkit.testing.models import (
    ContainerFileCitation,
    Disconnect,
    ErrorEvent,
    Failed,
    FileCitation,
    FileSearch,
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
    Turn,
    UrlCitation,
    Usage,
    WebSearch,
)
from chatkit.testing.models.events import Event, Play
from chatkit.testing.models.responses import collect_response, encode_response
from chatkit.testing.models.script import HttpError, as_step

CLASSES = {
    get_args(each.model_fields["type"].annotation)[0]: each
    for each in get_args(get_args(ResponseStreamEvent)[0])
}


def encode(step: Step, **body: Any) -> list[Play]:
    turn = as_step(step)
    assert not isinstance(turn, HttpError)
    made: list[str] = []

    def new_id(prefix: str) -> str:
        made.append(prefix)
        return f"{prefix}_{made.count(prefix)}"

    return list(encode_response(turn, body, new_id=new_id, now=1700000000.5))


def events(step: Step, **body: Any) -> list[Any]:
    return [play.data for play in encode(step, **body) if isinstance(play, Event)]


def types(step: Step) -> list[str]:
    return [event["type"].removeprefix("response.") for event in events(step)]


EVERYTHING: Step = [
    Reasoning([["Let me ", "think"], "Now I know"], content=["raw ", "thought"]),
    WebSearch("weather", ["https://example.com"]),
    FileSearch(["report"], [{"file_id": "file_1", "filename": "report.pdf", "score": 0.9}]),
    Message(
        [
            Text(
                ["It is ", UrlCitation("https://example.com", "Weather", 0, 5), "sunny"],
                [FileCitation("file_1", "a.pdf", 3), ContainerFileCitation("c", "f", "b.csv")],
            ),
            Refusal(["I can ", "not"]),
        ]
    ),
    Parallel([FunctionCall("a", {"x": 1}), FunctionCall("b", chunks=['{"y"', ":2}"])]),
    ImageGeneration(["aGVs", "aGVsbA=="], "aGVsbG8="),
]


def test_every_event_is_one_that_the_openai_package_knows() -> None:
    """Clients parse with these classes: a missing or misspelt field would only fail there."""
    for event in events(EVERYTHING):
        CLASSES[event["type"]].model_validate(event)


def test_a_turn_is_numbered_without_gaps() -> None:
    """The API counts every event of a response from 0."""
    numbers = [event["sequence_number"] for event in events(EVERYTHING)]
    assert numbers == list(range(len(numbers)))


def test_text_streams_in_the_order_of_the_api() -> None:
    """Item, part, deltas, and the ends in reverse."""
    assert types(Text(["Hel", "lo"])) == [
        "created",
        "in_progress",
        "output_item.added",
        "content_part.added",
        "output_text.delta",
        "output_text.delta",
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "completed",
    ]


def test_a_plain_string_is_one_chunk() -> None:
    """`Text("Hello")` must not stream letter by letter because a string is a sequence."""
    deltas = [event["delta"] for event in events(Text("Hello")) if "delta" in event]
    assert deltas == ["Hello"]


def test_a_citation_streams_where_it_stands_and_the_others_at_the_end() -> None:
    """Apps place markers while the text grows, so the place in the stream matters."""
    text = Text(["a", UrlCitation("https://x", "X"), "b"], [FileCitation("f", "n", 1)])
    assert types(text)[4:8] == [
        "output_text.delta",
        "output_text.annotation.added",
        "output_text.delta",
        "output_text.annotation.added",
    ]
    done = next(event for event in events(text) if event["type"] == "response.output_item.done")
    assert [each["type"] for each in done["item"]["content"][0]["annotations"]] == [
        "url_citation",
        "file_citation",
    ]


def test_a_citation_outside_a_text_is_a_mistake_in_the_script() -> None:
    """The API has no such event; a script that asks for it should hear so."""
    with pytest.raises(TypeError, match="UrlCitation can only stand in the chunks of a Text"):
        events(Refusal(["no", UrlCitation("https://x")]))


def test_reasoning_streams_part_by_part() -> None:
    """Each summary part opens, grows and ends before the next."""
    assert types(Reasoning([["a", "b"], "c"]))[2:-1] == [
        "output_item.added",
        "reasoning_summary_part.added",
        "reasoning_summary_text.delta",
        "reasoning_summary_text.delta",
        "reasoning_summary_text.done",
        "reasoning_summary_part.done",
        "reasoning_summary_part.added",
        "reasoning_summary_text.delta",
        "reasoning_summary_text.done",
        "reasoning_summary_part.done",
        "output_item.done",
    ]


def test_reasoning_keeps_what_is_encrypted() -> None:
    """Stateless clients send the encrypted reasoning back, so it must reach them."""
    done = events(Reasoning(encrypted_content="opaque"))[-1]["response"]["output"]
    assert done == [
        {"id": "rs_1", "type": "reasoning", "summary": [], "encrypted_content": "opaque"}
    ]


def test_a_function_call_streams_its_arguments() -> None:
    """As JSON text: in the chunks given, or whole."""
    call = FunctionCall("add", {"a": 1}, "call_9", ['{"a":', " 1}"])
    streamed = events(call)
    deltas = [event["delta"] for event in streamed if "delta" in event]
    assert deltas == ['{"a":', " 1}"]
    item = streamed[-1]["response"]["output"][0]
    assert json.loads(item["arguments"]) == {"a": 1}
    assert (item["call_id"], item["name"], item["status"]) == ("call_9", "add", "completed")


def test_parallel_items_come_interleaved() -> None:
    """Two images at once: the events of each carry its own place."""
    images = Parallel([ImageGeneration(["a", "b"], "A"), ImageGeneration("c", "C")])
    partials = [
        (event["output_index"], event["partial_image_index"], event["partial_image_b64"])
        for event in events(images)
        if "partial_image_b64" in event
    ]
    assert partials == [(0, 0, "a"), (1, 0, "c"), (0, 1, "b")]
    assert [item["result"] for item in events(images)[-1]["response"]["output"]] == ["A", "C"]


def test_the_response_echoes_its_request() -> None:
    """The API returns the settings it worked with."""
    response = events(Text("Hi"), model="gpt", temperature=0.5, metadata={"a": "b"})[0]["response"]
    assert (response["model"], response["temperature"]) == ("gpt", 0.5)
    assert response["metadata"] == {"a": "b"}
    assert response["status"] == "in_progress"


def test_ids_come_from_the_maker_unless_the_script_names_them() -> None:
    """Goldens name ids; everyone else gets new ones."""
    turn = Turn([Text("a", id="msg_mine"), Text("b")], id="resp_mine")
    response = events(turn)[-1]["response"]
    assert response["id"] == "resp_mine"
    assert [item["id"] for item in response["output"]] == ["msg_mine", "msg_1"]


def test_the_usage_is_the_turns() -> None:
    """Accounting code is tested with numbers that the script chose."""
    turn = Turn([Text("a")], usage=Usage(10, 20, cached_tokens=3, reasoning_tokens=5))
    usage = Response.model_validate(events(turn)[-1]["response"]).usage
    assert usage is not None
    assert (usage.total_tokens, usage.input_tokens_details.cached_tokens) == (30, 3)
    assert usage.output_tokens_details.reasoning_tokens == 5


def test_a_failure_ends_the_response_where_it_stands() -> None:
    """Amid a text, nothing is closed: the item stays half there, as with the real API."""
    failed = events(Text(["Hel", Failed("rate_limit_exceeded", "Too fast"), "lo"]))
    assert [event["type"] for event in failed][-2:] == [
        "response.output_text.delta",
        "response.failed",
    ]
    response = CLASSES["response.failed"].model_validate(failed[-1]).response
    assert (response.status, response.output) == ("failed", [])
    assert (response.error.code, response.error.message) == ("rate_limit_exceeded", "Too fast")


@pytest.mark.parametrize(
    ("output", "item_type"),
    [
        (Text(["Hel", Incomplete(), "lo"], [FileCitation("f", "n")]), "message"),
        (Message([Refusal(["No", Incomplete()]), Text("b")]), "message"),
        (Reasoning([["Hm", Incomplete()], "x"]), "reasoning"),
        (Reasoning(content=["Hm", Incomplete()]), "reasoning"),
        (FunctionCall("f", chunks=['{"a', Incomplete()]), "function_call"),
        (ImageGeneration(["a", Incomplete()], "A"), "image_generation_call"),
    ],
)
def test_a_response_cut_short_closes_the_item_as_incomplete(output: Any, item_type: str) -> None:
    """The API ends what it began, with the status that says so."""
    response = events([output, Text("never said")])[-1]["response"]
    assert response["status"] == "incomplete"
    assert response["incomplete_details"] == {"reason": "max_output_tokens"}
    assert [(item["type"], item["status"]) for item in response["output"]] == [
        (item_type, "incomplete")
    ]


def test_incomplete_between_items_leaves_them_complete() -> None:
    """A limit may fall between two items as well."""
    response = events([Text("a"), Incomplete("content_filter")])[-1]["response"]
    assert response["output"][0]["status"] == "completed"
    assert response["incomplete_details"] == {"reason": "content_filter"}


def test_an_error_event_comes_flat_or_nested() -> None:
    """The reference shows it flat; servers have been seen to nest it."""
    assert events(ErrorEvent("overloaded", "Busy"))[-1] == {
        "type": "error",
        "code": "overloaded",
        "message": "Busy",
        "param": None,
        "sequence_number": 2,
    }
    nested = events(ErrorEvent("overloaded", "Busy", nested=True))[-1]
    assert nested["error"]["message"] == "Busy"


def test_a_raw_event_goes_out_as_it_is() -> None:
    """For event types that are newer than this module."""
    assert {"type": "response.new", "x": 1, "sequence_number": 2} in events(
        RawEvent({"type": "response.new", "x": 1})
    )


def test_stalls_and_cuts_reach_the_server_in_their_place() -> None:
    """The encoder is pure: it says where to hold, and the server holds."""
    stall = Stall()
    plays = encode(Text(["a", stall, "b", Disconnect(), "c"]))
    kinds = [play.data["type"] if isinstance(play, Event) else play for play in plays]
    assert kinds[4:] == [
        "response.output_text.delta",
        stall,
        "response.output_text.delta",
        Disconnect(),
    ]


def test_only_generated_content_is_paced() -> None:
    """Pacing waits before chunks, not before the events that frame them."""
    paced = [play.data for play in encode(EVERYTHING) if isinstance(play, Event) and play.is_chunk]
    assert paced
    assert all("delta" in data or "partial_image_b64" in data for data in paced)


def test_a_whole_response_is_the_last_state_of_the_stream() -> None:
    """Both forms of the API say the same."""
    status, body = collect_response(events(EVERYTHING))
    assert status == 200
    response = Response.model_validate(body)
    assert [item.type for item in response.output] == [
        "reasoning",
        "web_search_call",
        "file_search_call",
        "message",
        "function_call",
        "function_call",
        "image_generation_call",
    ]
    assert response.output_text == "It is sunny"


@pytest.mark.parametrize("nested", [True, False])
def test_a_whole_response_that_is_an_error_is_an_http_error(nested: bool) -> None:
    """Without a stream there is no event to carry it."""
    status, body = collect_response(events(ErrorEvent("overloaded", "Busy", nested=nested)))
    assert (status, body["error"]["message"]) == (500, "Busy")
