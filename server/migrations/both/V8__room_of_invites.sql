-- Into which room an invite leads, where one was named when it was made: without one, where the event's people come in.
ALTER TABLE invites ADD COLUMN room_id TEXT REFERENCES rooms (id);
