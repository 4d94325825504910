//! Registrations as they are read. How places are taken and given back is in `places.rs`.

use std::collections::HashSet;

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

    pub(super) fn read(stored: &str) -> Result<Self, StoreError> {
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct RegistrationFilter {
    pub(crate) state: Option<RegistrationState>,
    /// A part of the name or the address, in any case.
    pub(crate) search: Option<String>,
}

/// Addresses that are named in one statement.
const LISTED: usize = 500;

impl Store {
    /// A registration.
    pub(crate) async fn registration(&self, id: RegistrationId) -> Result<Option<RegistrationRow>, StoreError> {
        let sql = concat!("SELECT ", registration_columns!(), " FROM registrations r WHERE r.id = $1");
        self.db.read(Statement::new(sql, vec![Value::id(&id)])).await?.first().map(registration).transpose()
    }

    /// Whose place it is by which somebody is in the rooms.
    pub(crate) async fn registration_of(&self, participant: ParticipantId) -> Result<Option<RegistrationRow>, StoreError> {
        let sql = concat!("SELECT ", registration_columns!(), " FROM registrations r WHERE r.participant_id = $1");
        self.db.read(Statement::new(sql, vec![Value::id(&participant)])).await?.first().map(registration).transpose()
    }

    /// How a registration stands.
    pub(crate) async fn registration_state(&self, id: RegistrationId) -> Result<Option<RegistrationState>, StoreError> {
        let sql = "SELECT state FROM registrations WHERE id = $1";
        let rows = self.db.read(Statement::new(sql, vec![Value::id(&id)])).await?;
        rows.first().map(|row| RegistrationState::read(row.text(0)?)).transpose()
    }

    /// How many registrations of this address for an event are over.
    pub(crate) async fn ended_registrations(&self, event: EventId, email: &str) -> Result<u32, StoreError> {
        let sql =
            "SELECT count(*) FROM registrations WHERE event_id = $1 AND email = $2 AND state IN ('cancelled', 'refunded')";
        let rows = self.db.read(Statement::new(sql, vec![Value::id(&event), email.into()])).await?;
        Ok(u32::try_from(rows.first().map_or(Ok(0), |row| row.int(0))?).unwrap_or(u32::MAX))
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

    /// Which of these addresses have a place, pay for one or wait.
    pub(crate) async fn standing_of<'a>(
        &self,
        event: EventId,
        emails: impl IntoIterator<Item = &'a str>,
    ) -> Result<HashSet<String>, StoreError> {
        let emails: Vec<&str> = emails.into_iter().collect();
        let mut standing = HashSet::new();
        for some in emails.chunks(LISTED) {
            let sql = "SELECT email FROM registrations WHERE event_id = $1 AND state IN ('pending', 'confirmed', 'waiting') \
                       AND email IN ({list})";
            let listed = some.iter().map(|email| Value::from(*email));
            for row in self.db.read(Statement::listing(sql, vec![Value::id(&event)], listed)).await? {
                standing.insert(row.text(0)?.to_owned());
            }
        }
        Ok(standing)
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
        self.db.read(Statement::composed(sql, values)).await?.iter().map(registration).collect()
    }

    /// As [`registrations_of`](Self::registrations_of), of each of these events. For one of them that is the cheaper: it reads its page alone.
    pub(crate) async fn registrations_of_each(
        &self,
        events: &[EventId],
        filter: &RegistrationFilter,
        (after, most): (Option<RegistrationId>, i64),
    ) -> Result<Vec<RegistrationRow>, StoreError> {
        if let [event] = events {
            return self.registrations_of(*event, filter, (after, most)).await;
        }
        let (condition, mut values) = filtered(self.db.dialect(), filter, 0);
        values.extend([after.map(|id| id.to_string()).into(), most.into()]);
        let (columns, after, most) = (registration_columns!(), values.len() - 1, values.len());
        let sql = format!(
            "SELECT {columns} FROM registrations r WHERE r.id IN (SELECT id FROM (SELECT r.id, \
             row_number() OVER (PARTITION BY r.event_id ORDER BY r.id DESC) AS place FROM registrations r \
             WHERE r.event_id IN ({{list}}){condition} AND (CAST(${after} AS TEXT) IS NULL OR r.id < ${after})) ranked \
             WHERE place <= ${most}) ORDER BY r.id DESC"
        );
        self.db.read(Statement::listing(&sql, values, events.iter().map(Value::id))).await?.iter().map(registration).collect()
    }

    /// As [`registrations_of_each`](Self::registrations_of_each), with how many registrations of each event there are in all. What is searched in one event
    /// is searched once for both.
    pub(crate) async fn registration_pages(
        &self,
        events: &[EventId],
        filter: &RegistrationFilter,
        page: (Option<RegistrationId>, i64),
    ) -> Result<(Vec<RegistrationRow>, Vec<(EventId, i64)>), StoreError> {
        if let ([event], Some(_)) = (events, &filter.search) {
            return self.searched_registrations(*event, filter, page).await;
        }
        let counts = self.count_registrations(events.iter().copied(), filter);
        futures_util::future::try_join(self.registrations_of_each(events, filter, page), counts).await
    }

    async fn searched_registrations(
        &self,
        event: EventId,
        filter: &RegistrationFilter,
        (after, most): (Option<RegistrationId>, i64),
    ) -> Result<(Vec<RegistrationRow>, Vec<(EventId, i64)>), StoreError> {
        let (condition, mut values) = condition(self.db.dialect(), event, filter);
        values.extend([after.map(|id| id.to_string()).into(), most.into()]);
        let (columns, first, most) = (registration_columns!(), values.len() - 1, values.len());
        let sql = format!(
            "WITH found AS MATERIALIZED (SELECT r.id FROM registrations r WHERE {condition}) \
             SELECT {columns}, (SELECT count(*) FROM found) FROM registrations r WHERE r.id IN (SELECT id FROM found \
             WHERE CAST(${first} AS TEXT) IS NULL OR id < ${first} ORDER BY id DESC LIMIT ${most}) ORDER BY r.id DESC"
        );
        let rows = self.db.read(Statement::composed(sql, values)).await?;
        let counts = match (rows.first(), after) {
            (Some(row), _) => vec![(event, row.int(REGISTRATION_COLUMNS)?)],
            (None, None) => Vec::new(),
            (None, Some(_)) => self.count_registrations([event], filter).await?,
        };
        Ok((rows.iter().map(registration).collect::<Result<_, _>>()?, counts))
    }

    /// How many registrations of each of these events those are.
    pub(crate) async fn count_registrations(
        &self,
        events: impl IntoIterator<Item = EventId>,
        filter: &RegistrationFilter,
    ) -> Result<Vec<(EventId, i64)>, StoreError> {
        let (condition, values) = filtered(self.db.dialect(), filter, 0);
        // Half of what it costs with groups: no row is looked at for where it belongs.
        let sql = format!(
            "SELECT e.id, (SELECT count(*) FROM registrations r WHERE r.event_id = e.id{condition}) FROM events e WHERE e.id IN ({{list}})"
        );
        let events = events.into_iter().map(|id| Value::id(&id));
        let rows = self.db.read(Statement::listing(&sql, values, events)).await?;
        rows.iter().map(|row| Ok((row.parsed(0)?, row.int(1)?))).collect()
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
}

/// What belongs to an event and passes a filter.
fn condition(dialect: Dialect, event: EventId, filter: &RegistrationFilter) -> (String, Vec<Value>) {
    let (condition, mut values) = filtered(dialect, filter, 1);
    values.insert(0, Value::id(&event));
    (format!("r.event_id = $1{condition}"), values)
}

/// What passes a filter, as further conditions whose values are numbered after the first `before`. People are searched by the index of every three letters; shorter terms by looking at each of the
/// event. This is the one place where the engines are asked differently.
fn filtered(dialect: Dialect, filter: &RegistrationFilter, before: usize) -> (String, Vec<Value>) {
    let (mut condition, mut values) = (String::new(), Vec::new());
    if let Some(state) = filter.state {
        values.push(state.stored().into());
        condition = format!(" AND r.state = ${}", before + 1);
    }
    let term = filter.search.as_deref().map(|term| term.trim().to_lowercase()).filter(|term| !term.is_empty());
    if let Some(term) = term {
        let place = before + values.len() + 1;
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
