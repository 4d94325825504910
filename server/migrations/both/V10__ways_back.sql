-- Addresses that the page of an event had before: they lead to the one that it has now.
CREATE TABLE former_slugs (
    slug TEXT NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL REFERENCES events (id),
    left_at BIGINT NOT NULL
);
CREATE INDEX former_slugs_of_event ON former_slugs (event_id);

-- When an invitation was taken back: whoever follows its link is told so.
ALTER TABLE invites ADD COLUMN revoked_at BIGINT;

-- Whoever is erased is found by their address, and what refers to what is erased is looked up.
CREATE INDEX speakers_of_email ON speakers (email);
CREATE INDEX speakers_of_picture ON speakers (picture_id);
CREATE INDEX events_of_logo ON events (logo_id);
CREATE INDEX events_of_cover ON events (cover_id);
CREATE INDEX invites_of_room ON invites (room_id);
CREATE INDEX ticket_codes_of_type ON ticket_codes (ticket_type_id);
CREATE INDEX ticket_codes_of_event ON ticket_codes (event_id);

-- What waits to be told, by whom it is told to; and what was told long ago.
CREATE INDEX deliveries_waiting ON deliveries (webhook_id, id) WHERE state = 'queued';
CREATE INDEX deliveries_by_age ON deliveries (created_at);
