"""Times are aware and in UTC from the moment a message is built."""

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from chatkit.types import EndOfTurnItem, ThreadMetadata, UtcDatetime

WHEN = datetime(2025, 11, 4, 9, 30, tzinfo=UTC)


def created(at: object) -> datetime:
    return ThreadMetadata.model_validate({"id": "thr_1", "created_at": at}).created_at


def test_a_time_without_a_zone_is_local_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Host code writes `datetime.now()`, on servers that are not in UTC."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert created(datetime(2025, 11, 4, 18, 30)) == WHEN
        assert created("2025-11-04T18:30:00") == WHEN
    finally:
        monkeypatch.undo()
        time.tzset()


def test_now_is_written_with_a_z() -> None:
    """A page in another zone must not take it for its own time."""
    before = datetime.now(UTC)
    item = EndOfTurnItem(id="msg_1", thread_id="thr_1", created_at=datetime.now())
    assert before <= item.created_at <= datetime.now(UTC)
    assert item.created_at.tzinfo is UTC
    assert item.model_dump(mode="json")["created_at"].endswith("Z")


@given(st.datetimes(datetime(1000, 1, 1), datetime(9000, 1, 1), timezones=st.timezones()))
def test_a_time_with_a_zone_stays_the_same_moment(moment: datetime) -> None:
    """Only the zone that it is told in changes; stores compare and sort these."""
    assert created(moment).timestamp() == moment.timestamp()
    assert created(moment).tzinfo is UTC
    assert created(created(moment)) == created(moment)


def test_items_of_the_host_and_of_the_server_can_be_sorted_together() -> None:
    """Comparing naive with aware times would be a TypeError in the host's own store."""
    times = [created(datetime.now()), created(WHEN), created("2025-11-04T09:30:00+05:00")]
    assert sorted(times)[0] == WHEN - timedelta(hours=5)


def test_a_time_out_of_range_is_a_validation_error() -> None:
    """The first hour of year 1 in Tokyo lies before all years in UTC."""
    tokyo = timezone(timedelta(hours=9))
    with pytest.raises(ValidationError, match="out of range"):
        created(datetime.min.replace(tzinfo=tokyo))


def test_hosts_may_use_the_type_in_their_own_models() -> None:
    """It is one annotated type, not something built into the messages."""

    class Note(BaseModel):
        at: UtcDatetime

    assert Note.model_validate({"at": "2025-11-04T10:30:00+01:00"}).at == WHEN
