//! What was said in the rooms that one was in, to be found at once and without a server. Of each room it is everything from some position on, as
//! far as it was heard: a snapshot begins it anew, for what changed meanwhile nobody told, and updates carry it on.

use houselights_shared::{Message, MessageId, RoomId, SNAPSHOT_MESSAGES, Seq, Snapshot, Update, UpdateBody, words};
use rusqlite::{Connection, OptionalExtension, params};

use super::{NotKept, Store};

/// What is kept of a room, in number and in bytes. Full: the oldest are thrown away.
const MOST: i64 = 5_000;
const MOST_BYTES: i64 = 8 * 1024 * 1024;
/// Rooms of which something is kept. Full: the one that was begun longest ago is thrown away.
const MOST_ROOMS: i64 = 12;

/// Whose, and of which room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Who is in it, and at which server.
    pub(crate) login: String,
    /// Which.
    pub(crate) room: RoomId,
}

/// What was heard of a room.
#[derive(Clone, Debug)]
pub(crate) enum Heard {
    /// Where it stands.
    Snapshot(Box<Snapshot>),
    /// What happened since.
    Updates(Vec<Update>),
    /// Something was not heard: what is kept may not be so any more.
    Missed,
}

/// What is kept of a room that is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// Newest first.
    pub(crate) messages: Vec<Message>,
    /// From this position on everything is kept. Absent: nothing is.
    pub(crate) from: Option<Seq>,
}

impl Store {
    /// Keeps what was heard of a room, in its order.
    pub(crate) async fn keep_heard(&self, place: Place, heard: Vec<Heard>) -> Result<(), NotKept> {
        self.run(move |base| {
            let writing = base.transaction()?;
            for heard in &heard {
                match heard {
                    Heard::Snapshot(snapshot) => begin(&writing, &place, snapshot)?,
                    Heard::Updates(updates) => updates.iter().try_for_each(|update| follow(&writing, &place, update))?,
                    Heard::Missed => forget(&writing, &place)?,
                }
            }
            trim(&writing, &place)?;
            writing.commit()
        })
        .await
    }

    /// Keeps a page of what was said before, where it joins what is kept. `more`: whether there is anything before it.
    pub(crate) async fn keep_page(&self, place: Place, page: Vec<Message>, (before, more): (Seq, bool)) -> Result<(), NotKept> {
        self.run(move |base| {
            let writing = base.transaction()?;
            let Some(from) = from(&writing, &place)?.filter(|from| *from <= before) else { return Ok(()) };
            let first = page.first().filter(|_| more).map_or(Seq::START, |oldest| oldest.seq);
            if first < from {
                page.iter().filter(|message| message.gone.is_none()).try_for_each(|message| keep(&writing, &place, message))?;
                begins(&writing, &place, first)?;
            }
            trim(&writing, &place)?;
            writing.commit()
        })
        .await
    }

    /// The latest that were said before a position; with words, those in which all of them are, the last as far as it is begun.
    pub(crate) async fn kept_messages(
        &self,
        place: Place,
        words: Option<Vec<String>>,
        (before, most): (Option<Seq>, usize),
    ) -> Result<Found, NotKept> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let before = before.map_or(i64::MAX, number);
        let query = words.map(|words| words.iter().flat_map(|word| ["\"", word, "\" "]).collect::<String>() + "*");
        self.run(move |base| {
            let Place { login, room } = &place;
            let sql = match query {
                None => {
                    "SELECT message FROM message WHERE login = ?1 AND room = ?2 AND seq < ?3 AND ?5 IS NULL ORDER BY seq DESC LIMIT ?4"
                }
                Some(_) => {
                    "SELECT m.message FROM message_words w CROSS JOIN message m ON m.key = w.rowid
                     WHERE message_words MATCH ?5 AND m.login = ?1 AND m.room = ?2 AND m.seq < ?3 ORDER BY m.seq DESC LIMIT ?4"
                }
            };
            let mut found = base.prepare_cached(sql)?;
            let rows = found.query_map(params![login, room.to_string(), before, most, query], |row| row.get::<_, String>(0))?;
            let rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
            let messages = rows.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
            Ok(Found { messages, from: from(base, &place)? })
        })
        .await
    }

    /// Nothing is left of what was said to others than this login.
    pub(crate) async fn forget_messages_but(&self, login: String) -> Result<(), NotKept> {
        self.run(move |base| {
            base.execute("DELETE FROM message WHERE login <> ?1", [&login])?;
            base.execute("DELETE FROM kept_room WHERE login <> ?1", [&login]).map(drop)
        })
        .await
    }

    /// Nobody is in an event any more: nothing of what was said there is left.
    pub(crate) async fn forget_messages(&self) -> Result<(), NotKept> {
        self.run(|base| {
            base.execute_batch("BEGIN; DELETE FROM message; DELETE FROM kept_room; COMMIT;")?;
            base.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        })
        .await
    }
}

