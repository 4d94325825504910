//! Events of organisations.

use houselights_domain::{Doors, EventPhase};
use houselights_shared::{EventId, ImageId, OrganisationId, Timestamp};

use super::{
    Row, ShowPlan, Statement, Store, StoreError, Value,
    slugs::{claiming, leaving},
};

pub(super) const fn stored_phase(phase: EventPhase) -> &'static str {
    match phase {
        EventPhase::Draft => "draft",
        EventPhase::Published => "published",
        EventPhase::Live => "live",
        EventPhase::Ended => "ended",
        EventPhase::Archived => "archived",
    }
}

pub(super) fn read_phase(stored: &str) -> Result<EventPhase, StoreError> {
    let found = EventPhase::ALL.into_iter().find(|phase| stored_phase(*phase) == stored);
    found.ok_or(StoreError::Corrupt("the phase of an event"))
}

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EventRow {
    pub(crate) id: EventId,
    /// Absent where it was made from the command line.
    pub(crate) organisation: Option<OrganisationId>,
    pub(crate) title: String,
    pub(crate) slug: Option<String>,
    pub(crate) phase: EventPhase,
    pub(crate) summary: String,
    /// Markdown.
    pub(crate) description: String,
    pub(crate) starts_at: Timestamp,
    pub(crate) ends_at: Timestamp,
    pub(crate) time_zone: String,
    pub(crate) capacity: Option<i64>,
    /// Seats that are taken.
    pub(crate) taken: i64,
    pub(crate) accent: String,
    pub(crate) background: String,
    pub(crate) logo: Option<ImageId>,
    pub(crate) cover: Option<ImageId>,
    pub(crate) one_device: bool,
    /// Scenes, run of show, polls and texts of mails, as JSON.
    pub(crate) show_plan: String,
    pub(crate) version: i64,
    pub(crate) cancelled_at: Option<Timestamp>,
    pub(crate) cancel_reason: Option<String>,
    pub(crate) deleted_at: Option<Timestamp>,
    /// The slug is made of the title, and changes with it.
    pub(crate) slug_follows: bool,
}

impl EventRow {
    /// What is planned for the show; nothing for an event that was not made of a template.
    pub(crate) fn plan(&self) -> Result<ShowPlan, StoreError> {
        serde_json::from_str(&self.show_plan).map_err(|_| StoreError::Corrupt("the plan of a show"))
    }

    /// Whether everybody sees it.
    pub(crate) fn is_public(&self) -> bool {
        let is_shown = match self.phase {
            EventPhase::Published | EventPhase::Live | EventPhase::Ended => true,
            EventPhase::Draft | EventPhase::Archived => false,
        };
        is_shown && self.deleted_at.is_none()
    }

    /// Whether it does not take place, as far as anybody can tell: it is cancelled, or in the trash.
    pub(crate) const fn is_off(&self) -> bool {
        self.cancelled_at.is_some() || self.deleted_at.is_some()
    }

    /// What decides who may be in its rooms.
    pub(crate) fn doors(&self) -> Doors {
        Doors {
            phase: self.phase,
            starts_at: self.starts_at,
            is_cancelled: self.cancelled_at.is_some(),
            is_deleted: self.deleted_at.is_some(),
        }
    }
}

/// All columns of an [`EventRow`], in its order.
macro_rules! event_columns {
    () => {
        "id, organisation_id, title, slug, phase, summary, description, starts_at, ends_at, time_zone, capacity, taken, accent, \
         background, logo_id, cover_id, one_device, show_plan, version, cancelled_at, cancel_reason, deleted_at, slug_follows"
    };
}
pub(super) use event_columns;

/// What is part of an event and has an id of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Child {
    Track,
    Room,
    Session,
    Speaker,
    TicketType,
    Code,
    Question,
    Registration,
}

/// What is to be different about an event; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct EventChange {
    pub(crate) title: Option<String>,
    pub(crate) slug: Option<String>,
    /// The slug is as somebody wants it: it does not follow the title any more.
    pub(crate) own_slug: bool,
    pub(crate) summary: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) capacity: Option<Option<i64>>,
    pub(crate) accent: Option<String>,
    pub(crate) background: Option<String>,
    pub(crate) logo: Option<Option<ImageId>>,
    pub(crate) cover: Option<Option<ImageId>>,
    pub(crate) one_device: Option<bool>,
    pub(crate) ends_at: Option<Timestamp>,
}

impl EventRow {
    /// As it will be after a change, as far as others are told of it.
    #[must_use]
    pub(crate) fn with(&self, change: &EventChange) -> Self {
        let row = self.clone();
        Self {
            title: change.title.clone().unwrap_or(row.title),
            slug: change.slug.clone().or(row.slug),
            ends_at: change.ends_at.unwrap_or(row.ends_at),
            ..row
        }
    }
}

/// Which events are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct EventFilter {
    pub(crate) phase: Option<EventPhase>,
    pub(crate) deleted: bool,
}

