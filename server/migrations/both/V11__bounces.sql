-- Addresses from which mail of an event came back. Nothing more goes there for that event until its organizer or the person says so.
CREATE TABLE bounced_addresses (
    event_id TEXT NOT NULL REFERENCES events (id),
    -- In lower case.
    email TEXT NOT NULL,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (event_id, email)
);
-- Which letter came back is found by whom it was for.
CREATE INDEX outbox_of_recipient ON outbox (recipient);
