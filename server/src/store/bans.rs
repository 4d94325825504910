//! Who is banned from an event. A room's log says so, and the event follows in the same write: however the server ends, they agree.

use std::collections::HashSet;

use houselights_shared::{EventId, ParticipantId, RoomId, Sanction, SanctionKind, Timestamp, Update, UpdateBody};

use super::{Row, Statement, Store, StoreError, Value, erasure::Trace, fresh_secret, hashed};

/// So many entries of a log are read at once.
pub(super) const STEP: i64 = 4_096;

/// Whether the participant `p` is banned, as a column.
macro_rules! is_banned {
    () => {
        "CASE WHEN EXISTS (SELECT 1 FROM bans b WHERE b.participant_id = p.id) THEN 1 ELSE 0 END"
    };
}
pub(super) use is_banned;

/// Somebody who is banned from an event, by one of its rooms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BanRow {
    pub(crate) event: EventId,
    pub(crate) participant: ParticipantId,
    pub(crate) name: String,
    pub(crate) room_title: String,
    /// Whether the room was deleted since.
    pub(crate) is_deleted: bool,
    pub(crate) at: Timestamp,
}

/// What an entry of a room's log says of bans. Said again, it changes nothing.
pub(super) fn followed(update: &Update) -> Option<Statement> {
    let (participant, banned) = if let UpdateBody::Sanctioned { sanctioned } = &update.body {
        (sanctioned.sanction == Sanction::Banned).then_some((sanctioned.participant, true))?
    } else if let UpdateBody::SanctionLifted { participant, kind: None | Some(SanctionKind::Banned) } = &update.body {
        (*participant, false)
    } else {
        return None;
    };
    let (participant, room) = (Value::id(&participant), Value::id(&update.room));
    Some(if banned {
        // Each room's ban stands alone, so each knows the address of who is forgotten.
        let sql = "INSERT INTO bans (participant_id, room_id, at, address_hash) SELECT id, CAST($2 AS TEXT), CAST($3 AS BIGINT), \
                   (SELECT MAX(b.address_hash) FROM bans b WHERE b.participant_id = participants.id) FROM participants \
                   WHERE id = $1 ON CONFLICT DO NOTHING";
        Statement::new(sql, vec![participant, room, update.at.into()])
    } else {
        Statement::new("DELETE FROM bans WHERE participant_id = $1 AND room_id = $2", vec![participant, room])
    })
}

impl Store {
    /// Who is muted by which room of an event, as the logs have it.
    pub(crate) async fn muted_in(&self, event: EventId) -> Result<HashSet<(RoomId, ParticipantId)>, StoreError> {
        let sql = "SELECT id FROM rooms WHERE event_id = $1 AND deleted_at IS NULL ORDER BY id";
        let mut muted = HashSet::new();
        for row in self.db.read(Statement::new(sql, vec![Value::id(&event)])).await? {
            let room = row.parsed(0)?;
            muted.extend(self.muted_by(room).await?.into_iter().map(|who| (room, who)));
        }
        Ok(muted)
    }

    /// Whom a room has muted. A long log is read in steps, so that nobody who reads something else waits for all of it.
    async fn muted_by(&self, room: RoomId) -> Result<HashSet<ParticipantId>, StoreError> {
        let sql = "SELECT seq, CASE WHEN body LIKE '%\"what\":\"sanction%' THEN body END FROM updates WHERE room_id = $1 AND seq > $2 \
                   ORDER BY seq LIMIT $3";
        let (mut muted, mut behind) = (HashSet::new(), 0);
        loop {
            let rows = self.db.read(Statement::new(sql, vec![Value::id(&room), behind.into(), STEP.into()])).await?;
            let Some(last) = rows.last() else { return Ok(muted) };
            behind = last.int(0)?;
            for row in rows.iter().filter(|row| !matches!(row.0.get(1), Some(Value::Null))) {
                let body: UpdateBody = row.json(1)?;
                if let UpdateBody::Sanctioned { sanctioned } = &body {
                    if sanctioned.sanction == Sanction::Muted {
                        muted.insert(sanctioned.participant);
                    }
                } else if let UpdateBody::SanctionLifted { participant, kind: None | Some(SanctionKind::Muted) } = &body {
                    muted.remove(participant);
                }
            }
        }
    }

