"""What the TurnLog contract says, a check for each sentence; for stores that keep turns."""

from datetime import timedelta

from chatkit.errors import TurnBusy
from chatkit.store import TurnEvents, TurnRecord, generate_turn_id
from chatkit.types import ThreadMetadata

from .lab import (
    MORNING,
    NotApplicable,
    StoreLab,
    expect,
    expect_equal,
    expect_not_found,
    turn_log_of,
)


def payloads(number: int, first: int = 1) -> list[bytes]:
    """Events as they go on the wire; the log does not look into them."""
    return [
        f'{{"type":"progress_update","text":"{seq} é \\u2028 😀"}}'.encode()
        for seq in range(first, first + number)
    ]


async def begin(
    lab: StoreLab, thread: ThreadMetadata | None = None, request_id: str | None = None
) -> TurnRecord:
    """A running turn, in a new thread unless one is named."""
    thread = thread or await lab.saved_thread()
    record = TurnRecord(
        id=generate_turn_id(),
        thread_id=thread.id,
        request_id=request_id,
        state="running",
        started_at=MORNING,
    )
    await lab.turn_log().begin(record, lab.context)
    return record


async def append(lab: StoreLab, turn: TurnRecord, number: int, first: int = 1) -> list[bytes]:
    """More events for the turn."""
    events = payloads(number, first)
    await lab.turn_log().append([TurnEvents(turn.id, first, events)])
    return events


async def check_a_turn_that_was_begun_is_running(lab: StoreLab) -> None:
    """It is found by its id, with all that was said of it; an unknown id is None."""
    turn = await begin(lab, request_id="request")
    expect_equal(await lab.turn_log().load_turn(turn.id), turn, "the turn")
    expect_equal(await lab.turn_log().load_turn("trn_unknown"), None, "an unknown turn")


async def check_a_turn_may_begin_before_its_thread_is_saved(lab: StoreLab) -> None:
    """The first turn of a thread saves it."""
    turn = await begin(lab, lab.thread())
    expect_equal(await lab.turn_log().load_turn(turn.id), turn, "the turn")


async def check_a_thread_has_one_running_turn(lab: StoreLab) -> None:
    """A second is refused with TurnBusy until the first has ended."""
    thread = await lab.saved_thread()
    first = await begin(lab, thread)
    try:
        await begin(lab, thread)
    except TurnBusy:
        pass
    else:
        expect(False, "a second turn began while the first was running")
    await lab.turn_log().finish(first.id, "completed")
    await begin(lab, thread)


async def check_a_turn_does_not_begin_in_a_foreign_thread(lab: StoreLab) -> None:
    """Its owner is whoever the context names."""
    turn_log_of(lab.store)
    if lab.other_context is None:
        raise NotApplicable("the store serves one user")
    thread = await lab.saved_thread()
    record = TurnRecord(
        id=generate_turn_id(),
        thread_id=thread.id,
        request_id=None,
        state="running",
        started_at=MORNING,
    )
    await expect_not_found(
        lab.turn_log().begin(record, lab.other_context), "begin in a foreign thread"
    )
    await begin(lab, thread)


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
        ]
    )
    expect_equal(await log.read(first.id, 0, 10), events, "the first turn's events")
    expect_equal(await log.read(second.id, 0, 10), events[:2], "the second turn's events")
    expect_equal(await log.load_turn(gone.id), None, "the turn that is gone")


async def check_what_is_kept_at_once_can_be_read_at_once(lab: StoreLab) -> None:
    """`append_now` says whether it kept the event; if not, `append` does."""
    log, turn = lab.turn_log(), await begin(lab)
    (event,) = payloads(1)
    kept = log.append_now(turn.id, 1, event)
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


async def check_a_turn_ends_once(lab: StoreLab) -> None:
    """Whoever comes second is told so, and changes nothing."""
    log, turn = lab.turn_log(), await begin(lab)
    expect(await log.finish(turn.id, "stopped"), "finish of a running turn is not True")
    record = await log.load_turn(turn.id)
    expect(record and record.ended_at, "a turn that has ended has no `ended_at`")
    expect(not await log.finish(turn.id, "completed"), "the second finish is not False")
    expect_equal(await log.load_turn(turn.id), record, "the turn after the second finish")
    expect(not await log.finish("trn_unknown", "failed"), "finish of an unknown turn is True")


async def check_turns_are_found_by_their_request(lab: StoreLab) -> None:
    """A proxy that sends a request twice gets the same turn."""
    turns = [await begin(lab, request_id="same"), await begin(lab, request_id="same")]
    await begin(lab, request_id="other")
    await begin(lab)
    found = await lab.turn_log().find_request("same")
    expect_equal(found, turns, "the turns of the request")
    expect_equal(await lab.turn_log().find_request("unknown"), [], "an unknown request's turns")


async def check_trimming_forgets_the_events_of_old_turns(lab: StoreLab) -> None:
    """A late reader is told so by the record; running turns and recent ones are left alone."""
    log = lab.turn_log()
    old, running, empty = await begin(lab), await begin(lab), await begin(lab)
    for turn in (old, running):
        await append(lab, turn, 3)
    await log.finish(old.id, "completed")
    await log.finish(empty.id, "failed")
    ended = await log.load_turn(old.id)
    if ended is None or ended.ended_at is None:
        raise NotApplicable("unreachable: the turn was finished above")
    expect_equal(await log.trim(ended.ended_at - timedelta(days=1)), 0, "turns a day older")
    expect_equal(await log.trim(ended.ended_at + timedelta(days=1)), 2, "turns trimmed")
    expect_equal(await log.trim(ended.ended_at + timedelta(days=1)), 0, "turns trimmed again")
    record = await log.load_turn(old.id)
    expect_equal(record and (record.trimmed, record.last_seq), (True, 3), "(trimmed, last_seq)")
    expect_equal(await log.read(old.id, 0, 10), [], "the events of the trimmed turn")
    expect_equal(await log.read(running.id, 0, 10), payloads(3), "those of the running turn")


