//! Logins: who stands behind a token.

use std::{
    collections::HashSet,
    sync::{Arc, atomic::AtomicBool},
};

use houselights_domain::{Actor, Doors};
use houselights_shared::{DeviceId, EventId, ParticipantId, Role, RoomId, Timestamp};

use super::{
    Invite, Row, Statement, Store, StoreError, Value, bans::is_banned, events::doors, hashed, invites::read_role,
    invites::stored_role, purge::erase,
};

/// Tells logins apart: the hash of the token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct LoginId(Arc<str>);

impl LoginId {
    /// As [`as_str`](Self::as_str) tells it.
    pub(super) fn stored(hash: &str) -> Self {
        Self(hash.into())
    }

    /// The login that has this token.
    pub(crate) fn of(token: &str) -> Self {
        Self(hashed(token).into())
    }

    /// How it is told from others of its participant, to whoever sees them: by a hash of its own, of which nothing follows for the login.
    fn device(&self) -> Option<DeviceId> {
        hashed(&format!("device {}", self.0)).get(..32)?.parse().ok()
    }

    /// As it is stored.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Who a login is.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) login: LoginId,
    pub(crate) who: Arc<Actor>,
    pub(crate) event: EventId,
    pub(crate) event_title: String,
    /// Where it leads if no room is named: where its invite led, and later to the event's stage, where it has several to the first.
    pub(crate) room: RoomId,
    pub(crate) expires: Timestamp,
    /// Whether it is the only one of its participant. Otherwise `who` says on which device they are.
    pub(crate) one_device: bool,
    /// Whether its participant is banned from the event: then it leads nowhere.
    pub(crate) is_banned: bool,
    /// What decides whether it leads in now.
    pub(crate) doors: Doors,
    /// Whether it is noted that they came in.
    pub(crate) has_come: AtomicBool,
}

/// A login to be stored.
pub(crate) struct NewLogin<'a> {
    pub(crate) invite: &'a Invite,
    /// The name, where the invite is not personal.
    pub(crate) name: String,
    pub(crate) token: &'a str,
    pub(crate) now: Timestamp,
    pub(crate) expires: Timestamp,
}

impl Store {
    /// Stores a login. On a personal invite it ends the one before, where a ticket is good for one device; on an open one it makes a new
    /// participant.
    pub(crate) async fn log_in(&self, login: NewLogin<'_>) -> Result<Identity, StoreError> {
        let NewLogin { invite, name, token, now, expires } = login;
        // Whoever is early has not come yet.
        let comes_in = invite.doors.admit(invite.role, now).is_ok();
        let mut statements = Vec::with_capacity(5);
        let (participant, name) = if let Some((participant, name)) = &invite.person {
            let of_them = || vec![Value::id(participant)];
            if invite.one_device {
                statements.push(Statement::new("DELETE FROM logins WHERE participant_id = $1", of_them()));
            }
            // It was read before: its person may have lost their place since, or was banned.
            let invited = "UPDATE invites SET role = role WHERE secret_hash = $1 AND participant_id = $2 \
                           AND NOT EXISTS (SELECT 1 FROM bans WHERE participant_id = $2)";
            let values = vec![invite.secret_hash.as_str().into(), Value::id(participant)];
            statements.push(Statement::new(invited, values).changing(1));
            if comes_in {
                statements.extend(arrival(*participant, now));
            }
            (*participant, name.clone())
        } else {
            let participant = ParticipantId::random();
            statements.push(Statement::new(
                "INSERT INTO participants (id, event_id, name, role, created_at, came_at) VALUES ($1, $2, $3, $4, $5, $6)",
                vec![
                    Value::id(&participant),
                    Value::id(&invite.event),
                    name.as_str().into(),
                    stored_role(invite.role).into(),
                    now.micros().into(),
                    comes_in.then(|| now.micros()).into(),
                ],
            ));
            (participant, name)
        };
        let login = LoginId::of(token);
        statements.push(Statement::new(
            "INSERT INTO logins (token_hash, participant_id, created_at, expires_at, person_login_id) \
             VALUES ($1, $2, $3, $4, (SELECT person_login_id FROM invites WHERE secret_hash = $5))",
            vec![
                login.as_str().into(),
                Value::id(&participant),
                now.micros().into(),
                expires.micros().into(),
                invite.secret_hash.as_str().into(),
            ],
        ));
        self.db.write(statements).await?;
        let device = if invite.one_device { None } else { login.device() };
        Ok(Identity {
            login,
            who: Arc::new(Actor { participant, name, role: invite.role, device }),
            event: invite.event,
            event_title: invite.event_title.clone(),
            room: invite.room,
            expires,
            one_device: invite.one_device,
            is_banned: false,
            doors: invite.doors,
            has_come: AtomicBool::new(comes_in),
        })
    }

