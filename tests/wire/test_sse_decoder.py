"""Decoding a `text/event-stream` body, however it is cut and whatever is between the events."""

from itertools import pairwise

import pytest
from golden import FOLDER
from hypothesis import given, settings
from hypothesis import strategies as st

from chatkit.wire import SSE_FRAME, SSEDecoder, sse_frame_with_ids

STREAM = "".join(path.read_text() for path in sorted(FOLDER.glob("*.sse"))).encode()


def decoded(*pieces: bytes) -> list[tuple[str | None, bytes]]:
    """All messages of a body that comes in these pieces."""
    decoder = SSEDecoder()
    return [message for piece in pieces for message in decoder.feed(piece)]


WHOLE = decoded(STREAM)


@pytest.mark.requirement("fault-32")
@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1_000, 65_536])
def test_a_stream_cut_anywhere_decodes_the_same(size: int) -> None:
    """In the middle of a character, of a line end, of an id. Source: reliability, fault 32."""
    pieces = [STREAM[start : start + size] for start in range(0, len(STREAM), size)]
    assert decoded(*pieces) == WHOLE
    assert len(WHOLE) > 200


@settings(deadline=None)
@given(cuts=st.lists(st.integers(0, len(STREAM)), max_size=20).map(sorted))
def test_any_cuts_decode_the_same(cuts: list[int]) -> None:
    """Proxies cut as they like."""
    edges = [0, *cuts, len(STREAM)]
    pieces = [STREAM[start:end] for start, end in pairwise(edges)]
    assert decoded(*pieces) == WHOLE


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("size", [1, 5, 1_000])
def test_any_line_end_will_do(end: bytes, size: int) -> None:
    """CRLF, CR or LF, also with a CRLF cut in two."""
    body = b"data: one\n\nid: t.2\ndata: two\ndata: lines\n\n".replace(b"\n", end)
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    messages = decoded(*pieces, b": the end\n")
    assert messages == [(None, b"one"), ("t.2", b"two\nlines")]


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        (b"", []),
        (b"\n\n\n", []),
        (b": comment\n\n", []),
        (b": keep-alive\n\ndata: x\n\n", [(None, b"x")]),
        (b"event: m\nretry: 10\nunknown: y\ndata: x\n\n", [(None, b"x")]),
        (b"data:x\n\n", [(None, b"x")]),
        (b"data:  x\n\n", [(None, b" x")]),
        (b"data\n\n", [(None, b"")]),
        (b"data: a\ndata:\ndata: b\n\n", [(None, b"a\n\nb")]),
        (b"id: 1\n\ndata: x\n\n", [("1", b"x")]),
        (b"id: 1\ndata: x\n\ndata: y\n\n", [("1", b"x"), ("1", b"y")]),
        (b"id: a\0b\ndata: x\n\n", [(None, b"x")]),
        (b"id\ndata: x\n\n", [("", b"x")]),
        (b"data: half", []),
        (b"data: half\n", []),
        (b"\xef\xbb\xbfdata: x\n\n", [(None, b"x")]),
    ],
)
def test_what_is_between_events_is_passed_over(body: bytes, messages: list) -> None:
    """Source: the standard's "Interpreting an event stream"."""
    assert decoded(body) == messages
    assert decoded(*[body[n : n + 1] for n in range(len(body))]) == messages


def test_frames_decode_to_what_they_were_made_of() -> None:
    """Both kinds of frame that the server sends."""
    frames = SSE_FRAME % b'{"a":1}' + sse_frame_with_ids("trn_1") % (7, b'{"b":2}')
    assert decoded(frames) == [(None, b'{"a":1}'), ("trn_1.7", b'{"b":2}')]
