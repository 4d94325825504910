//! Who waits, and how a seat that became free is given to the next of them.

use std::time::Duration;

use houselights_shared::{EventId, ParticipantId, TicketTypeId, Timestamp};

use super::{
    About, EventRow, NewLetter, RegistrationRow, RegistrationState, Statement, Store, StoreError, Value,
    places::{confirm, insert_participant},
    registrations::{REGISTRATION_COLUMNS, registration, registration_columns},
};
use crate::{
    mail::{Message, Registered},
    payments::{LONGEST_CHECKOUT, SHORTEST_CHECKOUT},
    registration::announced,
    webhooks::WebhookKind,
};

/// How long a seat that costs something is kept for who waited for it, at most: as long as they can pay for it.
const KEPT_FOR: Duration = LONGEST_CHECKOUT;
/// And at least, where the event lasts for so long: paying takes a while.
const KEPT_AT_LEAST: Duration = SHORTEST_CHECKOUT;
/// Events that are looked at in one round.
const EVENTS: i64 = 100;

/// The next in the queue, with what a letter tells them.
#[derive(Clone, Debug)]
pub(super) struct Next {
    row: RegistrationRow,
    about: Registered,
    event: EventRow,
}

impl Store {
    /// Who comes next: whoever waits the longest for a ticket of which a seat is free, or will be once one of `freed` is given back.
    pub(super) async fn next_waiting(
        &self,
        event: EventId,
        freed: Option<TicketTypeId>,
        now: Timestamp,
    ) -> Result<Option<Next>, StoreError> {
        let sql = concat!(
            "SELECT ",
            registration_columns!(),
            ", e.title, e.starts_at, e.time_zone, t.title FROM ticket_types t JOIN events e ON e.id = t.event_id \
             JOIN registrations r ON r.ticket_type_id = t.id AND r.state = 'waiting' WHERE t.event_id = $1 \
             AND (t.quantity IS NULL OR t.taken - (CASE WHEN t.id = $2 THEN 1 ELSE 0 END) < t.quantity) \
             AND (e.capacity IS NULL OR e.taken - CAST($3 AS BIGINT) < e.capacity) \
             AND e.phase IN ('published', 'live') AND e.cancelled_at IS NULL AND e.deleted_at IS NULL AND e.ends_at > $4 ORDER BY r.id LIMIT 1"
        );
        let freed_id = freed.map_or_else(String::new, |id| id.to_string());
        let values = vec![Value::id(&event), freed_id.into(), freed.is_some().into(), now.into()];
        let rows = self.db.read(Statement::new(sql, values)).await?;
        let Some(found) = rows.first() else { return Ok(None) };
        let row = registration(found)?;
        let about = Registered {
            name: row.name.clone(),
            event: found.text(REGISTRATION_COLUMNS)?.to_owned(),
            starts_at: found.at(REGISTRATION_COLUMNS + 1)?,
            time_zone: found.text(REGISTRATION_COLUMNS + 2)?.to_owned(),
            ticket: found.text(REGISTRATION_COLUMNS + 3)?.to_owned(),
        };
        Ok(self.event(event).await?.map(|event| Next { row, about, event }))
    }

    /// Gives a seat to somebody who waits, before their turn; `beyond` how many there are, where that is said.
    pub(crate) async fn admit(
        &self,
        (event, row): (&EventRow, &RegistrationRow),
        about: Registered,
        beyond: bool,
        now: Timestamp,
    ) -> Result<Admitted, StoreError> {
        let next = Next { row: row.clone(), about, event: event.clone() };
        let seats = if beyond { next.more_seats() } else { next.seats() };
        let seats_taken = seats.len();
        match self.db.write(next.promote_to(seats, now)).await {
            Ok(_) => Ok(Admitted::Yes),
            Err(StoreError::Unmet(at)) if at < seats_taken && !beyond => Ok(Admitted::NoSeat),
            Err(StoreError::Unmet(_)) => Ok(Admitted::Changed),
            Err(error) => Err(error),
        }
    }

    /// Events in which somebody waits though a seat is free: more were made, or a write met another one.
    pub(crate) async fn events_to_promote(&self, now: Timestamp) -> Result<Vec<EventId>, StoreError> {
        let sql = "SELECT DISTINCT t.event_id FROM registrations r JOIN ticket_types t ON t.id = r.ticket_type_id \
                   JOIN events e ON e.id = t.event_id WHERE r.state = 'waiting' AND (t.quantity IS NULL OR t.taken < t.quantity) \
                   AND (e.capacity IS NULL OR e.taken < e.capacity) AND e.phase IN ('published', 'live') \
                   AND e.cancelled_at IS NULL AND e.deleted_at IS NULL AND e.ends_at > $2 ORDER BY t.event_id LIMIT $1";
        let rows = self.db.read(Statement::new(sql, vec![EVENTS.into(), now.into()])).await?;
        rows.iter().map(|row| row.parsed(0)).collect()
    }
}