    /// Notes that somebody came in for the first time.
    pub(crate) async fn note_arrival(&self, participant: ParticipantId, now: Timestamp) -> Result<(), StoreError> {
        self.db.write(arrival(participant, now).into()).await.map(drop)
    }

    /// Who a token stands for, whether or not it has run out.
    pub(crate) async fn login(&self, login: &LoginId) -> Result<Option<Identity>, StoreError> {
        let statement = Statement::new(
            concat!(
                "SELECT p.id, p.name, p.role, e.id, e.title, r.id, l.expires_at, e.one_device, e.phase, e.starts_at, \
                 e.cancelled_at, e.deleted_at, p.came_at, ",
                is_banned!(),
                " FROM logins l \
             JOIN participants p ON p.id = l.participant_id \
             JOIN events e ON e.id = p.event_id \
             JOIN rooms r ON r.id = (SELECT s.id FROM rooms s WHERE s.event_id = e.id AND s.kind = 'stage' AND s.deleted_at IS NULL \
             ORDER BY s.position, s.id LIMIT 1) \
             WHERE l.token_hash = $1"
            ),
            vec![login.as_str().into()],
        );
        self.db.read(statement).await?.first().map(|row| identity(login, row)).transpose()
    }

    /// The hashes of all secrets of the crew that are good now: of their logins, and of their invites.
    pub(crate) async fn crew_secrets(&self, now: Timestamp) -> Result<HashSet<String>, StoreError> {
        let sql = "SELECT l.token_hash FROM logins l JOIN participants p ON p.id = l.participant_id WHERE p.role <> $2 AND l.expires_at > $1 \
                   UNION SELECT secret_hash FROM invites WHERE role <> $2 AND (expires_at IS NULL OR expires_at > $1)";
        let rows = self.db.read(Statement::new(sql, vec![now.into(), stored_role(Role::Attendee).into()])).await?;
        rows.iter().map(|row| Ok(row.text(0)?.to_owned())).collect()
    }

    /// Deletes the logins that ran out before a moment.
    pub(crate) async fn forget_logins(&self, expired_before: Timestamp) -> Result<(), StoreError> {
        self.erase(erase!("logins", "token_hash", "expires_at < $1"), &expired_before.into()).await
    }

    /// Ends a login.
    pub(crate) async fn log_out(&self, login: &LoginId) -> Result<(), StoreError> {
        self.db
            .write(vec![Statement::new("DELETE FROM logins WHERE token_hash = $1", vec![login.as_str().into()])])
            .await
            .map(drop)
    }
}

/// Somebody came in; where they came before, it stays with that.
fn arrival(participant: ParticipantId, now: Timestamp) -> [Statement; 2] {
    let values = || vec![now.into(), Value::id(&participant)];
    let used = "UPDATE registrations SET used_at = $1 WHERE participant_id = $2 AND used_at IS NULL";
    let came = "UPDATE participants SET came_at = coalesce(came_at, $1) WHERE id = $2";
    [Statement::new(used, values()), Statement::new(came, values())]
}

fn identity(login: &LoginId, row: &Row) -> Result<Identity, StoreError> {
    let one_device = row.is(7)?;
    let (name, role) = (row.text(1)?.to_owned(), read_role(row.text(2)?));
    let device = if one_device { None } else { login.device() };
    Ok(Identity {
        login: login.clone(),
        who: Arc::new(Actor { participant: row.parsed(0)?, name, role, device }),
        event: row.parsed(3)?,
        event_title: row.text(4)?.to_owned(),
        room: row.parsed(5)?,
        expires: Timestamp::from_micros(row.int(6)?),
        one_device,
        is_banned: row.is(13)?,
        doors: doors(row, 8)?,
        has_come: AtomicBool::new(row.maybe_at(12)?.is_some()),
    })
}
