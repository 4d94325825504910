//! Who is connected, who waits to be let in, and who lost the connection, and a place with it, to which they may still come back.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};

use houselights_shared::{Action, DeviceId, LobbyGuest, ParticipantId, Role, Timestamp};

use crate::{Actor, lobby::Lobby, may};

/// For how long a member of the crew whose last connection went keeps their place, and a hand its place in the queue.
pub const GRACE_AFTER_DEPARTURE: Duration = Duration::from_secs(15);

/// For how long the crew of before a restart keeps its place: everybody has to reconnect at once, so it is longer.
pub const GRACE_AFTER_RESTART: Duration = Duration::from_secs(30);

/// Somebody on one of their devices, or on their only one.
pub(crate) type Place = (ParticipantId, Option<DeviceId>);

/// As what somebody came, and how they were called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// As they were called when they came last.
    pub name: String,
    /// As what they came.
    pub role: Role,
}

/// Connections. Not part of the log: they say nothing about the show.
#[derive(Clone, Debug, Default)]
pub(crate) struct Presence {
    here: BTreeSet<Place>,
    /// Everybody who came since the room was read: as many as there are tickets at most.
    known: HashMap<ParticipantId, Person>,
    /// What the event says of who is not here: somebody was asked to keep them from something. It is newer than what is known of them.
    heard_of: HashMap<ParticipantId, Person>,
    /// Who waits to be let in.
    lobby: Lobby,
    /// Who is awaited, and until when.
    grace: BTreeMap<Place, Timestamp>,
}

/// Whose grace is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lapsed {
    /// The person's: none of their devices is here or awaited.
    Person(ParticipantId),
    /// This device's alone.
    Device(Place),
}

impl Presence {
    pub(crate) fn arrive(&mut self, who: &Actor) {
        let place = (who.participant, who.device);
        self.grace.remove(&place);
        self.here.insert(place);
        self.heard_of.remove(&who.participant);
        self.known.insert(who.participant, Person { name: who.name.clone(), role: who.role });
        self.leave_lobby(who.participant);
    }

    /// Those of the audience who were here, in the order of their ids.
    pub(crate) fn audience(&self) -> impl Iterator<Item = ParticipantId> {
        let of_audience = self.known.iter().filter(|(_, person)| !may(person.role, Action::EnterBackstage));
        let ids: BTreeSet<_> = of_audience.map(|(who, _)| *who).collect();
        ids.into_iter()
    }

    /// As what somebody came since the room was read, also where they are gone or were sent away.
    pub(crate) fn known(&self, who: ParticipantId) -> Option<&Person> {
        self.known.get(&who)
    }

    /// Somebody of the event who need not ever have come.
    pub(crate) fn heard_of(&self, who: ParticipantId) -> Option<&Person> {
        self.heard_of.get(&who)
    }

    pub(crate) fn introduce(&mut self, who: ParticipantId, person: Person) {
        self.heard_of.insert(who, person);
    }

    /// Whoever is here, each once.
    pub(crate) fn here(&self) -> impl Iterator<Item = (ParticipantId, &Person)> {
        let mut last = None;
        let people = self.here.iter().map(|(who, _)| *who).filter(move |who| last.replace(*who) != Some(*who));
        people.filter_map(|who| Some((who, self.known.get(&who)?)))
    }

    pub(crate) fn wait(&mut self, guest: LobbyGuest) {
        self.lobby.wait(guest);
    }

    pub(crate) fn waits(&self, who: ParticipantId) -> bool {
        self.lobby.waits(who)
    }

    pub(crate) fn waiting(&self) -> impl ExactSizeIterator<Item = &LobbyGuest> {
        self.lobby.guests()
    }

    pub(crate) fn leave_lobby(&mut self, who: ParticipantId) {
        self.lobby.leave(who);
    }

    /// Gone from here, and awaited.
    pub(crate) fn depart(&mut self, place: Place, until: Timestamp) {
        self.here.remove(&place);
        self.grace.insert(place, until);
    }

    /// Gone from here, and nobody waits.
    pub(crate) fn forget(&mut self, place: Place) {
        self.here.remove(&place);
    }

    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.grace.values().min().copied()
    }

    /// Takes out those whose grace is over, the longest gone first. A person counts once, however many devices they had.
    pub(crate) fn expire(&mut self, now: Timestamp) -> Vec<Lapsed> {
        let mut due: Vec<(Timestamp, Place)> =
            self.grace.iter().filter(|(_, until)| **until <= now).map(|(place, until)| (*until, *place)).collect();
        due.sort_unstable();
        self.grace.retain(|_, until| *until > now);
        let mut lapsed = Vec::with_capacity(due.len());
        for (_, place) in due {
            let person = Lapsed::Person(place.0);
            if self.is_held(place.0) {
                lapsed.push(Lapsed::Device(place));
            } else if !lapsed.contains(&person) {
                lapsed.push(person);
            }
        }
        lapsed
    }

    /// Whether one of somebody's devices is here.
    pub(crate) fn is_here(&self, who: ParticipantId) -> bool {
        self.here.range((who, None)..).next().is_some_and(|(of, _)| *of == who)
    }

    /// Whether one of somebody's devices is here, or awaited.
    fn is_held(&self, who: ParticipantId) -> bool {
        self.is_here(who) || self.grace.range((who, None)..).next().is_some_and(|((of, _), _)| *of == who)
    }
}