impl Store {
    /// The event, whether or not it is in the trash.
    pub(crate) async fn event(&self, id: EventId) -> Result<Option<EventRow>, StoreError> {
        let sql = concat!("SELECT ", event_columns!(), " FROM events WHERE id = $1");
        self.db.read(Statement::new(sql, vec![Value::id(&id)])).await?.first().map(event).transpose()
    }

    /// The events with these ids.
    pub(crate) async fn events(&self, ids: impl IntoIterator<Item = EventId>) -> Result<Vec<EventRow>, StoreError> {
        let sql = concat!("SELECT ", event_columns!(), " FROM events WHERE id IN ({list})");
        let ids = ids.into_iter().map(|id| Value::id(&id));
        self.db.read(Statement::listing(sql, Vec::new(), ids)).await?.iter().map(event).collect()
    }

    /// The event with this address, where it is public.
    pub(crate) async fn public_event(&self, slug: &str) -> Result<Option<EventRow>, StoreError> {
        let sql = concat!(
            "SELECT ",
            event_columns!(),
            " FROM events WHERE slug = $1 AND phase IN ('published', 'live', 'ended') AND deleted_at IS NULL"
        );
        self.db.read(Statement::new(sql, vec![slug.into()])).await?.first().map(event).transpose()
    }

    /// Of each of these organisations its events, the newest first, at most `most` after one.
    pub(crate) async fn events_of(
        &self,
        organisations: impl IntoIterator<Item = OrganisationId>,
        filter: EventFilter,
        (after, most): (Option<EventId>, i64),
    ) -> Result<Vec<EventRow>, StoreError> {
        let sql = concat!(
            "SELECT ",
            event_columns!(),
            " FROM events WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY organisation_id ORDER BY id DESC) AS place \
             FROM events WHERE organisation_id IN ({list}) AND (CAST($1 AS TEXT) IS NULL OR phase = $1) \
             AND (deleted_at IS NOT NULL) = (CAST($2 AS BIGINT) = 1) AND (CAST($3 AS TEXT) IS NULL OR id < $3)) ranked \
             WHERE place <= $4) ORDER BY id DESC"
        );
        let values = vec![
            filter.phase.map(stored_phase).into(),
            filter.deleted.into(),
            after.map(|id| id.to_string()).into(),
            most.into(),
        ];
        let organisations = organisations.into_iter().map(|id| Value::id(&id));
        self.db.read(Statement::listing(sql, values, organisations)).await?.iter().map(event).collect()
    }

    /// How many events each of these organisations has. One without any is not among them.
    pub(crate) async fn count_events(
        &self,
        organisations: impl IntoIterator<Item = OrganisationId>,
        filter: EventFilter,
    ) -> Result<Vec<(OrganisationId, i64)>, StoreError> {
        let sql = "SELECT organisation_id, count(*) FROM events WHERE organisation_id IN ({list}) \
                   AND (CAST($1 AS TEXT) IS NULL OR phase = $1) AND (deleted_at IS NOT NULL) = (CAST($2 AS BIGINT) = 1) \
                   GROUP BY organisation_id";
        let values = vec![filter.phase.map(stored_phase).into(), filter.deleted.into()];
        let organisations = organisations.into_iter().map(|id| Value::id(&id));
        let rows = self.db.read(Statement::listing(sql, values, organisations)).await?;
        rows.iter().map(|row| Ok((row.parsed(0)?, row.int(1)?))).collect()
    }

    /// The event that something is part of.
    pub(crate) async fn event_of(&self, child: Child, id: &str) -> Result<Option<EventId>, StoreError> {
        let sql = match child {
            Child::Track => "SELECT event_id FROM agenda_tracks WHERE id = $1",
            Child::Room => "SELECT event_id FROM rooms WHERE id = $1",
            Child::Session => "SELECT event_id FROM sessions WHERE id = $1",
            Child::Speaker => "SELECT event_id FROM speakers WHERE id = $1",
            Child::TicketType => "SELECT event_id FROM ticket_types WHERE id = $1",
            Child::Code => "SELECT event_id FROM ticket_codes WHERE id = $1",
            Child::Question => "SELECT event_id FROM questions WHERE id = $1",
            Child::Registration => "SELECT event_id FROM registrations WHERE id = $1",
        };
        self.db.read(Statement::new(sql, vec![id.into()])).await?.first().map(|row| row.parsed(0)).transpose()
    }