    /// Who is banned from these events, and by which of their rooms, also those that were deleted since; the latest first.
    pub(crate) async fn bans_of(&self, events: impl IntoIterator<Item = EventId>) -> Result<Vec<BanRow>, StoreError> {
        let sql = "SELECT p.event_id, p.id, p.name, r.title, CASE WHEN r.deleted_at IS NULL THEN 0 ELSE 1 END, b.at FROM participants p \
                   JOIN bans b ON b.participant_id = p.id JOIN rooms r ON r.id = b.room_id WHERE p.event_id IN ({list}) \
                   ORDER BY b.at DESC, p.id, r.id";
        let events = events.into_iter().map(|id| Value::id(&id));
        let rows = self.db.read(Statement::listing(sql, Vec::new(), events)).await?;
        let ban = |row: &Row| {
            Ok(BanRow {
                event: row.parsed(0)?,
                participant: row.parsed(1)?,
                name: row.text(2)?.to_owned(),
                room_title: row.text(3)?.to_owned(),
                is_deleted: row.is(4)?,
                at: row.at(5)?,
            })
        };
        rows.iter().map(ban).collect()
    }

    /// The rooms that ban somebody from an event; nothing where they are nobody there.
    pub(crate) async fn banned_by(&self, event: EventId, who: ParticipantId) -> Result<Option<Vec<RoomId>>, StoreError> {
        let sql = "SELECT b.room_id FROM participants p LEFT JOIN bans b ON b.participant_id = p.id \
                   WHERE p.event_id = $1 AND p.id = $2 ORDER BY b.room_id";
        let rows = self.db.read(Statement::new(sql, vec![Value::id(&event), Value::id(&who)])).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let rooms = rows.iter().filter_map(|row| row.maybe(0).transpose());
        rooms.collect::<Result<_, _>>().map(Some)
    }

    /// Whether somebody who has, or had, this address at an event is banned from it, also where they are forgotten since.
    pub(crate) async fn is_banned(&self, event: EventId, email: &str) -> Result<bool, StoreError> {
        // Those of whoever has the address, and those of people who are forgotten, with what it takes to know theirs.
        let sql = "SELECT b.address_hash, (SELECT s.value FROM settings s WHERE s.name = 'address_key') \
                   FROM bans b JOIN participants p ON p.id = b.participant_id WHERE p.event_id = $1 AND (b.address_hash IS NOT NULL \
                   OR EXISTS (SELECT 1 FROM registrations g WHERE g.participant_id = p.id AND g.email = $2) \
                   OR EXISTS (SELECT 1 FROM speakers k WHERE k.participant_id = p.id AND k.email = $2) \
                   OR EXISTS (SELECT 1 FROM people h WHERE h.id = p.person_id AND h.email = $2))";
        for row in self.db.read(Statement::new(sql, vec![Value::id(&event), email.into()])).await? {
            let (hash, key): (Option<String>, Option<String>) = (row.maybe(0)?, row.maybe(1)?);
            let Some(hash) = hash else { return Ok(true) };
            if key.is_some_and(|key| address_hash(&key, event, email) == hash) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What keeps the bans of somebody who is being forgotten: by it their address is known again, and by nothing else.
    pub(super) async fn known_again(&self, places: &[Trace], email: &str) -> Result<Vec<Statement>, StoreError> {
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let key = match self.address_key().await? {
            Some(key) => key,
            None => self.new_address_key().await?,
        };
        let sql = "UPDATE bans SET address_hash = $1 WHERE participant_id = $2";
        let known =
            |at: &Trace| Statement::new(sql, vec![address_hash(&key, at.event, email).into(), Value::id(&at.participant)]);
        Ok(places.iter().map(known).collect())
    }

    async fn address_key(&self) -> Result<Option<String>, StoreError> {
        let rows = self.db.read(Statement::new("SELECT value FROM settings WHERE name = 'address_key'", Vec::new())).await?;
        rows.first().map(|row| row.text(0).map(str::to_owned)).transpose()
    }

    /// The one that was made first stays.
    async fn new_address_key(&self) -> Result<String, StoreError> {
        let fresh = fresh_secret().map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let sql = "INSERT INTO settings (name, value) VALUES ('address_key', $1) ON CONFLICT DO NOTHING";
        self.db.write(vec![Statement::new(sql, vec![fresh.into()])]).await?;
        self.address_key().await?.ok_or(StoreError::Corrupt("the key of addresses is gone"))
    }
}

/// An address at an event, as it is kept of somebody who is forgotten. Addresses are few enough to be tried: without the key it tells nothing, and
/// nothing leads from one event to another.
fn address_hash(key: &str, event: EventId, email: &str) -> String {
    hashed(&format!("{key} address at {event} {email}"))
}
