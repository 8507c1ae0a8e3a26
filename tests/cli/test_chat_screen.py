"""The live region and what is shown in which order, on a terminal in memory."""

import os
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.text import Text

from chatkit.cli.chat import words
from chatkit.cli.chat.markdown import Block
from chatkit.cli.chat.program import make_console
from chatkit.cli.chat.region import Region
from chatkit.cli.chat.screen import Screen
from chatkit.cli.chat.streams import MessageStreams
from chatkit.client import ApiError, Reconnected, Reconnecting, ThreadView, UploadFailed
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartDone,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ClosedStatus,
    EndOfTurnItem,
    Page,
    StreamOptions,
    StreamOptionsEvent,
    ThoughtTask,
    Thread,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
    UserMessageItem,
    WidgetItem,
    Workflow,
    WorkflowItem,
    WorkflowTaskAdded,
)
from chatkit.widgets import Button, Card
from chatkit.widgets import Text as WidgetText
from cli.chat_terminal import Terminal

BASE: dict[str, Any] = {"thread_id": "t", "created_at": datetime(2026, 1, 1, tzinfo=UTC)}


def console(terminal: Terminal, **options: Any) -> Any:
    return make_console(
        file=terminal, **{"force_terminal": True, "width": 40, "height": 8, **options}
    )


def said(text: str, id: str = "m") -> AssistantMessageItem:
    return AssistantMessageItem(id=id, content=[AssistantMessageContent(text=text)], **BASE)


def work(*thoughts: str, id: str = "w") -> WorkflowItem:
    tasks = [ThoughtTask(content=thought) for thought in thoughts]
    return WorkflowItem(id=id, workflow=Workflow(type="reasoning", tasks=tasks), **BASE)


def delta(text: str, id: str = "m", index: int = 0) -> ThreadItemUpdatedEvent:
    update = AssistantMessageContentPartTextDelta(content_index=index, delta=text)
    return ThreadItemUpdatedEvent(item_id=id, update=update)


class Watching:
    """A screen, and the view that its events are folded into."""

    def __init__(self, **options: Any) -> None:
        self.terminal = Terminal(8)
        self.now = 0.0
        self.screen = Screen(console(self.terminal, **options), clock=lambda: self.now)
        self.view = ThreadView()
        self.screen.begin(self.view)

    def shows(self, *events: ThreadStreamEvent) -> str:
        for event in events:
            self.view.apply(event)
            self.screen.show(event)
        self.screen.refresh()
        return self.terminal.text


def test_a_region_is_drawn_in_place_and_text_goes_above_it() -> None:
    """Growing, shrinking, unchanged: the old lines never stay."""
    terminal = Terminal()
    region = Region(console(terminal))
    region.open()
    region.draw(Text("one\ntwo\nthree"))
    region.draw(Text("one\nTWO"))
    region.print(Text("printed"))
    assert terminal.text == "printed\none\nTWO"
    assert not terminal.cursor_is_shown
    writes = terminal.writes
    region.draw(Text("one\nTWO"))
    assert terminal.writes == writes
    region.close()
    assert terminal.text == "printed"
    assert terminal.cursor_is_shown
    region.print(Text("after"))
    region.draw(Text("not open any more"))
    assert terminal.text == "printed\nafter"


def test_a_region_is_never_taller_than_the_screen() -> None:
    """What has scrolled away cannot be drawn over, so its top is cut; the whole is printed once."""
    terminal = Terminal(8)
    region = Region(console(terminal))
    region.open()
    for count in range(30):
        region.draw(Text("\n".join(f"line {n}" for n in range(count))))
    assert terminal.text.split("\n") == ["…", *(f"line {n}" for n in range(24, 29))]
    region.close()
    assert terminal.text == ""


def test_a_terminal_of_another_width_is_not_drawn_over() -> None:
    """It has wrapped the old lines anew, and nobody knows where they are now."""
    terminal = Terminal()
    wide = console(terminal)
    region = Region(wide)
    region.open()
    region.draw(Text("old"))
    wide.width = 30
    region.draw(Text("new"))
    assert terminal.text == "old\nnew"


