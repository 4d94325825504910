//! Invites: what a link is good for.

use std::time::Duration;

use houselights_domain::{Doors, StaffRole};
use houselights_shared::{EventId, ParticipantId, PersonId, PersonLoginId, Role, RoomId, Timestamp};

use super::{
    CreatedInvite, Row, Statement, Store, StoreError, Value, bans::is_banned, events::doors, hashed,
    organisations::stored_staff,
};

/// An invite as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct Invite {
    pub(super) secret_hash: String,
    pub(crate) event: EventId,
    pub(crate) event_title: String,
    /// Where it leads: into a room that was named when it was made; a speaker into that of what they speak in next; everybody else, and
    /// where that is in the trash, to the event's stage, where it has several to the first.
    pub(crate) room: RoomId,
    pub(crate) role: Role,
    /// Whose it is, where it is personal.
    pub(crate) person: Option<(ParticipantId, String)>,
    /// Whether they are banned from the event.
    pub(crate) is_banned: bool,
    pub(crate) expires: Option<Timestamp>,
    /// Whether a ticket is good for one device at a time.
    pub(crate) one_device: bool,
    /// What decides whether it leads in now.
    pub(crate) doors: Doors,
}

/// Who has a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    /// One person.
    One,
    /// Whoever was told it.
    Many,
}

/// For how long a link of one's own into an event can be used: it is, at once.
const ENTER_WITHIN: Duration = Duration::from_hours(24);

/// A member of an event's organisation who enters it.
pub(crate) struct Entering<'a> {
    pub(crate) event: EventId,
    pub(crate) person: PersonId,
    /// As they are called in the rooms.
    pub(crate) name: &'a str,
    /// As what they come.
    pub(crate) role: Role,
    /// Into which room; without one, where the event's people come in.
    pub(crate) room: Option<RoomId>,
    /// With which of their sign-ins. When that ends, so does what it opened.
    pub(crate) by: PersonLoginId,
}

/// Holds a sign-in, which has to stand: whoever ends it at the same moment meets this.
fn signed_in(login: PersonLoginId) -> Statement {
    Statement::new("UPDATE person_logins SET used_at = used_at WHERE id = $1", vec![Value::id(&login)]).changing(1)
}

/// Whoever changes the members at the same moment, and two devices that enter, meet here, one after the other.
fn met_by_members(event: EventId) -> Statement {
    let met = "UPDATE organisations SET name = name WHERE id = (SELECT organisation_id FROM events WHERE id = $1)";
    Statement::new(met, vec![Value::id(&event)]).changing(1)
}

/// A member who is nobody at the event yet.
const NEW_MEMBER: &str = "INSERT INTO participants (id, event_id, person_id, name, role, created_at) \
                          SELECT $5, $1, $2, $4, $3, CAST($6 AS BIGINT) WHERE NOT EXISTS (SELECT 1 FROM participants \
                          WHERE event_id = $1 AND person_id = $2 AND role IN ('moderator', 'producer', 'organizer'))";

impl Store {
    /// Who a member of an event's organisation is in its rooms, also where they never went there; nobody where the event has no organisation (any more).
    pub(crate) async fn member_in_rooms(
        &self,
        event: EventId,
        (person, name, role): (PersonId, &str, Role),
        now: Timestamp,
    ) -> Result<Option<ParticipantId>, StoreError> {
        let (whose, id) = (|| vec![Value::id(&event), Value::id(&person)], ParticipantId::random());
        let values = whose().into_iter().chain([stored_role(role).into(), name.into(), Value::id(&id), now.into()]);
        if !self.changed(vec![met_by_members(event), Statement::new(NEW_MEMBER, values.collect())]).await? {
            return Ok(None);
        }
        let sql = "SELECT id FROM participants WHERE event_id = $1 AND person_id = $2 \
                   AND role IN ('moderator', 'producer', 'organizer') ORDER BY id LIMIT 1";
        self.db.read(Statement::new(sql, whose())).await?.first().map(|row| row.parsed(0)).transpose()
    }

    /// An invite for a member of an event's organisation; none where they are no member (any more), or as something else. They are one
    /// participant an event, whatever their role was before: links that were made for another role are over.
    pub(crate) async fn enter_event(
        &self,
        entering: &Entering<'_>,
        base_url: &str,
        now: Timestamp,
    ) -> Result<Option<CreatedInvite>, StoreError> {
        let Entering { event, person, name, role, room, by } = *entering;
        let invite = CreatedInvite::fresh(role, Some(name.to_owned()), base_url)?;
        let whose = || vec![Value::id(&event), Value::id(&person), stored_role(role).into()];
        let staff = StaffRole::ALL.into_iter().filter(|staff| staff.in_rooms() == role).map(stored_staff);
        let held = "UPDATE events SET version = version WHERE id = $1 AND deleted_at IS NULL AND EXISTS (SELECT 1 FROM members m \
                    WHERE m.organisation_id = events.organisation_id AND m.person_id = $2 AND m.role IN ({list}))";
        let held = Statement::listing(held, vec![Value::id(&event), Value::id(&person)], staff.map(Value::from));
        let outdated = "DELETE FROM invites WHERE event_id = $1 AND role <> $3 AND participant_id IN (SELECT id FROM participants \
                        WHERE event_id = $1 AND person_id = $2 AND role IN ('moderator', 'producer', 'organizer'))";
        let known = "UPDATE participants SET role = $3, name = $4 \
                     WHERE event_id = $1 AND person_id = $2 AND role IN ('moderator', 'producer', 'organizer')";
        let made = "INSERT INTO invites (secret_hash, event_id, role, participant_id, created_at, expires_at, room_id, person_login_id) \
                    SELECT $4, event_id, role, id, CAST($5 AS BIGINT), CAST($6 AS BIGINT), $7, $8 FROM participants \
                    WHERE event_id = $1 AND person_id = $2 AND role = $3 ORDER BY id LIMIT 1";
        let with = |more: Vec<Value>| whose().into_iter().chain(more).collect();
        let (secret, expires) = (hashed(&invite.secret), now.plus(ENTER_WITHIN));
        let room = room.map(|room| room.to_string());
        let statements = vec![
            signed_in(by),
            met_by_members(event),
            held.changing(1),
            Statement::new(outdated, whose()),
            Statement::new(known, with(vec![name.into()])),
            Statement::new(NEW_MEMBER, with(vec![name.into(), Value::id(&ParticipantId::random()), now.into()])),
            Statement::new(made, with(vec![secret.into(), now.into(), expires.into(), room.into(), Value::id(&by)]))
                .changing(1),
        ];
        Ok(self.changed(statements).await?.then_some(invite))
    }

