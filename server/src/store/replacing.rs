//! A place that is not had yet, left for another by whoever asks for that one: the seat is given back and taken anew in one write, so that nobody comes in
//! between and the counters stay those of the rows.

use houselights_shared::Timestamp;

use super::{
    NewPlace, RegistrationRow, RegistrationState, Seat, Statement, Store, StoreError, Taken, Value, closing, not_to_come_back,
    places::{end_statements, event_seat, ticket_seat},
};

impl Store {
    /// As [`take_place`](Self::take_place), and what stands is left for it. The event's seat is kept, and the ticket's where it is the same; of another ticket
    /// there has to be one. [`Taken::Twice`] where what stands was changed, or may be paid, meanwhile.
    pub(crate) async fn take_place_instead(
        &self,
        of: &RegistrationRow,
        place: &NewPlace<'_>,
        seat: Seat,
    ) -> Result<Taken, StoreError> {
        let has_seat = of.state.has_seat();
        let event = if has_seat { kept_at_event(place) } else { event_seat(place) };
        let ticket = if has_seat && of.ticket == place.ticket { kept_of_ticket(place) } else { ticket_seat(place) };
        self.taking(place, seat, (leaving(of, place.now), [event, ticket])).await
    }

    /// As [`wait_for_place`](Self::wait_for_place), and what stands is left for it.
    pub(crate) async fn wait_instead(
        &self,
        of: &RegistrationRow,
        place: &NewPlace<'_>,
        letter: Statement,
    ) -> Result<Taken, StoreError> {
        self.waiting(place, letter, leaving(of, place.now)).await
    }

    /// So many checkouts of a place can be paid no more, and the place stands. It is held until another moment, so that the next checkout is another one.
    /// False where that is not so any more.
    pub(crate) async fn checkouts_closed(
        &self,
        row: &RegistrationRow,
        open: usize,
        (until, now): (Timestamp, Timestamp),
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE registrations SET expires_at = $1 WHERE id = $2 AND state = 'pending'";
        let held = Statement::new(sql, vec![until.into(), Value::id(&row.id)]).changing(1);
        self.changed(vec![held, closing(row.id, open, now)]).await
    }
}

/// What stands ends. Whoever pays for it all the same gets the money back.
fn leaving(of: &RegistrationRow, now: Timestamp) -> Vec<Statement> {
    let mut statements = end_statements(of, RegistrationState::Cancelled, now);
    statements.extend([closing(of.id, 0, now), not_to_come_back(of.id)]);
    statements
}

/// The seat that was given back a moment ago.
fn kept_at_event(place: &NewPlace<'_>) -> Statement {
    let sql = "UPDATE events SET taken = taken + 1 WHERE id = $1 AND phase IN ('published', 'live') AND cancelled_at IS NULL \
               AND deleted_at IS NULL";
    Statement::new(sql, vec![Value::id(&place.event)]).changing(1)
}

fn kept_of_ticket(place: &NewPlace<'_>) -> Statement {
    let sql = "UPDATE ticket_types SET taken = taken + 1 WHERE id = $1 AND event_id = $2 AND deleted_at IS NULL";
    Statement::new(sql, vec![Value::id(&place.ticket), Value::id(&place.event)]).changing(1)
}
