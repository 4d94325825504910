//! How an event is moved, repeated, cancelled and taken away.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};
use houselights_domain::{Doors, Duty};
use houselights_shared::{DOORS_OPEN_BEFORE, EventId};

use super::{
    error::{Code, Denial},
    events::{Event, Model, create},
    guard::{app, viewer},
    input,
};
use crate::{
    announcements,
    bounds::REASON_CHARS,
    box_office::REFUND_AGAIN,
    clock,
    mail::Change,
    store::{Deleted, EventPhase, EventRow, NewEventOf, Original, announce, refunding_all},
    templates::Template,
    wall::{self, Move},
    webhooks::{Notice, WebhookKind},
};

#[derive(Default)]
pub(crate) struct LifeMutation;

#[Object]
impl LifeMutation {
    /// Moves the whole event, with its agenda; those registered are told. What is at ten o'clock stays at ten o'clock, also where the clocks change
    /// between the old day and the new one: where they show an hour twice it is the first, and what is in an hour that they leap over is an hour
    /// later. What follows on something within an hour keeps its distance from it. One that is on is published until the new day. When tickets are sold and codes are good moves along; what has begun stays begun. Another time zone alone moves nothing.
    async fn reschedule_event(
        &self,
        context: &Context<'_>,
        id: ID,
        version: i64,
        starts_at: DateTime<Utc>,
        time_zone: Option<String>,
    ) -> Result<Event> {
        let app = app(context)?;
        let row = viewer(context)?.on_event(app, input::id(&id)?, Duty::EditEvent).await?;
        let starts_at = input::instant("startsAt", starts_at)?;
        let zone = time_zone.map(|zone| input::time_zone("timeZone", &zone)).transpose()?;
        let zone = zone.as_deref().unwrap_or(&row.time_zone);
        let by = Move::new((row.starts_at, wall::zone(&row.time_zone)), (starts_at, wall::zone(zone)));
        // Its end has to be a moment, too.
        let ends_at = input::instant("startsAt", input::shown(by.moved(row.ends_at)))?;
        if row.version != version {
            return Err(Denial::conflict().into());
        }
        let now = clock::now();
        // Nobody would hear of it: what is said of an event that is over comes too late.
        if ends_at <= now && row.phase != EventPhase::Draft {
            return Err(Denial::bad("startsAt", "it would be over by now").into());
        }
        let time = (starts_at != row.starts_at).then_some(Change::Time { was: row.starts_at });
        // The same moment has another time of the day there.
        let place = (zone != row.time_zone).then(|| Change::TimeZone { was: row.time_zone.clone() });
        let what = time.into_iter().chain(place).collect();
        // One that is on is moved to another day: until that it is as if nobody had started it.
        let phase = if row.phase == EventPhase::Live && starts_at.minus(DOORS_OPEN_BEFORE) > now {
            EventPhase::Published
        } else {
            row.phase
        };
        let moved = EventRow { starts_at, ends_at, phase, time_zone: zone.to_owned(), ..(*row).clone() };
        let integrators = Notice::of_event(WebhookKind::EventChanged, &moved, now);
        let told = (announcements::changed(&row, what, now), integrators.as_ref().map(announce));
        if app.store.reschedule_event(&row, (by, zone, phase), told, now).await.map_err(Denial::from)? {
            app.doors_changed(row.id, moved.doors());
            app.announcer.wake();
            app.courier.wake();
            return Event::load(app, row.id).await;
        }
        Err(unmoved(app.store.event(row.id).await.map_err(Denial::from)?, version).into())
    }

