//! The trash of an event, and taking things back out of it.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use houselights_domain::Duty;
use houselights_shared::{EventId, OrganisationId, Timestamp};

use super::{
    agenda::{room_news, settled},
    error::Denial,
    events::Event,
    guard::{app, viewer},
    input,
    loaders::{OwnTrashOf, TrashOf, loaded},
    organisations::Organisation,
    speaker_letters::returning,
};
use crate::{
    announcements::agenda,
    app::App,
    clock,
    store::{self, Belonging, Edited, EventRow, Statement, TRASH_KEPT, TrashedRow},
};

/// What can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "store::TrashKind")]
pub(crate) enum TrashKind {
    /// With everything in it.
    Event,
    /// A slot on the agenda.
    Session,
    /// A strand of it.
    Track,
    /// Where sessions are.
    Room,
    /// Who speaks.
    Speaker,
    /// A kind of ticket.
    TicketType,
    /// What is asked at registration.
    Question,
    /// What makes a ticket cheaper.
    Code,
}

/// Something in the trash.
#[derive(SimpleObject)]
pub(crate) struct Trashed {
    id: ID,
    kind: TrashKind,
    /// What it is called.
    title: String,
    deleted_at: DateTime<Utc>,
}

impl From<TrashedRow> for Trashed {
    fn from(row: TrashedRow) -> Self {
        Self { id: row.id.into(), kind: row.kind.into(), title: row.title, deleted_at: input::shown(row.deleted_at) }
    }
}

/// What of an organisation's own can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum OwnTrashKind {
    /// What events are made of.
    Template,
    /// Where integrators are told.
    Webhook,
}

/// Something of an organisation's own in the trash.
#[derive(SimpleObject)]
pub(crate) struct OwnTrashed {
    id: ID,
    kind: OwnTrashKind,
    /// What it is called; of a webhook its address.
    title: String,
    deleted_at: DateTime<Utc>,
}

impl From<store::OwnTrashed> for OwnTrashed {
    fn from(row: store::OwnTrashed) -> Self {
        let kind = if row.is_template { OwnTrashKind::Template } else { OwnTrashKind::Webhook };
        Self { id: row.id.into(), kind, title: row.title, deleted_at: input::shown(row.deleted_at) }
    }
}

/// What an organisation's trash holds, but for events.
pub(crate) struct OrganisationTrash(pub(super) OrganisationId);

#[Object]
impl OrganisationTrash {
    /// Templates that were taken away in the last 30 days, and webhooks for who looks after those; the latest first. After that they are erased.
    /// Nothing for who makes neither.
    #[graphql(complexity = "50 + 20 * child_complexity")]
    async fn trash(&self, context: &Context<'_>) -> Result<Vec<OwnTrashed>> {
        let (app, viewer) = (app(context)?, viewer(context)?);
        let duties = viewer.duties(app, self.0).await?;
        if !duties.contains(&Duty::CreateEvent) {
            return Ok(Vec::new());
        }
        let rows = loaded(context, OwnTrashOf(self.0)).await?.unwrap_or_default();
        let webhooks = duties.contains(&Duty::ManageOrganisation);
        Ok(rows.into_iter().filter(|row| row.is_template || webhooks).map(OwnTrashed::from).collect())
    }
}

/// What an event's trash holds.
pub(crate) struct EventTrash(pub(super) Arc<EventRow>);

#[Object]
impl EventTrash {
    /// What was taken away in the last 30 days, the latest first. After that it is erased.
    #[graphql(complexity = "20 * child_complexity + 1")]
    async fn trash(&self, context: &Context<'_>) -> Result<Vec<Trashed>> {
        let rows = loaded(context, TrashOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Trashed::from).collect())
    }
}

/// What is told of a session that is taken back.
async fn news(app: &App, event: &EventRow, id: &str, now: Timestamp) -> Result<Vec<Statement>, Denial> {
    let Ok(session) = id.parse() else { return Ok(Vec::new()) };
    let row = app.store.discarded(event.id, session).await?;
    Ok(row.map(|row| agenda::taken_back(event, session, &row, now)).unwrap_or_default())
}

