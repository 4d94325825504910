//! Events: what they are, and their life from draft to archive.

use std::{sync::Arc, time::Duration};

use async_graphql::{Context, ID, InputObject, MaybeUndefined, MergedObject, Object, Result};
use chrono::{DateTime, Utc};
use houselights_domain::{Doors, Duty};
use houselights_shared::{ENDS_BY_ITSELF_AFTER, EventId, ImageId};

use super::{
    agenda::EventAgenda,
    bans::EventBans,
    codes::EventCodes,
    error::{Code, Denial},
    event_facts::EventFacts,
    guard::{app, viewer},
    images::EventLooks,
    input,
    organisations::Organisation,
    prices,
    questions::EventQuestions,
    registrations::EventRegistrations,
    reports::EventReports,
    sales::EventSales,
    show_plan::EventShow,
    templates,
    tickets::EventTickets,
    trash::EventTrash,
};
use crate::{
    announcements,
    app::App,
    bounds::{DESCRIPTION_CHARS, LONGEST_EVENT_MINUTES, SUMMARY_CHARS},
    clock,
    mail::Change,
    store::{self, EventChange, EventRow, MOST_EVENTS, NewAnnouncement, NewEventOf, Original, StoreError},
    templates::Template,
    webhooks::{Notice, WebhookKind},
};

/// An event, for its organisation.
#[derive(MergedObject)]
pub(crate) struct Event(
    EventFacts,
    EventItself,
    EventLooks,
    EventAgenda,
    EventTrash,
    EventTickets,
    EventCodes,
    EventQuestions,
    EventRegistrations,
    EventSales,
    EventShow,
    EventReports,
    EventBans,
);

impl Event {
    pub(crate) fn of(row: impl Into<Arc<EventRow>>) -> Self {
        let shared = row.into();
        let row = || Arc::clone(&shared);
        Self(
            EventFacts(row()),
            EventItself(row()),
            EventLooks(row()),
            EventAgenda(row()),
            EventTrash(row()),
            EventTickets(row()),
            EventCodes(row()),
            EventQuestions(row()),
            EventRegistrations(row()),
            EventSales(row()),
            EventShow(row()),
            EventReports(row()),
            EventBans(row()),
        )
    }

    /// As it is now.
    pub(crate) async fn load(app: &App, id: EventId) -> Result<Self> {
        let row = app.store.event(id).await.map_err(Denial::from)?;
        Ok(Self::of(row.ok_or_else(Denial::not_found)?))
    }
}

/// What of an event only its organisation sees.
pub(crate) struct EventItself(Arc<EventRow>);

#[Object]
impl EventItself {
    async fn organisation(&self, context: &Context<'_>) -> Result<Organisation> {
        let organisation = self.0.organisation.ok_or_else(Denial::not_found)?;
        Organisation::load(context, organisation).await
    }

    /// How many may register; as many as like where there is none.
    async fn capacity(&self) -> Option<i64> {
        self.0.capacity
    }

    /// How many have a place.
    async fn registered(&self) -> i64 {
        self.0.taken
    }

    async fn deleted_at(&self) -> Option<DateTime<Utc>> {
        self.0.deleted_at.map(input::shown)
    }

    /// Goes up with each change. A change made on an older one is refused with `CONFLICT`.
    async fn version(&self) -> i64 {
        self.0.version
    }

    /// Whether a ticket is good for one device at a time.
    async fn one_device_per_ticket(&self) -> bool {
        self.0.one_device
    }

    /// Whether its page's address is made of its title, and changes with it: until it is set, or the event is published.
    async fn slug_follows_title(&self) -> bool {
        self.0.slug_follows
    }
}

/// What is to be different; what is absent stays.
#[derive(InputObject)]
#[graphql(name = "EventChange")]
pub(crate) struct EventChangeInput {
    title: Option<String>,
    slug: Option<String>,
    summary: Option<String>,
    description: Option<String>,
    /// Null: as many as like.
    capacity: MaybeUndefined<i32>,
    accent: Option<String>,
    background: Option<String>,
    /// Null: none.
    logo: MaybeUndefined<ID>,
    /// Null: none.
    cover: MaybeUndefined<ID>,
    one_device_per_ticket: Option<bool>,
    ends_at: Option<DateTime<Utc>>,
}

impl EventChangeInput {
    fn checked(self) -> Result<EventChange, Denial> {
        let picture = |of: MaybeUndefined<ID>| -> Result<Option<Option<ImageId>>, Denial> {
            match of {
                MaybeUndefined::Undefined => Ok(None),
                MaybeUndefined::Null => Ok(Some(None)),
                MaybeUndefined::Value(id) => Ok(Some(Some(input::id(&id)?))),
            }
        };
        let capacity = match self.capacity {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(None),
            MaybeUndefined::Value(number) => Some(Some(input::count("capacity", number)?)),
        };
        Ok(EventChange {
            title: self.title.map(|title| input::title("title", &title)).transpose()?,
            own_slug: self.slug.is_some(),
            slug: self.slug.map(|slug| input::slug("slug", &slug)).transpose()?,
            summary: self.summary.map(|summary| input::text("summary", &summary, SUMMARY_CHARS)).transpose()?,
            description: self.description.map(|text| input::text("description", &text, DESCRIPTION_CHARS)).transpose()?,
            capacity,
            accent: self.accent.map(|accent| input::colour("accent", &accent)).transpose()?,
            background: self.background.map(|colour| input::colour("background", &colour)).transpose()?,
            logo: picture(self.logo)?,
            cover: picture(self.cover)?,
            one_device: self.one_device_per_ticket,
            ends_at: self.ends_at.map(|at| input::instant("endsAt", at)).transpose()?,
        })
    }
}

