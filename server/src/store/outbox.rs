//! Mail that is to be sent. A letter is written in the same transaction as what it announces, and sent afterwards, as often as it takes. Its state goes
//! from `queued` to `sent`, `failed`, `bounced` or, where what it announced was over before it could go, `dropped`.

use std::{fmt::Write as _, time::Duration};

use houselights_shared::{EventId, ParticipantId, RegistrationId, Timestamp};

use super::{Row, Statement, Store, StoreError, Value, purge::erase};
use crate::mail::Message;

/// For how long a letter belongs to whoever took it: longer than any attempt to send it lasts.
pub(crate) const LEASE: Duration = Duration::from_mins(5);
/// That a letter has nothing to wait for at `$1`: nothing that it goes behind is under way or goes by `$2`. What waits for longer than that, for a
/// server that did not take it, is not waited for; it says how things stand whenever it goes.
macro_rules! has_its_turn {
    () => {
        "(o.follows = 0 OR o.due_at > $1 OR NOT EXISTS (SELECT 1 FROM outbox b WHERE b.recipient = o.recipient \
         AND b.event_id = o.event_id AND b.state = 'queued' AND b.due_at <= $2 \
         AND (b.created_at < o.created_at OR (b.created_at = o.created_at AND b.id < o.id))))"
    };
}

/// Letters in one statement: a power of two.
const ROWS: usize = 128;

/// A letter that is to be written.
#[derive(Clone, Debug)]
pub(crate) struct NewLetter {
    /// What it is about: a second one of the same name is not written.
    pub(crate) id: String,
    pub(crate) recipient: String,
    /// What it says, without any secret: links are made when it is sent.
    pub(crate) message: String,
    pub(crate) about: About,
    pub(crate) turn: Turn,
    /// Whether it goes behind what was written to the same person about the same event before.
    pub(crate) follows: bool,
    /// Not before this.
    pub(crate) due: Timestamp,
    pub(crate) now: Timestamp,
}

/// Who goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Somebody waits for it: a link to sign in, a ticket.
    Urgent,
    /// It goes to many at once: a reminder, an announcement.
    Bulk,
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
        Self { id, recipient: recipient.to_owned(), message, about, turn: Turn::Urgent, follows: false, due: now, now }
    }

    /// One that waits until then.
    #[must_use]
    pub(crate) fn not_before(self, due: Timestamp) -> Self {
        Self { due, ..self }
    }

    /// One of many: it lets the rest go first.
    #[must_use]
    pub(crate) fn in_bulk(self) -> Self {
        Self { turn: Turn::Bulk, ..self }
    }

    /// One that goes behind what was written to the same person about the same event before, where that goes soon.
    #[must_use]
    pub(crate) fn in_order(self) -> Self {
        Self { follows: true, ..self }
    }

    pub(crate) fn insert(&self) -> Statement {
        rows(self, std::slice::from_ref(self))
    }
}

/// A letter that waits is not sent: there is nothing to say of it any more.
pub(crate) fn unsaid(id: &str) -> Statement {
    Statement::new("UPDATE outbox SET state = 'dropped' WHERE id = $1 AND state = 'queued'", vec![id.into()])
}

/// Few statements for many letters.
pub(super) fn insert_all(letters: &[NewLetter]) -> Vec<Statement> {
    letters.chunks(ROWS).filter_map(|letters| Some(rows(letters.last()?, letters))).collect()
}

impl Store {
    /// Takes letters that are due, so that nobody else sends them.
    pub(crate) async fn take_letters(&self, turn: Turn, most: usize, now: Timestamp) -> Result<Vec<Letter>, StoreError> {
        let sql = concat!(
            "UPDATE outbox SET attempts = attempts + 1, due_at = $2, taken_at = $1 WHERE state = 'queued' AND due_at <= $1 AND id IN \
             (SELECT o.id FROM outbox o WHERE o.state = 'queued' AND o.bulk = $4 AND o.due_at <= $1 AND ",
            has_its_turn!(),
            " ORDER BY o.due_at LIMIT $3) RETURNING id, recipient, message, event_id, registration_id, participant_id, attempts, created_at"
        );
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let taken = Statement::new(sql, vec![now.into(), now.plus(LEASE).into(), most.into(), turn.stored()]);
        let answers = self.db.write(vec![taken]).await?;
        answers.iter().flatten().map(letter).collect()
    }

    /// Letters that were taken and not tried can be taken by anybody again.
    pub(crate) async fn put_back_letters(&self, letters: &[Letter], now: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE outbox SET attempts = attempts - 1, due_at = $1, taken_at = NULL WHERE id = $2 AND attempts = $3 AND state = 'queued'";
        let back = |letter: &Letter| {
            Statement::new(sql, vec![now.into(), letter.id.as_str().into(), i64::from(letter.attempt).into()])
        };
        if letters.is_empty() { Ok(()) } else { self.db.write(letters.iter().map(back).collect()).await.map(drop) }
    }

    /// What a server had taken that is no more can be taken by anybody again; what waits until it is tried again waits on. A database has one
    /// server at a time.
    pub(crate) async fn give_back_letters(&self, now: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE outbox SET due_at = $1, taken_at = NULL WHERE taken_at IS NOT NULL AND state = 'queued'";
        self.db.write(vec![Statement::new(sql, vec![now.into()])]).await.map(drop)
    }

    /// When the next letter can be taken; nothing where none waits, or what waits does so for another that is under way.
    pub(crate) async fn next_letter(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let sql = concat!("SELECT min(o.due_at) FROM outbox o WHERE o.state = 'queued' AND ", has_its_turn!());
        let rows = self.db.read(Statement::new(sql, vec![now.into(), now.plus(LEASE).into()])).await?;
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
            "UPDATE outbox SET state = $1, due_at = $2, error = $3, sent_at = $4, taken_at = NULL WHERE id = $5 AND attempts = $6",
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

impl Turn {
    fn stored(self) -> Value {
        (self == Self::Bulk).into()
    }
}

/// One statement. It is filled up to a power of two with the last letter, which is not written twice, so that an engine has few texts to
/// prepare.
fn rows(last: &NewLetter, letters: &[NewLetter]) -> Statement {
    const COLUMNS: usize = 10;
    let filling = letters.len().next_power_of_two() - letters.len();
    let mut values = Vec::with_capacity((letters.len() + filling) * COLUMNS);
    let mut sql = "INSERT INTO outbox (id, event_id, registration_id, participant_id, recipient, message, bulk, follows, due_at, created_at, state) \
                   VALUES "
        .to_owned();
    for letter in letters.iter().chain(std::iter::repeat_n(last, filling)) {
        sql.push_str(if values.is_empty() { "(" } else { ", (" });
        for place in values.len() + 1..=values.len() + COLUMNS {
            // Writing to a String cannot fail.
            let _ = write!(sql, "${place}, ");
        }
        sql.push_str("'queued')");
        values.extend([
            Value::from(letter.id.as_str()),
            letter.about.event.map(|id| id.to_string()).into(),
            letter.about.registration.map(|id| id.to_string()).into(),
            letter.about.participant.map(|id| id.to_string()).into(),
            letter.recipient.as_str().into(),
            letter.message.as_str().into(),
            letter.turn.stored(),
            letter.follows.into(),
            letter.due.into(),
            letter.now.into(),
        ]);
    }
    sql.push_str(" ON CONFLICT (id) DO NOTHING");
    Statement::composed(sql, values)
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
