//! From an event back to a template.

use std::collections::{BTreeMap, BTreeSet};

use houselights_shared::{AgendaTrackId, RoomId, SessionId};

use super::check::EVENT_MINUTES;
use super::{AgendaTrack, Cue, Poll, Room, RoomKind, Session, Template, Ticket};
use crate::graphql::input::slug_of;
use crate::store::{EventRow, NO_CURRENCY, Outline, ShowPlan, StoreError, TicketOutline};
use crate::wall;

/// Of a key, with what makes it unlike others.
const KEY_BYTES: usize = 56;

impl Template {
    /// Of an event as it stands: its agenda and what is asked and sold, and of its plan for the show whatever is not of a session, a room or a
    /// scene that is gone. Whatever event the API makes, it keeps to the format once it is [tidied](Self::tidied), but for the length of its file.
    pub(crate) fn of_event(event: &EventRow, outline: &Outline) -> Result<Self, StoreError> {
        let plan = event.plan()?;
        let kept = Self::read(&plan.source).ok();
        let zone = wall::zone(&event.time_zone);
        let Keys { rooms: room_keys, tracks: track_keys, sessions: session_keys } = Keys::of(&plan, outline);
        let rooms = outline.rooms.iter().filter_map(|room| {
            let key = room_keys.get(&room.id)?.clone();
            Some(Room { scenes: kept_scenes(kept.as_ref(), &key, room.kind), key, title: room.title.clone(), kind: room.kind })
        });
        let tracks = outline.tracks.iter().filter_map(|track| {
            let key = track_keys.get(&track.id)?.clone();
            Some(AgendaTrack { key, title: track.title.clone(), colour: track.colour.clone() })
        });
        let spans = outline.sessions.iter().map(|session| (session.starts_at, session.ends_at));
        let spans: Vec<_> = std::iter::once((event.starts_at, event.starts_at)).chain(spans).collect();
        let planned = wall::planned(&[&spans[..], &[(event.ends_at, event.ends_at)]].concat(), zone);
        let end = planned.last().copied().unwrap_or(1);
        let sessions = outline.sessions.iter().zip(planned.into_iter().skip(1)).filter_map(|(session, starts_after)| {
            let minutes = u32::try_from(session.ends_at.since(session.starts_at).as_secs() / 60).unwrap_or(u32::MAX).max(1);
            let key = session_keys.get(&session.id)?.clone();
            let before = kept.as_ref().and_then(|kept| kept.sessions.iter().find(|before| before.key == key));
            Some(Session {
                title: session.title.clone(),
                description: session.description.clone(),
                room: session.room.and_then(|room| room_keys.get(&room)).cloned(),
                track: session.track.and_then(|track| track_keys.get(&track)).cloned(),
                shortest: before.and_then(|before| before.shortest).filter(|shortest| *shortest <= minutes),
                longest: before.and_then(|before| before.longest).filter(|longest| *longest >= minutes),
                capacity: session.capacity.and_then(|seats| u32::try_from(seats).ok()),
                starts_after_minutes: i32::try_from(starts_after).unwrap_or(i32::MAX),
                minutes,
                key,
            })
        });
        let mut template = Self {
            name: key_of(&event.title),
            title: event.title.clone(),
            summary: event.summary.clone(),
            description: event.description.clone(),
            accent: event.accent.clone(),
            background: event.background.clone(),
            minutes: u32::try_from(end.max(1)).unwrap_or(u32::MAX),
            capacity: event.capacity.and_then(|seats| u32::try_from(seats).ok()),
            rooms: rooms.collect(),
            tracks: tracks.collect(),
            sessions: sessions.collect(),
            run_of_show: Vec::new(),
            polls: Vec::new(),
            questions: outline.questions.clone(),
            tickets: outline.tickets.iter().map(ticket).collect(),
            mails: BTreeMap::new(),
        };
        if let Some(kept) = kept {
            template.run_of_show = kept.run_of_show.into_iter().filter_map(|cue| template.still(cue)).collect();
            template.polls = kept.polls.into_iter().filter(|poll| template.has_session_of(poll)).collect();
            template.mails = kept.mails;
        }
        Ok(template)
    }

    /// A cue of what is still there, without its scene where that is gone.
    pub(super) fn still(&self, cue: Cue) -> Option<Cue> {
        let room = self.room_of(&cue.place).filter(|room| room.kind == RoomKind::Stage)?;
        let scene = cue.scene.filter(|name| room.scenes.iter().any(|scene| scene.name == *name));
        Some(Cue { scene, ..cue })
    }

