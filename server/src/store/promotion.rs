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
    payments::LONGEST_CHECKOUT,
    registration::announced,
    webhooks::WebhookKind,
};

/// How long a seat that costs something is kept for who waited for it: as long as they can pay for it.
pub(crate) const KEPT_FOR: Duration = LONGEST_CHECKOUT;
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
    pub(super) async fn next_waiting(&self, event: EventId, freed: Option<TicketTypeId>) -> Result<Option<Next>, StoreError> {
        let sql = concat!(
            "SELECT ",
            registration_columns!(),
            ", e.title, e.starts_at, e.time_zone, t.title FROM ticket_types t JOIN events e ON e.id = t.event_id \
             JOIN registrations r ON r.ticket_type_id = t.id AND r.state = 'waiting' WHERE t.event_id = $1 \
             AND (t.quantity IS NULL OR t.taken - (CASE WHEN t.id = $2 THEN 1 ELSE 0 END) < t.quantity) \
             AND (e.capacity IS NULL OR e.taken - CAST($3 AS BIGINT) < e.capacity) \
             AND e.phase IN ('published', 'live') AND e.cancelled_at IS NULL AND e.deleted_at IS NULL ORDER BY r.id LIMIT 1"
        );
        let freed_id = freed.map_or_else(String::new, |id| id.to_string());
        let values = vec![Value::id(&event), freed_id.into(), freed.is_some().into()];
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

    /// Events in which somebody waits though a seat is free: more were made, or a write met another one.
    pub(crate) async fn events_to_promote(&self) -> Result<Vec<EventId>, StoreError> {
        let sql = "SELECT DISTINCT t.event_id FROM registrations r JOIN ticket_types t ON t.id = r.ticket_type_id \
                   JOIN events e ON e.id = t.event_id WHERE r.state = 'waiting' AND (t.quantity IS NULL OR t.taken < t.quantity) \
                   AND (e.capacity IS NULL OR e.taken < e.capacity) AND e.phase IN ('published', 'live') \
                   AND e.cancelled_at IS NULL AND e.deleted_at IS NULL ORDER BY t.event_id LIMIT $1";
        let rows = self.db.read(Statement::new(sql, vec![EVENTS.into()])).await?;
        rows.iter().map(|row| row.parsed(0)).collect()
    }
}

impl Next {
    /// They have the seat: for good where it costs nothing, else for as long as it is kept for them. They are told.
    pub(super) fn promote(&self, now: Timestamp) -> Vec<Statement> {
        let row = &self.row;
        let seat = "UPDATE events SET taken = taken + 1 WHERE id = $1 AND phase IN ('published', 'live') AND cancelled_at IS NULL \
                    AND deleted_at IS NULL AND (capacity IS NULL OR taken < capacity)";
        let mut statements = vec![Statement::new(seat, vec![Value::id(&row.event)]).changing(1)];
        let seat = "UPDATE ticket_types SET taken = taken + 1 WHERE id = $1 AND (quantity IS NULL OR taken < quantity)";
        statements.push(Statement::new(seat, vec![Value::id(&row.ticket)]).changing(1));
        let (participant, until) = if row.amount > 0 {
            let until = now.plus(KEPT_FOR);
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