    /// Makes one more invite for a participant, with a sign-in of their own where it is they who ask, as what they are, into a room where one is
    /// named. False where there is no such participant, where their place is cancelled, where their event, or they as a speaker, are in the trash,
    /// or where they are not invited to speak (any more), or `to` another address than the one that it goes to.
    pub(crate) async fn add_invite(
        &self,
        participant: ParticipantId,
        (room, to): (Option<RoomId>, Option<&str>),
        (secret, by): (&str, Option<PersonLoginId>),
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "INSERT INTO invites (secret_hash, event_id, role, participant_id, created_at, room_id, person_login_id) \
                   SELECT $1, p.event_id, p.role, p.id, CAST($2 AS BIGINT), $4, $5 FROM participants p JOIN events e ON e.id = p.event_id \
                   WHERE p.id = $3 AND e.deleted_at IS NULL \
                   AND NOT EXISTS (SELECT 1 FROM speakers k WHERE k.participant_id = p.id \
                   AND (k.deleted_at IS NOT NULL OR k.invited_at IS NULL OR coalesce(k.email, '') <> coalesce($6, k.email, ''))) \
                   AND NOT EXISTS (SELECT 1 FROM registrations g WHERE g.participant_id = p.id AND g.state IN ('cancelled', 'refunded'))";
        let room = room.map(|room| room.to_string());
        let by_whom = by.map(|login| login.to_string()).into();
        let values = vec![hashed(secret).into(), now.into(), Value::id(&participant), room.into(), by_whom, to.into()];
        self.changed(by.map(signed_in).into_iter().chain([Statement::new(sql, values).changing(1)]).collect()).await
    }

    /// Who has the invite of this hash, if it was ever made, whether or not it still leads anywhere.
    pub(crate) async fn holder_of_invite(&self, hash: &str) -> Result<Option<Holder>, StoreError> {
        let sql = "SELECT participant_id FROM invites WHERE secret_hash = $1";
        let rows = self.db.read(Statement::new(sql, vec![hash.into()])).await?;
        let holder = |row: &Row| row.maybe::<ParticipantId>(0).map(|whose| whose.map_or(Holder::Many, |_| Holder::One));
        rows.first().map(holder).transpose()
    }

    /// Whether an invite with this secret was taken back.
    pub(crate) async fn is_revoked(&self, secret: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM invites WHERE secret_hash = $1 AND revoked_at IS NOT NULL";
        Ok(!self.db.read(Statement::new(sql, vec![hashed(secret).into()])).await?.is_empty())
    }

    /// The invite with this secret, as it leads at a moment.
    pub(crate) async fn invite(&self, secret: &str, now: Timestamp) -> Result<Option<Invite>, StoreError> {
        let statement = Statement::new(
            concat!(
                "SELECT e.id, e.title, coalesce( \
             (SELECT n.id FROM rooms n WHERE n.id = i.room_id AND n.event_id = e.id AND n.deleted_at IS NULL), \
             (SELECT w.id FROM speakers k JOIN session_speakers c ON c.speaker_id = k.id JOIN sessions t ON t.id = c.session_id \
             JOIN rooms w ON w.id = t.room_id WHERE i.role = 'speaker' AND k.participant_id = i.participant_id \
             AND k.deleted_at IS NULL AND t.deleted_at IS NULL AND t.cancelled_at IS NULL AND w.deleted_at IS NULL \
             AND t.ends_at > $2 ORDER BY t.starts_at, t.id LIMIT 1), r.id), \
             i.role, p.id, p.name, i.expires_at, e.one_device, e.phase, e.starts_at, e.cancelled_at, e.deleted_at, ",
                is_banned!(),
                " FROM invites i \
             JOIN events e ON e.id = i.event_id \
             JOIN rooms r ON r.id = (SELECT s.id FROM rooms s WHERE s.event_id = e.id AND s.kind = 'stage' AND s.deleted_at IS NULL \
             ORDER BY s.position, s.id LIMIT 1) \
             LEFT JOIN participants p ON p.id = i.participant_id \
             WHERE i.secret_hash = $1 AND i.revoked_at IS NULL AND e.deleted_at IS NULL"
            ),
            vec![hashed(secret).into(), now.into()],
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
            is_banned: row.is(12)?,
            expires: row.maybe_int(6)?.map(Timestamp::from_micros),
            one_device: row.is(7)?,
            doors: doors(row, 8)?,
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
