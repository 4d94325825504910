//! Who of the crew is connected, and who lost the connection and may still come back.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use houselights_shared::{DeviceId, ParticipantId, Timestamp};

/// For how long a member of the crew whose last connection went keeps their place.
pub const GRACE_AFTER_DEPARTURE: Duration = Duration::from_secs(15);

/// For how long the crew of before a restart keeps its place: everybody has to reconnect at once, so it is longer.
pub const GRACE_AFTER_RESTART: Duration = Duration::from_secs(30);

/// Somebody on one of their devices, or on their only one.
pub(crate) type Place = (ParticipantId, Option<DeviceId>);

/// The crew's connections. Not part of the log: it says nothing about the show.
#[derive(Clone, Debug, Default)]
pub(crate) struct Presence {
    here: BTreeSet<Place>,
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
    pub(crate) fn arrive(&mut self, place: Place) {
        self.grace.remove(&place);
        self.here.insert(place);
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

    /// Whether one of somebody's devices is here, or awaited.
    fn is_held(&self, who: ParticipantId) -> bool {
        let first = (who, None);
        let is_theirs = |place: Option<&Place>| place.is_some_and(|(of, _)| *of == who);
        is_theirs(self.here.range(first..).next()) || is_theirs(self.grace.range(first..).next().map(|(place, _)| place))
    }
}
