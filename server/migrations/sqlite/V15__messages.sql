-- What was said in rooms, found by its place and by its words: an index over their logs, in which alone it stands. The place of a message is the
-- number of its room and its position in the room's log, so the places of a room are in one piece and in the order of its log.
ALTER TABLE rooms ADD COLUMN number BIGINT;
UPDATE rooms SET number = rowid;
CREATE UNIQUE INDEX rooms_by_number ON rooms (number);
CREATE TRIGGER rooms_number AFTER INSERT ON rooms WHEN new.number IS NULL BEGIN
    UPDATE rooms SET number = (SELECT coalesce(max(number), 0) + 1 FROM rooms) WHERE id = new.id;
END;

-- How far the log is indexed that was there before; absent: all of it is. What comes is indexed as it is written.
ALTER TABLE rooms ADD COLUMN indexed BIGINT;
UPDATE rooms SET indexed = 0;
CREATE INDEX rooms_to_index ON rooms (id) WHERE indexed IS NOT NULL;

-- `settled`: the position of what decided last whether it is gone. `gone`: that of what took it out of the chat.
CREATE TABLE messages (
    place INTEGER NOT NULL PRIMARY KEY,
    room_id TEXT NOT NULL REFERENCES rooms (id),
    seq BIGINT NOT NULL,
    id TEXT NOT NULL,
    author TEXT NOT NULL,
    is_note BIGINT NOT NULL,
    settled BIGINT NOT NULL,
    gone BIGINT,
    words TEXT NOT NULL
);
CREATE INDEX messages_of_room ON messages (room_id, id);
CREATE INDEX messages_of_author ON messages (author);

-- The positions at which messages were changed.
CREATE TABLE message_edits (
    room_id TEXT NOT NULL REFERENCES rooms (id),
    seq BIGINT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (room_id, seq)
);
CREATE INDEX edits_of_message ON message_edits (room_id, id);

-- The words are parted and compared before they are stored; one may be searched for by its beginning.
CREATE VIRTUAL TABLE message_search USING fts5 (words, content = 'messages', content_rowid = 'place', tokenize = 'ascii', prefix = '1 2 3');
INSERT INTO message_search (message_search, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER message_search_insert AFTER INSERT ON messages BEGIN
    INSERT INTO message_search (rowid, words) VALUES (new.place, new.words);
END;
CREATE TRIGGER message_search_update AFTER UPDATE OF words ON messages BEGIN
    INSERT INTO message_search (message_search, rowid, words) VALUES ('delete', old.place, old.words);
    INSERT INTO message_search (rowid, words) VALUES (new.place, new.words);
END;
CREATE TRIGGER message_search_delete AFTER DELETE ON messages BEGIN
    INSERT INTO message_search (message_search, rowid, words) VALUES ('delete', old.place, old.words);
END;
