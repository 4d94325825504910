//! Registrations as they are read. How places are taken and given back is in `places.rs`.

use std::borrow::Cow;

use houselights_domain::registration::Answers;
use houselights_shared::{EventId, ParticipantId, RegistrationId, TicketCodeId, TicketTypeId, Timestamp};

use super::{Dialect, Row, Statement, Store, StoreError, Value};

/// Where a registration stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum RegistrationState {
    /// A seat is held until it is paid for.
    Pending,
    /// A seat is theirs.
    Confirmed,
    /// They are in the queue.
    Waiting,
    /// It is over.
    Cancelled,
    /// It is over, and the money went back.
    Refunded,
}

impl RegistrationState {
    pub(crate) const ALL: [Self; 5] = [Self::Pending, Self::Confirmed, Self::Waiting, Self::Cancelled, Self::Refunded];

    pub(crate) const fn stored(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::Waiting => "waiting",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
        }
    }

    /// Whether a seat is taken by it.
    pub(crate) const fn has_seat(self) -> bool {
        match self {
            Self::Pending | Self::Confirmed => true,
            Self::Waiting | Self::Cancelled | Self::Refunded => false,
        }
    }

    /// Whether it stands: nobody has two of those at an event.
    pub(crate) const fn stands(self) -> bool {
        match self {
            Self::Pending | Self::Confirmed | Self::Waiting => true,
            Self::Cancelled | Self::Refunded => false,
        }
    }

    fn read(stored: &str) -> Result<Self, StoreError> {
        let known = Self::ALL.into_iter().find(|state| state.stored() == stored);
        known.ok_or(StoreError::Corrupt("the state of a registration"))
    }
}

/// A registration as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RegistrationRow {
    pub(crate) id: RegistrationId,
    pub(crate) event: EventId,
    pub(crate) ticket: TicketTypeId,
    pub(crate) code: Option<TicketCodeId>,
    /// Who they are in the rooms, once confirmed.
    pub(crate) participant: Option<ParticipantId>,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) state: RegistrationState,
    /// What it costs, in the currency's smallest unit.
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) answers: Answers,
    pub(crate) created_at: Timestamp,
    /// Until when the seat is held, where it is not paid for; kept where the time ran out.
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) confirmed_at: Option<Timestamp>,
    pub(crate) used_at: Option<Timestamp>,
}

/// All columns of a [`RegistrationRow`], in its order, of the table that is called `r`.
macro_rules! registration_columns {
    () => {
        "r.id, r.event_id, r.ticket_type_id, r.code_id, r.participant_id, r.email, r.name, r.state, r.amount, r.currency, r.answers, \
         r.created_at, r.expires_at, r.confirmed_at, r.used_at"
    };
}
pub(super) use registration_columns;

/// How many columns those are.
pub(super) const REGISTRATION_COLUMNS: usize = 15;

/// Which registrations of an event are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RegistrationFilter {
    pub(crate) state: Option<RegistrationState>,
    /// A part of the name or the address, in any case.
    pub(crate) search: Option<String>,
}

/// How often registrations of an event are in which state, what they brought, and what went back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SalesFigures {
    pub(crate) by_state: Vec<(RegistrationState, i64)>,
    pub(crate) gross: i64,
    pub(crate) refunded: i64,
    /// By quarters of an hour: their beginning, how many registrations, what they brought.
    pub(crate) by_quarter: Vec<(Timestamp, i64, i64)>,
}

/// A quarter of an hour: what all time zones' days are made of.
const QUARTER: i64 = 900_000_000;

impl Store {
    /// A registration.
    pub(crate) async fn registration(&self, id: RegistrationId) -> Result<Option<RegistrationRow>, StoreError> {
        let sql = concat!("SELECT ", registration_columns!(), " FROM registrations r WHERE r.id = $1");
        self.db.read(Statement::new(sql, vec![Value::id(&id)])).await?.first().map(registration).transpose()
    }

