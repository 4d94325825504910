//! From the file as it is written to a template that holds together.

use std::ops::RangeInclusive;

use houselights_domain::{AGENDA_REACH, LONGEST_SESSION, SHORTEST_SESSION, all_differ};
use toml::Spanned;

use super::file::{self, File};
use super::reader::Reader;
use super::{
    AgendaTrack, Cue, CuePlace, Poll, Question, QuestionKind, Room, RoomKind, Scene, Session, Template, TemplateError, Ticket,
    mails,
};
use crate::{
    bounds::{
        DESCRIPTION_CHARS, LONGEST_EVENT_MINUTES, MOST_AMOUNT, MOST_OPTIONS, MOST_QUESTIONS, MOST_ROOMS, MOST_SESSIONS,
        MOST_TICKET_TYPES, MOST_TRACKS, PEOPLE, QUESTION_CHARS, SUMMARY_CHARS, TICKET_DESCRIPTION_CHARS,
    },
    payments::Currency,
};

// What only a template says; all else is in `bounds`.
const MAX_NOTES_CHARS: usize = 2_000;
const MAX_POLL_CHARS: usize = 300;
const MAX_POLL_OPTION_CHARS: usize = 120;
const MAX_SCENES: usize = 30;
const MAX_CUES: usize = 500;
const MAX_POLLS: usize = 100;
const MAX_POLL_OPTIONS: usize = 10;

const DAY: u32 = 24 * 60;
/// The clocks may change, so that they go on for longer than the time does: a day more than an event and its agenda have.
pub(super) const EVENT_MINUTES: RangeInclusive<u32> = 1..=LONGEST_EVENT_MINUTES + DAY;
const REACH: i32 = (AGENDA_REACH.as_secs() / 60) as i32 + DAY as i32;
const STARTS_AFTER: RangeInclusive<i32> = -REACH..=(LONGEST_EVENT_MINUTES + DAY) as i32;
const SESSION_MINUTES: RangeInclusive<u32> = (SHORTEST_SESSION.as_secs() / 60) as u32..=(LONGEST_SESSION.as_secs() / 60) as u32;
/// Of a cue.
const CUE_MINUTES: RangeInclusive<u32> = 1..=DAY;

type Checked<T> = Result<T, TemplateError>;

pub(super) fn template(source: &str, file: &File) -> Checked<Template> {
    let reader = Reader { source };
    let name = reader.key("name", &file.name)?;
    let title = reader.title("title", &file.title)?;
    let summary = reader.line("summary", &file.summary, SUMMARY_CHARS)?;
    let description = reader.optional_text("description", file.description.as_ref(), DESCRIPTION_CHARS)?;
    let accent = reader.colour("accent", &file.accent)?;
    let background = reader.colour("background", &file.background)?;
    let capacity = reader.optional_number("capacity", file.capacity.as_ref(), PEOPLE)?;
    let rooms = rooms(&reader, &file.rooms)?;
    let tracks = tracks(&reader, &file.tracks)?;
    let sessions = sessions(&reader, &file.sessions, &rooms, &tracks)?;
    let mut template = Template {
        minutes: length(&reader, file, &sessions)?,
        polls: polls(&reader, &file.polls, &sessions)?,
        questions: questions(&reader, &file.questions)?,
        tickets: tickets(&reader, &file.tickets)?,
        mails: mails::texts(&reader, &file.mails)?,
        run_of_show: Vec::new(),
        name,
        title,
        summary,
        description,
        accent,
        background,
        capacity,
        rooms,
        tracks,
        sessions,
    };
    reader.count("cues", &file.run_of_show, MAX_CUES)?;
    template.run_of_show = file.run_of_show.iter().map(|written| cue(&reader, written, &template)).collect::<Checked<_>>()?;
    Ok(template)
}

