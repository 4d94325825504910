-- What participants say of themselves, and to whom it is shown. Whoever said nothing has no row.
CREATE TABLE profiles (
    participant_id TEXT NOT NULL PRIMARY KEY REFERENCES participants (id),
    headline TEXT NOT NULL,
    company TEXT NOT NULL,
    pronouns TEXT NOT NULL,
    about TEXT NOT NULL,
    -- A JSON list.
    links TEXT NOT NULL,
    shown_to TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);
