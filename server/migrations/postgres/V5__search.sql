-- Finding people: an index of every three letters of name and address.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX registration_search ON registrations USING gin (search gin_trgm_ops);
