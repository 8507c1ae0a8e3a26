-- Times are microseconds since 1970, UTC. `seq` is the order in which rows were first saved.
-- JSON is kept as text: JSONB refuses \u0000 and changes the order of keys. Ids are compared byte
-- by byte, whatever the language of the database.

CREATE TABLE threads (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    owner TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    data TEXT NOT NULL, -- the JSON that a client gets, with an empty page of items
    metadata TEXT NOT NULL
);

CREATE INDEX threads_of_owner ON threads (owner, created_at, seq);

CREATE TABLE items (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    thread BIGINT NOT NULL REFERENCES threads (seq) ON DELETE CASCADE,
    id TEXT COLLATE "C" NOT NULL,
    type TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    hidden BOOLEAN NOT NULL, -- never shown to a client
    wire_ready BOOLEAN NOT NULL, -- `data` is exactly what a client gets
    data TEXT NOT NULL,
    UNIQUE (thread, id)
);

-- Ends in `hidden`, so that a page for a client steps over hidden items without reading them.
CREATE INDEX items_in_order ON items (thread, seq, hidden);

CREATE TABLE attachments (
    id TEXT COLLATE "C" PRIMARY KEY,
    owner TEXT COLLATE "C" NOT NULL,
    thread_id TEXT COLLATE "C",
    data TEXT NOT NULL,
    saved_at BIGINT NOT NULL -- those in no message are forgotten in time
);

CREATE INDEX attachments_of_thread ON attachments (thread_id) WHERE thread_id IS NOT NULL;

CREATE INDEX attachments_unused ON attachments (saved_at) WHERE thread_id IS NULL;

CREATE TABLE feedback (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    thread BIGINT NOT NULL,
    item_id TEXT COLLATE "C" NOT NULL,
    kind TEXT NOT NULL,
    UNIQUE (thread, item_id),
    FOREIGN KEY (thread, item_id) REFERENCES items (thread, id) ON DELETE CASCADE
);

-- The processes that run turns. One that does not renew its lease in time has left its turns.
CREATE TABLE lifetimes (
    id TEXT COLLATE "C" PRIMARY KEY,
    expires_at TIMESTAMPTZ NOT NULL -- by the database's clock, the only one that all share
);

-- A turn is begun before its thread is saved, when the thread is new: no foreign key.
CREATE TABLE turns (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    thread_id TEXT COLLATE "C" NOT NULL,
    owner TEXT COLLATE "C" NOT NULL,
    request_id TEXT COLLATE "C",
    state TEXT NOT NULL,
    lifetime TEXT COLLATE "C", -- of the process that runs it; NULL: taken from it, it writes no more
    stop_requested BOOLEAN NOT NULL DEFAULT false,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    last_seq BIGINT NOT NULL DEFAULT 0, -- of events that were trimmed; see turn_records
    trimmed BOOLEAN NOT NULL DEFAULT false
);

CREATE UNIQUE INDEX turns_running ON turns (thread_id) WHERE state = 'running';

CREATE INDEX turns_of_lifetime ON turns (lifetime) WHERE state = 'running';

CREATE INDEX turns_of_thread ON turns (thread_id);

-- A hash: the client chose the name, however long it is.
CREATE INDEX turns_of_request ON turns USING hash (request_id) WHERE request_id IS NOT NULL;

CREATE INDEX turns_to_trim ON turns (ended_at) WHERE ended_at IS NOT NULL AND NOT trimmed;

-- One row for each run of events that was appended at once; the JSON of the events, a line each.
-- Unlogged: deltas are worth no write-ahead log, as what an answer has finished is in `items`.
-- No foreign key, which would lock, and so write, the turn's row with every run.
CREATE UNLOGGED TABLE turn_events (
    turn BIGINT NOT NULL,
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    payload BYTEA NOT NULL,
    PRIMARY KEY (turn, first_seq)
);

ALTER TABLE turn_events ALTER COLUMN payload SET STORAGE EXTERNAL; -- no time for compression

-- Turns with the number of their last event, which is not written again with every event.
CREATE VIEW turn_records AS
SELECT
    seq, id, thread_id, request_id, state, lifetime, started_at, ended_at, trimmed,
    coalesce(
        (SELECT e.last_seq FROM turn_events e WHERE e.turn = t.seq ORDER BY e.first_seq DESC LIMIT 1),
        t.last_seq
    ) AS last_seq
FROM turns t;

-- For reading the threads of all owners in order.
CREATE INDEX threads_in_order ON threads (created_at, seq);

-- Who may come in: keys of servers, sessions of end users, how often each was used.
CREATE TABLE access_secrets (
    name TEXT PRIMARY KEY,
    secret BYTEA NOT NULL
);

CREATE TABLE api_keys (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT NOT NULL,
    digest TEXT COLLATE "C" NOT NULL UNIQUE,
    hint TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);

CREATE TABLE sessions (
    id TEXT COLLATE "C" PRIMARY KEY,
    user_name TEXT NOT NULL,
    workflow_id TEXT NOT NULL,
    settings TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    cancelled_at BIGINT,
    uploads INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX sessions_to_forget ON sessions (expires_at);

CREATE TABLE request_counts (
    name TEXT COLLATE "C" PRIMARY KEY,
    began_at BIGINT NOT NULL,
    count INTEGER NOT NULL
);