async def check_deleting_a_thread_deletes_its_turns(lab: StoreLab) -> None:
    """What a person deletes is not kept in the log; late events for it are ignored."""
    log, thread, other = lab.turn_log(), await lab.saved_thread(), await begin(lab)
    done = await begin(lab, thread, request_id="request")
    await append(lab, done, 2)
    await log.finish(done.id, "completed")
    running = await begin(lab, thread)
    await append(lab, running, 2)
    await lab.store.delete_thread(thread.id, lab.context)
    await append(lab, running, 2, first=3)
    for turn in (done, running):
        expect_equal(await log.load_turn(turn.id), None, "a turn of the deleted thread")
        expect_equal(await log.read(turn.id, 0, 10), [], "its events")
    expect_equal(await log.find_request("request"), [], "the turns of its request")
    expect_equal(await log.load_turn(other.id), other, "the turn of another thread")
    await lab.store.save_thread(thread, lab.context)
    await begin(lab, thread)


async def check_interrupting_saves_what_a_crash_left(lab: StoreLab) -> None:
    """Its items, unless they are there already, its last events and its state, once."""
    log, thread = lab.turn_log(), await lab.saved_thread()
    (stored,) = await lab.saved_messages(thread, 1)
    turn = await begin(lab, thread)
    events = await append(lab, turn, 2)
    partial = lab.message(thread, "partial")
    older = lab.message(thread, "older", id=stored.id)
    last = TurnEvents(turn.id, 3, payloads(1, first=3))
    expect(await log.interrupt(turn, [older, partial], last), "interrupt is not True")
    expect_equal(await lab.items(thread), [stored, partial], "the thread's items")
    expect_equal(await log.read(turn.id, 0, 10), events + last.payloads, "the events")
    record = await log.load_turn(turn.id)
    expect_equal(record and record.state, "interrupted", "the state")
    again = lab.message(thread, "again")
    expect(not await log.interrupt(turn, [again], last), "the second interrupt is not False")
    expect_equal(await lab.items(thread), [stored, partial], "the items after the second")
    await begin(lab, thread)


async def check_interrupting_a_turn_whose_thread_is_gone_deletes_it(lab: StoreLab) -> None:
    """The process died before the thread was saved."""
    log, thread = lab.turn_log(), lab.thread()
    turn = await begin(lab, thread)
    await log.interrupt(turn, [lab.message(thread)], TurnEvents(turn.id, 1, payloads(1)))
    expect_equal(await log.load_turn(turn.id), None, "the turn")
    await expect_not_found(
        lab.store.load_thread(thread.id, lab.context),
        "load_thread of the thread that was not saved",
    )


async def check_the_items_of_an_orphan_are_loaded_without_a_context(lab: StoreLab) -> None:
    """Whoever settles it is nobody's request: it sees the thread as the turn's owner does."""
    log, thread, other = lab.turn_log(), await lab.saved_thread(), await lab.saved_thread()
    turn = await begin(lab, thread)
    stored = await lab.saved_messages(thread, 3)
    (elsewhere,) = await lab.saved_messages(other, 1)
    asked = [stored[0].id, stored[2].id, elsewhere.id, "unknown"]
    found = await log.load_items(turn, asked)
    expect_equal(
        {item.id: item for item in found},
        {item.id: item for item in (stored[0], stored[2])},
        "the items that the thread has",
    )
    expect_equal(await log.load_items(turn, []), [], "none of them")
    unsaved = await begin(lab, lab.thread())
    expect_equal(await log.load_items(unsaved, asked), [], "the items of a thread that is gone")


async def check_running_turns_of_a_live_process_are_no_orphans(lab: StoreLab) -> None:
    """Neither for itself nor for another process."""
    await begin(lab)
    expect_equal(await lab.turn_log().orphans(), [], "the orphans seen by the process itself")
    second = turn_log_of(await lab.reopen())
    expect_equal(await second.orphans(), [], "the orphans seen by another process")


TURN_CHECKS = (
    check_a_turn_that_was_begun_is_running,
    check_a_turn_may_begin_before_its_thread_is_saved,
    check_a_thread_has_one_running_turn,
    check_a_turn_does_not_begin_in_a_foreign_thread,
    check_events_come_back_in_order,
    check_events_that_come_twice_are_kept_once,
    check_one_batch_holds_events_of_many_turns,
    check_what_is_kept_at_once_can_be_read_at_once,
    check_large_events_are_kept,
    check_a_turn_ends_once,
    check_turns_are_found_by_their_request,
    check_trimming_forgets_the_events_of_old_turns,
    check_deleting_a_thread_deletes_its_turns,
    check_interrupting_saves_what_a_crash_left,
    check_interrupting_a_turn_whose_thread_is_gone_deletes_it,
    check_the_items_of_an_orphan_are_loaded_without_a_context,
    check_running_turns_of_a_live_process_are_no_orphans,
)
