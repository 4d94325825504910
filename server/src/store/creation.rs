//! Making an event of a template.

use std::{collections::BTreeMap, time::Duration};

use houselights_shared::{
    AgendaTrackId, CueId, EventId, OrganisationId, PollId, QuestionId, RoomId, SceneId, SessionId, TicketTypeId, Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{Statement, Store, StoreError, Value, organisations::has_room_for_event, slugs::claiming};
use crate::{
    templates::{PlanIds, Template, Word as _},
    wall,
};

/// What of a template belongs to the show itself and is kept beside the agenda: scenes, run of show, polls and texts of mails, as the template
/// has them, and what became of its rooms, tracks and sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ShowPlan {
    /// The template's file.
    pub(crate) source: String,
    /// By the template's keys.
    pub(crate) rooms: BTreeMap<String, RoomId>,
    pub(crate) tracks: BTreeMap<String, AgendaTrackId>,
    pub(crate) sessions: BTreeMap<String, SessionId>,
    /// Of the file's scenes, one each, room by room in its order. Of a plan from before they were kept there are none; so with the others.
    pub(crate) scenes: Vec<SceneId>,
    /// Of its run of show, one a cue.
    pub(crate) cues: Vec<CueId>,
    /// Of its polls.
    pub(crate) polls: Vec<PollId>,
}

/// What a template cannot know.
#[derive(Clone, Debug)]
pub(crate) struct NewEventOf<'a> {
    pub(crate) organisation: OrganisationId,
    pub(crate) title: &'a str,
    /// The end of its page's address.
    pub(crate) slug: &'a str,
    pub(crate) starts_at: Timestamp,
    pub(crate) time_zone: &'a str,
    pub(crate) now: Timestamp,
}

impl Store {
    /// Makes an event as the template says, as a draft. [`StoreError::Conflict`] where another event has the slug, [`StoreError::Unmet`] where the
    /// organisation has as many as it may.
    pub(crate) async fn create_event_of(&self, template: &Template, new: &NewEventOf<'_>) -> Result<EventId, StoreError> {
        let (id, _, statements) = creation(template, new)?;
        self.db.write(statements).await?;
        Ok(id)
    }
}

/// The statements that make an event as the template says, its id, and what becomes of the template's rooms, tracks and sessions.
pub(super) fn creation(template: &Template, new: &NewEventOf<'_>) -> Result<(EventId, ShowPlan, Vec<Statement>), StoreError> {
    let id = EventId::random();
    let PlanIds { scenes, cues, polls } = PlanIds::random(template);
    let plan = ShowPlan {
        source: template.kept_source(),
        rooms: template.rooms.iter().map(|room| (room.key.clone(), RoomId::random())).collect(),
        tracks: template.tracks.iter().map(|track| (track.key.clone(), AgendaTrackId::random())).collect(),
        sessions: template.sessions.iter().map(|session| (session.key.clone(), SessionId::random())).collect(),
        scenes,
        cues,
        polls,
    };
    let making = Making { times: times(template, new), id, template, new, plan: &plan };
    let mut statements = has_room_for_event(new.organisation).to_vec();
    statements.push(making.event()?);
    statements.extend(claiming(id, new.slug, new.now));
    statements.extend(making.rooms());
    statements.extend(making.tracks());
    statements.extend(making.sessions());
    statements.extend(making.questions());
    statements.extend(making.tickets());
    Ok((id, plan, statements))
}

struct Making<'a> {
    /// When each of the template's sessions begins, and when the event ends.
    times: (Vec<Timestamp>, Timestamp),
    id: EventId,
    template: &'a Template,
    new: &'a NewEventOf<'a>,
    plan: &'a ShowPlan,
}

/// When the sessions of an event begin, and when it ends: not before those that end by then as the template says, though clocks change on the way.
fn times(template: &Template, new: &NewEventOf<'_>) -> (Vec<Timestamp>, Timestamp) {
    let end = i64::from(template.minutes);
    let spans: Vec<(i64, i64)> = template
        .sessions
        .iter()
        .map(|session| {
            let from = i64::from(session.starts_after_minutes);
            (from, from + i64::from(session.minutes))
        })
        .collect();
    let all = [&[(0, 0)][..], &spans, &[(end, end)]].concat();
    let mut placed = wall::placed(new.starts_at, &all, wall::zone(new.time_zone)).into_iter().skip(1);
    let starts: Vec<Timestamp> = placed.by_ref().take(spans.len()).collect();
    let ends = starts.iter().zip(&spans).filter(|(_, (_, until))| *until <= end);
    let last = ends.map(|(at, (from, until))| at.plus(Duration::from_secs((until - from).unsigned_abs() * 60))).max();
    let end = placed.next().unwrap_or(new.starts_at);
    (starts, last.map_or(end, |last| end.max(last)))
}