    /// Makes an event like this one, as a draft: with its agenda and speakers, tickets and questions, each at the same time of the day and as far
    /// from the start as before. Nobody is registered, invited or told.
    async fn duplicate_event(&self, context: &Context<'_>, id: ID, title: String, starts_at: DateTime<Utc>) -> Result<Event> {
        let app = app(context)?;
        let row = viewer(context)?.on_event(app, input::id(&id)?, Duty::CreateEvent).await?;
        let (title, starts_at) = (input::title("title", &title)?, input::instant("startsAt", starts_at)?);
        let organisation = row.organisation.ok_or_else(Denial::not_found)?;
        let outline = app.store.outline(row.id).await.map_err(Denial::from)?;
        let bill = app.store.bill(row.id).await.map_err(Denial::from)?;
        let template = Template::of_event(&row, &outline).map_err(Denial::from)?;
        let original = Original { event: &row, outline: &outline, bill: &bill, template: &template };
        let slug = input::slug_of(&title);
        let new =
            NewEventOf { organisation, title: &title, slug: &slug, starts_at, time_zone: &row.time_zone, now: clock::now() };
        let made: EventId = create(app, &Model::Event(&original), &new).await?;
        Event::load(app, made).await
    }

    /// Says that an event does not take place. Registration is closed, everybody who is registered is told, and whoever came to it is sent away.
    /// It cannot be taken back. With `refund` all that was paid for places that stand goes back, one after the other: how far that is, `sales` says.
    async fn cancel_event(
        &self,
        context: &Context<'_>,
        id: ID,
        reason: Option<String>,
        #[graphql(default)] refund: bool,
    ) -> Result<Event> {
        let app = app(context)?;
        let row = viewer(context)?.on_event(app, input::id(&id)?, Duty::EditEvent).await?;
        if refund {
            viewer(context)?.on_row(app, &row, Duty::Refund).await?;
        }
        let reason = reason.map(|reason| input::text("reason", &reason, REASON_CHARS)).transpose()?;
        let (reason, now) = (reason.filter(|reason| !reason.is_empty()), clock::now());
        let told = announcements::cancelled(&row, reason.clone(), refund, now);
        let integrators = Notice::of_event(WebhookKind::EventCancelled, &row, now);
        let back = refund.then(|| refunding_all(row.id, now.minus(REFUND_AGAIN)));
        let with = integrators.as_ref().map(announce).into_iter().chain(back).collect();
        if app.store.cancel_event(&row, reason.as_deref(), (&told, with), now).await.map_err(Denial::from)? {
            app.doors_changed(row.id, Doors { is_cancelled: true, ..row.doors() });
            app.announcer.wake();
            app.courier.wake();
            app.box_office.wake();
            return Event::load(app, row.id).await;
        }
        Err(Denial::new(Code::WrongPhase, "a draft is deleted; what is over or cancelled stays so").into())
    }

    /// Puts an event into the trash, from where it can be taken back for 30 days. Whoever is in its rooms is sent away until then, and what
    /// comes of money goes back by itself. Whoever was invited to speak is told. One that is on has to end first; one for which people are registered, or wait, has to be cancelled first, so that they hear of it: that is refused with
    /// `PEOPLE_REGISTERED`.
    async fn delete_event(&self, context: &Context<'_>, id: ID) -> Result<Event> {
        let app = app(context)?;
        let row = viewer(context)?.on_event_as_a_whole(app, input::id(&id)?, Duty::EditEvent).await?;
        let now = clock::now();
        let told = announcements::deleted(&row, now).map(|told| told.insert());
        match app.store.delete_event(&row, told, now).await.map_err(Denial::from)? {
            Deleted::Yes => {
                app.announcer.wake();
                app.doors_changed(row.id, Doors { is_deleted: true, ..row.doors() });
                app.box_office.wake();
                Event::load(app, row.id).await
            }
            Deleted::IsOn => Err(Denial::new(Code::WrongPhase, "the event is on").into()),
            Deleted::PeopleCome => {
                Err(Denial::new(Code::PeopleRegistered, "people are registered: cancel it first, so that they hear of it")
                    .into())
            }
        }
    }
}

/// Why an event was not moved.
fn unmoved(now: Option<EventRow>, version: i64) -> Denial {
    match now {
        Some(row) if row.version == version => Denial::new(Code::WrongPhase, "the event is over, or cancelled"),
        Some(_) => Denial::conflict(),
        None => Denial::not_found(),
    }
}
