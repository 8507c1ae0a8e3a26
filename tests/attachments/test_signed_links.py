"""Links: signed, short-lived, each for one use of one attachment."""

import os
import stat
from pathlib import Path

import pytest

from chatkit.attachments import LinkInvalid
from chatkit.attachments.links import Link, Links, load_secret

LINK = Link(attachment_id="atc_1", key="owner-attachment", use="file")
EVERY = frozenset({"POST", "PUT", "file", "preview"})
SECRET = b"0123456789abcdef0123456789abcdef"


class Clock:
    """A clock that is set by hand."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def test_a_link_is_read_back_as_it_was_made() -> None:
    """What is signed is all that the request has to show."""
    links = Links(SECRET)
    token = links.make(LINK, 60)
    assert links.read(token, frozenset({"file"})) == LINK
    assert 58 <= links.seconds_left(token) <= 60


@pytest.mark.requirement("sec-20")
def test_a_link_ends() -> None:
    """At its last second it is good, at the next it is not, whatever it is for."""
    clock = Clock()
    links = Links(SECRET, clock=clock)
    token = links.make(LINK, 60)
    clock.now += 59
    assert links.read(token, EVERY) == LINK
    clock.now += 1
    with pytest.raises(LinkInvalid):
        links.read(token, EVERY)
    assert links.seconds_left(token) == 0


@pytest.mark.requirement("sec-20")
@pytest.mark.parametrize("use", ["POST", "PUT", "file", "preview"])
def test_a_link_is_good_for_its_use_only(use: str) -> None:
    """Who may see a picture may not replace it, and a link to POST takes no PUT."""
    links = Links(SECRET)
    token = links.make(Link(attachment_id="atc_1", key="k", use=use), 60)
    assert links.read(token, frozenset({use})).use == use
    with pytest.raises(LinkInvalid):
        links.read(token, EVERY - {use})


@pytest.mark.requirement("sec-20")
def test_a_link_that_was_changed_anywhere_is_refused() -> None:
    """Each character of it is under the signature, the signature's own too."""
    links = Links(SECRET)
    token = links.make(LINK, 60)
    for at, character in enumerate(token):
        other = "A" if character != "A" else "B"
        changed = f"{token[:at]}{other}{token[at + 1 :]}"
        try:
            assert links.read(changed, EVERY) == LINK
        except LinkInvalid:
            continue
        assert at == len(token) - 1, "only the last character has bits that stand for nothing"


@pytest.mark.requirement("sec-20")
@pytest.mark.parametrize(
    "token", ["", ".", "a.b", "é", "\0", "x" * 5_000, "WyJhIl0.", ".eJyLjgUAARUAuQ.AAAA"]
)
def test_what_is_no_link_of_ours_is_refused(token: str) -> None:
    """Whatever somebody writes there, the answer is the same."""
    with pytest.raises(LinkInvalid):
        Links(SECRET).read(token, EVERY)


@pytest.mark.requirement("sec-20")
def test_a_link_of_another_server_is_refused() -> None:
    """The key is what makes a link ours."""
    with pytest.raises(LinkInvalid):
        Links(SECRET).read(Links(SECRET[::-1]).make(LINK, 60), EVERY)


def test_a_link_to_a_file_stays_the_same_for_a_while() -> None:
    """A page that is loaded again finds the picture in the browser's cache."""
    clock = Clock(1_000_000)
    links = Links(SECRET, clock=clock)
    tokens = set()
    for _ in range(7_200):
        token = links.make_steady(LINK, 3_600)
        assert 1_800 <= links.seconds_left(token) <= 3_600
        tokens.add(token)
        clock.now += 1
    assert len(tokens) <= 5


def test_a_short_key_is_refused() -> None:
    """A key that can be guessed signs nothing."""
    with pytest.raises(ValueError, match="at least 16 bytes"):
        Links(b"secret")


def test_the_key_is_made_once_for_this_user_only(tmp_path: Path) -> None:
    """Links survive a restart; other users of the machine cannot make any."""
    path = tmp_path / "key"
    secret = load_secret(path)
    assert load_secret(path) == secret
    assert len(secret) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["key"]


def test_of_two_that_make_the_key_at_once_both_use_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes that start together must accept each other's links."""
    path = tmp_path / "key"
    link = os.link

    def late(source: Path, target: Path) -> None:
        monkeypatch.setattr(os, "link", link)
        load_secret(path)
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    assert load_secret(path) == load_secret(path)
    assert [each.name for each in tmp_path.iterdir()] == ["key"]


def test_a_key_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    """It may be known: whoever set its mode has to decide."""
    path = tmp_path / "key"
    path.write_bytes(SECRET)
    path.chmod(0o644)
    with pytest.raises(PermissionError, match="0600"):
        load_secret(path)
