//! The agenda as a table and as a calendar.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use chrono::{DateTime, TimeZone, Utc};
use chrono_tz::Tz;
use houselights_domain::{Duty, Span};
use houselights_shared::{AgendaTrackId, Refusal, RoomId, SessionId, SpeakerId, Timestamp};

use super::{Fate, Named, Report, Untaken, Wrong, broken, event, faults, file};
use crate::{
    announcements::agenda as announced,
    app::App,
    bounds::{DESCRIPTION_CHARS, MOST_ROOMS, MOST_SESSIONS, MOST_SPEAKERS, MOST_SPEAKERS_OF_SESSION, MOST_TRACKS},
    calendar::{self, CalendarError, CalendarEvent, CalendarFault},
    clock,
    csv_files::{self, Export},
    graphql::input::{self, shown},
    http::{body, refusal::ApiRefusal},
    store::{Edited, EventRow, NewSession, RoomRow, SpeakerRow, StoreError, TrackRow},
    templates::RoomKind,
    wall,
};

/// Of tracks that come with an import; an organizer chooses another.
const TRACK_COLOUR: &str = "#8a8178";

/// A session as both kinds of file have it.
struct Slot {
    line: u64,
    title: String,
    description: String,
    span: Span,
    room: Option<String>,
    track: Option<String>,
    speakers: Vec<String>,
}

/// `GET /api/events/{id}/agenda.csv`.
pub(in crate::http) async fn table(
    State(app): State<Arc<App>>,
    named: Named,
    mut request: Request,
) -> Result<Response, ApiRefusal> {
    let event = event(&app, named, &mut request, Duty::ReadEvent).await?;
    let zone = zone(&event);
    let sessions = app.store.sessions_of([event.id]).await?;
    let cast = app.store.speakers_in(sessions.iter().map(|session| session.id)).await?;
    let header = ["title", "start", "end", "room", "track", "speakers", "description"];
    let mut table = Export::new(&header, true).map_err(|error| broken(&error))?;
    for session in sessions.iter().filter(|session| session.cancelled_at.is_none()) {
        // A semicolon stands between them.
        let speakers: Vec<String> =
            cast.iter().filter(|(of, _)| *of == session.id).map(|(_, speaker)| speaker.name.replace(';', ",")).collect();
        let row = [
            session.title.clone(),
            written(session.span.starts_at, zone),
            written(session.span.ends_at, zone),
            session.room.as_ref().map(|room| room.title.clone()).unwrap_or_default(),
            session.track.as_ref().map(|track| track.title.clone()).unwrap_or_default(),
            speakers.join("; "),
            session.description.clone(),
        ];
        table.row(&row).map_err(|error| broken(&error))?;
    }
    let bytes = table.finish().map_err(|error| broken(&error))?;
    Ok(file(&event, "agenda.csv", "text/csv; charset=utf-8", Body::from(bytes)))
}

/// `GET /api/events/{id}/agenda.ics`.
pub(in crate::http) async fn calendar(
    State(app): State<Arc<App>>,
    named: Named,
    mut request: Request,
) -> Result<Response, ApiRefusal> {
    let event = event(&app, named, &mut request, Duty::ReadEvent).await?;
    let stamp = shown(clock::now());
    let entries: Vec<CalendarEvent> = app
        .store
        .sessions_of([event.id])
        .await?
        .into_iter()
        .map(|session| CalendarEvent {
            uid: calendar::session_uid(&session.id.to_string()),
            sequence: u32::try_from(session.version).unwrap_or(u32::MAX),
            stamp,
            starts_at: shown(session.span.starts_at),
            ends_at: shown(session.span.ends_at),
            title: session.title,
            description: session.description,
            url: None,
            location: session.room.map(|room| room.title),
            organizer: None,
            attendee: None,
            is_cancelled: session.cancelled_at.is_some(),
        })
        .collect();
    let text = calendar::agenda(&event.title, &entries);
    Ok(file(&event, "agenda.ics", "text/calendar; charset=utf-8", Body::from(text)))
}