    /// The registration of this address that stands.
    pub(crate) async fn standing_registration(
        &self,
        event: EventId,
        email: &str,
    ) -> Result<Option<RegistrationRow>, StoreError> {
        let sql = concat!(
            "SELECT ",
            registration_columns!(),
            " FROM registrations r WHERE r.event_id = $1 AND r.email = $2 AND r.state IN ('pending', 'confirmed', 'waiting')"
        );
        let values = vec![Value::id(&event), email.into()];
        self.db.read(Statement::new(sql, values)).await?.first().map(registration).transpose()
    }

    /// An event's registrations, the newest first, at most `most` after one.
    pub(crate) async fn registrations_of(
        &self,
        event: EventId,
        filter: &RegistrationFilter,
        (after, most): (Option<RegistrationId>, i64),
    ) -> Result<Vec<RegistrationRow>, StoreError> {
        let (condition, mut values) = condition(self.db.dialect(), event, filter);
        values.extend([after.map(|id| id.to_string()).into(), most.into()]);
        let (columns, after, most) = (registration_columns!(), values.len() - 1, values.len());
        let sql = format!(
            "SELECT {columns} FROM registrations r WHERE {condition} AND (CAST(${after} AS TEXT) IS NULL OR r.id < ${after}) \
             ORDER BY r.id DESC LIMIT ${most}"
        );
        self.db.read(owned(sql, values)).await?.iter().map(registration).collect()
    }

    /// How many those are.
    pub(crate) async fn count_registrations(&self, event: EventId, filter: &RegistrationFilter) -> Result<i64, StoreError> {
        let (condition, values) = condition(self.db.dialect(), event, filter);
        let sql = format!("SELECT count(*) FROM registrations r WHERE {condition}");
        self.db.read(owned(sql, values)).await?.first().map_or(Ok(0), |row| row.int(0))
    }

    /// What this address is registered for, the newest event first, with how many that are. What never came to a place is left out.
    pub(crate) async fn registrations_of_email(
        &self,
        email: &str,
        (after, most): (Option<RegistrationId>, i64),
    ) -> Result<(Vec<RegistrationRow>, i64), StoreError> {
        let sql = concat!(
            "SELECT ",
            registration_columns!(),
            " FROM registrations r JOIN events e ON e.id = r.event_id WHERE r.email = $1 AND e.deleted_at IS NULL \
             AND (r.state IN ('pending', 'confirmed', 'waiting') OR r.confirmed_at IS NOT NULL) \
             AND (CAST($2 AS TEXT) IS NULL OR (SELECT a.starts_at FROM registrations b JOIN events a ON a.id = b.event_id \
             WHERE b.id = $2) > e.starts_at OR ((SELECT a.starts_at FROM registrations b JOIN events a ON a.id = b.event_id \
             WHERE b.id = $2) = e.starts_at AND r.id < $2)) ORDER BY e.starts_at DESC, r.id DESC LIMIT $3"
        );
        let values = vec![email.into(), after.map(|id| id.to_string()).into(), most.into()];
        let rows = self.db.read(Statement::new(sql, values)).await?;
        let total = "SELECT count(*) FROM registrations r JOIN events e ON e.id = r.event_id WHERE r.email = $1 \
                     AND e.deleted_at IS NULL AND (r.state IN ('pending', 'confirmed', 'waiting') OR r.confirmed_at IS NOT NULL)";
        let total = self.db.read(Statement::new(total, vec![email.into()])).await?;
        Ok((rows.iter().map(registration).collect::<Result<_, _>>()?, total.first().map_or(Ok(0), |row| row.int(0))?))
    }

