-- Who may not come to an event any more, and by which of its rooms: as long as one says so it holds in all of them. Written with the entry of the
-- room's log that says so.
CREATE TABLE bans (
    participant_id TEXT NOT NULL REFERENCES participants (id),
    room_id TEXT NOT NULL REFERENCES rooms (id),
    at BIGINT NOT NULL,
    PRIMARY KEY (participant_id, room_id)
);
CREATE INDEX bans_of_room ON bans (room_id);
