-- What the server of this database says of itself to those who work on the same file. The address that invite links begin with is `public_url`.
CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
