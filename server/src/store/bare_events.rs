//! Events made from the command line: a stage and its invites, without an organisation.

use std::time::Duration;

use houselights_shared::{EventId, ParticipantId, Role, RoomId, Timestamp};
use serde::Serialize;

use super::{Statement, Store, StoreError, Value, fresh_secret, hashed, invites::stored_role};

/// An event to be made: one stage, and one invite for each of the crew.
#[derive(Clone, Debug, Default)]
pub struct NewEvent {
    /// What it is called.
    pub title: String,
    /// Who works on it. Each gets a personal invite.
    pub crew: Vec<NewInvite>,
    /// For how long the invites can be used; for ever where it is absent.
    pub valid_for: Option<Duration>,
}

/// A personal invite to be made.
#[derive(Clone, Debug)]
pub struct NewInvite {
    /// The person's name.
    pub name: String,
    /// As what they come.
    pub role: Role,
}

/// An event that was made.
#[derive(Clone, Debug, Serialize)]
pub struct Created {
    /// The event.
    pub event: EventId,
    /// Its stage.
    pub room: RoomId,
    /// The invites: the crew's in the order asked for, then the one open to all attendees.
    pub invites: Vec<CreatedInvite>,
}

/// An invite that was made. This is the only time that its secret is seen.
#[derive(Clone, Debug, Serialize)]
pub struct CreatedInvite {
    /// As what one comes.
    pub role: Role,
    /// The name, where it is personal.
    pub name: Option<String>,
    /// For the app: `houselights://join?…`.
    pub link: String,
    /// For the browser: `https://server/join/…`.
    pub web: String,
    /// What both carry.
    pub secret: String,
}

impl Store {
    /// Makes an event with its stage and invites, all or nothing. `base_url` is how clients reach the server.
    pub(crate) async fn create_event(&self, new: &NewEvent, base_url: &str, now: Timestamp) -> Result<Created, StoreError> {
        let (event, room) = (EventId::random(), RoomId::random());
        let mut statements = vec![
            Statement::new(
                "INSERT INTO events (id, title, created_at) VALUES ($1, $2, $3)",
                vec![Value::id(&event), new.title.as_str().into(), now.micros().into()],
            ),
            Statement::new(
                "INSERT INTO rooms (id, event_id, kind, title, created_at) VALUES ($1, $2, 'stage', $3, $4)",
                vec![Value::id(&room), Value::id(&event), new.title.as_str().into(), now.micros().into()],
            ),
        ];
        let expires = new.valid_for.map(|span| now.plus(span).micros());
        let mut invites = Vec::with_capacity(new.crew.len() + 1);
        for NewInvite { name, role } in &new.crew {
            let participant = ParticipantId::random();
            statements.push(Statement::new(
                "INSERT INTO participants (id, event_id, name, role, created_at) VALUES ($1, $2, $3, $4, $5)",
                vec![
                    Value::id(&participant),
                    Value::id(&event),
                    name.as_str().into(),
                    stored_role(*role).into(),
                    now.micros().into(),
                ],
            ));
            let invite = CreatedInvite::fresh(*role, Some(name.clone()), base_url)?;
            statements.push(insert_invite(&invite, event, Some(participant), (now, expires)));
            invites.push(invite);
        }
        let open = CreatedInvite::fresh(Role::Attendee, None, base_url)?;
        statements.push(insert_invite(&open, event, None, (now, expires)));
        invites.push(open);
        self.db.write(statements).await?;
        Ok(Created { event, room, invites })
    }
}

impl CreatedInvite {
    pub(super) fn fresh(role: Role, name: Option<String>, base_url: &str) -> Result<Self, StoreError> {
        let secret = fresh_secret().map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let (link, web) = (app_link(base_url, &secret), format!("{base_url}/join/{secret}"));
        Ok(Self { role, name, link, web, secret })
    }
}

/// The link that opens the app.
pub(crate) fn app_link(base_url: &str, secret: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("server", base_url)
        .append_pair("invite", secret)
        .finish();
    format!("houselights://join?{query}")
}

pub(super) fn insert_invite(
    invite: &CreatedInvite,
    event: EventId,
    participant: Option<ParticipantId>,
    (now, expires): (Timestamp, Option<i64>),
) -> Statement {
    Statement::new(
        "INSERT INTO invites (secret_hash, event_id, role, participant_id, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
        vec![
            hashed(&invite.secret).into(),
            Value::id(&event),
            stored_role(invite.role).into(),
            participant.map(|id| id.to_string()).into(),
            now.micros().into(),
            expires.into(),
        ],
    )
}
