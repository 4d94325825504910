//! Who has which points of the quizzes of a room.

use std::collections::BTreeMap;

use houselights_shared::{Leader, ParticipantId, PollPhase, TOLD_OF_A_POLL};

use crate::{polls::Held, tally::points};

/// How somebody is called before everybody, who is called this; nothing where they are not to be named.
pub(crate) type Called<'a> = &'a dyn Fn(ParticipantId, &str) -> Option<String>;

/// What everybody has of all closed quizzes, and how they were called last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Leaders(BTreeMap<ParticipantId, Leader>);

impl Leaders {
    pub(crate) fn points(&self, who: ParticipantId) -> u32 {
        self.0.get(&who).map_or(0, |leader| leader.points)
    }

    /// A quiz closes: its answers bring their points.
    pub(crate) fn add(&mut self, quiz: &Held) {
        for (who, vote) in &quiz.votes {
            let name = vote.name.clone().unwrap_or_default();
            let leader = self.0.entry(*who).or_insert(Leader { name: String::new(), points: 0 });
            *leader = Leader { name, points: leader.points.saturating_add(points(&quiz.poll, vote)) };
        }
    }

    /// Whoever has points and a name; who has most comes first. A log that comes from elsewhere may not say who answered.
    pub(crate) fn ranked(&self) -> Vec<Leader> {
        self.in_order().into_iter().map(|(_, leader)| leader.clone()).collect()
    }

    fn in_order(&self) -> Vec<(ParticipantId, &Leader)> {
        let has_place = |(_, leader): &(ParticipantId, &Leader)| leader.points > 0 && !leader.name.is_empty();
        let mut leaders: Vec<_> = self.0.iter().map(|(who, leader)| (*who, leader)).filter(has_place).collect();
        leaders.sort_by(|(_, one), (_, other)| other.points.cmp(&one.points).then_with(|| one.name.cmp(&other.name)));
        leaders
    }

    /// Those that are told once this quiz is closed, as they are called before everybody; whoever is not called at all is not among them.
    pub(crate) fn told_after(&self, quiz: &Held, called: Called<'_>) -> Vec<Leader> {
        let mut all = self.clone();
        all.add(quiz);
        let told =
            |(who, leader): (ParticipantId, &Leader)| Some(Leader { name: called(who, &leader.name)?, ..leader.clone() });
        all.in_order().into_iter().filter_map(told).take(TOLD_OF_A_POLL).collect()
    }
}

/// Those that were told when a quiz was closed last.
pub(crate) fn told_last(polls: &[Held]) -> Vec<Leader> {
    let closed = |held: &&Held| match held.poll.phase {
        PollPhase::Closed { at } | PollPhase::Archived { at } => Some(at),
        PollPhase::Draft | PollPhase::Open { .. } | PollPhase::Unknown => None,
    };
    let last = polls.iter().filter(|held| held.is_quiz()).max_by_key(closed);
    last.and_then(|held| held.poll.tally.as_ref()).map(|tally| tally.leaders.clone()).unwrap_or_default()
}
