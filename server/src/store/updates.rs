//! The rooms' logs.

use std::sync::Arc;

use houselights_domain::{Entry, Person};
use houselights_shared::{ParticipantId, RoomId, Seq, Timestamp, Update};

use super::{Row, Statement, Store, StoreError, Value, bans::followed, invites::read_role};

impl Store {
    /// Appends to rooms' logs and to who is banned by them, all or nothing, and returns when they are on the disk. What is said in them is found a
    /// moment later (`indexing.rs`).
    pub(crate) async fn append(&self, entries: &[Entry]) -> Result<(), StoreError> {
        let mut statements = Vec::with_capacity(entries.len() + 1);
        for entry in entries {
            statements.push(insert(entry)?);
            statements.extend(followed(&entry.update));
        }
        let rooms = Self::falling_behind(entries)?;
        for (room, behind) in &rooms {
            let sql = "UPDATE rooms SET indexed = $2 WHERE id = $1 AND indexed IS NULL";
            statements.push(Statement::new(sql, vec![Value::id(room), (*behind).into()]));
        }
        let stored = self.db.write(statements).await.map(drop);
        // Also where that failed: what seemed to fail may be on the disk.
        for room in rooms.into_keys() {
            self.unindexed.fell_behind(room);
        }
        stored
    }

    /// A room's title, if there is such a room.
    pub(crate) async fn room_title(&self, room: RoomId) -> Result<Option<String>, StoreError> {
        let rows = self.db.read(Statement::new("SELECT title FROM rooms WHERE id = $1", vec![Value::id(&room)])).await?;
        rows.first().map(|row| row.text(0).map(str::to_owned)).transpose()
    }

    /// A room's title, and when its event ended, where it has and that is known.
    pub(crate) async fn room_of_the_past(&self, room: RoomId) -> Result<Option<(String, Option<Timestamp>)>, StoreError> {
        let sql = "SELECT r.title, e.ended_at FROM rooms r JOIN events e ON e.id = r.event_id WHERE r.id = $1";
        let rows = self.db.read(Statement::new(sql, vec![Value::id(&room)])).await?;
        rows.first().map(|row| Ok((row.text(0)?.to_owned(), row.maybe_at(1)?))).transpose()
    }

    /// As what those of a room's event come, and how they are called.
    pub(crate) async fn people_of_room(
        &self,
        room: RoomId,
        ids: impl IntoIterator<Item = ParticipantId>,
    ) -> Result<Vec<(ParticipantId, Person)>, StoreError> {
        let sql = "SELECT p.id, p.name, p.role FROM participants p JOIN rooms r ON r.event_id = p.event_id WHERE r.id = $1 AND p.id IN ({list})";
        let ids = ids.into_iter().map(|id| Value::id(&id));
        let rows = self.db.read(Statement::listing(sql, vec![Value::id(&room)], ids)).await?;
        rows.iter()
            .map(|row| Ok((row.parsed(0)?, Person { name: row.text(1)?.to_owned(), role: read_role(row.text(2)?) })))
            .collect()
    }

    /// A room's whole log, in order: for tests, which have small ones.
    #[cfg(test)]
    pub(crate) async fn log(&self, room: RoomId) -> Result<Vec<Entry>, StoreError> {
        let mut log: Vec<Entry> = Vec::new();
        loop {
            let after = log.last().map_or(0, |last| last.update.seq.number());
            let page = self.log_after(room, i64::try_from(after).unwrap_or(i64::MAX), 4_096).await?;
            if page.is_empty() {
                return Ok(log);
            }
            log.extend(page);
        }
    }

    /// So many entries of a room's log at most, behind a position.
    pub(crate) async fn log_after(&self, room: RoomId, after: i64, most: i64) -> Result<Vec<Entry>, StoreError> {
        let statement = Statement::new(
            "SELECT seq, at, by_participant, command_by, command_id, body FROM updates \
             WHERE room_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
            vec![Value::id(&room), after.into(), most.into()],
        );
        self.db.read(statement).await?.iter().map(|row| entry(room, row)).collect()
    }

    /// So many of a room's updates at most, behind a position, in order.
    pub(crate) async fn updates_after(&self, room: RoomId, after: Seq, most: usize) -> Result<Vec<Update>, StoreError> {
        let sql = "SELECT seq, at, by_participant, command_by, command_id, body FROM updates \
                   WHERE room_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
        let number = |number| i64::try_from(number).unwrap_or(i64::MAX);
        let values = vec![Value::id(&room), number(after.number()).into(), number(most as u64).into()];
        self.entries(room, sql, values).await
    }

    /// These updates of a room, as far as they are there.
    pub(crate) async fn updates_at(&self, room: RoomId, at: &[Seq]) -> Result<Vec<Update>, StoreError> {
        let sql =
            "SELECT seq, at, by_participant, command_by, command_id, body FROM updates WHERE room_id = $1 AND seq IN ({list})";
        let at = at.iter().map(|seq| Value::from(i64::try_from(seq.number()).unwrap_or(i64::MAX)));
        let rows = self.db.read(Statement::listing(sql, vec![Value::id(&room)], at)).await?;
        rows.iter().map(|row| Ok(Update::clone(&entry(room, row)?.update))).collect()
    }

    /// What happened, by a statement that reads the same columns.
    pub(super) async fn entries(&self, room: RoomId, sql: &'static str, values: Vec<Value>) -> Result<Vec<Update>, StoreError> {
        let rows = self.db.read(Statement::new(sql, values)).await?;
        rows.iter().map(|row| Ok(Update::clone(&entry(room, row)?.update))).collect()
    }
}

fn insert(entry: &Entry) -> Result<Statement, StoreError> {
    let Update { room, seq, at, by, body } = &*entry.update;
    let body = serde_json::to_string(body).map_err(|_| StoreError::Corrupt("an update cannot be encoded"))?;
    let seq = i64::try_from(seq.number()).map_err(|_| StoreError::Corrupt("a position is too large"))?;
    Ok(Statement::new(
        "INSERT INTO updates (room_id, seq, at, by_participant, command_by, command_id, body) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        vec![
            Value::id(room),
            seq.into(),
            at.micros().into(),
            by.map(|id| id.to_string()).into(),
            entry.command.map(|(by, _)| by.to_string()).into(),
            entry.command.map(|(_, id)| id.to_string()).into(),
            body.into(),
        ],
    ))
}

fn entry(room: RoomId, row: &Row) -> Result<Entry, StoreError> {
    let update = Update {
        room,
        seq: Seq::new(row.int(0)?.unsigned_abs()),
        at: Timestamp::from_micros(row.int(1)?),
        by: row.maybe(2)?,
        body: serde_json::from_str(row.text(5)?).map_err(|_| StoreError::Corrupt("an update cannot be read"))?,
    };
    Ok(Entry { update: Arc::new(update), command: row.maybe(3)?.zip(row.maybe(4)?) })
}