impl Making<'_> {
    fn event(&self) -> Result<Statement, StoreError> {
        let (template, new) = (self.template, self.new);
        let plan = serde_json::to_string(self.plan).map_err(|_| StoreError::Corrupt("a plan cannot be encoded"))?;
        Ok(Statement::new(
            "INSERT INTO events (id, organisation_id, title, slug, phase, summary, description, starts_at, ends_at, time_zone, capacity, \
             accent, background, show_plan, created_at, slug_follows) \
             VALUES ($1, $2, $3, $4, 'draft', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1)",
            vec![
                Value::id(&self.id),
                Value::id(&new.organisation),
                new.title.into(),
                new.slug.into(),
                template.summary.as_str().into(),
                template.description.as_str().into(),
                new.starts_at.into(),
                self.times.1.into(),
                new.time_zone.into(),
                template.capacity.map(i64::from).into(),
                template.accent.as_str().into(),
                template.background.as_str().into(),
                plan.into(),
                new.now.into(),
            ],
        ))
    }

    fn rooms(&self) -> impl Iterator<Item = Statement> {
        self.template.rooms.iter().zip(0_i64..).map(|(room, position)| {
            Statement::new(
                "INSERT INTO rooms (id, event_id, kind, title, position, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
                vec![
                    self.plan.rooms.get(&room.key).map(ToString::to_string).into(),
                    Value::id(&self.id),
                    room.kind.word().into(),
                    room.title.as_str().into(),
                    position.into(),
                    self.new.now.into(),
                ],
            )
        })
    }

    fn tracks(&self) -> impl Iterator<Item = Statement> {
        self.template.tracks.iter().zip(0_i64..).map(|(track, position)| {
            Statement::new(
                "INSERT INTO agenda_tracks (id, event_id, title, colour, position, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
                vec![
                    self.plan.tracks.get(&track.key).map(ToString::to_string).into(),
                    Value::id(&self.id),
                    track.title.as_str().into(),
                    track.colour.as_str().into(),
                    position.into(),
                    self.new.now.into(),
                ],
            )
        })
    }

    fn sessions(&self) -> impl Iterator<Item = Statement> {
        self.template.sessions.iter().zip(&self.times.0).map(|(session, starts_at)| {
            let room = session.room.as_ref().and_then(|key| self.plan.rooms.get(key));
            let track = session.track.as_ref().and_then(|key| self.plan.tracks.get(key));
            Statement::new(
                "INSERT INTO sessions (id, event_id, room_id, track_id, title, description, starts_at, ends_at, capacity, created_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                vec![
                    self.plan.sessions.get(&session.key).map(ToString::to_string).into(),
                    Value::id(&self.id),
                    room.map(ToString::to_string).into(),
                    track.map(ToString::to_string).into(),
                    session.title.as_str().into(),
                    session.description.as_str().into(),
                    (*starts_at).into(),
                    starts_at.plus(Duration::from_secs(u64::from(session.minutes) * 60)).into(),
                    session.capacity.map(i64::from).into(),
                    self.new.now.into(),
                ],
            )
        })
    }

    fn questions(&self) -> impl Iterator<Item = Statement> {
        self.template.questions.iter().zip(0_i64..).map(|(question, position)| {
            let options = serde_json::Value::from(question.options.clone()).to_string();
            Statement::new(
                "INSERT INTO questions (id, event_id, label, kind, options, required, position, created_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                vec![
                    Value::id(&QuestionId::random()),
                    Value::id(&self.id),
                    question.label.as_str().into(),
                    question.kind.word().into(),
                    options.into(),
                    question.required.into(),
                    position.into(),
                    self.new.now.into(),
                ],
            )
        })
    }

    fn tickets(&self) -> impl Iterator<Item = Statement> {
        self.template.tickets.iter().zip(0_i64..).map(|(ticket, position)| {
            Statement::new(
                "INSERT INTO ticket_types (id, event_id, title, description, amount, currency, quantity, hidden, waiting_list, position, created_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                vec![
                    Value::id(&TicketTypeId::random()),
                    Value::id(&self.id),
                    ticket.title.as_str().into(),
                    ticket.description.as_str().into(),
                    i64::from(ticket.amount).into(),
                    ticket.currency.as_deref().unwrap_or(NO_CURRENCY).into(),
                    ticket.quantity.map(i64::from).into(),
                    ticket.hidden.into(),
                    ticket.waiting_list.into(),
                    position.into(),
                    self.new.now.into(),
                ],
            )
        })
    }
}

/// Of tickets that cost nothing, where nobody named one.
pub(crate) const NO_CURRENCY: &str = "EUR";
