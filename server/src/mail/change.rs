//! What is different of an event or of a session, as mails tell it, and what is left to tell of many changes.

use houselights_shared::{SessionId, SpeakerId, Timestamp};
use serde::{Deserialize, Serialize};

/// Something about an event that is no longer as it was announced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// The whole event takes place at another time.
    Time {
        /// When it was to begin.
        was: Timestamp,
    },
    /// The whole event ends at another time.
    End {
        /// When it ends now.
        ends_at: Timestamp,
    },
    /// Its times are told in another time zone.
    TimeZone {
        /// The one before, by its IANA name.
        was: String,
    },
    /// It has another title.
    Title {
        /// The one before.
        was: String,
    },
    /// A session begins at another time.
    SessionTime {
        /// Its title.
        session: String,
        /// When it begins now.
        starts_at: Timestamp,
        /// Which; absent in what was written before sessions were named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<SessionId>,
    },
    /// A session ends at another time, and begins when it did.
    SessionEnd {
        /// Its title.
        session: String,
        /// When it ends now.
        ends_at: Timestamp,
        /// Which.
        id: SessionId,
    },
    /// A session has another title.
    SessionTitle {
        /// Its title now.
        session: String,
        /// The one before.
        was: String,
        /// Which.
        id: SessionId,
    },
    /// A session is in another room.
    SessionRoom {
        /// Its title.
        session: String,
        /// The room's title, where it is in one.
        room: Option<String>,
        /// Which.
        id: SessionId,
    },
    /// Others speak in a session. Those who do are told of themselves alone.
    SessionSpeakers {
        /// Its title.
        session: String,
        /// Their names, in their order; empty where nobody does. They are looked up when it is told: what waits names nobody, who may want to be
        /// forgotten meanwhile.
        #[serde(skip)]
        speakers: Vec<String>,
        /// Which.
        id: SessionId,
    },
    /// A session does not take place.
    SessionCancelled {
        /// Its title.
        session: String,
        /// Which; absent in what was written before sessions were named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<SessionId>,
    },
    /// A session that was off takes place after all.
    SessionRestored {
        /// Its title.
        session: String,
        /// When it begins.
        starts_at: Timestamp,
        /// Which.
        id: SessionId,
    },
    /// Somebody speaks in a session: told to them alone.
    SpeaksIn {
        /// Its title.
        session: String,
        /// When it begins.
        starts_at: Timestamp,
        /// Which.
        id: SessionId,
        /// Who.
        speaker: SpeakerId,
    },
    /// Somebody does not speak in a session any more: told to them alone.
    SpeaksNoMore {
        /// Its title.
        session: String,
        /// Which.
        id: SessionId,
        /// Who.
        speaker: SpeakerId,
    },
}

impl Change {
    /// Of which session it is; of the event as a whole where there is none.
    pub(crate) fn session(&self) -> Option<SessionId> {
        match self {
            Self::Time { .. } | Self::End { .. } | Self::TimeZone { .. } | Self::Title { .. } => None,
            Self::SessionTime { id, .. } | Self::SessionCancelled { id, .. } => *id,
            Self::SessionEnd { id, .. }
            | Self::SessionTitle { id, .. }
            | Self::SessionRoom { id, .. }
            | Self::SessionSpeakers { id, .. }
            | Self::SessionRestored { id, .. }
            | Self::SpeaksIn { id, .. }
            | Self::SpeaksNoMore { id, .. } => Some(*id),
        }
    }

    /// Whether everybody of the event is told.
    pub(crate) const fn is_of_the_event(&self) -> bool {
        matches!(self, Self::Time { .. } | Self::End { .. } | Self::TimeZone { .. } | Self::Title { .. })
    }

    /// Whom alone it is told.
    pub(crate) const fn told_to(&self) -> Option<SpeakerId> {
        match self {
            Self::SpeaksIn { speaker, .. } | Self::SpeaksNoMore { speaker, .. } => Some(*speaker),
            Self::Time { .. }
            | Self::End { .. }
            | Self::TimeZone { .. }
            | Self::Title { .. }
            | Self::SessionTime { .. }
            | Self::SessionEnd { .. }
            | Self::SessionTitle { .. }
            | Self::SessionRoom { .. }
            | Self::SessionSpeakers { .. }
            | Self::SessionCancelled { .. }
            | Self::SessionRestored { .. } => None,
        }
    }

    /// Whether both are of the same session, or both of the event, and of the same person where they are of one.
    fn is_beside(&self, other: &Self) -> bool {
        self.session() == other.session() && self.told_to() == other.told_to()
    }

