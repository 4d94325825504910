-- What is for one participant alone: direct messages, mentions, and how far they have read. Positions of an inbox are given once, from 1 on,
-- without a gap. A mark in whose place a later one came is deleted; whatever else is not the last word any more becomes 'nothing', so that a
-- command that comes again is still known.
CREATE TABLE inbox (
    participant_id TEXT NOT NULL REFERENCES participants (id),
    position BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- With whom, or by whom, it is.
    peer_id TEXT,
    message_id TEXT,
    -- Of what it is the last word.
    subject TEXT,
    -- How far was read.
    up_to BIGINT,
    -- The command of the participant that it answers.
    command_id TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (participant_id, position)
);
CREATE INDEX inbox_of_peer ON inbox (participant_id, peer_id, position);
CREATE INDEX inbox_by_peer ON inbox (peer_id);
CREATE INDEX inbox_of_message ON inbox (message_id);
CREATE UNIQUE INDEX inbox_last_words ON inbox (participant_id, subject) WHERE subject IS NOT NULL;
CREATE UNIQUE INDEX inbox_commands ON inbox (command_id, participant_id) WHERE command_id IS NOT NULL;