/// What came of letting somebody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admitted {
    Yes,
    NoSeat,
    /// They, or the event, changed meanwhile.
    Changed,
}

/// Until when a seat is kept for who waited: for half of what is left until the event begins, or, once it has begun, until it ends, so that there is
/// time for the next in line; and never beyond its end.
fn kept_until((starts_at, ends_at): (Timestamp, Timestamp), now: Timestamp) -> Timestamp {
    let ahead = if starts_at > now { starts_at } else { ends_at };
    let half = ahead.since(now) / 2;
    now.plus(half.clamp(KEPT_AT_LEAST, KEPT_FOR)).min(ends_at)
}

impl Next {
    /// They have the seat: for good where it costs nothing, else for as long as it is kept for them. They are told.
    pub(super) fn promote(&self, now: Timestamp) -> Vec<Statement> {
        self.promote_to(self.seats(), now)
    }

    /// A seat of the event and one of the ticket, where there are.
    fn seats(&self) -> Vec<Statement> {
        let event = "UPDATE events SET taken = taken + 1 WHERE id = $1 AND phase IN ('published', 'live') AND cancelled_at IS NULL \
                     AND deleted_at IS NULL AND (capacity IS NULL OR taken < capacity)";
        let ticket = "UPDATE ticket_types SET taken = taken + 1 WHERE id = $1 AND (quantity IS NULL OR taken < quantity)";
        self.taking(event, ticket)
    }

    /// The same, whether or not any is left.
    fn more_seats(&self) -> Vec<Statement> {
        let event = "UPDATE events SET taken = taken + 1 WHERE id = $1 AND phase IN ('published', 'live') AND cancelled_at IS NULL \
                     AND deleted_at IS NULL";
        self.taking(event, "UPDATE ticket_types SET taken = taken + 1 WHERE id = $1")
    }

    fn taking(&self, event: &'static str, ticket: &'static str) -> Vec<Statement> {
        let event = Statement::new(event, vec![Value::id(&self.row.event)]).changing(1);
        vec![event, Statement::new(ticket, vec![Value::id(&self.row.ticket)]).changing(1)]
    }

    fn promote_to(&self, seats: Vec<Statement>, now: Timestamp) -> Vec<Statement> {
        let row = &self.row;
        let mut statements = seats;
        let (participant, until) = if row.amount > 0 {
            let until = kept_until((self.event.starts_at, self.event.ends_at), now);
            let sql = "UPDATE registrations SET state = 'pending', expires_at = $1 WHERE id = $2 AND state = $3";
            let values = vec![until.into(), Value::id(&row.id), RegistrationState::Waiting.stored().into()];
            statements.push(Statement::new(sql, values).changing(1));
            (None, Some(until))
        } else {
            let participant = ParticipantId::random();
            statements.push(insert_participant(participant, row.event, &row.name, now));
            statements.push(confirm(row, RegistrationState::Waiting, participant, now));
            let who = (row.id, row.name.as_str(), row.email.as_str());
            statements.extend(announced(WebhookKind::RegistrationConfirmed, &self.event, who, now));
            (Some(participant), None)
        };
        let message = Message::PlaceFree { about: self.about.clone(), until };
        let about = About { event: Some(row.event), registration: Some(row.id), participant };
        statements.push(NewLetter::new(format!("place-free:{}", row.id), &row.email, &message, about, now).insert());
        statements
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_is_kept_for_half_of_what_is_left_and_never_beyond_the_end() {
        const NOW: Timestamp = Timestamp::from_micros(1_000_000_000_000_000);
        let minutes = |minutes: i64| Timestamp::from_micros(NOW.micros() + minutes * 60_000_000);
        let kept = |starts, ends| kept_until((minutes(starts), minutes(ends)), NOW).since(NOW).as_secs() / 60;
        assert_eq!(kept(60 * 24 * 30, 60 * 24 * 31), 24 * 60 - 1);
        assert_eq!(kept(120, 180), 60, "half of the two hours until it begins");
        assert_eq!(kept(20, 180), 31, "as long as paying takes");
        assert_eq!(kept(-60, 120), 60, "half of what is left of it");
        assert_eq!(kept(-60, 12), 12, "until its end");
    }
}
