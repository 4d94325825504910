//! Who is banned from an event. A room's log says so, and the event follows in the same write: however the server ends, they agree.

use std::collections::HashSet;

use houselights_shared::{EventId, ParticipantId, RoomId, Sanction, Update, UpdateBody};

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
    /// Who is muted by which room of an event, as the logs have it.
    pub(crate) async fn muted_in(&self, event: EventId) -> Result<HashSet<(RoomId, ParticipantId)>, StoreError> {
        let sql = "SELECT u.room_id, u.body FROM updates u JOIN rooms r ON r.id = u.room_id WHERE r.event_id = $1 AND r.deleted_at IS NULL \
                   AND u.body LIKE '%\"what\":\"sanction%' ORDER BY u.room_id, u.seq";
        let mut muted = HashSet::new();
        for row in self.db.read(Statement::new(sql, vec![Value::id(&event)])).await? {
            let (room, body): (RoomId, UpdateBody) = (row.parsed(0)?, row.json(1)?);
            if let UpdateBody::Sanctioned { sanctioned } = &body {
                if sanctioned.sanction == Sanction::Muted {
                    muted.insert((room, sanctioned.participant));
                } else {
                    muted.remove(&(room, sanctioned.participant));
                }
            } else if let UpdateBody::SanctionLifted { participant } = &body {
                muted.remove(&(room, *participant));
            }
        }
        Ok(muted)
    }

    /// Whether somebody who has, or had, this address at an event is banned from it.
    pub(crate) async fn is_banned(&self, event: EventId, email: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM bans b JOIN participants p ON p.id = b.participant_id WHERE p.event_id = $1 AND (\
                   EXISTS (SELECT 1 FROM registrations g WHERE g.participant_id = p.id AND g.email = $2) \
                   OR EXISTS (SELECT 1 FROM speakers k WHERE k.participant_id = p.id AND k.email = $2) \
                   OR EXISTS (SELECT 1 FROM people h WHERE h.id = p.person_id AND h.email = $2)) LIMIT 1";
        Ok(!self.db.read(Statement::new(sql, vec![Value::id(&event), email.into()])).await?.is_empty())
    }
}
