"""The SQL of turns' events: one statement appends, or reads, the events of many turns at once.

Above: the turn log. A run of events that was appended at once is one row, its events as lines.
"""

from typing import Any, Final, NamedTuple

from chatkit.errors import TurnLost
from chatkit.store.shared_turns import TurnNews
from chatkit.store.turn_log import EventsMissing, TurnEvents, new_payloads

from .connection import Connection
from .text import to_text

READ_BYTES: Final = 4 * 1024 * 1024
"""Bytes of events of a turn read at once, or a single run of them."""

# What follows the last event of a turn that was not taken. Two processes that append the same
# number, the one before and the one after a turn was taken, meet in the primary key.
_APPEND: Final = """
    WITH run AS (
        SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bytea[])
            AS run (id, first_seq, last_seq, payload)),
    kept AS (
        INSERT INTO turn_events (turn, first_seq, last_seq, payload)
        SELECT t.seq, run.first_seq, run.last_seq, run.payload
        FROM run JOIN turns t ON t.id = run.id
        WHERE t.lifetime IS NOT NULL AND run.first_seq = 1 + coalesce(
            (SELECT e.last_seq FROM turn_events e WHERE e.turn = t.seq
                ORDER BY e.first_seq DESC LIMIT 1),
            t.last_seq)
        ON CONFLICT DO NOTHING
        RETURNING true)
    SELECT count(*) AS kept, (SELECT count(pg_notify($5, ids)) FROM unnest($6::text[]) ids) AS told
    FROM kept
"""

_INSERT: Final = """
    INSERT INTO turn_events (turn, first_seq, last_seq, payload) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING RETURNING true
"""

_READ: Final = f"""
    SELECT wanted.place, t.state, t.last_seq, e.first_seq, e.payload
    FROM unnest($1::text[], $2::bigint[], $3::bigint[]) WITH ORDINALITY
        AS wanted (id, after, most, place)
    JOIN turn_records t ON t.id = wanted.id
    LEFT JOIN LATERAL (
        SELECT first_seq, payload FROM (
            SELECT first_seq, payload,
                sum(length(payload)) OVER (ORDER BY first_seq) - length(payload) AS before
            FROM (
                SELECT first_seq, payload FROM turn_events
                WHERE turn = t.seq AND last_seq > wanted.after AND first_seq >= coalesce(
                    (SELECT max(first_seq) FROM turn_events
                        WHERE turn = t.seq AND first_seq <= wanted.after + 1), 0)
                ORDER BY first_seq LIMIT wanted.most
            ) runs
        ) counted WHERE before < {READ_BYTES}
    ) e ON true
    ORDER BY wanted.place, e.first_seq
"""  # noqa: S608 - made of a number


class Wanted(NamedTuple):
    """Whose events to read: up to `most` after event `after`."""

    turn_id: str
    after: int
    most: int


async def append(
    connection: Connection, batch: list[TurnEvents], channel: str, payloads: list[str]
) -> None:
    """Keeps the events that are not there yet, and sends `payloads` to the channel.

    Raises: EventsMissing, TurnLost, when all others are kept.
    """
    batch = [run for run in batch if run.payloads]
    found: Any = await connection.fetchrow(
        _APPEND,
        [to_text(run.turn_id) for run in batch],
        [run.first_seq for run in batch],
        [run.first_seq + len(run.payloads) - 1 for run in batch],
        [_lines(run) for run in batch],
        channel,
        payloads,
    )
    if found["kept"] != len(batch):
        await _append_one_by_one(connection, batch)


async def notify(connection: Connection, channel: str, payloads: list[str]) -> None:
    """Sends the payloads to the channel."""
    query = "SELECT count(pg_notify($1, ids)) FROM unnest($2::text[]) ids"
    await connection.fetchval(query, channel, payloads)


async def _append_one_by_one(connection: Connection, batch: list[TurnEvents]) -> None:
    """Looks at each run: some of the same turn, or that came before, or of a turn that is gone."""
    lost: list[str] = []
    missing: EventsMissing | None = None
    for run in batch:
        turn = await connection.fetchrow(
            "SELECT t.seq, t.lifetime IS NULL AS lost, r.last_seq "
            "FROM turns t JOIN turn_records r USING (seq) WHERE t.id = $1",
            to_text(run.turn_id),
        )
        if turn is None:
            continue
        if turn["lost"]:
            lost.append(run.turn_id)
            continue
        try:
            rest = new_payloads(turn["last_seq"], run)
        except EventsMissing as gap:
            missing = gap
            continue
        if rest:
            events = TurnEvents(run.turn_id, turn["last_seq"] + 1, rest)
            if not await insert_run(connection, turn["seq"], events):
                lost.append(run.turn_id)
    if lost:
        raise TurnLost(*lost)
    if missing is not None:
        raise missing


async def insert_run(connection: Connection, turn: int, run: TurnEvents) -> bool:
    """Whether the run was appended; False when somebody else has appended that number."""
    last_seq = run.first_seq + len(run.payloads) - 1
    return bool(await connection.fetchval(_INSERT, turn, run.first_seq, last_seq, _lines(run)))


async def last_seq_of(connection: Connection, turn: int) -> int:
    """The number of the turn's last event."""
    return await connection.fetchval("SELECT last_seq FROM turn_records WHERE seq = $1", turn)


async def read(connection: Connection, wanted: list[Wanted]) -> list[TurnNews]:
    """For each, the events that follow without a gap, fewer where they are large."""
    rows = await connection.fetch(
        _READ,
        [to_text(each.turn_id) for each in wanted],
        [each.after for each in wanted],
        [each.most for each in wanted],
    )
    by_place: dict[int, list[Any]] = {}
    for row in rows:
        by_place.setdefault(row["place"], []).append(row)
    return [_news(each, by_place.get(place, [])) for place, each in enumerate(wanted, 1)]


def _news(wanted: Wanted, rows: list[Any]) -> TurnNews:
    if not rows:
        return TurnNews(payloads=[], state=None)
    payloads: list[bytes] = []
    following = wanted.after + 1
    for row in rows:
        if row["first_seq"] is None or row["first_seq"] > following:
            break
        events = row["payload"].split(b"\n")[following - row["first_seq"] :]
        payloads += events
        following += len(events)
    state, last_seq = rows[0]["state"], rows[0]["last_seq"]
    # The log may have been emptied by a crash of the database while the turn goes on: its process
    # still has the events, and appends them again.
    is_lost = not payloads and (
        wanted.after < last_seq or (state != "running" and wanted.after != last_seq)
    )
    return TurnNews(payloads=payloads[: wanted.most], state=state, is_lost=is_lost)


def _lines(run: TurnEvents) -> bytes:
    """The events as lines. Raises ValueError for an event with a line break, which JSON escapes."""
    payload = b"\n".join(run.payloads)
    if payload.count(b"\n") >= len(run.payloads):
        raise ValueError(f"an event of turn {run.turn_id!r} is not one line of JSON")
    return payload
