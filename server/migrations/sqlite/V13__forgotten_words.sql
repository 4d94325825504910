-- What is deleted is taken out of the index of words at once, too, and not only marked (SQLite, FTS5, "The secure-delete configuration option").
INSERT INTO registration_search (registration_search, rank) VALUES ('secure-delete', 1);
