//! Mail to those who picked a session that moves or does not take place.
//!
//! Their letters are written with the change itself, so that whoever hears that it is done can rely on them. Each letter has its recipient's
//! name in it, so they are written in Rust, [`PAGE`] read at once and [`ROWS`] written by one statement; [`WITH_THE_CHANGE`] at most are in
//! the write of the change. Whoever is beyond, and whoever picked while it was written, gets theirs in writes of their own right after.

use std::fmt::Write as _;

use houselights_shared::{RegistrationId, SessionId, Timestamp};
use tracing::warn;

use super::{About, EventRow, NewLetter, Row, Statement, Store, StoreError, Value};
use crate::mail::{Change, Message, Registered};

/// People read at once.
const PAGE: i64 = 1_000;
/// Letters in one statement: a power of two, at five values each.
const ROWS: usize = 256;
/// Letters in the write of the change.
const WITH_THE_CHANGE: usize = 20_000;

/// What is told of a session.
#[derive(Clone, Debug)]
pub(crate) struct SessionNews<'a> {
    pub(crate) event: &'a EventRow,
    pub(crate) session: SessionId,
    /// The session's, from the change on: told of once.
    pub(crate) version: i64,
    pub(crate) change: Change,
    pub(crate) now: Timestamp,
}

/// Somebody who means to come.
struct Picker {
    registration: RegistrationId,
    about: Registered,
    email: String,
    participant: Option<houselights_shared::ParticipantId>,
}

impl Store {
    /// The letters that belong into the write of the change.
    pub(crate) async fn letters_of(&self, news: &SessionNews<'_>) -> Result<Vec<Statement>, StoreError> {
        let mut letters = Vec::new();
        let mut after = None;
        while letters.len() < WITH_THE_CHANGE {
            let page = self.untold(news, after).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.registration);
            letters.extend(page.into_iter().map(|picker| news.letter(picker)));
        }
        Ok(insert_all(&letters))
    }

    /// Writes to whoever was not among [`letters_of`](Self::letters_of). The change is done: what fails here is logged.
    pub(crate) async fn tell_the_rest(&self, news: &SessionNews<'_>) {
        let telling = async {
            loop {
                let page = self.untold(news, None).await?;
                if page.is_empty() {
                    return Ok::<_, StoreError>(());
                }
                let letters: Vec<_> = page.into_iter().map(|picker| news.letter(picker)).collect();
                self.db.write(insert_all(&letters)).await?;
            }
        };
        if let Err(error) = telling.await {
            warn!(session.id = %news.session, %error, "some who picked a session are not told of its change");
        }
    }

    /// Those who picked the session and have no letter of this change yet.
    async fn untold(&self, news: &SessionNews<'_>, after: Option<RegistrationId>) -> Result<Vec<Picker>, StoreError> {
        let sql = "SELECT r.id, r.name, r.email, r.participant_id, t.title FROM session_picks p \
                   JOIN registrations r ON r.id = p.registration_id JOIN ticket_types t ON t.id = r.ticket_type_id \
                   WHERE p.session_id = $1 AND r.state = 'confirmed' AND r.id > $2 \
                   AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.id = CAST($3 AS TEXT) || r.id) ORDER BY r.id LIMIT $4";
        let after = after.map_or_else(String::new, |id| id.to_string());
        let values = vec![Value::id(&news.session), after.into(), news.prefix().into(), PAGE.into()];
        let rows = self.db.read(Statement::new(sql, values)).await?;
        rows.iter().map(|row| news.picker(row)).collect()
    }
}

/// What the letters of a session's changes begin with.
pub(super) fn prefix_of(session: SessionId) -> String {
    format!("session:{session}:")
}

impl SessionNews<'_> {
    fn prefix(&self) -> String {
        format!("{}{}:", prefix_of(self.session), self.version)
    }

    fn picker(&self, row: &Row) -> Result<Picker, StoreError> {
        let about = Registered {
            name: row.text(1)?.to_owned(),
            event: self.event.title.clone(),
            starts_at: self.event.starts_at,
            time_zone: self.event.time_zone.clone(),
            ticket: row.text(4)?.to_owned(),
        };
        Ok(Picker { registration: row.parsed(0)?, about, email: row.text(2)?.to_owned(), participant: row.maybe(3)? })
    }

    fn letter(&self, picker: Picker) -> NewLetter {
        let Picker { registration, about, email, participant } = picker;
        let message = Message::Changed { about, what: vec![self.change.clone()] };
        let about = About { event: Some(self.event.id), registration: Some(registration), participant };
        NewLetter::new(format!("{}{registration}", self.prefix()), &email, &message, about, self.now)
    }
}

/// Few statements for many letters of one event. A statement is filled up to a power of two with its last letter, which is not written
/// twice, so that an engine has few texts to prepare.
fn insert_all(letters: &[NewLetter]) -> Vec<Statement> {
    letters.chunks(ROWS).filter_map(insert).collect()
}

fn insert(letters: &[NewLetter]) -> Option<Statement> {
    let last = letters.last()?;
    let filling = letters.len().next_power_of_two() - letters.len();
    let mut values = vec![last.about.event.map(|id| id.to_string()).into(), last.now.into()];
    let mut sql = "INSERT INTO outbox (id, event_id, registration_id, participant_id, recipient, message, state, due_at, created_at) VALUES "
        .to_owned();
    for letter in letters.iter().chain(std::iter::repeat_n(last, filling)) {
        let first = values.len() + 1;
        let comma = if first == 3 { "" } else { ", " };
        let [id, registration, participant, recipient, message] = [first, first + 1, first + 2, first + 3, first + 4];
        // Writing to a String cannot fail.
        let _ = write!(sql, "{comma}(${id}, $1, ${registration}, ${participant}, ${recipient}, ${message}, 'queued', $2, $2)");
        values.extend([
            Value::from(letter.id.as_str()),
            letter.about.registration.map(|id| id.to_string()).into(),
            letter.about.participant.map(|id| id.to_string()).into(),
            letter.recipient.as_str().into(),
            letter.message.as_str().into(),
        ]);
    }
    sql.push_str(" ON CONFLICT (id) DO NOTHING");
    Some(Statement { sql: sql.into(), values, demand: None })
}
