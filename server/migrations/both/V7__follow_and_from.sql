-- 1 while the address of an event's page is made of its title.
ALTER TABLE events ADD COLUMN slug_follows BIGINT;
-- From when on a code can be used.
ALTER TABLE ticket_codes ADD COLUMN valid_from BIGINT;