    pub(super) fn has_session_of(&self, poll: &Poll) -> bool {
        self.sessions.iter().any(|session| session.key == poll.session)
    }

    /// With a summary as the format wants it: one line that shows something.
    pub(crate) fn tidied(mut self) -> Self {
        let line = self.summary.split_whitespace().collect::<Vec<_>>().join(" ");
        self.summary = if houselights_domain::is_blank(&line) { self.title.clone() } else { line };
        self
    }

    /// What of it belongs to the show and is kept with an event: less its texts, and what the event has in tables of its own.
    pub(super) fn planned(&self) -> Self {
        let mut planned = self.clone().tidied();
        planned.description = String::new();
        planned.sessions.iter_mut().for_each(|session| session.description = String::new());
        planned.questions = Vec::new();
        planned.tickets = Vec::new();
        planned
    }

    /// The file that an event keeps of the template that it is made of. Where it would be none, as with an event of an archive that an older
    /// server wrote, the texts of mails are kept.
    pub(crate) fn kept_source(&self) -> String {
        let kept = self.planned();
        let source = kept.to_toml();
        if Self::read(&source).is_ok() {
            return source;
        }
        let mails = Self {
            minutes: kept.minutes.clamp(*EVENT_MINUTES.start(), *EVENT_MINUTES.end()),
            capacity: None,
            rooms: Vec::new(),
            tracks: Vec::new(),
            sessions: Vec::new(),
            run_of_show: Vec::new(),
            polls: Vec::new(),
            ..kept
        };
        mails.to_toml()
    }
}

/// A key made of a title.
pub(crate) fn key_of(title: &str) -> String {
    let mut key = slug_of(title);
    key.truncate(KEY_BYTES);
    key.trim_end_matches('-').to_owned()
}

/// What a template calls the parts of an event: as the plan has it, or by their titles.
pub(super) struct Keys {
    pub(super) rooms: BTreeMap<RoomId, String>,
    pub(super) tracks: BTreeMap<AgendaTrackId, String>,
    pub(super) sessions: BTreeMap<SessionId, String>,
}

impl Keys {
    pub(super) fn of(plan: &ShowPlan, outline: &Outline) -> Self {
        Self {
            rooms: keys(&plan.rooms, outline.rooms.iter().map(|room| (room.id, room.title.as_str()))),
            tracks: keys(&plan.tracks, outline.tracks.iter().map(|track| (track.id, track.title.as_str()))),
            sessions: keys(&plan.sessions, outline.sessions.iter().map(|session| (session.id, session.title.as_str()))),
        }
    }
}

/// A key for each thing: the one that it had in the template, or a new one that no other has or had.
fn keys<'a, I: Copy + Ord>(known: &BTreeMap<String, I>, things: impl Iterator<Item = (I, &'a str)>) -> BTreeMap<I, String> {
    let by_id: BTreeMap<I, &String> = known.iter().map(|(key, id)| (*id, key)).collect();
    let mut taken: BTreeSet<String> = known.keys().cloned().collect();
    let mut keys = BTreeMap::new();
    for (id, title) in things {
        let key = by_id.get(&id).map_or_else(|| free_key(&taken, title), |key| (*key).clone());
        taken.insert(key.clone());
        keys.insert(id, key);
    }
    keys
}

fn free_key(taken: &BTreeSet<String>, title: &str) -> String {
    let key = key_of(title);
    if !taken.contains(&key) {
        return key;
    }
    let numbered = (2..=taken.len() + 2).map(|number| format!("{key}-{number}")).find(|key| !taken.contains(key));
    numbered.unwrap_or(key)
}

fn kept_scenes(kept: Option<&Template>, key: &str, kind: RoomKind) -> Vec<super::Scene> {
    let room = kept.and_then(|kept| kept.rooms.iter().find(|room| room.key == key));
    room.filter(|_| kind == RoomKind::Stage).map(|room| room.scenes.clone()).unwrap_or_default()
}

fn ticket(ticket: &TicketOutline) -> Ticket {
    let is_free = ticket.amount == 0;
    Ticket {
        title: ticket.title.clone(),
        description: ticket.description.clone(),
        amount: u32::try_from(ticket.amount).unwrap_or(u32::MAX),
        currency: Some(ticket.currency.clone()).filter(|currency| !is_free || currency != NO_CURRENCY),
        quantity: ticket.quantity.and_then(|quantity| u32::try_from(quantity).ok()),
        hidden: ticket.is_hidden,
        waiting_list: ticket.waiting_list,
    }
}