    /// An event's sales, in the one currency that it takes.
    pub(crate) async fn sales(&self, event: EventId) -> Result<SalesFigures, StoreError> {
        let by_state = "SELECT state, count(*), CAST(coalesce(sum(CASE WHEN confirmed_at IS NOT NULL THEN amount ELSE 0 END), 0) AS BIGINT) \
                        FROM registrations WHERE event_id = $1 GROUP BY state ORDER BY state";
        let mut figures = SalesFigures::default();
        for row in self.db.read(Statement::new(by_state, vec![Value::id(&event)])).await? {
            let (state, count, paid) = (RegistrationState::read(row.text(0)?)?, row.int(1)?, row.int(2)?);
            figures.gross += paid;
            figures.refunded += if state == RegistrationState::Refunded { paid } else { 0 };
            figures.by_state.push((state, count));
        }
        // Places whose money went back as a whole are counted already.
        let in_part = "SELECT CAST(coalesce(sum(p.refunded), 0) AS BIGINT) FROM registrations r JOIN payments p ON p.registration_id = r.id \
                       WHERE r.event_id = $1 AND r.confirmed_at IS NOT NULL AND r.state <> 'refunded' AND p.came IS NULL \
                       AND p.state IN ('paid', 'refunding')";
        if let Some(row) = self.db.read(Statement::new(in_part, vec![Value::id(&event)])).await?.first() {
            figures.refunded += row.int(0)?;
        }
        let by_quarter = "SELECT confirmed_at / 900000000, count(*), CAST(sum(amount) AS BIGINT) FROM registrations \
                          WHERE event_id = $1 AND confirmed_at IS NOT NULL GROUP BY confirmed_at / 900000000 \
                          ORDER BY confirmed_at / 900000000";
        for row in self.db.read(Statement::new(by_quarter, vec![Value::id(&event)])).await? {
            figures.by_quarter.push((Timestamp::from_micros(row.int(0)? * QUARTER), row.int(1)?, row.int(2)?));
        }
        Ok(figures)
    }
}

/// What belongs to an event and passes a filter. People are searched by the index of every three letters; shorter terms by looking at each of the
/// event. This is the one place where the engines are asked differently.
fn condition(dialect: Dialect, event: EventId, filter: &RegistrationFilter) -> (String, Vec<Value>) {
    let mut values = vec![Value::id(&event)];
    let mut condition = "r.event_id = $1".to_owned();
    if let Some(state) = filter.state {
        values.push(state.stored().into());
        condition.push_str(" AND r.state = $2");
    }
    let term = filter.search.as_deref().map(|term| term.trim().to_lowercase()).filter(|term| !term.is_empty());
    if let Some(term) = term {
        let place = values.len() + 1;
        let (sql, value) = match dialect {
            Dialect::Sqlite if term.chars().count() >= 3 => {
                let found =
                    format!("r.rowid IN (SELECT rowid FROM registration_search WHERE registration_search MATCH ${place})");
                (found, phrase(&term))
            }
            Dialect::Sqlite | Dialect::Postgres => (format!("r.search LIKE ${place} ESCAPE '\\'"), pattern(&term)),
        };
        condition.push_str(" AND ");
        condition.push_str(&sql);
        values.push(value.into());
    }
    (condition, values)
}

/// A term as FTS5 takes it literally (SQLite, "Full-text Query Syntax"): in quotes, those within doubled.
fn phrase(term: &str) -> String {
    format!("\"{}\"", term.replace('"', "\"\""))
}

/// What has the term in it, as LIKE takes it literally.
fn pattern(term: &str) -> String {
    let escaped = term.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// What is searched of a person.
pub(crate) fn searched(name: &str, email: &str) -> String {
    format!("{name} {email}").to_lowercase()
}

fn owned(sql: String, values: Vec<Value>) -> Statement {
    Statement { sql: Cow::Owned(sql), values, demand: None }
}

pub(super) fn registration(row: &Row) -> Result<RegistrationRow, StoreError> {
    Ok(RegistrationRow {
        id: row.parsed(0)?,
        event: row.parsed(1)?,
        ticket: row.parsed(2)?,
        code: row.maybe(3)?,
        participant: row.maybe(4)?,
        email: row.text(5)?.to_owned(),
        name: row.text(6)?.to_owned(),
        state: RegistrationState::read(row.text(7)?)?,
        amount: row.int(8)?,
        currency: row.text(9)?.to_owned(),
        answers: row.json(10)?,
        created_at: row.at(11)?,
        expires_at: row.maybe_at(12)?,
        confirmed_at: row.maybe_at(13)?,
        used_at: row.maybe_at(14)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_a_search_language_are_plain_characters() {
        assert_eq!(phrase(r#"a"b*"#), r#""a""b*""#);
        assert_eq!(pattern(r"50%_\"), r"%50\%\_\\%");
    }
}