/// How long the event is.
fn length(reader: &Reader<'_>, file: &File, sessions: &[Session]) -> Checked<u32> {
    if let Some(written) = &file.minutes {
        return reader.number("minutes", written, EVENT_MINUTES);
    }
    let last = sessions.iter().map(Session::ends_after_minutes).max();
    let message = "a template with no session after its start needs `minutes`, how long the event is";
    let last = last.and_then(|last| u32::try_from(last).ok()).filter(|last| EVENT_MINUTES.contains(last));
    last.ok_or_else(|| TemplateError::new(reader.source, None, message))
}

fn rooms(reader: &Reader<'_>, written: &[Spanned<file::Room>]) -> Checked<Vec<Room>> {
    reader.count("rooms", written, MOST_ROOMS)?;
    let room = |written: &Spanned<file::Room>| {
        let written = written.get_ref();
        Ok(Room {
            key: reader.key("key", &written.key)?,
            title: reader.title("title", &written.title)?,
            kind: reader.word("kind", &written.kind)?,
            scenes: scenes(reader, written)?,
        })
    };
    let rooms = written.iter().map(room).collect::<Checked<Vec<_>>>()?;
    reader.distinct("room", rooms.iter().map(|room| &room.key).zip(written.iter().map(|written| &written.get_ref().key)))?;
    Ok(rooms)
}

fn scenes(reader: &Reader<'_>, room: &file::Room) -> Checked<Vec<Scene>> {
    reader.count("scenes", &room.scenes, MAX_SCENES)?;
    if let Some(first) = room.scenes.first()
        && reader.word::<RoomKind>("kind", &room.kind)? != RoomKind::Stage
    {
        return Err(reader.at(first.span(), "only a stage has scenes"));
    }
    let scene = |written: &Spanned<file::Scene>| {
        let written = written.get_ref();
        Ok(Scene { name: reader.title("name", &written.name)?, layout: reader.word("layout", &written.layout)? })
    };
    let scenes = room.scenes.iter().map(scene).collect::<Checked<Vec<_>>>()?;
    let names = room.scenes.iter().map(|written| &written.get_ref().name);
    reader.distinct("scene", scenes.iter().map(|scene| &scene.name).zip(names))?;
    Ok(scenes)
}

fn tracks(reader: &Reader<'_>, written: &[Spanned<file::AgendaTrack>]) -> Checked<Vec<AgendaTrack>> {
    reader.count("tracks", written, MOST_TRACKS)?;
    let track = |written: &Spanned<file::AgendaTrack>| {
        let written = written.get_ref();
        Ok(AgendaTrack {
            key: reader.key("key", &written.key)?,
            title: reader.title("title", &written.title)?,
            colour: reader.colour("colour", &written.colour)?,
        })
    };
    let tracks = written.iter().map(track).collect::<Checked<Vec<_>>>()?;
    reader
        .distinct("track", tracks.iter().map(|track| &track.key).zip(written.iter().map(|written| &written.get_ref().key)))?;
    Ok(tracks)
}

fn sessions(
    reader: &Reader<'_>,
    written: &[Spanned<file::Session>],
    rooms: &[Room],
    tracks: &[AgendaTrack],
) -> Checked<Vec<Session>> {
    reader.count("sessions", written, MOST_SESSIONS)?;
    let placed = |written: &Spanned<file::Session>| {
        let written = written.get_ref();
        let room = written.room.as_ref().map(|room| reader.reference("room", room, rooms, |room| &room.key));
        let track = written.track.as_ref().map(|track| reader.reference("track", track, tracks, |track| &track.key));
        Ok(Session {
            room: room.transpose()?.map(|room| room.key.clone()),
            track: track.transpose()?.map(|track| track.key.clone()),
            ..session(reader, written)?
        })
    };
    let sessions = written.iter().map(placed).collect::<Checked<Vec<_>>>()?;
    let keys = written.iter().map(|written| &written.get_ref().key);
    reader.distinct("session", sessions.iter().map(|session| &session.key).zip(keys))?;
    Ok(sessions)
}

