//! Invites: what a link is good for.

use houselights_shared::{EventId, ParticipantId, Role, RoomId, Timestamp};

use super::{Statement, Store, StoreError, Value, hashed};

/// An invite as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct Invite {
    pub(super) secret_hash: String,
    pub(crate) event: EventId,
    pub(crate) event_title: String,
    /// The event's stage.
    pub(crate) room: RoomId,
    pub(crate) role: Role,
    /// Whose it is, where it is personal.
    pub(crate) person: Option<(ParticipantId, String)>,
    pub(crate) expires: Option<Timestamp>,
    /// Whether a ticket is good for one device at a time.
    pub(crate) one_device: bool,
}

impl Store {
    /// Makes one more invite for a participant, as what they are. False where there is no such participant, their place is, or their event.
    pub(crate) async fn add_invite(
        &self,
        participant: ParticipantId,
        secret: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "INSERT INTO invites (secret_hash, event_id, role, participant_id, created_at) \
                   SELECT $1, p.event_id, p.role, p.id, CAST($2 AS BIGINT) FROM participants p JOIN events e ON e.id = p.event_id \
                   WHERE p.id = $3 AND e.deleted_at IS NULL \
                   AND NOT EXISTS (SELECT 1 FROM registrations g WHERE g.participant_id = p.id AND g.state IN ('cancelled', 'refunded'))";
        let values = vec![hashed(secret).into(), now.into(), Value::id(&participant)];
        self.changed(vec![Statement::new(sql, values).changing(1)]).await
    }

    /// The invite with this secret.
    pub(crate) async fn invite(&self, secret: &str) -> Result<Option<Invite>, StoreError> {
        let statement = Statement::new(
            "SELECT e.id, e.title, r.id, i.role, p.id, p.name, i.expires_at, e.one_device \
             FROM invites i \
             JOIN events e ON e.id = i.event_id \
             JOIN rooms r ON r.event_id = e.id AND r.kind = 'stage' \
             LEFT JOIN participants p ON p.id = i.participant_id \
             WHERE i.secret_hash = $1",
            vec![hashed(secret).into()],
        );
        let rows = self.db.read(statement).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let person = match row.maybe(4)? {
            Some(participant) => Some((participant, row.text(5)?.to_owned())),
            None => None,
        };
        Ok(Some(Invite {
            secret_hash: hashed(secret),
            event: row.parsed(0)?,
            event_title: row.text(1)?.to_owned(),
            room: row.parsed(2)?,
            role: read_role(row.text(3)?),
            person,
            expires: row.maybe_int(6)?.map(Timestamp::from_micros),
            one_device: row.is(7)?,
        }))
    }
}

/// How a role is stored: as on the wire.
pub(super) const fn stored_role(role: Role) -> &'static str {
    match role {
        Role::Attendee | Role::Unknown => "attendee",
        Role::Speaker => "speaker",
        Role::Moderator => "moderator",
        Role::Producer => "producer",
        Role::Organizer => "organizer",
    }
}

/// The role that was stored; what a newer server stored is an attendee here.
pub(super) fn read_role(stored: &str) -> Role {
    [Role::Speaker, Role::Moderator, Role::Producer, Role::Organizer]
        .into_iter()
        .find(|role| stored_role(*role) == stored)
        .unwrap_or(Role::Attendee)
}
