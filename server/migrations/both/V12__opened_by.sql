-- With which sign-in of a person an invite was made, and a login: they end with it.
ALTER TABLE invites ADD COLUMN person_login_id TEXT;
ALTER TABLE logins ADD COLUMN person_login_id TEXT;
CREATE INDEX invites_of_person_login ON invites (person_login_id);
CREATE INDEX logins_of_person_login ON logins (person_login_id);
