//! Who is in a room or comes in, and what a batch of mail comes to.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use houselights_domain::{Actor, Effect, Entry, MediaPlan};
use houselights_shared::{ParticipantId, Refusal, Reply, Seq, Update};

use tokio::sync::mpsc;

use crate::realtime::{ConnectionId, Outbox, Tell};

/// The connection that someone has in the room on a device: the newest, where there were several.
pub(super) struct Present {
    pub(super) outbox: Arc<Outbox>,
    pub(super) who: Arc<Actor>,
}

/// A connection to let in, once what it is told is stored; or one that waits until somebody lets it in.
pub(super) struct Entering {
    pub(super) outbox: Arc<Outbox>,
    pub(super) who: Arc<Actor>,
    pub(super) after: Option<Seq>,
}

/// What a batch of mail comes to. Nothing of it happens before `rows` are on the disk.
#[derive(Default)]
pub(super) struct Turn {
    pub(super) rows: Vec<Entry>,
    pub(super) updates: Vec<Arc<Update>>,
    pub(super) replies: Vec<(Arc<Outbox>, Reply)>,
    pub(super) entering: Vec<Entering>,
    /// Whose connections wait from now on.
    pub(super) knocking: Vec<Arc<Outbox>>,
    pub(super) leaving: Vec<ConnectionId>,
    pub(super) media: Option<MediaPlan>,
    /// Whose own changed.
    pub(super) mine: BTreeSet<ParticipantId>,
    /// What some are told beside everybody.
    pub(super) signals: Vec<Tell>,
    /// Who has to go, and comes again after a while where that helps.
    pub(super) parting: Vec<(ParticipantId, Refusal, Option<Duration>)>,
    /// Who is banned from the event from now on, or not any more.
    pub(super) bans: Vec<(ParticipantId, bool)>,
    /// Those who wait until it is stored.
    pub(super) done: Vec<mpsc::Sender<()>>,
    /// Who waits no longer.
    pub(super) admitted: Vec<ParticipantId>,
}

impl Turn {
    /// Sorts what the rules ask for; `from` is whoever sent the command.
    pub(super) fn take(&mut self, effects: Vec<Effect>, from: Option<&Arc<Outbox>>) {
        for effect in effects {
            match effect {
                Effect::Persist(rows) => self.rows.extend(rows),
                Effect::Publish(updates) => self.updates.extend(updates),
                Effect::Reply(reply) => self.replies.extend(from.map(|from| (Arc::clone(from), reply))),
                Effect::Media(plan) => self.media = Some(plan),
                Effect::Mine(who) => self.mine.extend(who),
                Effect::Counted { poll, tally, to } => {
                    self.signals.push(Tell::Counted { poll, tally, to: to.into_iter().collect() });
                }
                Effect::Part { participant, refusal, retry_after } => self.parting.push((participant, refusal, retry_after)),
                Effect::Ban { participant, banned } => {
                    // The event knows, and with it every room; here they part at once.
                    self.parting.extend(banned.then_some((participant, Refusal::Banned, None)));
                    self.bans.push((participant, banned));
                }
                Effect::LetIn(participants) => self.admitted.extend(participants),
            }
        }
    }
}
