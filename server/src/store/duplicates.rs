//! Making an event of another: what a template carries of it, and those who speak, the pictures and the like, which none does.

use std::collections::BTreeMap;

use houselights_shared::{EventId, SessionId, SpeakerId, Timestamp};

use super::{
    EventRow, NewEventOf, Outline, Statement, Store, StoreError, Value,
    creation::creation,
    outline::{Bill, SpeakerOutline, TicketOutline},
};
use crate::{
    templates::Template,
    wall::{self, Move},
};

/// An event that another is made of.
pub(crate) struct Original<'a> {
    pub(crate) event: &'a EventRow,
    pub(crate) outline: &'a Outline,
    pub(crate) bill: &'a Bill,
    /// Of the event and the outline.
    pub(crate) template: &'a Template,
}

impl Store {
    /// Makes another event like it, as a draft: nobody of it is registered, invited or told. [`StoreError::Conflict`] where another event has
    /// the slug, [`StoreError::Unmet`] where the organisation has as many as it may.
    pub(crate) async fn duplicate_event(&self, of: &Original<'_>, new: &NewEventOf<'_>) -> Result<EventId, StoreError> {
        let (id, plan, mut statements) = creation(of.template, new)?;
        statements.push(looks(of.event, id));
        statements.extend(sales(of, id, new));
        // A template has the sessions in the order of the outline.
        let keys = of.outline.sessions.iter().zip(&of.template.sessions);
        let sessions: BTreeMap<SessionId, SessionId> =
            keys.filter_map(|(old, session)| Some((old.id, *plan.sessions.get(&session.key)?))).collect();
        let speakers: BTreeMap<SpeakerId, SpeakerId> =
            of.bill.speakers.iter().map(|speaker| (speaker.id, SpeakerId::random())).collect();
        for (speaker, position) in of.bill.speakers.iter().zip(0_i64..) {
            let Some(copy) = speakers.get(&speaker.id) else { continue };
            statements.push(insert_speaker(speaker, *copy, (id, position), new));
        }
        for (session, speaker, position) in &of.bill.places {
            let Some((session, speaker)) = sessions.get(session).zip(speakers.get(speaker)) else { continue };
            statements.push(Statement::new(
                "INSERT INTO session_speakers (session_id, speaker_id, position) VALUES ($1, $2, $3)",
                vec![Value::id(session), Value::id(speaker), (*position).into()],
            ));
        }
        self.db.write(statements).await?;
        Ok(id)
    }
}

/// Its pictures, and how a ticket is used.
fn looks(event: &EventRow, copy: EventId) -> Statement {
    Statement::new(
        "UPDATE events SET logo_id = $1, cover_id = $2, one_device = $3 WHERE id = $4",
        vec![
            event.logo.map(|id| id.to_string()).into(),
            event.cover.map(|id| id.to_string()).into(),
            event.one_device.into(),
            Value::id(&copy),
        ],
    )
}

/// When tickets are sold, as far from the start as before. They are in the order of the outline, counted from 0.
fn sales(of: &Original<'_>, copy: EventId, new: &NewEventOf<'_>) -> Vec<Statement> {
    let by = Move::new((of.event.starts_at, wall::zone(&of.event.time_zone)), (new.starts_at, wall::zone(new.time_zone)));
    let tickets = of.outline.tickets.iter().zip(0_i64..);
    let sold = tickets.filter(|(ticket, _)| ticket.sales_start.is_some() || ticket.sales_end.is_some());
    let window = |(ticket, position): (&TicketOutline, i64)| {
        let moved = |at: Option<Timestamp>| at.map(|at| by.moved(at)).into();
        let sql = "UPDATE ticket_types SET sales_start = $1, sales_end = $2 WHERE event_id = $3 AND position = $4";
        let values = vec![moved(ticket.sales_start), moved(ticket.sales_end), Value::id(&copy), position.into()];
        Statement::new(sql, values).changing(1)
    };
    sold.map(window).collect()
}

fn insert_speaker(
    speaker: &SpeakerOutline,
    copy: SpeakerId,
    (event, position): (EventId, i64),
    new: &NewEventOf<'_>,
) -> Statement {
    Statement::new(
        "INSERT INTO speakers (id, event_id, name, headline, biography, email, picture_id, position, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        vec![
            Value::id(&copy),
            Value::id(&event),
            speaker.name.as_str().into(),
            speaker.headline.as_str().into(),
            speaker.biography.as_str().into(),
            speaker.email.clone().into(),
            speaker.picture.map(|id| id.to_string()).into(),
            position.into(),
            new.now.into(),
        ],
    )
}