/// Everything that is kept of the room is what the snapshot tells.
fn begin(base: &Connection, place: &Place, snapshot: &Snapshot) -> rusqlite::Result<()> {
    forget(base, place)?;
    let chat = &snapshot.chat;
    // A server that does not say where its messages stand has them told by nobody.
    if chat.iter().any(|message| message.seq == Seq::START) {
        return Ok(());
    }
    let oldest = chat.first().filter(|_| chat.len() >= SNAPSHOT_MESSAGES);
    begins(base, place, oldest.map_or(Seq::START, |oldest| oldest.seq))?;
    chat.iter().filter(|message| message.gone.is_none()).try_for_each(|message| keep(base, place, message))?;
    base.execute(
        "DELETE FROM kept_room WHERE rowid IN (SELECT rowid FROM kept_room ORDER BY rowid DESC LIMIT -1 OFFSET ?1)",
        [MOST_ROOMS],
    )?;
    base.execute(
        "DELETE FROM message WHERE NOT EXISTS (SELECT 1 FROM kept_room k WHERE k.login = message.login AND k.room = message.room)",
        [],
    )
    .map(drop)
}

/// What happened is done to what is kept, too. What was never begun is not carried on.
fn follow(base: &Connection, place: &Place, update: &Update) -> rusqlite::Result<()> {
    let Some(from) = from(base, place)? else { return Ok(()) };
    if let UpdateBody::MessageSent { message } = &update.body {
        return keep(base, place, &Message { seq: update.seq, ..message.clone() });
    }
    if let UpdateBody::MessageShown { message } = &update.body
        && message.seq >= from
    {
        return keep(base, place, message);
    }
    if let UpdateBody::MessageRemoved { message } | UpdateBody::MessageHidden { message } = &update.body {
        return take_out(base, place, *message);
    }
    if let UpdateBody::MessageEdited { message, text, mentions } = &update.body
        && let Some(mut said) = one(base, place, *message)?
    {
        said.edit(update.at, (text, mentions));
        return keep(base, place, &said);
    }
    Ok(())
}

fn one(base: &Connection, Place { login, room }: &Place, message: MessageId) -> rusqlite::Result<Option<Message>> {
    let text: Option<String> = base
        .prepare_cached("SELECT message FROM message WHERE login = ?1 AND room = ?2 AND id = ?3")?
        .query_row(params![login, room.to_string(), message.to_string()], |row| row.get(0))
        .optional()?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

fn keep(base: &Connection, Place { login, room }: &Place, message: &Message) -> rusqlite::Result<()> {
    // What it said before is nobody's to find.
    let message = &Message { earlier: Vec::new(), ..message.clone() };
    let text = serde_json::to_string(message).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    // Not replaced: the index would not hear of what goes.
    base.prepare_cached("DELETE FROM message WHERE login = ?1 AND room = ?2 AND seq = ?3")?.execute(params![
        login,
        room.to_string(),
        number(message.seq)
    ])?;
    base.prepare_cached("INSERT INTO message (login, room, seq, id, message, words) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute(params![
            login,
            room.to_string(),
            number(message.seq),
            message.id.to_string(),
            text,
            words(&message.text).join(" ")
        ])
        .map(drop)
}

fn take_out(base: &Connection, Place { login, room }: &Place, message: MessageId) -> rusqlite::Result<()> {
    base.prepare_cached("DELETE FROM message WHERE login = ?1 AND room = ?2 AND id = ?3")?
        .execute(params![login, room.to_string(), message.to_string()])
        .map(drop)
}

fn forget(base: &Connection, Place { login, room }: &Place) -> rusqlite::Result<()> {
    for sql in ["DELETE FROM message WHERE login = ?1 AND room = ?2", "DELETE FROM kept_room WHERE login = ?1 AND room = ?2"] {
        base.execute(sql, params![login, room.to_string()])?;
    }
    Ok(())
}

/// From which position on everything is kept of the room.
fn from(base: &Connection, Place { login, room }: &Place) -> rusqlite::Result<Option<Seq>> {
    base.prepare_cached("SELECT low FROM kept_room WHERE login = ?1 AND room = ?2")?
        .query_row(params![login, room.to_string()], |row| row.get::<_, i64>(0).map(|low| Seq::new(low.unsigned_abs())))
        .optional()
}

fn begins(base: &Connection, Place { login, room }: &Place, from: Seq) -> rusqlite::Result<()> {
    base.execute(
        "INSERT INTO kept_room (login, room, low) VALUES (?1, ?2, ?3) ON CONFLICT (login, room) DO UPDATE SET low = ?3",
        params![login, room.to_string(), number(from)],
    )
    .map(drop)
}

/// Throws away the oldest of what is more than is kept of a room.
fn trim(base: &Connection, place: &Place) -> rusqlite::Result<()> {
    let (login, room) = (&place.login, place.room.to_string());
    let (count, bytes) = base
        .prepare_cached("SELECT count(*), coalesce(sum(length(message)), 0) FROM message WHERE login = ?1 AND room = ?2")?
        .query_row(params![login, room], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
    if count <= MOST && bytes <= MOST_BYTES {
        return Ok(());
    }
    base.execute(
        "DELETE FROM message WHERE key IN (SELECT key FROM (
             SELECT key, row_number() OVER newest AS place, sum(length(message)) OVER newest AS together
             FROM message WHERE login = ?1 AND room = ?2 WINDOW newest AS (ORDER BY seq DESC)
         ) WHERE place > ?3 OR together > ?4)",
        params![login, room, MOST, MOST_BYTES],
    )?;
    let oldest: Option<i64> =
        base.query_row("SELECT min(seq) FROM message WHERE login = ?1 AND room = ?2", params![login, room], |row| row.get(0))?;
    begins(base, place, Seq::new(oldest.unwrap_or(i64::MAX).unsigned_abs()))
}

fn number(seq: Seq) -> i64 {
    i64::try_from(seq.number()).unwrap_or(i64::MAX)
}
