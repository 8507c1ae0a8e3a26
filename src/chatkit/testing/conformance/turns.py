"""What the TurnLog contract says, a check for each sentence; for stores that keep turns."""

from datetime import timedelta

from chatkit.errors import TurnBusy
from chatkit.store import RequestBegun, TurnEvents, TurnLog, TurnRecord, generate_turn_id

from .lab import (
    MORNING,
    NotApplicable,
    StoreLab,
    expect,
    expect_equal,
    expect_not_found,
    turn_log_of,
)
from .turn_events import append, begin, payloads


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
    """A proxy that sends a request twice gets the same turn; two users may choose one name."""
    log, turns = lab.turn_log(), [await begin(lab, request_id="same")]
    if lab.other_context is not None:
        turns.append(await begin(lab, lab.thread(), "same", context=lab.other_context))
    await begin(lab, request_id="other")
    await begin(lab)
    await begin(lab)
    expect_equal(await log.find_request("same"), turns, "the turns of the request")
    expect_equal(await log.find_request("unknown"), [], "an unknown request's turns")


async def check_a_request_begins_one_turn(lab: StoreLab) -> None:
    """Also when it comes again to another process before the first has saved its thread."""
    log, first = lab.turn_log(), await begin(lab, lab.thread(), "once")
    for asked in (log, turn_log_of(await lab.reopen())):
        await _expect_begun(lab, asked, first)
    await log.finish(first.id, "completed")
    await _expect_begun(lab, log, await log.load_turn(first.id))


async def _expect_begun(lab: StoreLab, log: TurnLog, first: TurnRecord | None) -> None:
    thread = await lab.saved_thread()
    again = TurnRecord(
        id=generate_turn_id(),
        thread_id=thread.id,
        request_id="once",
        state="running",
        started_at=MORNING,
    )
    try:
        await log.begin(again, lab.context)
    except RequestBegun as begun:
        expect_equal(begun.record, first, "the turn that the request began")
    else:
        expect(False, "one request began two turns")


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
    check_a_turn_ends_once,
    check_turns_are_found_by_their_request,
    check_a_request_begins_one_turn,
    check_trimming_forgets_the_events_of_old_turns,
    check_deleting_a_thread_deletes_its_turns,
    check_interrupting_saves_what_a_crash_left,
    check_interrupting_a_turn_whose_thread_is_gone_deletes_it,
    check_the_items_of_an_orphan_are_loaded_without_a_context,
    check_running_turns_of_a_live_process_are_no_orphans,
)
