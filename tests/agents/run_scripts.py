"""What the model says in each case of run_cases.py, by the name that the agent asks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from chatkit.testing.models import (
    Disconnect,
    ErrorEvent,
    Failed,
    FileSearch,
    FunctionCall,
    HttpError,
    ImageGeneration,
    Incomplete,
    Message,
    Parallel,
    Reasoning,
    ReceivedRequest,
    Refusal,
    Step,
    Text,
    UrlCitation,
    WebSearch,
)

PNG = "aGVsbG8="
HELLO: Step = Text(["Hel", "lo"])
AFTER: Step = Text(["Af", "ter"])
ANSWER = Text(["Answer"])


def calls(tool: str) -> list[Step]:
    """The model calls a tool, then answers."""
    return [FunctionCall(tool, {}), AFTER]


SCRIPTS: dict[str, list[Step]] = {
    "text": [HELLO],
    "text of completions": [HELLO],
    "text in parts": [Message([Text(["a", "b"]), Text(["c"])])],
    "two messages": [[Text(["a"]), Text(["b"])]],
    "no text": [Text([])],
    "citations": [Text(["See ", UrlCitation("https://x.test", "X", 0, 4)])],
    "refusal": [Refusal(["No", "."])],
    "reasoning": [[Reasoning([["Th", "ink"], ["Mo", "re"]]), ANSWER]],
    "reasoning in one piece": [[Reasoning([["Think", "ing"]]), ANSWER]],
    "reasoning without a summary": [[Reasoning(), ANSWER]],
    "reasoning itself": [[Reasoning(content=["raw"]), ANSWER]],
    "reasoning of completions": [[Reasoning([["Th", "ink"]]), ANSWER]],
    "image": [[ImageGeneration([PNG, PNG], "ZmluYWw="), ANSWER]],
    "image with previews of four": [[ImageGeneration([PNG, PNG], "ZmluYWw="), ANSWER]],
    "images at once": [
        [Parallel([ImageGeneration([PNG], "b25l"), ImageGeneration([PNG], "dHdv")]), ANSWER]
    ],
    "client tool": [FunctionCall("look", {"x": 1}, "call_1")],
    "client tool of completions": [FunctionCall("look", {"x": 1}, "call_1")],
    "client tool after text": [[Text(["Let me"]), FunctionCall("look", {"x": 1}, "call_1")]],
    "client tools at once": [
        [FunctionCall("look", {"x": 1}, "call_1"), FunctionCall("look", {"x": 2}, "call_2")]
    ],
    "client tool beside another": [
        [FunctionCall("look", {"x": 1}, "call_1"), FunctionCall("noop", {}, "call_2")]
    ],
    "widget": calls("show"),
    "widget that grows": calls("grow"),
    "progress": calls("progress"),
    "hidden item": calls("hide"),
    "reasoning before a widget": [[Reasoning([["A", "B"]]), FunctionCall("show", {})], AFTER],
    "steps": calls("steps"),
    "workflow with a summary": calls("begin"),
    "empty workflow": calls("begin_and_end"),
    "two workflows": calls("begin_two"),
    "earlier workflow": [HELLO],
    "finished earlier workflow": [HELLO],
    "handoff": [[Text(["Passing"]), FunctionCall("transfer_to_other", {})], AFTER],
    "agent as a tool": [
        FunctionCall("inner", {"input": "x"}),
        FunctionCall("show", {}),
        HELLO,
        AFTER,
    ],
    "searches": [[WebSearch("q", ["https://x.test"]), FileSearch(["q"]), ANSWER]],
    "input guardrail": [HELLO],
    "output guardrail": [HELLO],
    "too many turns": [FunctionCall("noop", {})] * 5,
    "failure after text": [[Text(["Hel", "lo"]), Failed()]],
    "failure in text": [Text(["Hel", Failed()])],
    "error": [Text(["Hel", ErrorEvent()])],
    "cut short": [Text(["Hel", Incomplete()])],
    "cut short of completions": [Text(["Hel", Incomplete()])],
    "disconnect": [Text(["Hel", Disconnect()])],
    "HTTP error": [HttpError(500)],
}

DIFFERENCES = {
    "text of completions": "a finished part is told there as well, with its citations",
    "citations": "they parse with the newest release of openai",
    "refusal": "is shown, and is no error",
    "reasoning": "every part streams",
    "reasoning itself": "is shown where there is no summary",
    "reasoning of completions": "a finished part of the answer is told there as well",
    "images at once": "each item gets its own image",
    "client tools at once": "both are asked for",
    "client tool beside another": "has the id of its own call",
    "widget that grows": "its last words are a delta, too",
    "steps": "two equal tasks keep their places, events are as of their moment, one end",
    "workflow with a summary": "stays as expanded as the tool made it",
    "two workflows": "each begins and ends, in order",
    "finished earlier workflow": "is not finished again",
    "cut short": "ends with a notice",
    "cut short of completions": "a finished part is told there as well",
    "disconnect": "what the model had said is told before the error",
}
"""Where ours tells other events than the official package, and in what they are better."""


def responder() -> Callable[[ReceivedRequest], Step]:
    """Answers each request with the next turn of the case that is its model's name."""
    asked: Counter[str] = Counter()

    def answer(request: ReceivedRequest) -> Step:
        case: str = (request.body or {})["model"]
        asked[case] += 1
        return SCRIPTS[case][asked[case] - 1]

    return answer