def test_without_a_terminal_nothing_is_live(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe, or a terminal that cannot move its cursor, gets finished text only."""
    for options in ({"force_terminal": False}, {}):
        if not options:
            monkeypatch.setenv("TERM", "dumb")
        terminal = Terminal()
        region = Region(console(terminal, **options))
        region.open()
        region.draw(Text("live"))
        region.print(Text("printed"))
        region.close()
        assert terminal.text == "printed"
    assert os.environ["TERM"] == "dumb"


def test_colours_are_left_out_where_nobody_wants_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR leaves bold and dim, which are no colours."""
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = Terminal()
    written: list[str] = []
    monkeypatch.setattr(terminal, "write", lambda text: written.append(text) or len(text))
    console(terminal).print(Text("red and bold", style="bold red"))
    assert "".join(written) == "\x1b[1mred and bold\x1b[0m\n"


def test_the_open_end_of_a_message_is_live_and_its_blocks_are_printed() -> None:
    """A paragraph is printed when the next one begins; the end of the message prints the rest."""
    watching = Watching()
    text = watching.shows(ThreadItemAddedEvent(item=said("")), delta("One.\n\nTw"))
    assert text == "\nOne.\n\nTw"
    text = watching.shows(
        delta("o.\n\n- a\n- b"), ThreadItemDoneEvent(item=said("One.\n\nTwo.\n\n- a\n- b"))
    )
    watching.screen.end()
    assert watching.terminal.text == "\nOne.\n\nTwo.\n\n • a\n • b"


def test_an_item_that_was_never_announced_is_shown_when_it_is_done() -> None:
    """And one that comes again just as it was is not shown twice; one that changed is."""
    watching = Watching()
    watching.shows(*[ThreadItemDoneEvent(item=said("Hello"))] * 2)
    watching.shows(ThreadItemReplacedEvent(item=said("Hello again")))
    watching.shows(ThreadItemDoneEvent(item=EndOfTurnItem(id="e", **BASE)))
    watching.screen.end()
    assert watching.terminal.text == "\nHello\n\nHello again"


def test_a_message_that_was_rewritten_says_so() -> None:
    """What is printed cannot be taken back, so the new text follows."""
    watching = Watching()
    watching.shows(ThreadItemAddedEvent(item=said("")), delta("Wrong"))
    watching.shows(ThreadItemDoneEvent(item=said("Right")))
    watching.screen.end()
    assert watching.terminal.text == "\nWrong\n\n(changed to:)\n\nRight"


def test_parts_of_a_message_stand_apart() -> None:
    """Parts may be announced, finished, or come with the item."""
    watching = Watching()
    content = AssistantMessageContent(text="Second.")
    watching.shows(
        ThreadItemAddedEvent(item=said("First.")),
        ThreadItemUpdatedEvent(
            item_id="m", update=AssistantMessageContentPartAdded(content_index=1, content=content)
        ),
        ThreadItemUpdatedEvent(
            item_id="m", update=AssistantMessageContentPartDone(content_index=1, content=content)
        ),
        delta("Third.", index=2),
    )
    watching.screen.end()
    assert sorted(watching.terminal.text.split("\n\n")) == ["\nSecond.", "First.", "Third."]


def test_a_workflow_is_live_until_text_follows_it() -> None:
    """Text is printed in the order in which things began."""
    watching = Watching(height=24)
    text = watching.shows(
        ThreadItemAddedEvent(item=work()),
        ThreadItemUpdatedEvent(
            item_id="w",
            update=WorkflowTaskAdded(task_index=0, task=ThoughtTask(content="Hm.")),
        ),
    )
    assert text == "\nThinking…\n  Hm."
    watching.shows(ThreadItemAddedEvent(item=said("")), delta("One.\n\nTwo."))
    assert watching.terminal.text == "\nThinking…\n  Hm.\n\nOne.\n\nTwo."
    watching.shows(ThreadItemDoneEvent(item=work("Hm.")))
    watching.screen.end()
    assert watching.terminal.text == "\nThinking…\n  Hm.\n\nOne.\n\nTwo."


def test_an_open_widget_gets_its_numbers_when_it_is_done() -> None:
    """While it grows it shows the numbers that it is going to have."""

    def widget(*labels: str) -> WidgetItem:
        buttons = [
            Button(label=label, onClickAction={"type": label})  # type: ignore[arg-type]
            for label in labels
        ]
        return WidgetItem(id="x", widget=Card(children=[WidgetText(value="W"), *buttons]), **BASE)

    watching = Watching(height=24)
    assert "[1] a" in watching.shows(ThreadItemAddedEvent(item=widget("a")))
    assert watching.screen.actions == {}
    watching.shows(ThreadItemDoneEvent(item=widget("a", "b")))
    assert [action.type for action in watching.screen.actions.values()] == ["a", "b"]
    text = watching.shows(ThreadItemReplacedEvent(item=widget("c")))
    assert "[3] c" in text
    watching.screen.end()


def test_only_the_end_of_an_endless_paragraph_is_drawn() -> None:
    """Drawing a hundred thousand words twelve times a second would take all the time there is."""
    watching = Watching()
    spoken = [f"word{n} " for n in range(20_000)]
    watching.shows(ThreadItemAddedEvent(item=said("")), delta("".join(spoken)))
    assert "word19999" in watching.terminal.text
    watching.shows(ThreadItemDoneEvent(item=said("".join(spoken))))
    watching.screen.end()
    assert watching.terminal.text.split() == [word.strip() for word in spoken]


def test_failures_are_told_in_words() -> None:
    """What happened, and what a person can do about it."""
    assert "who you are: no (--token" in words.failure(ApiError(401, "t", "no"))
    assert words.failure(ApiError(409, "t", "busy")) == "The server refused: busy"
    assert words.failure(UploadFailed("a.txt", 413)).startswith("uploading 'a.txt' failed")
    closed = Thread(id="t", created_at=BASE["created_at"], status=ClosedStatus(), items=Page())
    assert words.thread_state(closed) == "This thread is closed."


def test_the_status_line_says_what_is_going_on() -> None:
    """Waiting, a lost connection with the seconds that are left, what the program does itself."""
    watching = Watching()
    assert watching.terminal.text.endswith("waiting for the answer (Ctrl-C stops…")
    watching.screen.connection(Reconnecting(attempt=1, delay=2.5, reason="gone"))
    assert watching.terminal.text.endswith("connection lost, trying again in 3 s…")
    watching.now = 2.4
    watching.screen.refresh()
    assert watching.terminal.text.endswith("trying again in 1 s…")
    watching.screen.connection(Reconnected(attempts=1))
    watching.screen.status = "stopping…"
    watching.screen.refresh()
    assert watching.terminal.text.endswith("stopping…")
    watching.screen.end()
    assert watching.terminal.text == ""


def test_what_shows_nothing_changes_nothing() -> None:
    """The person's own message, options of the stream."""
    watching = Watching()
    user = UserMessageItem(id="u", content=[], inference_options={}, **BASE)  # type: ignore[arg-type]
    options = StreamOptionsEvent(stream_options=StreamOptions(allow_cancel=True))
    watching.shows(ThreadItemAddedEvent(item=user), ThreadItemDoneEvent(item=user), options)
    watching.screen.end()
    assert watching.terminal.text == ""


def test_streams_remember_what_was_printed() -> None:
    """So that a message that is taken back is told of only if somebody saw it."""
    streams = MessageStreams()
    assert streams.feed("a", 0, "open") == []
    assert streams.open_parts("a") == [Block("open", True)]
    assert not streams.forget("a")
    streams.set("b", 0, "done", is_done=True)
    assert streams.forget("b")
    assert streams.open_parts("b") == []
