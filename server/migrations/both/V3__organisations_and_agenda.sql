-- People, their organisations, and events with an agenda. Booleans are BIGINT 0 or 1; what can be taken back has `deleted_at`.

CREATE TABLE people (
    id TEXT NOT NULL PRIMARY KEY,
    -- In lower case: one person an address.
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE person_logins (
    id TEXT NOT NULL PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    person_id TEXT NOT NULL REFERENCES people (id),
    device TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX person_logins_of_person ON person_logins (person_id);

-- A sign-in that was asked for. `device_hash` is of what the device that asked keeps, `secret_hash` of what the link carries, once one was
-- sent. It is gone once it was used.
CREATE TABLE sign_ins (
    device_hash TEXT NOT NULL PRIMARY KEY,
    secret_hash TEXT UNIQUE,
    email TEXT NOT NULL,
    device TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sign_ins_of_email ON sign_ins (email, created_at);

-- A sign-in under way at an OpenID provider, and who is who there.
CREATE TABLE oidc_sign_ins (
    state_hash TEXT NOT NULL PRIMARY KEY,
    nonce TEXT NOT NULL,
    verifier TEXT NOT NULL,
    device_hash TEXT NOT NULL,
    device TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE TABLE oidc_identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES people (id),
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX oidc_identities_of_person ON oidc_identities (person_id);

CREATE TABLE organisations (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE members (
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    person_id TEXT NOT NULL REFERENCES people (id),
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, person_id)
);
CREATE INDEX members_of_person ON members (person_id);

CREATE TABLE api_keys (
    id TEXT NOT NULL PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    name TEXT NOT NULL,
    secret_hash TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX api_keys_of_organisation ON api_keys (organisation_id);

CREATE TABLE images (
    id TEXT NOT NULL PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    content_type TEXT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX images_of_organisation ON images (organisation_id);

-- An organisation's own templates; those that come with the server are files.
CREATE TABLE templates (
    id TEXT NOT NULL PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE INDEX templates_of_organisation ON templates (organisation_id);

-- Events that were made from the command line belong to no organisation and are open to whoever has an invite.
ALTER TABLE events ADD COLUMN organisation_id TEXT REFERENCES organisations (id);
ALTER TABLE events ADD COLUMN slug TEXT;
ALTER TABLE events ADD COLUMN phase TEXT NOT NULL DEFAULT 'published';
ALTER TABLE events ADD COLUMN summary TEXT NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN starts_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN ends_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'UTC';
-- How many may come, and how many do: pending, confirmed and their like.
ALTER TABLE events ADD COLUMN capacity BIGINT;
ALTER TABLE events ADD COLUMN taken BIGINT NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN accent TEXT NOT NULL DEFAULT '#ffb45c';
ALTER TABLE events ADD COLUMN background TEXT NOT NULL DEFAULT '#14110f';
ALTER TABLE events ADD COLUMN logo_id TEXT REFERENCES images (id);
ALTER TABLE events ADD COLUMN cover_id TEXT REFERENCES images (id);
ALTER TABLE events ADD COLUMN one_device BIGINT NOT NULL DEFAULT 1;
-- What the template brings for the show itself: scenes, run of show, polls, texts of mails.
ALTER TABLE events ADD COLUMN show_plan TEXT NOT NULL DEFAULT '{}';
ALTER TABLE events ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE events ADD COLUMN cancelled_at BIGINT;
ALTER TABLE events ADD COLUMN cancel_reason TEXT;
ALTER TABLE events ADD COLUMN deleted_at BIGINT;
CREATE UNIQUE INDEX events_by_slug ON events (slug);
CREATE INDEX events_of_organisation ON events (organisation_id, id);
CREATE INDEX events_by_start ON events (starts_at);

ALTER TABLE rooms ADD COLUMN position BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN deleted_at BIGINT;

ALTER TABLE participants ADD COLUMN person_id TEXT REFERENCES people (id);
CREATE INDEX participants_of_event ON participants (event_id);
CREATE INDEX participants_of_person ON participants (person_id);
-- When they signed in for the first time: logins go, this stays.
ALTER TABLE participants ADD COLUMN came_at BIGINT;
-- What refers to what is erased is looked up.
CREATE INDEX invites_of_event ON invites (event_id);
CREATE INDEX invites_of_participant ON invites (participant_id);

CREATE TABLE agenda_tracks (
    id TEXT NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL REFERENCES events (id),
    title TEXT NOT NULL,
    colour TEXT NOT NULL,
    position BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE INDEX agenda_tracks_of_event ON agenda_tracks (event_id);

CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL REFERENCES events (id),
    room_id TEXT REFERENCES rooms (id),
    track_id TEXT REFERENCES agenda_tracks (id),
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    capacity BIGINT,
    picked BIGINT NOT NULL DEFAULT 0,
    version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    cancelled_at BIGINT,
    deleted_at BIGINT
);
CREATE INDEX sessions_of_event ON sessions (event_id, starts_at);
CREATE INDEX sessions_of_room ON sessions (room_id);
CREATE INDEX sessions_of_track ON sessions (track_id);

CREATE TABLE speakers (
    id TEXT NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL REFERENCES events (id),
    -- Who they are in the rooms, once invited.
    participant_id TEXT REFERENCES participants (id),
    name TEXT NOT NULL,
    headline TEXT NOT NULL,
    biography TEXT NOT NULL,
    email TEXT,
    picture_id TEXT REFERENCES images (id),
    position BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    invited_at BIGINT,
    deleted_at BIGINT
);
CREATE INDEX speakers_of_event ON speakers (event_id);
CREATE INDEX speakers_of_participant ON speakers (participant_id);

CREATE TABLE session_speakers (
    session_id TEXT NOT NULL REFERENCES sessions (id),
    speaker_id TEXT NOT NULL REFERENCES speakers (id),
    position BIGINT NOT NULL,
    PRIMARY KEY (session_id, speaker_id)
);
CREATE INDEX session_speakers_of_speaker ON session_speakers (speaker_id);