/// What is told of the sessions in a room that is taken back.
async fn room_back(app: &App, event: &EventRow, id: &str) -> Result<Vec<Statement>, Denial> {
    let trash = app.store.trash_of([event.id], clock::now().minus(TRASH_KEPT)).await?;
    let Some(room) = trash.iter().find(|row| row.kind == store::TrashKind::Room && row.id == id) else { return Ok(Vec::new()) };
    Ok(room_news(app, event, (input::id(&ID::from(id))?, Some(&room.title))).await?.into_iter().collect())
}

/// What is told of an event that is taken back: whoever was invited to speak heard that it is off.
async fn speakers_again(app: &App, event: &EventRow, now: Timestamp) -> Result<Vec<Statement>, Denial> {
    let sessions = app.store.sessions_of([event.id]).await?;
    Ok(agenda::event_taken_back(event, &sessions, now).into_iter().collect())
}

#[derive(Default)]
pub(crate) struct TrashMutation;

#[Object]
impl TrashMutation {
    /// Takes something out of the trash of an event, or the event itself: then `id` is the event's. Of a session, and of those
    /// in a room, those who picked it and its speakers are told; of an event who was invited to speak. A speaker who was told that they are none any
    /// more is invited anew.
    async fn restore(&self, context: &Context<'_>, event: ID, kind: TrashKind, id: ID) -> Result<Event> {
        let (app, viewer) = (app(context)?, viewer(context)?);
        let event: EventId = input::id(&event)?;
        // All of them are ids of one shape.
        let id = input::id::<EventId>(&id)?.to_string();
        let kind = store::TrashKind::from(kind);
        let row = match kind {
            store::TrashKind::Event => viewer.on_deleted_event(app, event, Duty::EditEvent).await?,
            store::TrashKind::Session
            | store::TrashKind::Track
            | store::TrashKind::Room
            | store::TrashKind::Speaker
            | store::TrashKind::TicketType
            | store::TrashKind::Question
            | store::TrashKind::Code => viewer.on_event(app, event, Duty::EditEvent).await?,
        };
        let now = clock::now();
        let told = match kind {
            store::TrashKind::Session => news(app, &row, &id, now).await?,
            store::TrashKind::Room => room_back(app, &row, &id).await?,
            store::TrashKind::Event => speakers_again(app, &row, now).await?,
            store::TrashKind::Speaker => returning(app, &row, &id, now).await.map_err(Denial::from)?,
            store::TrashKind::Track | store::TrashKind::TicketType | store::TrashKind::Question | store::TrashKind::Code => {
                Vec::new()
            }
        };
        settled(app.store.restore(row.id, (kind, &id), now.minus(TRASH_KEPT), told).await.map_err(Denial::from)?)?;
        app.announcer.wake();
        app.post_office.wake();
        app.courier.wake();
        // A stage that is back may be where people come in.
        app.signed_in.forget_event(row.id);
        if kind == store::TrashKind::Room {
            // So are those whom it muted.
            app.inboxes.muted().forget(row.id, input::id(&ID::from(id))?);
        }
        Event::load(app, row.id).await
    }

    /// Takes a template of an organisation's own out of the trash.
    async fn restore_template(&self, context: &Context<'_>, id: ID) -> Result<Organisation> {
        let (app, since) = (app(context)?, clock::now().minus(TRASH_KEPT));
        let organisation = viewer(context)?.on_belonging(app, Belonging::DeletedTemplate, &id, Duty::CreateEvent).await?;
        let edited = app.store.restore_template(organisation, input::id(&id)?, since).await.map_err(Denial::from)?;
        own_settled(edited)?;
        Organisation::load(context, organisation).await
    }

    /// Takes a webhook out of the trash: it is told what happens from now on.
    async fn restore_webhook(&self, context: &Context<'_>, id: ID) -> Result<Organisation> {
        let (app, since) = (app(context)?, clock::now().minus(TRASH_KEPT));
        let organisation = viewer(context)?.on_belonging(app, Belonging::DeletedWebhook, &id, Duty::ManageOrganisation).await?;
        let edited = app.store.restore_webhook(organisation, input::id(&id)?, since).await.map_err(Denial::from)?;
        own_settled(edited)?;
        Organisation::load(context, organisation).await
    }
}

fn own_settled(edited: Edited) -> Result<(), Denial> {
    if matches!(edited, Edited::Full) {
        return Err(Denial::bad("organisation", "it has as many as an organisation can have"));
    }
    settled(edited)
}
