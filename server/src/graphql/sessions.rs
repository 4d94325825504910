//! Sessions of an agenda.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, dataloader::DataLoader};
use chrono::{DateTime, Utc};
use houselights_domain::{Duty, Span, SpanRefusal};
use houselights_shared::{SessionId, SpeakerId};

use super::{
    agenda::{AgendaTrack, Room, settled, span_of},
    budget,
    error::Denial,
    events::Event,
    guard::{app, viewer},
    input,
    loaders::{Loader, SpeakersIn, loaded},
    speakers::Speaker,
};
use crate::{
    announcements::agenda::{self, Edit, Recast},
    app::App,
    bounds::{DESCRIPTION_CHARS, MOST_SPEAKERS_OF_SESSION},
    clock,
    store::{Child, EventRow, Going, NewSession, SessionChange, SessionRow, SpeakerRow},
};

/// A slot on the agenda.
pub(crate) struct Session {
    row: Arc<SessionRow>,
    /// Who speaks, where that was read with it.
    speakers: Option<Vec<Arc<SpeakerRow>>>,
}

#[Object(serial)]
impl Session {
    async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    async fn title(&self) -> &str {
        &self.row.title
    }

    /// Markdown.
    async fn description(&self) -> &str {
        &self.row.description
    }

    async fn starts_at(&self) -> DateTime<Utc> {
        input::shown(self.row.span.starts_at)
    }

    async fn ends_at(&self) -> DateTime<Utc> {
        input::shown(self.row.span.ends_at)
    }

    async fn track(&self) -> Option<AgendaTrack> {
        self.row.track.clone().map(AgendaTrack::from)
    }

    /// Where it is; some sessions, such as a lunch, are nowhere.
    async fn room(&self) -> Option<Room> {
        self.row.room.clone().map(Room::from)
    }

    /// How many can pick it; as many as like where there is none.
    async fn capacity(&self) -> Option<i64> {
        self.row.capacity
    }

    /// How many picked it.
    async fn picked(&self) -> i64 {
        self.row.picked
    }

    async fn cancelled_at(&self) -> Option<DateTime<Utc>> {
        self.row.cancelled_at.map(input::shown)
    }

    /// Goes up with each change. A change made on an older one is refused with `CONFLICT`.
    async fn version(&self) -> i64 {
        self.row.version
    }

    /// Who speaks, in their order.
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn speakers(&self, context: &Context<'_>) -> Result<Vec<Speaker>> {
        let rows = if let Some(speakers) = &self.speakers {
            speakers.clone()
        } else {
            loaded(context, SpeakersIn(self.row.id)).await?.unwrap_or_default()
        };
        Ok(rows.into_iter().map(Speaker).collect())
    }
}

impl Session {
    /// The sessions of a list, with who speaks in them where that is asked for: read at once, however many they are.
    pub(super) async fn listed(context: &Context<'_>, rows: Vec<Arc<SessionRow>>) -> Result<Vec<Self>> {
        if !context.look_ahead().field("speakers").exists() {
            return Ok(rows.into_iter().map(|row| Self { row, speakers: None }).collect());
        }
        let mut cast = cast_of(context, &rows).await?;
        let listed =
            rows.into_iter().map(|row| Self { speakers: Some(cast.remove(&SpeakersIn(row.id)).unwrap_or_default()), row });
        Ok(listed.collect())
    }

    async fn load(app: &App, id: SessionId) -> Result<Self> {
        let row = row(app, id).await?;
        Ok(Self { row: Arc::new(row), speakers: None })
    }
}

async fn row(app: &App, id: SessionId) -> Result<SessionRow, Denial> {
    app.store.session(id).await?.ok_or_else(Denial::not_found)
}

/// Who speaks in these sessions.
pub(super) async fn cast_of(
    context: &Context<'_>,
    sessions: &[Arc<SessionRow>],
) -> Result<HashMap<SpeakersIn, Vec<Arc<SpeakerRow>>>> {
    let loader = context.data::<DataLoader<Loader>>()?;
    let keys = sessions.iter().map(|session| SpeakersIn(session.id));
    let cast = loader.load_many(keys).await.map_err(|denial| (*denial).clone())?;
    let below = context.look_ahead().field("speakers").selection_fields();
    let spent = |speakers: &Vec<_>| below.iter().try_for_each(|field| budget::spend_below(context, speakers, field));
    cast.values().try_for_each(spent)?;
    Ok(cast)
}

