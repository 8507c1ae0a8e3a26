-- Times are microseconds since 1970, UTC. `seq` is the order in which rows were first saved.

PRAGMA application_id = 0x43484B54; -- "CHKT"

CREATE TABLE threads (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    data TEXT NOT NULL, -- the JSON that a client gets, with an empty page of items
    metadata TEXT NOT NULL
);

CREATE INDEX threads_of_owner ON threads (owner, created_at, seq);

CREATE TABLE items (
    seq INTEGER PRIMARY KEY,
    thread INTEGER NOT NULL REFERENCES threads (seq) ON DELETE CASCADE,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    hidden INTEGER NOT NULL, -- 1: never shown to a client
    wire_ready INTEGER NOT NULL, -- 1: `data` is exactly what a client gets
    data TEXT NOT NULL,
    UNIQUE (thread, id)
);

-- Ends in `hidden`, so that a page for a client steps over hidden items without reading them.
CREATE INDEX items_in_order ON items (thread, seq, hidden);

CREATE TABLE attachments (
    id TEXT PRIMARY KEY NOT NULL,
    owner TEXT NOT NULL,
    thread_id TEXT,
    data TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX attachments_of_thread ON attachments (thread_id) WHERE thread_id IS NOT NULL;

CREATE TABLE feedback (
    seq INTEGER PRIMARY KEY,
    thread INTEGER NOT NULL,
    item_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    UNIQUE (thread, item_id),
    FOREIGN KEY (thread, item_id) REFERENCES items (thread, id) ON DELETE CASCADE
);

-- A turn is begun before its thread is saved, when the thread is new: no foreign key.
CREATE TABLE turns (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    thread_id TEXT NOT NULL,
    owner TEXT NOT NULL,
    request_id TEXT,
    state TEXT NOT NULL,
    lifetime TEXT NOT NULL, -- of the process that runs it
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    last_seq INTEGER NOT NULL, -- of events that were trimmed; see turn_records
    trimmed INTEGER NOT NULL
);

CREATE UNIQUE INDEX turns_running ON turns (thread_id) WHERE state = 'running';

CREATE INDEX turns_of_thread ON turns (thread_id);

CREATE INDEX turns_of_request ON turns (request_id) WHERE request_id IS NOT NULL;

CREATE INDEX turns_to_trim ON turns (ended_at) WHERE ended_at IS NOT NULL AND NOT trimmed;

-- One row for each run of events that was appended at once; the JSON of the events, a line each.
CREATE TABLE turn_events (
    turn INTEGER NOT NULL REFERENCES turns (seq) ON DELETE CASCADE,
    last_seq INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    payload BLOB NOT NULL,
    PRIMARY KEY (turn, last_seq)
) WITHOUT ROWID;

-- Turns with the number of their last event, which is not written again with every event.
CREATE VIEW turn_records AS
SELECT
    seq, id, thread_id, request_id, state, lifetime, started_at, ended_at, trimmed,
    coalesce((SELECT max(e.last_seq) FROM turn_events e WHERE e.turn = t.seq), t.last_seq)
        AS last_seq
FROM turns t;
