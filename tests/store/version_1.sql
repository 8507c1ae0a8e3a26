PRAGMA application_id = 0x43484B54;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE attachments (
    id TEXT PRIMARY KEY NOT NULL,
    owner TEXT NOT NULL,
    thread_id TEXT,
    data TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE feedback (
    seq INTEGER PRIMARY KEY,
    thread INTEGER NOT NULL,
    item_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    UNIQUE (thread, item_id),
    FOREIGN KEY (thread, item_id) REFERENCES items (thread, id) ON DELETE CASCADE
);
INSERT INTO "feedback" VALUES(1,1,'msg_2','positive');
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
INSERT INTO "items" VALUES(1,1,'msg_1','assistant_message',1775044800000000,0,1,'{"id":"msg_1","thread_id":"thr_1","created_at":"2026-04-01T12:00:00Z","type":"assistant_message","content":[{"annotations":[],"text":"first","type":"output_text"}]}');
INSERT INTO "items" VALUES(2,1,'msg_2','assistant_message',1775044800000000,0,1,'{"id":"msg_2","thread_id":"thr_1","created_at":"2026-04-01T12:00:00Z","type":"assistant_message","content":[{"annotations":[],"text":"second","type":"output_text"}]}');
CREATE TABLE threads (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    data TEXT NOT NULL, -- the JSON that a client gets, with an empty page of items
    metadata TEXT NOT NULL
);
INSERT INTO "threads" VALUES(1,'thr_1','ann',1775044800000000,'{"title":"Old","id":"thr_1","created_at":"2026-04-01T12:00:00Z","status":{"type":"active"},"items":{"data":[],"has_more":false}}','{"from":"version 1"}');
CREATE TABLE turn_events (
    turn INTEGER NOT NULL REFERENCES turns (seq) ON DELETE CASCADE,
    last_seq INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    payload BLOB NOT NULL,
    PRIMARY KEY (turn, last_seq)
) WITHOUT ROWID;
INSERT INTO "turn_events" VALUES(1,2,1,X'7B226E223A317D0A7B226E223A327D');
INSERT INTO "turn_events" VALUES(1,3,3,X'7B226E223A337D');
INSERT INTO "turn_events" VALUES(2,1,1,X'7B226E223A317D');
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
INSERT INTO "turns" VALUES(1,'trn_1','thr_1','ann','req_1','completed','55c1b99cfd384b9eb9cf2bfd73959f54',1775044800000000,1795298290341174,0,0);
INSERT INTO "turns" VALUES(2,'trn_2','thr_1','ann',NULL,'running','55c1b99cfd384b9eb9cf2bfd73959f54',1775044800000000,NULL,0,0);
CREATE INDEX threads_of_owner ON threads (owner, created_at, seq);
CREATE INDEX items_in_order ON items (thread, seq, hidden);
CREATE INDEX attachments_of_thread ON attachments (thread_id) WHERE thread_id IS NOT NULL;
CREATE UNIQUE INDEX turns_running ON turns (thread_id) WHERE state = 'running';
CREATE INDEX turns_of_thread ON turns (thread_id);
CREATE INDEX turns_of_request ON turns (request_id) WHERE request_id IS NOT NULL;
CREATE INDEX turns_to_trim ON turns (ended_at) WHERE ended_at IS NOT NULL AND NOT trimmed;
CREATE VIEW turn_records AS
SELECT
    seq, id, thread_id, request_id, state, lifetime, started_at, ended_at, trimmed,
    coalesce((SELECT max(e.last_seq) FROM turn_events e WHERE e.turn = t.seq), t.last_seq)
        AS last_seq
FROM turns t;
COMMIT;
