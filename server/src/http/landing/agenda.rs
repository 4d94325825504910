//! Agenda and speakers as an event's page shows them.

use std::collections::HashMap;

use houselights_shared::{SessionId, SpeakerId, Timestamp};
use serde::Serialize;

use super::{markdown, times::Zone};
use crate::store::{PublicSession, PublicSpeaker};

/// A day as it is there.
#[derive(Serialize)]
pub(super) struct Day {
    date: String,
    title: String,
    slots: Vec<Slot>,
}

/// What begins together.
#[derive(Serialize)]
struct Slot {
    from: String,
    starts: String,
    sessions: Vec<SessionView>,
}

#[derive(Serialize)]
struct SessionView {
    id: SessionId,
    title: String,
    description: String,
    from: String,
    starts: String,
    to: String,
    ends: String,
    track: Option<String>,
    /// Which of the colours of tracks is its.
    mark: Option<usize>,
    room: Option<String>,
    is_cancelled: bool,
    speakers: Vec<Named<SpeakerId>>,
}

#[derive(Serialize)]
pub(super) struct SpeakerView {
    id: SpeakerId,
    name: String,
    initials: String,
    headline: String,
    biography: String,
    picture: Option<String>,
    sessions: Vec<Titled>,
}

#[derive(Clone, Serialize)]
struct Named<I> {
    id: I,
    name: String,
}

#[derive(Clone, Serialize)]
struct Titled {
    id: SessionId,
    title: String,
}

/// The colours of the tracks that are on the agenda, each once, in the order in which they come.
pub(super) fn marks(sessions: &[PublicSession]) -> Vec<String> {
    let mut marks: Vec<String> = Vec::new();
    for (_, colour) in sessions.iter().filter_map(|session| session.track.as_ref()) {
        if !marks.contains(colour) {
            marks.push(colour.clone());
        }
    }
    marks
}

/// Sessions, which are in the order of time, by day and by when they begin. The time zone is named as it is at `first`.
pub(super) fn days(
    sessions: &[PublicSession],
    (speakers, line_up): (&[PublicSpeaker], &[(SessionId, SpeakerId)]),
    (zone, first): (Zone, Timestamp),
) -> Vec<Day> {
    let marks = marks(sessions);
    let names: HashMap<SpeakerId, &str> = speakers.iter().map(|speaker| (speaker.id, speaker.name.as_str())).collect();
    let mut speaking: HashMap<SessionId, Vec<Named<SpeakerId>>> = HashMap::new();
    for (session, id) in line_up {
        let speaker = names.get(id).map(|name| Named { id: *id, name: (*name).to_owned() });
        speaking.entry(*session).or_default().extend(speaker);
    }
    let by_day = sessions.chunk_by(|one, next| zone.date(one.starts_at) == zone.date(next.starts_at));
    by_day
        .filter_map(|day| {
            let morning = day.first()?.starts_at;
            let by_start = day.chunk_by(|one, next| one.starts_at == next.starts_at);
            let slots = by_start.filter_map(|together| {
                let start = together.first()?.starts_at;
                let sessions = together
                    .iter()
                    .map(|session| view(session, &marks, speaking.remove(&session.id).unwrap_or_default(), (zone, first)))
                    .collect();
                Some(Slot { from: zone.clock_after(first, start), starts: zone.machine(start), sessions })
            });
            let slots = slots.collect();
            Some(Day { date: zone.date(morning).to_string(), title: zone.day(morning), slots })
        })
        .collect()
}

fn view(session: &PublicSession, marks: &[String], speakers: Vec<Named<SpeakerId>>, (zone, first): (Zone, Timestamp)) -> SessionView {
    let colour = session.track.as_ref().map(|(_, colour)| colour);
    SessionView {
        id: session.id,
        title: session.title.clone(),
        description: markdown::html(&session.description, 4),
        from: zone.clock_after(first, session.starts_at),
        starts: zone.machine(session.starts_at),
        to: zone.end(session.starts_at, session.ends_at),
        ends: zone.machine(session.ends_at),
        track: session.track.as_ref().map(|(title, _)| title.clone()),
        mark: colour.and_then(|colour| marks.iter().position(|mark| mark == colour)),
        room: session.room.clone(),
        is_cancelled: session.is_cancelled,
        speakers,
    }
}

/// Speakers with what they speak in.
pub(super) fn speakers(
    speakers: &[PublicSpeaker],
    (sessions, line_up): (&[PublicSession], &[(SessionId, SpeakerId)]),
) -> Vec<SpeakerView> {
    let titles: HashMap<SessionId, &str> = sessions.iter().map(|session| (session.id, session.title.as_str())).collect();
    let mut talks: HashMap<SpeakerId, Vec<Titled>> = HashMap::new();
    for (id, speaker) in line_up {
        let talk = titles.get(id).map(|title| Titled { id: *id, title: (*title).to_owned() });
        talks.entry(*speaker).or_default().extend(talk);
    }
    speakers
        .iter()
        .map(|speaker| SpeakerView {
            id: speaker.id,
            name: speaker.name.clone(),
            initials: initials(&speaker.name),
            headline: speaker.headline.clone(),
            biography: markdown::html(&speaker.biography, 3),
            picture: speaker.picture.map(|id| format!("/images/{id}")),
            sessions: talks.remove(&speaker.id).unwrap_or_default(),
        })
        .collect()
}

/// The first letters of the first and the last part of a name.
fn initials(name: &str) -> String {
    let mut firsts = name.split_whitespace().filter_map(|part| part.chars().find(|c| c.is_alphanumeric()));
    let (first, last) = (firsts.next(), firsts.next_back());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(hour: i64, track: Option<&str>) -> PublicSession {
        PublicSession {
            id: SessionId::random(),
            title: format!("At {hour}"),
            description: String::new(),
            starts_at: Timestamp::from_micros(hour * 3_600_000_000),
            ends_at: Timestamp::from_micros((hour + 1) * 3_600_000_000),
            room: None,
            track: track.map(|colour| ("Track".to_owned(), colour.to_owned())),
            version: 1,
            is_cancelled: false,
        }
    }

    #[test]
    fn a_day_is_one_of_the_place_and_what_begins_together_stands_together() {
        let sessions =
            [session(20, Some("#ff0000")), session(22, None), session(22, Some("#00ff00")), session(25, Some("#ff0000"))];
        let days = days(&sessions, (&[], &[]), (Zone::named("Europe/Berlin"), sessions[0].starts_at));
        let shape: Vec<Vec<usize>> =
            days.iter().map(|day| day.slots.iter().map(|slot| slot.sessions.len()).collect()).collect();
        assert_eq!(shape, [vec![1, 2], vec![1]], "20 and 22 o'clock in UTC are 21 and 23 there, 25 is the next day");
        assert_eq!((days[0].date.as_str(), days[1].date.as_str()), ("1970-01-01", "1970-01-02"));
        assert_eq!(days[1].slots[0].sessions[0].mark, Some(0));
        assert_eq!(marks(&sessions), ["#ff0000", "#00ff00"]);
    }

    #[test]
    fn initials_are_of_the_first_and_the_last_part() {
        for (name, letters) in
            [("Ada Lovelace", "AL"), ("ada", "A"), ("Jean-Luc (JL) van der Berg", "JB"), ("", ""), ("李小龍", "李")]
        {
            assert_eq!(initials(name), letters);
        }
    }
}