/// A session to be made.
#[derive(InputObject)]
#[graphql(name = "NewSession")]
pub(crate) struct NewSessionInput {
    title: String,
    /// Markdown.
    description: Option<String>,
    starts_at: DateTime<Utc>,
    /// At least a minute and at most 48 hours later. The end of the event moves along.
    ends_at: DateTime<Utc>,
    track: Option<ID>,
    room: Option<ID>,
    capacity: Option<i32>,
    /// In their order.
    speakers: Option<Vec<ID>>,
}

/// What is to be different; what is absent stays.
#[derive(InputObject)]
#[graphql(name = "SessionChange")]
pub(crate) struct SessionChangeInput {
    title: Option<String>,
    description: Option<String>,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    /// Null: none.
    track: MaybeUndefined<ID>,
    /// Null: none.
    room: MaybeUndefined<ID>,
    /// Null: as many as like.
    capacity: MaybeUndefined<i32>,
    /// All who speak, in their order.
    speakers: Option<Vec<ID>>,
}

fn checked_span(span: Span, event: &EventRow) -> Result<Span, Denial> {
    match span.check_in(span_of(event)) {
        Ok(()) => Ok(span),
        Err(SpanRefusal::TooShort) => Err(Denial::bad("endsAt", "at least a minute after the start")),
        Err(SpanRefusal::TooLong) => Err(Denial::bad("endsAt", "at most 48 hours after the start")),
        Err(SpanRefusal::TooFar) => Err(Denial::bad("startsAt", "within 31 days of the event's start, or within the event")),
    }
}

/// Each once.
fn checked_speakers(ids: &[ID]) -> Result<Vec<SpeakerId>, Denial> {
    if ids.len() > MOST_SPEAKERS_OF_SESSION {
        return Err(Denial::bad("speakers", format!("at most {MOST_SPEAKERS_OF_SESSION}")));
    }
    let mut speakers = Vec::with_capacity(ids.len());
    for id in ids {
        let id = input::id(id)?;
        if !speakers.contains(&id) {
            speakers.push(id);
        }
    }
    Ok(speakers)
}

/// Absent, none, or something that is checked.
#[allow(clippy::option_option, reason = "absent: it stays; none: there is none from now on")]
fn maybe<T, U>(given: MaybeUndefined<T>, check: impl FnOnce(T) -> Result<U, Denial>) -> Result<Option<Option<U>>, Denial> {
    match given {
        MaybeUndefined::Undefined => Ok(None),
        MaybeUndefined::Null => Ok(Some(None)),
        MaybeUndefined::Value(value) => check(value).map(|value| Some(Some(value))),
    }
}

impl NewSessionInput {
    fn checked(self, event: &EventRow) -> Result<NewSession, Denial> {
        let span =
            Span { starts_at: input::instant("startsAt", self.starts_at)?, ends_at: input::instant("endsAt", self.ends_at)? };
        Ok(NewSession {
            id: SessionId::random(),
            event: event.id,
            title: input::title("title", &self.title)?,
            description: input::text("description", &self.description.unwrap_or_default(), DESCRIPTION_CHARS)?,
            span: checked_span(span, event)?,
            track: self.track.map(|id| input::id(&id)).transpose()?,
            room: self.room.map(|id| input::id(&id)).transpose()?,
            capacity: self.capacity.map(|number| input::count("capacity", number)).transpose()?,
            speakers: checked_speakers(&self.speakers.unwrap_or_default())?,
        })
    }
}

impl SessionChangeInput {
    fn checked(self, event: &EventRow, session: &SessionRow) -> Result<SessionChange, Denial> {
        let starts_at = self.starts_at.map(|at| input::instant("startsAt", at)).transpose()?;
        let ends_at = self.ends_at.map(|at| input::instant("endsAt", at)).transpose()?;
        let span =
            Span { starts_at: starts_at.unwrap_or(session.span.starts_at), ends_at: ends_at.unwrap_or(session.span.ends_at) };
        Ok(SessionChange {
            title: self.title.map(|title| input::title("title", &title)).transpose()?,
            description: self.description.map(|text| input::text("description", &text, DESCRIPTION_CHARS)).transpose()?,
            span: (span != session.span).then(|| checked_span(span, event)).transpose()?,
            track: maybe(self.track, |id| input::id(&id))?,
            room: maybe(self.room, |id| input::id(&id))?,
            capacity: maybe(self.capacity, |number| input::count("capacity", number))?,
            speakers: self.speakers.map(|ids| checked_speakers(&ids)).transpose()?,
        })
    }
}