/// `POST /api/events/{id}/agenda.csv`. Rooms, tracks and speakers that are not there yet are made.
pub(in crate::http) async fn import_table(
    State(app): State<Arc<App>>,
    named: Named,
    mut request: Request,
) -> Result<Json<Report>, Untaken> {
    let event = event(&app, named, &mut request, Duty::EditEvent).await?;
    let bytes = body::bytes(request).await?;
    let read = csv_files::agenda(&bytes, zone(&event)).map_err(|found| faults(&found))?;
    let slots = read.rows.into_iter().map(|slot| Slot {
        line: slot.line,
        title: slot.title,
        description: slot.description,
        span: Span { starts_at: slot.start, ends_at: slot.end },
        room: slot.room,
        track: slot.track,
        speakers: slot.speakers,
    });
    let report = add(&app, &event, slots.collect()).await;
    app.plans_changed(vec![event.id]);
    let report = report?;
    Ok(Json(Report { ignored: read.ignored, ..report }))
}

/// `POST /api/events/{id}/agenda.ics`. Rooms that are not there yet are made.
pub(in crate::http) async fn import_calendar(
    State(app): State<Arc<App>>,
    named: Named,
    mut request: Request,
) -> Result<Json<Report>, Untaken> {
    let event = event(&app, named, &mut request, Duty::EditEvent).await?;
    let bytes = body::bytes(request).await?;
    let malformed = || ApiRefusal::new(StatusCode::BAD_REQUEST, Refusal::Malformed);
    let text = std::str::from_utf8(&bytes).map_err(|_| malformed())?;
    let read = calendar::read_agenda(text, zone(&event)).map_err(|CalendarError { line, fault }| {
        let detail = if let CalendarFault::TimeZone(name) = &fault { Some(name.clone()) } else { None };
        let problem = fault.to_string();
        let line = line.try_into().unwrap_or(u64::MAX);
        Untaken::faults(vec![Wrong { detail, ..Wrong::new(line, None, (fault.code(), &problem)) }])
    })?;
    let mut places = Vec::new();
    let instant = |at: DateTime<Utc>| Timestamp::from_micros(at.timestamp_micros());
    let slots = read.items.into_iter().map(|item| Slot {
        line: item.line.try_into().unwrap_or(u64::MAX),
        title: item.title,
        description: item.description,
        span: Span { starts_at: instant(item.starts_at), ends_at: instant(item.ends_at) },
        room: item.location.and_then(|place| {
            let room = room_at(&place);
            if room.is_none() && !places.contains(&place) {
                places.push(place);
            }
            room
        }),
        track: None,
        speakers: Vec::new(),
    });
    let slots = slots.collect();
    let report = add(&app, &event, slots).await;
    app.plans_changed(vec![event.id]);
    let mut report = Report { places, ..report? };
    for (line, title) in read.cancelled {
        report.note(line.try_into().unwrap_or(u64::MAX), Fate::LeftOut, &title);
    }
    Ok(Json(report.in_order()))
}

/// The room that a place in a calendar is, as an export writes it. Where it is a link there is none to go to; nor where it could be no title.
fn room_at(place: &str) -> Option<String> {
    houselights_domain::name(place).filter(|title| !title.contains("://"))
}