/// A session, but for where it belongs.
fn session(reader: &Reader<'_>, written: &file::Session) -> Checked<Session> {
    let session = Session {
        key: reader.key("key", &written.key)?,
        title: reader.title("title", &written.title)?,
        description: reader.optional_text("description", written.description.as_ref(), DESCRIPTION_CHARS)?,
        room: None,
        track: None,
        starts_after_minutes: reader.signed("starts_after_minutes", &written.starts_after_minutes, STARTS_AFTER)?,
        minutes: reader.number("minutes", &written.minutes, SESSION_MINUTES)?,
        shortest: reader.optional_number("shortest", written.shortest.as_ref(), SESSION_MINUTES)?,
        longest: reader.optional_number("longest", written.longest.as_ref(), SESSION_MINUTES)?,
        capacity: reader.optional_number("capacity", written.capacity.as_ref(), PEOPLE)?,
    };
    let minutes = session.minutes;
    if session.shortest.is_some_and(|shortest| shortest > minutes) || session.longest.is_some_and(|longest| longest < minutes) {
        return Err(reader.at(written.minutes.span(), "`minutes` must be from `shortest` to `longest`"));
    }
    Ok(session)
}

fn cue(reader: &Reader<'_>, written: &Spanned<file::Cue>, template: &Template) -> Checked<Cue> {
    let (span, written) = (written.span(), written.get_ref());
    let (place, named) = match (&written.session, &written.room) {
        (Some(key), None) => {
            let session = reader.reference("session", key, &template.sessions, |session| &session.key)?;
            (CuePlace::Session(session.key.clone()), key)
        }
        (None, Some(key)) => {
            let room = reader.reference("room", key, &template.rooms, |room| &room.key)?;
            (CuePlace::Room(room.key.clone()), key)
        }
        (Some(_), Some(both)) => {
            return Err(reader.at(both.span(), "a cue has a `session` or a `room`, not both"));
        }
        (None, None) => return Err(reader.at(span, "a cue needs a `session` or a `room`")),
    };
    let Some(room) = template.room_of(&place).filter(|room| room.kind == RoomKind::Stage) else {
        return Err(reader.at(named.span(), "a cue is called on a stage"));
    };
    Ok(Cue {
        scene: written.scene.as_ref().map(|scene| scene_of(reader, scene, room)).transpose()?,
        place,
        title: reader.title("title", &written.title)?,
        minutes: reader.number("minutes", &written.minutes, CUE_MINUTES)?,
        notes: reader.optional_text("notes", written.notes.as_ref(), MAX_NOTES_CHARS)?,
    })
}

/// The name of a scene of the room; compared as it is kept, not as it is written.
fn scene_of(reader: &Reader<'_>, written: &Spanned<String>, room: &Room) -> Checked<String> {
    let name = reader.title("scene", written)?;
    if room.scenes.iter().any(|scene| scene.name == name) {
        return Ok(name);
    }
    Err(reader.at(written.span(), format!("room `{}` has no scene `{name}`", room.key)))
}

fn polls(reader: &Reader<'_>, written: &[Spanned<file::Poll>], sessions: &[Session]) -> Checked<Vec<Poll>> {
    reader.count("polls", written, MAX_POLLS)?;
    let poll = |written: &Spanned<file::Poll>| {
        let written = written.get_ref();
        Ok(Poll {
            session: reader.reference("session", &written.session, sessions, |session| &session.key)?.key.clone(),
            question: reader.line("question", &written.question, MAX_POLL_CHARS)?,
            options: poll_options(reader, written)?,
            multiple: written.multiple,
        })
    };
    written.iter().map(poll).collect()
}

/// As a room would have them: no two that read the same.
fn poll_options(reader: &Reader<'_>, written: &file::Poll) -> Checked<Vec<String>> {
    let option = |option: &_| reader.line("options", option, MAX_POLL_OPTION_CHARS);
    let options = options(reader, &written.question, (&written.options, MAX_POLL_OPTIONS), option)?;
    match all_differ(&options).map_err(|place| options.get(place).zip(written.options.get(place))) {
        Err(Some((option, at))) => Err(reader.at(at.span(), format!("this option reads like one before it: `{option}`"))),
        Ok(()) | Err(None) => Ok(options),
    }
}

