//! Mail that is to be sent. A letter is written in the same transaction as what it announces, and sent afterwards, as often as it takes. Its state goes
//! from `queued` to `sent`, `failed`, `bounced` or, where what it announced was over before it could go, `dropped`.

use std::time::Duration;

use houselights_shared::{EventId, ParticipantId, RegistrationId, Timestamp};

use super::{Row, Statement, Store, StoreError, purge::erase};
use crate::mail::Message;

/// For how long a letter belongs to whoever took it: longer than any attempt to send it lasts.
const LEASE: Duration = Duration::from_mins(5);

/// A letter that is to be written.
#[derive(Clone, Debug)]
pub(crate) struct NewLetter {
    /// What it is about: a second one of the same name is not written.
    pub(crate) id: String,
    pub(crate) recipient: String,
    /// What it says, without any secret: links are made when it is sent.
    pub(crate) message: String,
    pub(crate) about: About,
    /// Not before this.
    pub(crate) due: Timestamp,
    pub(crate) now: Timestamp,
}

/// What a letter is about: it decides which links are made for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct About {
    pub(crate) event: Option<EventId>,
    pub(crate) registration: Option<RegistrationId>,
    /// Whose invite its link is.
    pub(crate) participant: Option<ParticipantId>,
}

/// A letter that somebody has taken, to send it.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    pub(crate) id: String,
    pub(crate) recipient: String,
    pub(crate) message: String,
    pub(crate) about: About,
    pub(crate) written: Timestamp,
    /// Which attempt this is, from 1.
    pub(crate) attempt: u32,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// The other side has it.
    Yes,
    /// It is tried again.
    Later { at: Timestamp, error: String },
    /// It was tried often enough.
    Failed { error: String },
    /// The other side will never take it.
    Bounced { error: String },
    /// What it announced is over.
    Pointless,
}

impl NewLetter {
    /// A letter that may go at once.
    pub(crate) fn new(id: String, recipient: &str, message: &Message, about: About, now: Timestamp) -> Self {
        // Plain data with text keys: this always is JSON.
        let message = serde_json::to_string(message).unwrap_or_default();
        Self { id, recipient: recipient.to_owned(), message, about, due: now, now }
    }

    pub(crate) fn insert(&self) -> Statement {
        let about = self.about;
        Statement::new(
            "INSERT INTO outbox (id, event_id, registration_id, participant_id, recipient, message, state, due_at, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, 'queued', $7, $8) ON CONFLICT (id) DO NOTHING",
            vec![
                self.id.as_str().into(),
                about.event.map(|id| id.to_string()).into(),
                about.registration.map(|id| id.to_string()).into(),
                about.participant.map(|id| id.to_string()).into(),
                self.recipient.as_str().into(),
                self.message.as_str().into(),
                self.due.into(),
                self.now.into(),
            ],
        )
    }
}

impl Store {
    /// Takes letters that are due, so that nobody else sends them.
    pub(crate) async fn take_letters(&self, most: i64, now: Timestamp) -> Result<Vec<Letter>, StoreError> {
        let sql = "UPDATE outbox SET attempts = attempts + 1, due_at = $1 \
                   WHERE state = 'queued' AND due_at <= $2 AND id IN \
                   (SELECT id FROM outbox WHERE state = 'queued' AND due_at <= $2 ORDER BY due_at LIMIT $3) \
                   RETURNING id, recipient, message, event_id, registration_id, participant_id, attempts, created_at";
        let taken = Statement::new(sql, vec![now.plus(LEASE).into(), now.into(), most.into()]);
        let answers = self.db.write(vec![taken]).await?;
        answers.iter().flatten().map(letter).collect()
    }

    /// When the next letter is due; nothing where none waits.
    pub(crate) async fn next_letter(&self) -> Result<Option<Timestamp>, StoreError> {
        let rows = self.db.read(Statement::new("SELECT min(due_at) FROM outbox WHERE state = 'queued'", Vec::new())).await?;
        rows.first().map_or(Ok(None), |row| row.maybe_at(0))
    }

    /// Forgets letters that went, or had no need to go any more, before a moment; and those that brought the link of a sign-in before another, by
    /// when that could not be used any more. What could not be sent is kept with its event: whoever looks after it sees that.
    pub(crate) async fn forget_letters(&self, before: Timestamp, sign_ins_before: Timestamp) -> Result<(), StoreError> {
        let links =
            erase!("outbox", "id", "state IN ('sent', 'dropped', 'failed', 'bounced') AND due_at < $1 AND id LIKE 'sign-in:%'");
        self.erase(links, &sign_ins_before.into()).await?;
        self.erase(erase!("outbox", "id", "state IN ('sent', 'dropped') AND due_at < $1"), &before.into()).await?;
        let lost = erase!("outbox", "id", "state IN ('failed', 'bounced') AND due_at < $1 AND event_id IS NULL");
        self.erase(lost, &before.into()).await
    }

    /// Writes down how an attempt ended.
    pub(crate) async fn letter_sent(&self, letter: &Letter, sent: Sent, now: Timestamp) -> Result<(), StoreError> {
        let (state, due, error) = match sent {
            Sent::Yes => ("sent", now, None),
            Sent::Later { at, error } => ("queued", at, Some(error)),
            Sent::Failed { error } => ("failed", now, Some(error)),
            Sent::Bounced { error } => ("bounced", now, Some(error)),
            Sent::Pointless => ("dropped", now, None),
        };
        let statement = Statement::new(
            "UPDATE outbox SET state = $1, due_at = $2, error = $3, sent_at = $4 WHERE id = $5 AND attempts = $6",
            vec![
                state.into(),
                due.into(),
                error.into(),
                (state == "sent").then_some(now).into(),
                letter.id.as_str().into(),
                i64::from(letter.attempt).into(),
            ],
        );
        self.db.write(vec![statement]).await.map(drop)
    }
}

fn letter(row: &Row) -> Result<Letter, StoreError> {
    let attempt = u32::try_from(row.int(6)?).map_err(|_| StoreError::Corrupt("attempts of a letter"))?;
    Ok(Letter {
        id: row.text(0)?.to_owned(),
        recipient: row.text(1)?.to_owned(),
        message: row.text(2)?.to_owned(),
        about: About { event: row.maybe(3)?, registration: row.maybe(4)?, participant: row.maybe(5)? },
        written: row.at(7)?,
        attempt,
    })
}