async fn add(app: &App, event: &EventRow, slots: Vec<Slot>) -> Result<Report, Untaken> {
    let held = app.store.sessions_of([event.id]).await?;
    let mut parts = Parts::read(app, event).await?;
    let is_known = |slot: &Slot| held.iter().any(|session| session.title == slot.title && session.span == slot.span);
    let (known, slots): (Vec<_>, Vec<_>) = slots.into_iter().partition(is_known);
    let mut wrong: Vec<_> = slots.iter().filter_map(|slot| fault(event, slot)).collect();
    if wrong.is_empty() {
        wrong.extend(parts.too_many(held.len(), &slots));
    }
    if !wrong.is_empty() {
        wrong.truncate(csv_files::MOST_FAULTS);
        return Err(Untaken::faults(wrong));
    }
    let mut report = Report::default();
    let before = parts.rooms.len();
    for slot in known {
        report.note(slot.line, Fate::Known, &slot.title);
    }
    // The end of the event moves along once, with the first of them: it is told once.
    let around = Span { starts_at: event.starts_at, ends_at: event.ends_at };
    let mut ends = slots.iter().filter_map(|slot| slot.span.moves_end_of(around)).max();
    for slot in slots {
        match parts.put(app, event, (&slot, ends.take()), clock::now()).await {
            Ok(()) => report.note(slot.line, Fate::Added, &slot.title),
            Err(Halt::Full) => {
                let problem = (
                    "event_full",
                    "the event has as many as it can have: those before are in, sent again it goes on from here",
                );
                report.rooms = parts.rooms_from(before);
                return Err(Untaken::stopped(vec![Wrong::new(slot.line, None, problem)], report));
            }
            Err(Halt::Store(error)) => return Err(error.into()),
        }
    }
    app.announcer.wake();
    app.courier.wake();
    report.rooms = parts.rooms_from(before);
    Ok(report.in_order())
}

/// Why a session could not be made by hand.
fn fault(event: &EventRow, slot: &Slot) -> Option<Wrong> {
    let around = Span { starts_at: event.starts_at, ends_at: event.ends_at };
    let in_range = |at| input::instant("start", shown(at)).is_ok();
    let (column, problem) = if input::title("title", &slot.title).is_err() {
        ("title", ("not_a_name", "this is too long, or shows nothing"))
    } else if input::text("description", &slot.description, DESCRIPTION_CHARS).is_err() {
        ("description", ("not_a_text", "this is too long, or has control characters"))
    } else if slot.speakers.len() > MOST_SPEAKERS_OF_SESSION {
        ("speakers", ("too_many_speakers", "a session has at most 30"))
    } else if slot.span.check_in(around).is_err() || !in_range(slot.span.starts_at) || !in_range(slot.span.ends_at) {
        ("start", ("too_far", "a session takes from a minute to 48 hours, within 31 days of the event's start"))
    } else {
        return None;
    };
    Some(Wrong::new(slot.line, Some(column), problem))
}

/// As it is read again: by the event's clocks, unless those show this time twice, or not to the minute.
fn written(at: Timestamp, zone: Tz) -> String {
    let there = shown(at).with_timezone(&zone);
    let is_plain = at.micros() % 60_000_000 == 0 && zone.from_local_datetime(&there.naive_local()).single().is_some();
    if is_plain { there.format("%Y-%m-%d %H:%M").to_string() } else { there.to_rfc3339() }
}

/// Why an agenda is taken no further.
enum Halt {
    /// The event has as many as it can have.
    Full,
    Store(StoreError),
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn done(edited: Edited) -> Result<(), Halt> {
    match edited {
        Edited::Done => Ok(()),
        Edited::Full => Err(Halt::Full),
        Edited::Gone | Edited::Meanwhile | Edited::NoSuchPart | Edited::LastStage | Edited::OtherCurrency => {
            Err(Halt::Store(StoreError::Unmet(0)))
        }
    }
}

/// What sessions refer to, by their titles.
struct Parts {
    rooms: Vec<RoomRow>,
    tracks: Vec<TrackRow>,
    speakers: HashMap<String, SpeakerId>,
}

impl Parts {
    async fn read(app: &App, event: &EventRow) -> Result<Self, StoreError> {
        let speakers = app.store.speakers_of([event.id]).await?;
        Ok(Self {
            rooms: app.store.rooms_of([event.id]).await?,
            tracks: app.store.tracks_of([event.id]).await?,
            speakers: speakers.into_iter().map(|speaker| (speaker.name.to_lowercase(), speaker.id)).collect(),
        })
    }

    /// The titles of the rooms that came behind so many.
    fn rooms_from(&self, before: usize) -> Vec<String> {
        self.rooms.iter().skip(before).map(|room| room.title.clone()).collect()
    }

