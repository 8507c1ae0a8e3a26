"""What the TurnLog contract says of events, a check for each sentence."""

from typing import Any

from chatkit.store import TurnEvents, TurnRecord, generate_turn_id
from chatkit.types import ThreadMetadata

from .lab import MORNING, StoreLab, expect, expect_equal


def payloads(number: int, first: int = 1) -> list[bytes]:
    """Events as they go on the wire; the log does not look into them."""
    return [
        f'{{"type":"progress_update","text":"{seq} é \\u2028 😀"}}'.encode()
        for seq in range(first, first + number)
    ]


async def begin(
    lab: StoreLab,
    thread: ThreadMetadata | None = None,
    request_id: str | None = None,
    *,
    context: Any = None,
) -> TurnRecord:
    """A running turn, in a new thread unless one is named, of the lab's user unless of another."""
    thread = thread or await lab.saved_thread()
    record = TurnRecord(
        id=generate_turn_id(),
        thread_id=thread.id,
        request_id=request_id,
        state="running",
        started_at=MORNING,
    )
    await lab.turn_log().begin(record, lab.context if context is None else context)
    return record


async def append(lab: StoreLab, turn: TurnRecord, number: int, first: int = 1) -> list[bytes]:
    """More events for the turn."""
    events = payloads(number, first)
    await lab.turn_log().append([TurnEvents(turn.id, first, events)])
    return events


async def check_events_come_back_in_order(lab: StoreLab) -> None:
    """To the byte, from any number on, as many as were asked for."""
    log, turn = lab.turn_log(), await begin(lab)
    events = await append(lab, turn, 3)
    events += await append(lab, turn, 1, first=4)
    events += await append(lab, turn, 3, first=5)
    for after in range(8):
        expect_equal(
            await log.read(turn.id, after, 100), events[after:], f"the events after {after}"
        )
        expect_equal(
            await log.read(turn.id, after, 2), events[after : after + 2], f"two after {after}"
        )
    record = await log.load_turn(turn.id)
    expect_equal(record and record.last_seq, 7, "last_seq")
    expect_equal(await log.read("trn_unknown", 0, 10), [], "the events of an unknown turn")


async def check_events_that_come_twice_are_kept_once(lab: StoreLab) -> None:
    """A writer that was cut off sends its last batch again."""
    log, turn = lab.turn_log(), await begin(lab)
    events = await append(lab, turn, 4)
    await append(lab, turn, 4)
    await append(lab, turn, 2, first=2)
    events += (await append(lab, turn, 4, first=3))[2:]
    expect_equal(await log.read(turn.id, 0, 100), events, "the events")


async def check_one_batch_holds_events_of_many_turns(lab: StoreLab) -> None:
    """Also two runs of the same one, some that came before, and one of a turn that is gone."""
    log = lab.turn_log()
    first, second, gone = await begin(lab), await begin(lab), await begin(lab)
    await append(lab, second, 1)
    await log.forget_thread(gone.thread_id)
    events = payloads(4)
    other, another = await begin(lab), await begin(lab)
    await log.append([TurnEvents(other.id, 1, events), TurnEvents(another.id, 1, events[:1])])
    expect_equal(await log.read(other.id, 0, 10), events, "the events of one of two turns")
    expect_equal(await log.read(another.id, 0, 10), events[:1], "the events of the other")
    await log.append(
        [
            TurnEvents(first.id, 1, events[:2]),
            TurnEvents(second.id, 1, events[:2]),
            TurnEvents(gone.id, 1, events[:2]),
            TurnEvents(first.id, 3, events[2:]),
            TurnEvents(second.id, 3, []),
        ]
    )
    expect_equal(await log.read(first.id, 0, 10), events, "the first turn's events")
    expect_equal(await log.read(second.id, 0, 10), events[:2], "the second turn's events")
    expect_equal(await log.load_turn(gone.id), None, "the turn that is gone")


async def check_what_is_kept_at_once_can_be_read_at_once(lab: StoreLab) -> None:
    """`append_now` says whether it kept the event; if not, `append` does."""
    log, turn = lab.turn_log(), await begin(lab)
    (event,) = payloads(1)
    kept = log.append_now(TurnEvents(turn.id, 1, [event]))
    expect_equal(
        await log.read(turn.id, 0, 10), [event] if kept else [], "the events after append_now"
    )
    await append(lab, turn, 1)
    expect_equal(await log.read(turn.id, 0, 10), [event], "the events after append")


async def check_large_events_are_kept(lab: StoreLab) -> None:
    """A generated image is an event of megabytes."""
    log, turn = lab.turn_log(), await begin(lab)
    image = b'{"url":"data:image/png;base64,%b"}' % (b"A" * 3_000_000)
    await log.append([TurnEvents(turn.id, 1, [image, b"{}"])])
    expect(await log.read(turn.id, 0, 10) == [image, b"{}"], "an event of 3 MB did not come back")


EVENT_CHECKS = (
    check_events_come_back_in_order,
    check_events_that_come_twice_are_kept_once,
    check_one_batch_holds_events_of_many_turns,
    check_what_is_kept_at_once_can_be_read_at_once,
    check_large_events_are_kept,
)
