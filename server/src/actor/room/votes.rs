//! Who voted for what, as pages of it are asked for in a row: listed and sorted once for all of them.

use std::{sync::Arc, time::Duration};

use houselights_domain::{Room, View};
use houselights_shared::{NamedVote, PollId, Refusal, Role};
use tokio::time::Instant;

/// For how long the same list is given out.
const FRESH_FOR: Duration = Duration::from_secs(1);

/// The list that was asked for last.
#[derive(Default)]
pub(super) struct Votes(Option<Listed>);

struct Listed {
    at: Instant,
    of: (View, PollId),
    votes: Arc<[NamedVote]>,
}

impl Votes {
    /// As it was a second ago at most.
    pub(super) fn of(&mut self, now: Instant, room: &Room, role: Role, poll: PollId) -> Result<Arc<[NamedVote]>, Refusal> {
        let of = (View::of(role), poll);
        let is_fresh = |listed: &&Listed| listed.of == of && now.saturating_duration_since(listed.at) < FRESH_FOR;
        if let Some(listed) = self.0.as_ref().filter(is_fresh) {
            return Ok(Arc::clone(&listed.votes));
        }
        let votes: Arc<[_]> = room.votes(role, poll)?.into();
        self.0 = Some(Listed { at: now, of, votes: Arc::clone(&votes) });
        Ok(votes)
    }
}

#[cfg(test)]
mod tests {
    use houselights_domain::Actor;
    use houselights_shared::{
        Choice, Command, CommandBody, CommandId, ParticipantId, PollForm, PollKind, ResultsShown, RoomId, Timestamp,
    };

    use super::*;

    #[test]
    fn pages_that_are_asked_for_in_a_row_are_of_one_list_and_only_for_whom_it_is() {
        let mut room = Room::new(RoomId::random(), String::new());
        let (poll, now) = (PollId::random(), Instant::now());
        let form = PollForm {
            question: "Which?".to_owned(),
            kind: PollKind::Single,
            options: vec!["one".to_owned(), "other".to_owned()],
            correct: Vec::new(),
            shown: ResultsShown::Always,
            named: true,
            changeable: true,
            seconds: None,
        };
        let mut asks = |role, body| {
            let who = Actor { participant: ParticipantId::random(), name: "Ada".to_owned(), role, device: None };
            let at = Timestamp::from_micros(1);
            room.arrive(at, &who);
            let command = Command { id: CommandId::random(), room: room.id(), body };
            room.handle(at, &who, &command);
            room.clone()
        };
        asks(Role::Producer, CommandBody::DraftPoll { poll, form });
        asks(Role::Producer, CommandBody::OpenPoll { poll });
        let mut vote = || asks(Role::Attendee, CommandBody::Vote { poll, choice: Choice::Options { options: vec![0] } });
        let (one, two) = (vote(), vote());
        let mut votes = Votes::default();
        let first = votes.of(now, &one, Role::Moderator, poll).unwrap();
        assert_eq!(first.len(), 1);
        let next = votes.of(now + Duration::from_millis(900), &two, Role::Moderator, poll).unwrap();
        assert!(Arc::ptr_eq(&first, &next));
        assert_eq!(votes.of(now, &two, Role::Attendee, poll), Err(Refusal::NotAllowed));
        assert_eq!(votes.of(now + FRESH_FOR, &two, Role::Moderator, poll).unwrap().len(), 2);
    }
}
