-- When an event ended; empty while it has not, and where it had before this was kept.
ALTER TABLE events ADD COLUMN ended_at BIGINT;
