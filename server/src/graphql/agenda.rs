//! The agenda of an event: its tracks and rooms, and what is listed of its sessions and speakers.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use houselights_domain::{Duty, Planned, Span, Warning, warnings};
use houselights_shared::{AgendaTrackId, RoomId};

use super::{
    error::Denial,
    events::Event,
    guard::{app, viewer},
    input,
    loaders::{RoomsOf, SessionsOf, SpeakersIn, SpeakersOf, TracksOf, loaded},
    sessions::{Session, cast_of},
    speakers::Speaker,
};
use crate::{
    announcements::agenda as announced,
    app::App,
    clock,
    store::{Child, Edited, EventRow, RoomRow, Statement, TrackRow},
    templates,
};

/// A strand of the agenda.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct AgendaTrack {
    id: ID,
    title: String,
    /// `#rrggbb`.
    colour: String,
}

/// What kind of place a room is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "templates::RoomKind")]
pub(crate) enum RoomKind {
    /// Where shows are.
    Stage,
    /// Where a group works.
    Breakout,
    /// Where people meet.
    Lounge,
    /// A sponsor's.
    Booth,
}

/// Where sessions are.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct Room {
    id: ID,
    title: String,
    kind: RoomKind,
}

/// Something about an agenda that is probably not meant so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum AgendaWarningKind {
    /// Two sessions are in one room at the same time.
    RoomTaken,
    /// Somebody speaks in two sessions at the same time.
    SpeakerTwice,
    /// More people picked a session than it has seats.
    Overbooked,
    /// A session begins before its event.
    BeginsBeforeEvent,
    /// A session ends after its event.
    EndsAfterEvent,
}

/// A warning, and what it is about.
#[derive(SimpleObject)]
pub(crate) struct AgendaWarning {
    kind: AgendaWarningKind,
    /// One, or two of which the first begins first.
    sessions: Vec<ID>,
    /// The room that is taken.
    room: Option<ID>,
    /// Who would have to be in two places.
    speaker: Option<ID>,
}

impl From<TrackRow> for AgendaTrack {
    fn from(row: TrackRow) -> Self {
        Self { id: row.id.to_string().into(), title: row.title, colour: row.colour }
    }
}

impl From<RoomRow> for Room {
    fn from(row: RoomRow) -> Self {
        Self { id: row.id.to_string().into(), title: row.title, kind: row.kind.into() }
    }
}

impl From<Warning> for AgendaWarning {
    fn from(warning: Warning) -> Self {
        let id = |id: &dyn ToString| ID::from(id.to_string());
        let of = |kind, sessions| Self { kind, sessions, room: None, speaker: None };
        match warning {
            Warning::RoomTaken { room, first, second } => {
                Self { room: Some(id(&room)), ..of(AgendaWarningKind::RoomTaken, vec![id(&first), id(&second)]) }
            }
            Warning::SpeakerTwice { speaker, first, second } => {
                Self { speaker: Some(id(&speaker)), ..of(AgendaWarningKind::SpeakerTwice, vec![id(&first), id(&second)]) }
            }
            Warning::Overbooked { session } => of(AgendaWarningKind::Overbooked, vec![id(&session)]),
            Warning::BeginsBeforeEvent { session } => of(AgendaWarningKind::BeginsBeforeEvent, vec![id(&session)]),
            Warning::EndsAfterEvent { session } => of(AgendaWarningKind::EndsAfterEvent, vec![id(&session)]),
        }
    }
}

/// What an event's agenda consists of.
pub(crate) struct EventAgenda(pub(super) Arc<EventRow>);

#[Object]
impl EventAgenda {
    /// In their order.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn tracks(&self, context: &Context<'_>) -> Result<Vec<AgendaTrack>> {
        let rows = loaded(context, TracksOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(AgendaTrack::from).collect())
    }

    /// In their order; the first stage is where people come in.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn rooms(&self, context: &Context<'_>) -> Result<Vec<Room>> {
        let rows = loaded(context, RoomsOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Room::from).collect())
    }

    /// In the order in which they begin, with those that were cancelled.
    #[graphql(complexity = "50 * child_complexity + 1")]
    async fn sessions(&self, context: &Context<'_>) -> Result<Vec<Session>> {
        let rows = loaded(context, SessionsOf(self.0.id)).await?.unwrap_or_default();
        Session::listed(context, rows).await
    }

    /// In their order.
    #[graphql(complexity = "50 * child_complexity + 1")]
    async fn speakers(&self, context: &Context<'_>) -> Result<Vec<Speaker>> {
        let rows = loaded(context, SpeakersOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Speaker).collect())
    }

    /// What of the agenda is probably not meant so. None of it keeps anything from being done.
    #[graphql(complexity = "50 * child_complexity + 1")]
    async fn agenda_warnings(&self, context: &Context<'_>) -> Result<Vec<AgendaWarning>> {
        let mut rows = loaded(context, SessionsOf(self.0.id)).await?.unwrap_or_default();
        rows.retain(|session| session.cancelled_at.is_none());
        let mut cast = cast_of(context, &rows).await?;
        let agenda: Vec<_> = rows
            .iter()
            .map(|session| {
                let speakers = cast.remove(&SpeakersIn(session.id)).unwrap_or_default();
                let speakers = speakers.into_iter().map(|speaker| speaker.id).collect();
                Planned {
                    id: session.id,
                    room: session.room.as_ref().map(|room| room.id),
                    speakers,
                    span: session.span,
                    seats: session.capacity,
                    picked: session.picked,
                }
            })
            .collect();
        Ok(warnings(span_of(&self.0), &agenda).into_iter().map(AgendaWarning::from).collect())
    }
}

