//! What follows from an update beside that everybody is told.

use houselights_shared::{ParticipantId, Refusal, ResultsShown, Sanction, Update, UpdateBody};

use crate::{Effect, state::State};

impl State {
    /// It is asked before the update is followed.
    pub(crate) fn follows(&self, update: &Update) -> Vec<Effect> {
        if let UpdateBody::PollCounted { poll, tally, shown: ResultsShown::AfterVote } = &update.body {
            vec![Effect::Counted { poll: *poll, tally: tally.clone(), to: self.polls.early_voters(*poll) }]
        } else if let UpdateBody::Admitted { participants } = &update.body {
            vec![Effect::LetIn(participants.clone())]
        } else if let UpdateBody::SanctionLifted { participant } = &update.body {
            self.unbanned(*participant).into_iter().collect()
        } else if let UpdateBody::Sanctioned { sanctioned } = &update.body {
            let participant = sanctioned.participant;
            let part = |refusal, retry_after| Some(Effect::Part { participant, refusal, retry_after });
            let follows = match sanctioned.sanction {
                Sanction::TimedOut { until } => part(Refusal::TimedOut, Some(until.since(update.at))),
                Sanction::Removed => part(Refusal::Removed, None),
                Sanction::Banned => return vec![Effect::Ban { participant, banned: true }],
                Sanction::Muted | Sanction::Unknown => None,
            };
            self.unbanned(participant).into_iter().chain(follows).collect()
        } else {
            Vec::new()
        }
    }

    fn unbanned(&self, participant: ParticipantId) -> Option<Effect> {
        let was_banned = self.moderation.sanctions.get(&participant)?.sanction == Sanction::Banned;
        was_banned.then_some(Effect::Ban { participant, banned: false })
    }
}