/// The options of `question`: two at least, and no two that are the same.
fn options(
    reader: &Reader<'_>,
    question: &Spanned<String>,
    (written, most): (&[Spanned<String>], usize),
    option: impl Fn(&Spanned<String>) -> Checked<String>,
) -> Checked<Vec<String>> {
    reader.count("options", written, most)?;
    if written.len() < 2 {
        return Err(reader.at(question.span(), "this question needs at least two `options`"));
    }
    let options = written.iter().map(option).collect::<Checked<Vec<_>>>()?;
    reader.distinct("option", options.iter().zip(written))?;
    Ok(options)
}

fn questions(reader: &Reader<'_>, written: &[Spanned<file::Question>]) -> Checked<Vec<Question>> {
    reader.count("questions", written, MOST_QUESTIONS)?;
    let question = |written: &Spanned<file::Question>| {
        let written = written.get_ref();
        let kind = reader.word("kind", &written.kind)?;
        let options = match kind {
            QuestionKind::Choice | QuestionKind::Choices => {
                options(reader, &written.label, (&written.options, MOST_OPTIONS), |option| reader.title("options", option))?
            }
            QuestionKind::Text | QuestionKind::LongText | QuestionKind::Consent => match written.options.first() {
                Some(option) => return Err(reader.at(option.span(), "only choice and choices have options")),
                None => Vec::new(),
            },
        };
        let label = reader.something("label", &written.label, QUESTION_CHARS)?;
        Ok(Question { label, kind, options, required: written.required })
    };
    written.iter().map(question).collect()
}

fn tickets(reader: &Reader<'_>, written: &[Spanned<file::Ticket>]) -> Checked<Vec<Ticket>> {
    reader.count("tickets", written, MOST_TICKET_TYPES)?;
    let tickets = written.iter().map(|written| ticket(reader, written.get_ref())).collect::<Checked<Vec<_>>>()?;
    // The sales of an event are summed.
    let mut paid = tickets.iter().zip(written).filter(|(ticket, _)| ticket.amount > 0);
    let first = paid.next().map(|(ticket, _)| &ticket.currency);
    match paid.find(|(ticket, _)| Some(&ticket.currency) != first) {
        None => Ok(tickets),
        Some((_, other)) => Err(reader.at(other.span(), "all tickets that cost something have one `currency`")),
    }
}

fn ticket(reader: &Reader<'_>, written: &file::Ticket) -> Checked<Ticket> {
    let amount = reader.optional_number("amount", written.amount.as_ref(), 0..=MOST_AMOUNT)?.unwrap_or(0);
    let currency = match (&written.currency, &written.amount) {
        (Some(code), _) if Currency::in_use(code.get_ref()).is_some_and(|known| known.code() == code.get_ref()) => {
            Some(code.get_ref().clone())
        }
        (Some(code), _) => {
            let message = "`currency` must be three capital letters of a currency that is in use, such as EUR";
            return Err(reader.at(code.span(), message));
        }
        (None, Some(paid)) if amount > 0 => return Err(reader.at(paid.span(), "an `amount` needs a `currency`")),
        (None, _) => None,
    };
    let step = currency.as_deref().and_then(Currency::parse).map_or(1, Currency::step);
    if let Some(paid) = written.amount.as_ref().filter(|_| i64::from(amount) % step != 0) {
        return Err(reader.at(paid.span(), format!("an `amount` in this currency goes in steps of {step}")));
    }
    Ok(Ticket {
        title: reader.title("title", &written.title)?,
        description: reader.optional_text("description", written.description.as_ref(), TICKET_DESCRIPTION_CHARS)?,
        amount,
        currency,
        quantity: reader.optional_number("quantity", written.quantity.as_ref(), PEOPLE)?,
        hidden: written.hidden,
        waiting_list: written.waiting_list,
    })
}
