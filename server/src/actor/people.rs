//! Who is in a room, as it was a moment ago: sorted at most once a second, however many ask.

use std::{sync::Arc, time::Duration};

use houselights_domain::Room;
use houselights_shared::{ParticipantId, Role};
use tokio::time::Instant;

/// For how long the same list is given out.
const FRESH_FOR: Duration = Duration::from_secs(1);

/// Somebody who is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Here {
    /// Who.
    pub(crate) participant: ParticipantId,
    /// As they are called.
    pub(crate) name: String,
    /// As what they came.
    pub(crate) role: Role,
}

/// Everybody, by name.
pub(crate) type Roster = Arc<[Here]>;

/// The latest list.
#[derive(Default)]
pub(super) struct Rosters(Option<(Instant, Roster)>);

impl Rosters {
    pub(super) fn of(&mut self, room: &Room, now: Instant) -> Roster {
        if let Some((_, roster)) = self.0.as_ref().filter(|(at, _)| now < *at + FRESH_FOR) {
            return Arc::clone(roster);
        }
        let here = |(participant, person): (ParticipantId, &houselights_domain::Person)| Here {
            participant,
            name: person.name.clone(),
            role: person.role,
        };
        let mut people: Vec<_> = room.here().map(here).collect();
        people.sort_by_cached_key(|here| (here.name.to_lowercase(), here.participant));
        let roster: Roster = people.into();
        self.0 = Some((now, Arc::clone(&roster)));
        roster
    }
}