    /// Whether this takes back what `other` told.
    fn undoes(&self, other: &Self) -> bool {
        let turns = matches!(
            (self, other),
            (Self::SessionRestored { .. }, Self::SessionCancelled { .. })
                | (Self::SessionCancelled { .. }, Self::SessionRestored { .. })
                | (Self::SpeaksIn { .. }, Self::SpeaksNoMore { .. })
                | (Self::SpeaksNoMore { .. }, Self::SpeaksIn { .. })
        );
        turns && self.is_beside(other)
    }

    /// This, after `before` of the same: what was there before both.
    fn after(self, before: Self) -> Self {
        match (self, before) {
            (Self::Time { .. }, Self::Time { was }) => Self::Time { was },
            (Self::Title { .. }, Self::Title { was }) => Self::Title { was },
            (Self::TimeZone { .. }, Self::TimeZone { was }) => Self::TimeZone { was },
            (Self::SessionTitle { session, id, .. }, Self::SessionTitle { was, .. }) => Self::SessionTitle { session, was, id },
            (last, _) => last,
        }
    }
}

/// What is left to tell of changes that were made one after the other: of one thing the last, nothing of what was taken back, and of a session
/// that is off no more than that.
pub(crate) fn gathered(changes: impl IntoIterator<Item = Change>) -> Vec<Change> {
    let mut told: Vec<Change> = Vec::new();
    for change in changes {
        if let Some(place) = told.iter().position(|before| change.undoes(before)) {
            told.remove(place);
            continue;
        }
        let same =
            |before: &Change| std::mem::discriminant(before) == std::mem::discriminant(&change) && change.is_beside(before);
        match told.iter().position(same) {
            Some(place) => {
                let before = told.remove(place);
                told.insert(place, change.after(before));
            }
            None => told.push(change),
        }
    }
    let off: Vec<_> =
        told.iter().filter(|change| matches!(change, Change::SessionCancelled { .. })).filter_map(Change::session).collect();
    told.retain(|change| match change {
        Change::SessionTime { .. }
        | Change::SessionEnd { .. }
        | Change::SessionTitle { .. }
        | Change::SessionRoom { .. }
        | Change::SessionSpeakers { .. }
        | Change::SpeaksIn { .. } => change.session().is_none_or(|session| !off.contains(&session)),
        Change::Time { .. }
        | Change::End { .. }
        | Change::TimeZone { .. }
        | Change::Title { .. }
        | Change::SessionCancelled { .. }
        | Change::SessionRestored { .. }
        | Change::SpeaksNoMore { .. } => true,
    });
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_micros(minute * 60_000_000)
    }

    fn moved(id: SessionId, minute: i64) -> Change {
        Change::SessionTime { session: "Keynote".to_owned(), starts_at: at(minute), id: Some(id) }
    }

    fn off(id: SessionId) -> Change {
        Change::SessionCancelled { session: "Keynote".to_owned(), id: Some(id) }
    }

    fn on(id: SessionId) -> Change {
        Change::SessionRestored { session: "Keynote".to_owned(), starts_at: at(0), id }
    }

    #[test]
    fn of_one_thing_the_last_is_told_and_what_held_before_all_of_it() {
        let (one, two) = (SessionId::random(), SessionId::random());
        let title = |was: &str| Change::Title { was: was.to_owned() };
        let told = gathered([title("First"), moved(one, 1), moved(two, 2), title("Second"), moved(one, 3)]);
        assert_eq!(told, [title("First"), moved(one, 3), moved(two, 2)]);
    }

    #[test]
    fn what_is_taken_back_is_not_told_and_what_came_with_it_is() {
        let id = SessionId::random();
        assert_eq!(gathered([off(id), on(id)]), []);
        assert_eq!(gathered([moved(id, 1), off(id), on(id)]), [moved(id, 1)]);
        assert_eq!(gathered([on(id), off(id)]), [], "nobody heard that it is on again");
        assert_eq!(gathered([off(id), on(SessionId::random())]).len(), 2);
    }

    #[test]
    fn of_a_session_that_is_off_no_more_is_told() {
        let (id, other) = (SessionId::random(), SessionId::random());
        assert_eq!(gathered([moved(id, 1), moved(other, 1), off(id)]), [moved(other, 1), off(id)]);
    }

    #[test]
    fn whoever_was_put_in_and_taken_out_hears_of_neither() {
        let (id, speaker, other) = (SessionId::random(), SpeakerId::random(), SpeakerId::random());
        let comes = |speaker| Change::SpeaksIn { session: "Keynote".to_owned(), starts_at: at(0), id, speaker };
        let goes = |speaker| Change::SpeaksNoMore { session: "Keynote".to_owned(), id, speaker };
        assert_eq!(gathered([comes(speaker), goes(speaker), goes(other)]), [goes(other)]);
    }
}
