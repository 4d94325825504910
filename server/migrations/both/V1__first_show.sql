-- One text for SQLite and PostgreSQL: ids are UUIDs as TEXT, instants BIGINT microseconds since 1970 UTC, JSON is TEXT.

CREATE TABLE events (
    id TEXT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE rooms (
    id TEXT NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL REFERENCES events (id),
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX rooms_of_event ON rooms (event_id);

CREATE TABLE participants (
    id TEXT NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL REFERENCES events (id),
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- A personal invite names its participant; an open one makes a new participant at each login.
-- The secret itself is nowhere: only its SHA-256, in hex.
CREATE TABLE invites (
    secret_hash TEXT NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL REFERENCES events (id),
    role TEXT NOT NULL,
    participant_id TEXT REFERENCES participants (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT
);

CREATE TABLE logins (
    token_hash TEXT NOT NULL PRIMARY KEY,
    participant_id TEXT NOT NULL REFERENCES participants (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX logins_of_participant ON logins (participant_id);

-- The log of each room. Two servers that both believe they own a room cannot both write: the key stops the second.
-- A command is no key: one so old that the room forgot its answer is taken as new.
CREATE TABLE updates (
    room_id TEXT NOT NULL REFERENCES rooms (id),
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    by_participant TEXT,
    command_by TEXT,
    command_id TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (room_id, seq)
);

-- One row that is written to find out whether writing works again.
CREATE TABLE probe (
    id BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL
);
