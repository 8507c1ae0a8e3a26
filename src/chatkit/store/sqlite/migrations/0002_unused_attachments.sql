-- When a record was last saved: those of attachments in no message are forgotten in time. How old
-- the records of before are, nobody knows: they count as of now.

ALTER TABLE attachments ADD COLUMN saved_at INTEGER NOT NULL DEFAULT 0;

UPDATE attachments SET saved_at = strftime('%s', 'now') * 1000000;

CREATE INDEX attachments_unused ON attachments (saved_at) WHERE thread_id IS NULL;
