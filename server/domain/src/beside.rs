//! What follows from an update beside that everybody is told.

use houselights_shared::{Refusal, ResultsShown, Sanction, SanctionKind, Update, UpdateBody};

use crate::{Effect, state::State};

impl State {
    /// It is asked before the update is followed.
    pub(crate) fn follows(&self, update: &Update) -> Vec<Effect> {
        if let UpdateBody::PollCounted { poll, tally, shown: ResultsShown::AfterVote } = &update.body {
            vec![Effect::Counted { poll: *poll, tally: tally.clone(), to: self.polls.early_voters(*poll) }]
        } else if let UpdateBody::Admitted { participants } = &update.body {
            vec![Effect::LetIn(participants.clone())]
        } else if let UpdateBody::SanctionLifted { participant, kind } = &update.body {
            let is_of_bans = kind.is_none_or(|kind| kind == SanctionKind::Banned);
            let is_unbanned = is_of_bans && self.moderation.holds(*participant, SanctionKind::Banned);
            is_unbanned.then_some(Effect::Ban { participant: *participant, banned: false }).into_iter().collect()
        } else if let UpdateBody::Sanctioned { sanctioned } = &update.body {
            let participant = sanctioned.participant;
            let part = |refusal, retry_after| vec![Effect::Part { participant, refusal, retry_after }];
            match sanctioned.sanction {
                Sanction::TimedOut { until } => part(Refusal::TimedOut, Some(until.since(update.at))),
                Sanction::Removed => part(Refusal::Removed, None),
                Sanction::Banned => vec![Effect::Ban { participant, banned: true }],
                Sanction::Muted | Sanction::Unknown => Vec::new(),
            }
        } else {
            Vec::new()
        }
    }
}
