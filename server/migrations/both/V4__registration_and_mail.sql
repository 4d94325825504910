-- Tickets, registrations, payments, mail, and what integrators are told.

CREATE TABLE ticket_types (
    id TEXT NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL REFERENCES events (id),
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    -- In the currency's smallest unit (ISO 4217).
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    -- How many there are, and how many are taken. A seat is taken in the same write that checks that one is left.
    quantity BIGINT,
    taken BIGINT NOT NULL DEFAULT 0,
    sales_start BIGINT,
    sales_end BIGINT,
    hidden BIGINT NOT NULL DEFAULT 0,
    waiting_list BIGINT NOT NULL DEFAULT 0,
    position BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE INDEX ticket_types_of_event ON ticket_types (event_id);

CREATE TABLE ticket_codes (
    id TEXT NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL REFERENCES events (id),
    -- In upper case.
    code TEXT NOT NULL,
    ticket_type_id TEXT REFERENCES ticket_types (id),
    percent_off BIGINT,
    amount_off BIGINT,
    quantity BIGINT,
    taken BIGINT NOT NULL DEFAULT 0,
    valid_until BIGINT,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE UNIQUE INDEX ticket_codes_by_code ON ticket_codes (event_id, code) WHERE deleted_at IS NULL;

CREATE TABLE questions (
    id TEXT NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL REFERENCES events (id),
    label TEXT NOT NULL,
    kind TEXT NOT NULL,
    options TEXT NOT NULL,
    required BIGINT NOT NULL,
    position BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE INDEX questions_of_event ON questions (event_id);

CREATE TABLE registrations (
    id TEXT NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL REFERENCES events (id),
    ticket_type_id TEXT NOT NULL REFERENCES ticket_types (id),
    code_id TEXT REFERENCES ticket_codes (id),
    -- Who they are in the rooms, once confirmed.
    participant_id TEXT REFERENCES participants (id),
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    -- What is searched: name and address in lower case.
    search TEXT NOT NULL,
    -- pending (a seat is held until `expires_at`), confirmed, waiting, cancelled, refunded.
    state TEXT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    answers TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    confirmed_at BIGINT,
    ended_at BIGINT
);
-- One place a person; whoever cancelled may come again.
CREATE UNIQUE INDEX registrations_by_email ON registrations (event_id, email) WHERE state IN ('pending', 'confirmed', 'waiting');
CREATE INDEX registrations_of_event ON registrations (event_id, id);
CREATE INDEX registrations_waiting ON registrations (ticket_type_id, state, id);
CREATE INDEX registrations_of_email ON registrations (email);
CREATE INDEX registrations_of_participant ON registrations (participant_id);

CREATE TABLE session_picks (
    registration_id TEXT NOT NULL REFERENCES registrations (id),
    session_id TEXT NOT NULL REFERENCES sessions (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (registration_id, session_id)
);
CREATE INDEX session_picks_of_session ON session_picks (session_id);

CREATE TABLE payments (
    -- What the provider calls it.
    reference TEXT NOT NULL PRIMARY KEY,
    provider TEXT NOT NULL,
    registration_id TEXT NOT NULL REFERENCES registrations (id),
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    -- open, paid, expired, failed, refunding, refunded.
    state TEXT NOT NULL,
    url TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX payments_of_registration ON payments (registration_id);

-- What a provider told and was acted on: told again, it is nothing new.
CREATE TABLE payment_notices (
    provider TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (provider, id)
);

-- Mail that is to be sent, written in the same transaction as what it announces. It holds no secret: links are made when it is sent.
CREATE TABLE outbox (
    -- What it is about, so that the same is not announced twice.
    id TEXT NOT NULL PRIMARY KEY,
    event_id TEXT REFERENCES events (id),
    registration_id TEXT REFERENCES registrations (id),
    participant_id TEXT REFERENCES participants (id),
    recipient TEXT NOT NULL,
    message TEXT NOT NULL,
    -- queued, sent, failed, bounced.
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    sent_at BIGINT,
    error TEXT
);
CREATE INDEX outbox_due ON outbox (state, due_at);
CREATE INDEX outbox_of_registration ON outbox (registration_id);

-- What everybody who is registered for an event is to be told: one row, written in the same transaction as what it announces, whatever
-- their number. Letters are made of it afterwards, page by page.
CREATE TABLE announcements (
    -- What it is about, so that the same is not announced twice. A letter's id is this, a colon, and the registration's.
    id TEXT NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL REFERENCES events (id),
    -- changed, cancelled, reminder.
    kind TEXT NOT NULL,
    -- What is told, less whom.
    message TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- The last registration whose letter is written.
    told_until TEXT NOT NULL DEFAULT '',
    done_at BIGINT
);
CREATE INDEX announcements_open ON announcements (created_at, id) WHERE done_at IS NULL;
CREATE INDEX announcements_of_event ON announcements (event_id);

CREATE TABLE webhooks (
    id TEXT NOT NULL PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    url TEXT NOT NULL,
    -- What deliveries are signed with; both sides have to have it.
    secret TEXT NOT NULL,
    kinds TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE INDEX webhooks_of_organisation ON webhooks (organisation_id);

CREATE TABLE deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    webhook_id TEXT NOT NULL REFERENCES webhooks (id),
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    -- queued, delivered, failed.
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    response_status BIGINT,
    error TEXT
);
CREATE INDEX deliveries_due ON deliveries (state, due_at);
CREATE INDEX deliveries_of_webhook ON deliveries (webhook_id, id);
