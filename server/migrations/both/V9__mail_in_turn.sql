-- 1 for mail to many at once, which lets the rest go first.
ALTER TABLE outbox ADD COLUMN bulk BIGINT NOT NULL DEFAULT 0;
DROP INDEX outbox_due;
CREATE INDEX outbox_in_turn ON outbox (state, bulk, due_at);

-- What became of a letter that is of no event: a member is told of an organisation so.
CREATE INDEX outbox_of_no_event ON outbox (recipient) WHERE event_id IS NULL;

-- Until when an announcement waits, where its organisation has caused as much mail as it may on one day.
ALTER TABLE announcements ADD COLUMN not_before BIGINT NOT NULL DEFAULT 0;

-- How many letters to many at once an organisation has caused on a day, counted from 1 January 1970 (UTC).
CREATE TABLE mails_caused (
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    day BIGINT NOT NULL,
    letters BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, day)
);
