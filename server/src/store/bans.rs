//! Who is banned from an event. A room's log says so, and the event follows in the same write: however the server ends, they agree.

use houselights_shared::{EventId, Sanction, Update, UpdateBody};

use super::{Statement, Store, StoreError, Value};

/// Whether the participant `p` is banned, as a column.
macro_rules! is_banned {
    () => {
        "CASE WHEN EXISTS (SELECT 1 FROM bans b WHERE b.participant_id = p.id) THEN 1 ELSE 0 END"
    };
}
pub(super) use is_banned;

/// What an entry of a room's log says of bans. Said again, it changes nothing.
pub(super) fn followed(update: &Update) -> Option<Statement> {
    let (participant, banned) = if let UpdateBody::Sanctioned { sanctioned } = &update.body {
        (sanctioned.participant, sanctioned.sanction == Sanction::Banned)
    } else if let UpdateBody::SanctionLifted { participant } = &update.body {
        (*participant, false)
    } else {
        return None;
    };
    let (participant, room) = (Value::id(&participant), Value::id(&update.room));
    Some(if banned {
        let sql = "INSERT INTO bans (participant_id, room_id, at) SELECT id, CAST($2 AS TEXT), CAST($3 AS BIGINT) FROM participants \
                   WHERE id = $1 ON CONFLICT DO NOTHING";
        Statement::new(sql, vec![participant, room, update.at.into()])
    } else {
        Statement::new("DELETE FROM bans WHERE participant_id = $1 AND room_id = $2", vec![participant, room])
    })
}

impl Store {
    /// Whether somebody who has, or had, this address at an event is banned from it.
    pub(crate) async fn is_banned(&self, event: EventId, email: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM bans b JOIN participants p ON p.id = b.participant_id WHERE p.event_id = $1 AND (\
                   EXISTS (SELECT 1 FROM registrations g WHERE g.participant_id = p.id AND g.email = $2) \
                   OR EXISTS (SELECT 1 FROM speakers k WHERE k.participant_id = p.id AND k.email = $2) \
                   OR EXISTS (SELECT 1 FROM people h WHERE h.id = p.person_id AND h.email = $2)) LIMIT 1";
        Ok(!self.db.read(Statement::new(sql, vec![Value::id(&event), email.into()])).await?.is_empty())
    }
}
