-- By what the address is known of somebody who was banned and is forgotten since, so that the ban outlives that: a hash with a key of the server's.
-- Empty where their address is still there. It goes with the ban.
ALTER TABLE bans ADD COLUMN address_hash TEXT;
