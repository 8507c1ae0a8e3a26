"""The feed by itself: what is held, what is let go, who is woken."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from chatkit.turns.feed import Feed
from chatkit.turns.limits import TurnLimits


def filled(count: int, memory: int = 1_000_000) -> Feed:
    """A feed with so many events of ten bytes, all kept."""
    feed = Feed(TurnLimits(memory_bytes=memory))
    for number in range(count):
        feed.append(b"%010d" % number)
    feed.keep(feed.last_seq)
    return feed


def test_readers_get_what_is_kept_and_no_more() -> None:
    """Two of three events are in the log."""
    feed = Feed(TurnLimits())
    for payload in (b"a", b"bb", b"ccc"):
        feed.append(payload)
    feed.keep(2)
    assert feed.read(0, 1_000) == [b"a", b"bb"]
    assert feed.unkept() == [b"ccc"]
    assert (feed.kept_bytes, feed.total_bytes) == (3, 6)


def test_the_front_is_dropped_only_as_far_as_the_slowest_reader_has_read() -> None:
    """What a reader has yet to read is held for it; then it goes."""
    feed = filled(50, memory=200)
    slow, fast = object(), object()
    assert feed.dropped > 30
    feed.hold(slow, 45)
    feed.hold(fast, 50)
    for number in range(50):
        feed.append(b"%010d" % number)
        feed.keep(feed.last_seq)
        feed.hold(fast, feed.last_seq)
    assert feed.dropped == 45
    assert len(feed.read(45, 1_000)) == 55
    feed.let_go(slow)
    assert feed.dropped > 80


@given(st.lists(st.tuples(st.sampled_from(["append", "keep", "read"]), st.integers(1, 30))))
def test_a_feed_never_skips_or_repeats_an_event(steps: list[tuple[str, int]]) -> None:
    """Whatever is dropped meanwhile, for a reader that holds its place."""
    feed, reader, seen, made = Feed(TurnLimits(memory_bytes=60)), object(), 0, 0
    feed.hold(reader, 0)
    for step, size in steps:
        if step == "append":
            made += 1
            feed.append(b"%d" % made * size)
        elif step == "keep":
            feed.keep(min(feed.last_seq, feed.kept + size))
        else:
            payloads = feed.read(seen, 1_000)
            for payload in payloads:
                seen += 1
                assert payload.startswith(b"%d" % seen)
            feed.hold(reader, seen)
    assert feed.total_bytes - feed.kept_bytes == sum(map(len, feed.unkept()))


async def test_whoever_waits_is_woken_by_an_event_the_end_or_the_clock() -> None:
    """And one who waits no more holds up nobody."""
    feed = filled(1)
    await feed.more(0)
    waiting = [asyncio.create_task(feed.more(1)) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    feed.append(b"x")
    feed.keep(2)
    await asyncio.gather(*waiting[1:])
    last = asyncio.create_task(feed.more(2))
    await asyncio.sleep(0)
    feed.close()
    await last
    assert not feed.broken
    assert feed._waiters == []


async def test_the_clock_gives_a_sign_after_silence_alone() -> None:
    """From the last event on, and again after as much silence."""
    feed = filled(1)
    signs = []
    for now in (0.0, 14.9, 15.0, 29.9, 30.0, 31.0, 45.9, 46.0):
        if now == 31.0:
            feed.append(b"x")
            feed.keep(2)
        sign = feed.sign()
        feed.beat(now, 15.0)
        if sign.done():
            signs.append(now)
    assert signs == [15.0, 30.0, 46.0]


def test_a_feed_that_is_closed_early_says_that_something_is_missing() -> None:
    """Its readers tell their clients so."""
    feed = filled(1)
    feed.append(b"not kept")
    feed.close()
    assert feed.broken