/// An edit, with what those whom it concerns are told of it by name.
async fn edit<'a>(app: &App, session: &'a SessionRow, change: &'a SessionChange) -> Result<Edit<'a>, Denial> {
    let room = match change.room.flatten() {
        Some(room) => app.store.rooms([room]).await?.pop().map(|room| room.title),
        None => None,
    };
    let cast = match &change.speakers {
        Some(speakers) => {
            let before = app.store.speakers_in([session.id]).await?.into_iter().map(|(_, speaker)| speaker.id).collect();
            let all = app.store.speakers_of([session.event]).await?;
            let is_there = |id: &&SpeakerId| all.iter().any(|speaker| speaker.id == **id);
            Some(Recast { before, after: speakers.iter().filter(is_there).copied().collect() })
        }
        None => None,
    };
    Ok(Edit { session, change, room, cast })
}

/// Takes a session off the agenda and tells those whom it concerns.
async fn take_off(app: &App, event: &EventRow, session: &SessionRow, how: Going) -> Result<()> {
    let now = clock::now();
    let told = agenda::taken_off(event, session, now);
    settled(app.store.take_off(session, how, told, now).await.map_err(Denial::from)?)?;
    app.announcer.wake();
    Ok(())
}

#[derive(Default)]
pub(crate) struct SessionsMutation;

#[Object]
impl SessionsMutation {
    /// Adds a session. Its speakers are told, where they were invited before. One that ends after its event takes the event's end along, and
    /// everybody is told.
    async fn create_session(&self, context: &Context<'_>, event: ID, session: NewSessionInput) -> Result<Session> {
        let app = app(context)?;
        let event = viewer(context)?.on_event(app, input::id(&event)?, Duty::EditEvent).await?;
        let new = session.checked(&event)?;
        let ends = new.span.moves_end_of(span_of(&event));
        let now = clock::now();
        let told = agenda::made(&event, &new, ends, now);
        settled(app.store.create_session(&new, ends, told, now).await.map_err(Denial::from)?)?;
        app.announcer.wake();
        app.courier.wake();
        Session::load(app, new.id).await
    }

    /// Changes a session. Those who picked it are told of another time, room, title or cast, and its speakers of what concerns them; everybody,
    /// where it takes the event's end along.
    async fn update_session(&self, context: &Context<'_>, id: ID, version: i64, change: SessionChangeInput) -> Result<Session> {
        let app = app(context)?;
        let event = viewer(context)?.on_child(app, Child::Session, &id, Duty::EditEvent).await?;
        let session = row(app, input::id(&id)?).await?;
        if session.version != version {
            return Err(Denial::conflict().into());
        }
        let change = change.checked(&event, &session)?;
        let ends = change.span.and_then(|span| span.moves_end_of(span_of(&event)));
        let told = agenda::edited(&event, &edit(app, &session, &change).await?, ends, clock::now());
        settled(app.store.update_session(&session, &change, ends, told).await.map_err(Denial::from)?)?;
        app.announcer.wake();
        app.courier.wake();
        Session::load(app, session.id).await
    }

    /// Says that a session does not take place; those who picked it and its speakers are told. It stays on the agenda as such.
    async fn cancel_session(&self, context: &Context<'_>, id: ID) -> Result<Session> {
        let app = app(context)?;
        let event = viewer(context)?.on_child(app, Child::Session, &id, Duty::EditEvent).await?;
        let session = row(app, input::id(&id)?).await?;
        if session.cancelled_at.is_none() {
            take_off(app, &event, &session, Going::Cancelled).await?;
        }
        Session::load(app, session.id).await
    }

    /// Puts a session into the trash; those who picked it and its speakers are told that it does not take place.
    async fn delete_session(&self, context: &Context<'_>, id: ID) -> Result<Event> {
        let app = app(context)?;
        let event = viewer(context)?.on_child(app, Child::Session, &id, Duty::EditEvent).await?;
        let session = row(app, input::id(&id)?).await?;
        take_off(app, &event, &session, Going::Deleted).await?;
        Event::load(app, event.id).await
    }
}