#[derive(Default)]
pub(crate) struct EventsQuery;

#[Object]
impl EventsQuery {
    /// An event of an organisation that the viewer belongs to.
    async fn event(&self, context: &Context<'_>, id: ID) -> Result<Event> {
        let row = viewer(context)?.on_event(app(context)?, input::id(&id)?, Duty::ReadEvent).await?;
        Ok(Event::of(row))
    }
}

#[derive(Default)]
pub(crate) struct EventsMutation;

#[Object]
impl EventsMutation {
    /// Makes an event of a template, as a draft.
    async fn create_event(
        &self,
        context: &Context<'_>,
        organisation: ID,
        template: ID,
        title: String,
        starts_at: DateTime<Utc>,
        time_zone: String,
    ) -> Result<Event> {
        let (app, organisation) = (app(context)?, input::id(&organisation)?);
        viewer(context)?.on_organisation(app, organisation, Duty::CreateEvent).await?;
        let template = templates::named(app, organisation, &template).await?;
        let (title, zone) = (input::title("title", &title)?, input::time_zone("timeZone", &time_zone)?);
        let starts_at = input::instant("startsAt", starts_at)?;
        let slug = input::slug_of(&title);
        let new = NewEventOf { organisation, title: &title, slug: &slug, starts_at, time_zone: &zone, now: clock::now() };
        let made = create(app, &Model::Template(&template), &new).await?;
        Event::load(app, made).await
    }

    /// Changes an event.
    async fn update_event(&self, context: &Context<'_>, id: ID, version: i64, change: EventChangeInput) -> Result<Event> {
        let app = app(context)?;
        let row = viewer(context)?.on_event(app, input::id(&id)?, Duty::EditEvent).await?;
        let mut change = change.checked()?;
        change.slug = change.slug.or_else(|| following(&row, change.title.as_deref()));
        let longest = Duration::from_mins(LONGEST_EVENT_MINUTES.into());
        if change.ends_at.is_some_and(|ends| ends <= row.starts_at || ends.since(row.starts_at) > longest) {
            return Err(Denial::bad("endsAt", "after the start, and within a year of it").into());
        }
        for picture in [change.logo, change.cover].into_iter().flatten().flatten() {
            let own = app.store.has_image(row.organisation, picture).await.map_err(Denial::from)?;
            if !own {
                return Err(Denial::not_found().into());
            }
        }
        let mut written = write(app, &row, version, &change).await;
        if let (Err(StoreError::Conflict(_)), false, Some(slug)) = (&written, change.own_slug, &change.slug) {
            change.slug = Some(input::another_slug(slug)?);
            written = write(app, &row, version, &change).await;
        }
        match written {
            Ok(true) => {
                if change.one_device.is_some_and(|one| one != row.one_device) {
                    app.signed_in.forget_event(row.id);
                }
                app.announcer.wake();
                app.courier.wake();
                // Whoever waits may have a seat now.
                app.box_office.wake();
                Event::load(app, row.id).await
            }
            Ok(false) => Err(Denial::conflict().into()),
            Err(StoreError::Conflict(_)) => {
                Err(Denial::new(Code::SlugTaken, "another event has this address, or had it in the last 30 days").into())
            }
            Err(error) => Err(Denial::from(error).into()),
        }
    }

    /// Makes the page of an event public, and opens registration. Whoever was registered by hand while it was a draft gets their ticket now.
    async fn publish_event(&self, context: &Context<'_>, id: ID) -> Result<Event> {
        change_phase(context, &id, &[store::EventPhase::Draft], store::EventPhase::Published).await
    }

    /// Takes an event back to a draft, as long as nobody has registered.
    async fn unpublish_event(&self, context: &Context<'_>, id: ID) -> Result<Event> {
        change_phase(context, &id, &[store::EventPhase::Published], store::EventPhase::Draft).await
    }

    /// Opens the doors, before their time where it is not come yet.
    async fn start_event(&self, context: &Context<'_>, id: ID) -> Result<Event> {
        change_phase(context, &id, &[store::EventPhase::Published], store::EventPhase::Live).await
    }

    /// Takes a start back: the doors open at their time again, and whoever came in before is sent away until then.
    async fn unstart_event(&self, context: &Context<'_>, id: ID) -> Result<Event> {
        change_phase(context, &id, &[store::EventPhase::Live], store::EventPhase::Published).await
    }

