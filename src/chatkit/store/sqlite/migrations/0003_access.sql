-- Who may come in: keys of servers, sessions of end users, how often each was used.

CREATE TABLE access_secrets (
    name TEXT PRIMARY KEY NOT NULL,
    secret BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE api_keys (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    hint TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY NOT NULL,
    user TEXT NOT NULL,
    workflow_id TEXT NOT NULL,
    settings TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    cancelled_at INTEGER,
    uploads INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE INDEX sessions_to_forget ON sessions (expires_at);

CREATE TABLE request_counts (
    name TEXT PRIMARY KEY NOT NULL,
    began_at INTEGER NOT NULL,
    count INTEGER NOT NULL
) WITHOUT ROWID;

-- For reading the threads of all owners in order.
CREATE INDEX threads_in_order ON threads (created_at, seq);
