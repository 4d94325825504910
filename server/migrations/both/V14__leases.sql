-- Since when somebody has a letter to send it; nothing where it waits, as until it is tried again. One that was taken by a server that is no
-- more is free at once.
ALTER TABLE outbox ADD COLUMN taken_at BIGINT;
CREATE INDEX outbox_taken ON outbox (taken_at) WHERE taken_at IS NOT NULL;

-- 1 for a letter that goes behind what was written to the same person about the same event before it.
ALTER TABLE outbox ADD COLUMN follows BIGINT NOT NULL DEFAULT 0;
