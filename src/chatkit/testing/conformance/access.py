"""What the AccessStore contract says of keys, sessions and counts, a check for each sentence."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from chatkit.store import AccessStore, ApiKey, KeepsAccess, ServesAllOwners, Session

from .lab import MORNING, NotApplicable, StoreLab, expect, expect_equal, expect_not_found

_SECOND = timedelta(seconds=1)


def _access(lab: StoreLab) -> AccessStore:
    if not isinstance(lab.store, KeepsAccess):
        raise NotApplicable("the store keeps no keys or sessions")
    return lab.store.access()


def _key(number: int) -> ApiKey:
    return ApiKey(
        id=f"key_{number}",
        name=f"backend {number}",
        digest=f"{number:064x}",
        hint="a1b2",
        created_at=MORNING + number * _SECOND,
    )


def _session(session_id: str = "cksess_1", expires_at: datetime | None = None) -> Session:
    return Session(
        id=session_id,
        user="ann",
        workflow_id="wf_1",
        settings='{"version":"2"}',
        created_at=MORNING,
        expires_at=expires_at or MORNING + timedelta(minutes=10),
    )


async def check_the_signing_key_stays_the_same(lab: StoreLab) -> None:
    """In this process, and in another that opens the same data."""
    first = await _access(lab).load_signing_key()
    expect_equal(len(first), 32, "the length of the signing key")
    expect_equal(await _access(lab).load_signing_key(), first, "the signing key, asked again")
    other = await lab.reopen()
    expect(isinstance(other, KeepsAccess), "the reopened store keeps no keys")
    if isinstance(other, KeepsAccess):
        again = await other.access().load_signing_key()
        expect_equal(again, first, "the signing key of another process")


async def check_keys_are_found_by_their_digest(lab: StoreLab) -> None:
    """And listed in the order in which they were made."""
    access = _access(lab)
    for number in (1, 2):
        await access.add_key(_key(number))
    expect_equal(await access.find_key(_key(2).digest), _key(2), "the key with the digest")
    expect_equal(await access.find_key("0" * 64), None, "a key with an unknown digest")
    expect_equal(await access.load_keys(), [_key(1), _key(2)], "all keys")


async def check_a_revoked_key_stays_revoked(lab: StoreLab) -> None:
    """As of the first time that it was."""
    access = _access(lab)
    await access.add_key(_key(1))
    revoked = replace(_key(1), revoked_at=MORNING)
    expect_equal(await access.revoke_key("key_1", MORNING), revoked, "the revoked key")
    again = await access.revoke_key("key_1", MORNING + _SECOND)
    expect_equal(again, revoked, "the key, revoked again")
    expect_equal(await access.find_key(_key(1).digest), revoked, "the key, found later")
    expect_equal(await access.revoke_key("key_2", MORNING), None, "revoking an unknown key")


async def check_a_session_comes_back_as_it_was_added(lab: StoreLab) -> None:
    """With its times to the microsecond."""
    access = _access(lab)
    await access.add_session(_session())
    expect_equal(await access.load_session("cksess_1"), _session(), "the session")
    expect_equal(await access.load_session("cksess_2"), None, "an unknown session")


async def check_a_cancelled_session_stays_cancelled(lab: StoreLab) -> None:
    """As of the first time that it was."""
    access = _access(lab)
    await access.add_session(_session())
    cancelled = replace(_session(), cancelled_at=MORNING)
    expect_equal(
        await access.cancel_session("cksess_1", MORNING), cancelled, "the cancelled session"
    )
    again = await access.cancel_session("cksess_1", MORNING + _SECOND)
    expect_equal(again, cancelled, "the session, cancelled again")
    expect_equal(await access.cancel_session("cksess_2", MORNING), None, "an unknown session")


async def check_uploads_are_counted_up_to_the_most(lab: StoreLab) -> None:
    """One more is not counted."""
    access = _access(lab)
    await access.add_session(_session())
    counted = [await access.count_upload("cksess_1", 2) for _ in range(3)]
    expect_equal(counted, [True, True, False], "three files where two are allowed")
    expect(not await access.count_upload("cksess_2", 2), "a file of an unknown session counted")


async def check_requests_have_to_wait_for_the_next_minute(lab: StoreLab) -> None:
    """And it is said how long."""
    access = _access(lab)
    waits = [await access.count_request("a", 2, MORNING + n * 10 * _SECOND) for n in range(4)]
    expect_equal(waits, [0.0, 0.0, 40.0, 30.0], "the seconds to wait")
    expect_equal(await access.count_request("b", 2, MORNING), 0.0, "under another name")
    wait = await access.count_request("a", 2, MORNING + 60 * _SECOND)
    expect_equal(wait, 0.0, "the seconds to wait when the minute is over")
    waits = [await access.count_request("a", 2, MORNING + 70 * _SECOND) for _ in range(2)]
    expect_equal(waits, [0.0, 50.0], "the seconds to wait in the next minute")


async def check_processes_count_together(lab: StoreLab) -> None:
    """However many ask at the same time: as many pass as may, and no more."""
    access, other = _access(lab), await lab.reopen()
    if not isinstance(other, KeepsAccess):
        raise NotApplicable("the reopened store keeps no sessions")
    await access.add_session(_session())
    both = (access, other.access()) * 8
    waits = await asyncio.gather(*(one.count_request("a", 5, MORNING) for one in both))
    expect_equal(waits.count(0.0), 5, "how many of 16 requests passed where 5 are allowed")
    files = await asyncio.gather(*(one.count_upload("cksess_1", 5) for one in both))
    expect_equal(files.count(True), 5, "how many of 16 files passed where 5 are allowed")
    cancelled = await access.cancel_session("cksess_1", MORNING)
    seen = await other.access().load_session("cksess_1")
    expect_equal(seen, cancelled, "a session that another process has cancelled")


async def check_old_sessions_are_forgotten(lab: StoreLab) -> None:
    """The others stay."""
    access = _access(lab)
    later = MORNING + timedelta(days=2)
    await access.add_session(_session())
    await access.add_session(_session("cksess_2", expires_at=later))
    await access.count_request("a", 1, MORNING)
    expect_equal(await access.forget_sessions(later), 1, "how many were forgotten")
    expect_equal(await access.load_session("cksess_1"), None, "the old session")
    expect_equal(
        await access.load_session("cksess_2"), _session("cksess_2", later), "the other session"
    )


def _all_owners(lab: StoreLab) -> ServesAllOwners:
    if not isinstance(lab.store, ServesAllOwners) or lab.other_context is None:
        raise NotApplicable("the store is not read across owners")
    return lab.store


async def check_threads_of_all_owners_are_listed_in_order(lab: StoreLab) -> None:
    """Page by page, each with its owner, whose thread it says it is."""
    store = _all_owners(lab)
    mine = [await lab.saved_thread()]
    theirs = lab.thread()
    await lab.store.save_thread(theirs, lab.other_context)
    mine.append(await lab.saved_thread())
    expected = [mine[0].id, theirs.id, mine[1].id]
    first, has_more = await store.load_all_threads(2, None, "asc")
    rest, no_more = await store.load_all_threads(2, first[-1].thread.id, "asc")
    expect_equal([row.thread.id for row in [*first, *rest]], expected, "all threads")
    expect_equal((has_more, no_more), (True, False), "whether there are more")
    down, _ = await store.load_all_threads(9, mine[1].id, "desc")
    expect_equal([row.thread.id for row in down], expected[1::-1], "all threads, downwards")
    for row in first:
        expect_equal(await store.find_owner(row.thread.id), row.owner, "the owner")
    owners = [store.owner_named_by(context) for context in (lab.context, lab.other_context)]
    expect_equal([row.owner for row in first], owners, "the owners that contexts name")
    expect(first[0].owner != first[1].owner, "two users' threads have the same owner")
    expect_equal(await store.find_owner("thr_unknown"), None, "the owner of no thread")
    await expect_not_found(
        store.load_all_threads(1, "thr_unknown", "asc"), "load_all_threads after an unknown one"
    )


ACCESS_CHECKS = (
    check_the_signing_key_stays_the_same,
    check_keys_are_found_by_their_digest,
    check_a_revoked_key_stays_revoked,
    check_a_session_comes_back_as_it_was_added,
    check_a_cancelled_session_stays_cancelled,
    check_uploads_are_counted_up_to_the_most,
    check_requests_have_to_wait_for_the_next_minute,
    check_processes_count_together,
    check_old_sessions_are_forgotten,
    check_threads_of_all_owners_are_listed_in_order,
)