    /// Changes an event, and writes what is told of it. False where it is not at this version (any more). [`StoreError::Conflict`] where
    /// another event has the slug, or left it not long ago.
    pub(crate) async fn update_event(
        &self,
        (id, version): (EventId, i64),
        change: &EventChange,
        told: Vec<Statement>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE events SET title = coalesce($1, title), slug = coalesce($2, slug), summary = coalesce($3, summary), \
                   description = coalesce($4, description), accent = coalesce($5, accent), background = coalesce($6, background), \
                   one_device = coalesce($7, one_device), ends_at = coalesce($8, ends_at), \
                   capacity = CASE WHEN $9 = 1 THEN $10 ELSE capacity END, \
                   logo_id = CASE WHEN $11 = 1 THEN $12 ELSE logo_id END, \
                   cover_id = CASE WHEN $13 = 1 THEN $14 ELSE cover_id END, \
                   slug_follows = CASE WHEN $15 = 1 THEN NULL ELSE slug_follows END, version = version + 1 \
                   WHERE id = $16 AND version = $17 AND deleted_at IS NULL AND phase <> 'archived'";
        let picture = |of: Option<Option<ImageId>>| of.flatten().map(|id| id.to_string()).into();
        let values = vec![
            change.title.clone().into(),
            change.slug.clone().into(),
            change.summary.clone().into(),
            change.description.clone().into(),
            change.accent.clone().into(),
            change.background.clone().into(),
            change.one_device.into(),
            change.ends_at.into(),
            change.capacity.is_some().into(),
            change.capacity.flatten().into(),
            change.logo.is_some().into(),
            picture(change.logo),
            change.cover.is_some().into(),
            picture(change.cover),
            change.own_slug.into(),
            Value::id(&id),
            version.into(),
        ];
        let update = Statement::new(sql, values).changing(1);
        let mut statements = Vec::new();
        if let Some(slug) = &change.slug {
            statements.push(leaving(id, slug, now));
            statements.push(update);
            statements.extend(claiming(id, slug, now));
        } else {
            statements.push(update);
        }
        statements.extend(told);
        self.changed(statements).await
    }

    /// Writes what an event plans for its show. False where the event is another than that version (any more).
    pub(crate) async fn update_show_plan(&self, id: EventId, version: i64, plan: &ShowPlan) -> Result<bool, StoreError> {
        let sql = "UPDATE events SET show_plan = $1, version = version + 1 \
                   WHERE id = $2 AND version = $3 AND deleted_at IS NULL AND phase <> 'archived'";
        let plan = serde_json::to_string(plan).map_err(|_| StoreError::Corrupt("a plan cannot be encoded"))?;
        self.changed(vec![Statement::new(sql, vec![plan.into(), Value::id(&id), version.into()]).changing(1)]).await
    }

    /// Moves an event from one phase to another, and writes what is told of it. False where it was not in that phase (any more). What is
    /// cancelled goes nowhere but into the archive, from whatever phase. What was public once keeps its slug.
    pub(crate) async fn change_phase(
        &self,
        id: EventId,
        from: &[EventPhase],
        (to, now): (EventPhase, Timestamp),
        told: Vec<Statement>,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE events SET phase = $1, slug_follows = NULL, version = version + 1, \
                   ended_at = CASE WHEN $3 = 1 THEN ended_at WHEN CAST($1 AS TEXT) = 'ended' THEN CAST($5 AS BIGINT) END \
                   WHERE id = $2 AND deleted_at IS NULL AND phase <> $1 \
                   AND (CASE WHEN cancelled_at IS NULL THEN phase IN ({list}) ELSE $3 = 1 END) \
                   AND ($4 = 0 OR NOT EXISTS (SELECT 1 FROM registrations r WHERE r.event_id = events.id \
                   AND r.state IN ('pending', 'confirmed', 'waiting')))";
        // Whoever comes at the same moment is not left behind in a draft.
        let (is_archived, is_draft) = (to == EventPhase::Archived, to == EventPhase::Draft);
        let values = vec![stored_phase(to).into(), Value::id(&id), is_archived.into(), is_draft.into(), now.into()];
        let statement = Statement::listing(sql, values, from.iter().map(|phase| stored_phase(*phase).into())).changing(1);
        self.changed(std::iter::once(statement).chain(told).collect()).await
    }
}

/// Of a row that has an event's phase, start, cancellation and deletion from this column on.
pub(super) fn doors(row: &Row, first: usize) -> Result<Doors, StoreError> {
    Ok(Doors {
        phase: read_phase(row.text(first)?)?,
        starts_at: row.at(first + 1)?,
        is_cancelled: row.maybe_at(first + 2)?.is_some(),
        is_deleted: row.maybe_at(first + 3)?.is_some(),
    })
}

pub(super) fn event(row: &Row) -> Result<EventRow, StoreError> {
    Ok(EventRow {
        id: row.parsed(0)?,
        organisation: row.maybe(1)?,
        title: row.text(2)?.to_owned(),
        slug: row.maybe(3)?,
        phase: read_phase(row.text(4)?)?,
        summary: row.text(5)?.to_owned(),
        description: row.text(6)?.to_owned(),
        starts_at: row.at(7)?,
        ends_at: row.at(8)?,
        time_zone: row.text(9)?.to_owned(),
        capacity: row.maybe_int(10)?,
        taken: row.int(11)?,
        accent: row.text(12)?.to_owned(),
        background: row.text(13)?.to_owned(),
        logo: row.maybe(14)?,
        cover: row.maybe(15)?,
        one_device: row.is(16)?,
        show_plan: row.text(17)?.to_owned(),
        version: row.int(18)?,
        cancelled_at: row.maybe_at(19)?,
        cancel_reason: row.maybe(20)?,
        deleted_at: row.maybe_at(21)?,
        slug_follows: row.maybe_int(22)? == Some(1),
    })
}
