-- Finding people: an index of every three letters of name and address.
CREATE VIRTUAL TABLE registration_search USING fts5 (search, content = 'registrations', content_rowid = 'rowid', tokenize = 'trigram');
INSERT INTO registration_search (rowid, search) SELECT rowid, search FROM registrations;
CREATE TRIGGER registration_search_insert AFTER INSERT ON registrations BEGIN
    INSERT INTO registration_search (rowid, search) VALUES (new.rowid, new.search);
END;
CREATE TRIGGER registration_search_update AFTER UPDATE OF search ON registrations BEGIN
    INSERT INTO registration_search (registration_search, rowid, search) VALUES ('delete', old.rowid, old.search);
    INSERT INTO registration_search (rowid, search) VALUES (new.rowid, new.search);
END;
CREATE TRIGGER registration_search_delete AFTER DELETE ON registrations BEGIN
    INSERT INTO registration_search (registration_search, rowid, search) VALUES ('delete', old.rowid, old.search);
END;