    /// Whether an event would have more of something than it can.
    fn too_many(&self, sessions: usize, slots: &[Slot]) -> Option<Wrong> {
        let new = |names: &mut dyn Iterator<Item = &String>, known: &dyn Fn(&str) -> bool| {
            names.map(|name| name.to_lowercase()).filter(|name| !known(name)).collect::<HashSet<_>>().len()
        };
        let rooms = new(&mut slots.iter().filter_map(|slot| slot.room.as_ref()), &|name| {
            self.rooms.iter().any(|room| room.title.to_lowercase() == name)
        });
        let tracks = new(&mut slots.iter().filter_map(|slot| slot.track.as_ref()), &|name| {
            self.tracks.iter().any(|track| track.title.to_lowercase() == name)
        });
        let speakers = new(&mut slots.iter().flat_map(|slot| &slot.speakers), &|name| self.speakers.contains_key(name));
        let fits = sessions + slots.len() <= MOST_SESSIONS
            && self.rooms.len() + rooms <= MOST_ROOMS
            && self.tracks.len() + tracks <= MOST_TRACKS
            && self.speakers.len() + speakers <= MOST_SPEAKERS;
        let problem = ("too_many_parts", "an event has at most 1,000 sessions, 200 rooms, 100 tracks and 1,000 speakers");
        (!fits).then(|| Wrong::new(1, None, problem))
    }

    /// Puts a session on the agenda, with what it refers to. Where `ends` says so, the event ends then.
    async fn put(
        &mut self,
        app: &App,
        event: &EventRow,
        (slot, ends): (&Slot, Option<Timestamp>),
        now: Timestamp,
    ) -> Result<(), Halt> {
        let new = NewSession {
            id: SessionId::random(),
            event: event.id,
            title: slot.title.clone(),
            description: slot.description.clone(),
            span: slot.span,
            room: self.room_named(app, event, slot.room.as_deref(), now).await?,
            track: self.track_named(app, event, slot.track.as_deref(), now).await?,
            capacity: None,
            speakers: self.speakers_named(app, event, &slot.speakers, now).await?,
        };
        let told = announced::made(event, &new, ends, now);
        done(app.store.create_session(&new, ends, told, now).await?)
    }

    async fn room_named(
        &mut self,
        app: &App,
        event: &EventRow,
        title: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<RoomId>, Halt> {
        let Some(title) = title else { return Ok(None) };
        if let Some(room) = self.rooms.iter().find(|room| room.title.to_lowercase() == title.to_lowercase()) {
            return Ok(Some(room.id));
        }
        let room = RoomRow { id: RoomId::random(), event: event.id, title: title.to_owned(), kind: RoomKind::Breakout };
        done(app.store.create_room(&room, now).await?)?;
        let id = room.id;
        self.rooms.push(room);
        Ok(Some(id))
    }

    async fn track_named(
        &mut self,
        app: &App,
        event: &EventRow,
        title: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<AgendaTrackId>, Halt> {
        let Some(title) = title else { return Ok(None) };
        if let Some(track) = self.tracks.iter().find(|track| track.title.to_lowercase() == title.to_lowercase()) {
            return Ok(Some(track.id));
        }
        let (id, colour) = (AgendaTrackId::random(), TRACK_COLOUR.to_owned());
        let track = TrackRow { id, event: event.id, title: title.to_owned(), colour };
        done(app.store.create_track(&track, now).await?)?;
        self.tracks.push(track);
        Ok(Some(id))
    }

    async fn speakers_named(
        &mut self,
        app: &App,
        event: &EventRow,
        names: &[String],
        now: Timestamp,
    ) -> Result<Vec<SpeakerId>, Halt> {
        let mut ids = Vec::with_capacity(names.len());
        for name in names {
            if let Some(id) = self.speakers.get(&name.to_lowercase()) {
                if !ids.contains(id) {
                    ids.push(*id);
                }
                continue;
            }
            let speaker = SpeakerRow::new(event.id, name);
            done(app.store.create_speaker(&speaker, now).await?)?;
            self.speakers.insert(name.to_lowercase(), speaker.id);
            ids.push(speaker.id);
        }
        Ok(ids)
    }
}

fn zone(event: &EventRow) -> Tz {
    wall::zone(&event.time_zone)
}