/// From when until when an event is.
pub(super) fn span_of(event: &EventRow) -> Span {
    Span { starts_at: event.starts_at, ends_at: event.ends_at }
}

/// What a change of an agenda means to whoever asked for it.
pub(super) fn settled(edited: Edited) -> Result<(), Denial> {
    match edited {
        Edited::Done => Ok(()),
        Edited::Gone | Edited::NoSuchPart => Err(Denial::not_found()),
        Edited::Meanwhile => Err(Denial::conflict()),
        Edited::Full => Err(Denial::bad("event", "it has as many as an event can have")),
        Edited::LastStage => Err(Denial::bad("id", "an event keeps a stage")),
        Edited::OtherCurrency => Err(Denial::bad("id", "the event takes money in another currency by now")),
    }
}

/// What is told of the sessions in a room that is called so from now on, or is not there any more.
pub(super) async fn room_news(
    app: &App,
    event: &EventRow,
    (room, title): (RoomId, Option<&str>),
) -> Result<Option<Statement>, Denial> {
    let sessions = app.store.sessions_in(room).await?;
    Ok(announced::room(event, (room, title), &sessions, clock::now()))
}

#[derive(Default)]
pub(crate) struct AgendaMutation;

#[Object]
impl AgendaMutation {
    /// Adds a track behind the others.
    async fn create_track(&self, context: &Context<'_>, event: ID, title: String, colour: String) -> Result<AgendaTrack> {
        let app = app(context)?;
        let event = viewer(context)?.on_event(app, input::id(&event)?, Duty::EditEvent).await?.id;
        let (title, colour) = (input::title("title", &title)?, input::colour("colour", &colour)?);
        let track = TrackRow { id: AgendaTrackId::random(), event, title, colour };
        settled(app.store.create_track(&track, clock::now()).await.map_err(Denial::from)?)?;
        Ok(track.into())
    }

    /// Changes a track; what is absent stays.
    async fn update_track(
        &self,
        context: &Context<'_>,
        id: ID,
        title: Option<String>,
        colour: Option<String>,
    ) -> Result<AgendaTrack> {
        let app = app(context)?;
        viewer(context)?.on_child(app, Child::Track, &id, Duty::EditEvent).await?;
        let id: AgendaTrackId = input::id(&id)?;
        let title = title.map(|title| input::title("title", &title)).transpose()?;
        let colour = colour.map(|colour| input::colour("colour", &colour)).transpose()?;
        if !app.store.update_track(id, title.as_deref(), colour.as_deref()).await.map_err(Denial::from)? {
            return Err(Denial::not_found().into());
        }
        let row = loaded(context, id).await?;
        Ok(row.ok_or_else(Denial::not_found)?.into())
    }

    /// Puts a track into the trash. Its sessions stay, without one.
    async fn delete_track(&self, context: &Context<'_>, id: ID) -> Result<Event> {
        let app = app(context)?;
        let event = viewer(context)?.on_child(app, Child::Track, &id, Duty::EditEvent).await?;
        if !app.store.delete_track(&id, clock::now()).await.map_err(Denial::from)? {
            return Err(Denial::not_found().into());
        }
        Event::load(app, event.id).await
    }

    /// Adds a room behind the others.
    async fn create_room(&self, context: &Context<'_>, event: ID, title: String, kind: RoomKind) -> Result<Room> {
        let app = app(context)?;
        let event = viewer(context)?.on_event(app, input::id(&event)?, Duty::EditEvent).await?.id;
        let room = RoomRow { id: RoomId::random(), event, title: input::title("title", &title)?, kind: kind.into() };
        settled(app.store.create_room(&room, clock::now()).await.map_err(Denial::from)?)?;
        Ok(room.into())
    }

    /// Gives a room another title. Those who picked sessions in it, and who speak in them, are told.
    async fn rename_room(&self, context: &Context<'_>, id: ID, title: String) -> Result<Room> {
        let app = app(context)?;
        let event = viewer(context)?.on_child(app, Child::Room, &id, Duty::EditEvent).await?;
        let (id, title): (RoomId, _) = (input::id(&id)?, input::title("title", &title)?);
        let before = app.store.rooms([id]).await.map_err(Denial::from)?.pop().ok_or_else(Denial::not_found)?;
        let told = if before.title == title { None } else { room_news(app, &event, (id, Some(&title))).await? };
        if !app.store.rename_room(id, &title, told).await.map_err(Denial::from)? {
            return Err(Denial::not_found().into());
        }
        app.announcer.wake();
        Ok(RoomRow { title, ..before }.into())
    }

    /// Puts a room into the trash. Whoever is in it is sent away. Its sessions stay, without one, and those who picked them or speak in them are told;
    /// the last stage stays, too.
    async fn delete_room(&self, context: &Context<'_>, id: ID) -> Result<Event> {
        let app = app(context)?;
        let row = viewer(context)?.on_child(app, Child::Room, &id, Duty::EditEvent).await?;
        let (event, room) = (row.id, input::id(&id)?);
        let told = room_news(app, &row, (room, None)).await?;
        settled(app.store.delete_room(event, room, told, clock::now()).await.map_err(Denial::from)?)?;
        app.announcer.wake();
        // It may have been where people come in, too: that is read again.
        app.taken_down(event, room);
        Event::load(app, event).await
    }
}