    /// Ends an event: whoever came to it, and its speakers, are sent away, and only those who look after it come in. One that nobody ends does so by
    /// itself, six hours after its time.
    async fn end_event(&self, context: &Context<'_>, id: ID) -> Result<Event> {
        change_phase(context, &id, &[store::EventPhase::Live], store::EventPhase::Ended).await
    }

    /// Goes on with an event that was ended, as long as it would not have ended by itself.
    async fn resume_event(&self, context: &Context<'_>, id: ID) -> Result<Event> {
        change_phase(context, &id, &[store::EventPhase::Ended], store::EventPhase::Live).await
    }

    /// Takes an event that is over, or cancelled, out of sight. From then on nothing of it changes, in its rooms either.
    async fn archive_event(&self, context: &Context<'_>, id: ID) -> Result<Event> {
        change_phase(context, &id, &[store::EventPhase::Ended], store::EventPhase::Archived).await
    }
}

/// What an event is made of.
pub(super) enum Model<'a> {
    Template(&'a Template),
    Event(&'a Original<'a>),
}

/// Makes an event, under an address a little longer where another has its own.
pub(super) async fn create(app: &App, model: &Model<'_>, new: &NewEventOf<'_>) -> Result<EventId, Denial> {
    match made_of(app, model, new).await {
        Err(StoreError::Conflict(_)) => {
            let slug = input::another_slug(new.slug)?;
            Ok(made_of(app, model, &NewEventOf { slug: &slug, ..new.clone() }).await?)
        }
        Err(StoreError::Unmet(_)) => {
            Err(Denial::bad("organisation", format!("an organisation has at most {MOST_EVENTS} events")))
        }
        made => Ok(made?),
    }
}

async fn made_of(app: &App, model: &Model<'_>, new: &NewEventOf<'_>) -> Result<EventId, StoreError> {
    match model {
        Model::Template(template) => app.store.create_event_of(template, new).await,
        Model::Event(original) => app.store.duplicate_event(original, new).await,
    }
}

/// The address that a draft has under another title, as long as it follows that.
fn following(row: &EventRow, title: Option<&str>) -> Option<String> {
    let title = title.filter(|_| row.slug_follows && row.phase == store::EventPhase::Draft)?;
    let slug = input::slug_of(title);
    (slug != input::slug_of(&row.title)).then_some(slug)
}

/// Stores a change, with what is told of it.
async fn write(app: &App, row: &EventRow, version: i64, change: &EventChange) -> Result<bool, StoreError> {
    let now = clock::now();
    let people = announcements::changed(row, what_changes(row, change), now);
    let integrators = Notice::of_event(WebhookKind::EventChanged, &row.with(change), now);
    let told = people.iter().map(NewAnnouncement::insert).chain(integrators.iter().map(store::announce)).collect();
    app.store.update_event((row.id, version), change, told, now).await
}

/// What of a change those who are registered have to hear.
fn what_changes(row: &EventRow, change: &EventChange) -> Vec<Change> {
    let title = change.title.as_ref().filter(|title| **title != row.title).map(|_| Change::Title { was: row.title.clone() });
    let end = change.ends_at.filter(|ends_at| *ends_at != row.ends_at).map(|ends_at| Change::End { ends_at });
    title.into_iter().chain(end).collect()
}

async fn change_phase(context: &Context<'_>, id: &ID, from: &[store::EventPhase], to: store::EventPhase) -> Result<Event> {
    let app = app(context)?;
    let row = viewer(context)?.on_event(app, input::id(id)?, Duty::EditEvent).await?;
    let now = clock::now();
    let is_over = match (row.phase, to) {
        (_, store::EventPhase::Published) => row.ends_at <= now,
        (store::EventPhase::Ended, store::EventPhase::Live) => row.ends_at.plus(ENDS_BY_ITSELF_AFTER) <= now,
        _ => false,
    };
    if is_over {
        return Err(Denial::bad("endsAt", "the event would be over: move it first").into());
    }
    let told = match to {
        store::EventPhase::Published if row.phase == store::EventPhase::Draft => {
            prices::of_event(app, &row).await?;
            let integrators = Notice::of_event(WebhookKind::EventPublished, &row, now);
            integrators
                .iter()
                .map(store::announce)
                .chain([announcements::published(&row, now).insert_for_those_registered()])
                .collect()
        }
        store::EventPhase::Draft
        | store::EventPhase::Published
        | store::EventPhase::Live
        | store::EventPhase::Ended
        | store::EventPhase::Archived => Vec::new(),
    };
    if app.store.change_phase(row.id, from, (to, clock::now()), told).await.map_err(Denial::from)? {
        app.doors_changed(row.id, Doors { phase: to, ..row.doors() });
        app.announcer.wake();
        app.courier.wake();
        Event::load(app, row.id).await
    } else {
        Err(Denial::new(Code::WrongPhase, "the event is not in the phase that this needs").into())
    }
}
