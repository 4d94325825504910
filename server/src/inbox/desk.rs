//! The task that owns the inboxes: rules, then the disk, and only then the world.

mod deciding;

use std::{
    collections::{BTreeMap, HashMap},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use futures_util::future::{join_all, try_join_all};
use houselights_domain::{Acquainted, Actor, Inbox, InboxRow};
use houselights_shared::{
    CommandId, EventId, INBOX_PAGE, InboxBatch, InboxNews, InboxSnapshot, Outcome, ParticipantId, Peer, Refusal, Reply, RoomId,
    Seq, ServerFrame,
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use super::{
    MAILBOX, Mail, Notice,
    present::Present,
    turn::{Known, Questions, Turn},
};
use crate::{
    clock::Clock,
    metrics::Metrics,
    realtime::{Outbox, encode},
    store::{Store, StoreError, Trace},
};

/// How much mail is handled before a commit.
const BATCH: usize = 256;
/// How many inboxes of people who are not connected are remembered, so that whoever comes back having missed nothing asks the database
/// nothing. More: all of them are read again.
const REMEMBERED: usize = 50_000;
/// How many pairs of people are remembered.
const PAIRS: usize = 100_000;
/// Whoever missed more than this is told where their inbox stands.
const MISSED: usize = 4 * INBOX_PAGE;
/// When those come back whom the store could not serve, and what it could not keep.
const RETRY: Duration = Duration::from_secs(1);

/// A connection to be told of an inbox.
struct Entering {
    outbox: Arc<Outbox>,
    who: Arc<Actor>,
    after: Seq,
}

/// The inboxes in memory, and who is told of them.
pub(super) struct Desk {
    store: Store,
    metrics: Arc<Metrics>,
    /// Steady: where the wall clock is set back nobody waits for it to come round again.
    clock: Clock,
    inboxes: HashMap<ParticipantId, Inbox>,
    acquainted: HashMap<(ParticipantId, ParticipantId), Acquainted>,
    rooms: HashMap<RoomId, EventId>,
    /// How far inboxes were told of rooms.
    told: HashMap<RoomId, Seq>,
    present: Present,
    /// Those who are not told yet how their inbox stands.
    entering: Vec<Entering>,
    /// What has no answer yet.
    asked: Vec<(Arc<Outbox>, CommandId)>,
    /// What happened in rooms and could not be stored: it comes before what happens next. At most [`MAILBOX`]; full: as where the mailbox is.
    owed: Vec<Mail>,
}

impl Desk {
    pub(super) fn new(store: Store, metrics: Arc<Metrics>, clock: Clock) -> Self {
        let (inboxes, acquainted, rooms, told, present, entering, asked, owed) = Default::default();
        Self { store, metrics, clock, inboxes, acquainted, rooms, told, present, entering, asked, owed }
    }

    /// Until the server stops.
    pub(super) async fn run(&mut self, mailbox: &mut mpsc::Receiver<Mail>, stop: CancellationToken) {
        // What a turn was at that panicked is not known.
        self.give_up(Refusal::StorageUnavailable);
        let mut batch = Vec::with_capacity(16);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                count = mailbox.recv_many(&mut batch, BATCH) => if count == 0 { return },
                () = tokio::time::sleep(RETRY), if !self.entering.is_empty() || !self.owed.is_empty() => {}
            }
            let mut some = Vec::with_capacity(batch.len());
            for mail in batch.drain(..) {
                match mail {
                    Mail::Forget { places, done } => {
                        self.turn(std::mem::take(&mut some)).await;
                        self.forget(&places).await;
                        let _ = done.send(());
                    }
                    mail @ (Mail::Command { .. } | Mail::Enter { .. } | Mail::Leave { .. } | Mail::Notice { .. }) => {
                        some.push(mail);
                    }
                }
            }
            self.turn(some).await;
        }
    }

    /// Nothing was done of what is asked, as far as is known: what is in memory may be otherwise than what is stored.
    fn give_up(&mut self, refusal: Refusal) {
        self.inboxes.clear();
        self.acquainted.clear();
        self.told.clear();
        let retry_after_ms = u32::try_from(RETRY.as_millis()).ok();
        for (from, id) in std::mem::take(&mut self.asked) {
            self.metrics.commands_refused.increment(1);
            from.push(&encode(&ServerFrame::Reply(Reply { id, outcome: Outcome::Refused { refusal, retry_after_ms } })));
        }
    }

    /// What happened in rooms comes again before anything else: later than that nothing is told of them.
    fn owe(&mut self, batch: Vec<Mail>, already: usize, error: &StoreError) {
        // What the store refuses twice is not what its disk fails at.
        let skipped = if matches!(error, StoreError::Unavailable(_)) { 0 } else { already };
        let notices = batch.into_iter().skip(skipped).filter(|mail| matches!(mail, Mail::Notice { .. }));
        let mut notices: Vec<_> = notices.collect();
        let lost = notices.len().saturating_sub(MAILBOX) + skipped;
        notices.truncate(MAILBOX);
        self.metrics.notices_dropped.increment(u64::try_from(lost).unwrap_or(u64::MAX));
        self.owed = notices;
    }

    async fn turn(&mut self, new: Vec<Mail>) {
        for mail in &new {
            self.note(mail);
        }
        let mut batch = std::mem::take(&mut self.owed);
        let already = batch.len();
        batch.extend(new);
        let known = match self.find_out(Questions::about(&batch)).await {
            Ok(known) => known,
            Err(error) => {
                warn!(%error, "inboxes cannot be read");
                self.owe(batch, already, &error);
                return self.give_up(Refusal::StorageUnavailable);
            }
        };
        let now = self.clock.now();
        let Ok(turn) = catch_unwind(AssertUnwindSafe(|| self.decide(now, &batch, known))) else {
            error!("the rules of inboxes panicked");
            self.metrics.panics.increment(1);
            return self.give_up(Refusal::StorageUnavailable);
        };
        if let Err(error) = self.append(&turn).await {
            self.owe(batch, already, &error);
            return self.give_up(Refusal::StorageUnavailable);
        }
        self.asked.clear();
        for (from, reply) in turn.replies {
            match reply.outcome {
                Outcome::Accepted { .. } => self.metrics.commands_accepted.increment(1),
                Outcome::Refused { .. } | Outcome::Unknown => self.metrics.commands_refused.increment(1),
            }
            from.push(&encode(&ServerFrame::Reply(reply)));
        }
        self.tell(turn.rows);
        self.let_in().await;
        self.tidy();
    }

    /// Who comes and goes, and what is asked, whatever becomes of it.
    fn note(&mut self, mail: &Mail) {
        match mail {
            Mail::Command { from, command, .. } => self.asked.push((Arc::clone(from), command.id)),
            Mail::Enter { outbox, who, after } => {
                // They came in: what was read before says otherwise.
                if self.inboxes.get(&who.participant).is_some_and(Inbox::has_left) {
                    self.inboxes.remove(&who.participant);
                }
                self.entering.push(Entering { outbox: Arc::clone(outbox), who: Arc::clone(who), after: *after });
            }
            Mail::Leave { connection, who } => {
                self.entering.retain(|entering| entering.outbox.id() != *connection);
                self.present.leave(who.participant, *connection);
            }
            Mail::Notice { .. } | Mail::Forget { .. } => {}
        }
    }

    /// Reads what a batch needs and is not in memory.
    async fn find_out(&mut self, mut questions: Questions) -> Result<Known, StoreError> {
        let mut known = Known::default();
        let store = self.store.clone();
        let told = questions.messages.iter().map(|message| store.mentioned_in(*message));
        for (message, told) in questions.messages.iter().zip(try_join_all(told).await?) {
            questions.owners.extend(told.iter().map(|(who, _)| *who));
            known.told.insert(*message, told);
        }
        questions.owners.extend(self.entering.iter().map(|entering| entering.who.participant));
        self.load(questions.owners).await?;
        if !questions.commands.is_empty() {
            known.answers = store.inbox_answers(&questions.commands).await?;
        }
        let new: Vec<_> = questions.pairs.iter().filter(|pair| !self.acquainted.contains_key(*pair)).copied().collect();
        let found = try_join_all(new.iter().map(|(one, other)| store.acquainted(*one, *other))).await?;
        self.acquainted.extend(new.into_iter().zip(found));
        let new: Vec<_> = questions.rooms.iter().filter(|room| !self.rooms.contains_key(*room)).copied().collect();
        let found = try_join_all(new.iter().map(|room| store.event_of_room(*room))).await?;
        self.rooms.extend(new.into_iter().zip(found).filter_map(|(room, event)| event.map(|event| (room, event))));
        let new: Vec<_> = questions.told.iter().filter(|room| !self.told.contains_key(*room)).copied().collect();
        let found = try_join_all(new.iter().map(|room| store.told_of(*room))).await?;
        self.told.extend(new.into_iter().zip(found).map(|(room, told)| (room, told.unwrap_or_default())));
        Ok(known)
    }

    async fn load(&mut self, owners: impl IntoIterator<Item = ParticipantId>) -> Result<(), StoreError> {
        let new: Vec<_> = owners.into_iter().filter(|owner| !self.inboxes.contains_key(owner)).collect();
        if !new.is_empty() {
            let read = self.store.inboxes(&new).await?;
            self.inboxes.extend(read.into_iter().map(|inbox| (inbox.owner().participant, inbox)));
        }
        Ok(())
    }

    async fn append(&self, Turn { rows, told, .. }: &Turn) -> Result<(), StoreError> {
        if rows.is_empty() && told.is_empty() {
            return Ok(());
        }
        self.store.append_to_inboxes(rows, told).await.inspect_err(|error| warn!(%error, "nothing could be stored in inboxes"))
    }

    /// Tells everybody what came into their inbox.
    fn tell(&self, rows: Vec<InboxRow>) {
        let mut news: BTreeMap<ParticipantId, InboxBatch> = BTreeMap::new();
        for InboxRow { owner, entry, .. } in rows {
            let batch = news.entry(owner).or_insert_with(|| InboxBatch {
                after: Seq::new(entry.position.number().saturating_sub(1)),
                up_to: entry.position,
                entries: Vec::new(),
            });
            batch.up_to = entry.position;
            batch.entries.push(entry);
        }
        for (owner, batch) in news {
            self.present.tell(owner, batch);
        }
    }

    /// Gives those who came what they lack, and what is new from here on.
    async fn let_in(&mut self) {
        let entering = std::mem::take(&mut self.entering);
        let lacking = entering.iter().map(|Entering { who, after, .. }| self.lacking(who.participant, *after));
        for (entering, lacking) in entering.iter().zip(join_all(lacking).await) {
            match lacking {
                Ok(news) => {
                    entering.outbox.push_answer(&[encode(&ServerFrame::Inbox(news))]);
                    self.come(entering);
                }
                Err(error) => {
                    warn!(%error, "an inbox cannot be read");
                    let Entering { outbox, who, after } = entering;
                    self.entering.push(Entering { outbox: Arc::clone(outbox), who: Arc::clone(who), after: *after });
                }
            }
        }
    }

    fn come(&mut self, Entering { outbox, who, .. }: &Entering) {
        if let Some(inbox) = self.inboxes.get_mut(&who.participant) {
            inbox.known_as(Peer { participant: who.participant, name: who.name.clone(), role: who.role });
        }
        self.present.enter(who.participant, Arc::clone(outbox));
    }

    async fn lacking(&self, who: ParticipantId, after: Seq) -> Result<InboxNews, StoreError> {
        let up_to = self.inboxes.get(&who).map(Inbox::head).unwrap_or_default();
        if up_to == Seq::START {
            return Ok(InboxNews::Stands(InboxSnapshot::default()));
        }
        if after == up_to {
            return Ok(InboxNews::Entries(InboxBatch { after, up_to, entries: Vec::new() }));
        }
        if after > Seq::START
            && after < up_to
            && let Some(entries) = self.store.inbox_since(who, after, MISSED).await?
        {
            return Ok(InboxNews::Entries(InboxBatch { after, up_to, entries }));
        }
        Ok(InboxNews::Stands(self.store.inbox_snapshot(who, up_to).await?))
    }

    /// Writes people out of all inboxes, and tells whoever had something of them. It is done again by whoever erases, where it fails.
    async fn forget(&mut self, places: &[Trace]) {
        if let Err(error) = self.forget_in_store(places).await {
            warn!(%error, "inboxes still name somebody who is forgotten");
            self.give_up(Refusal::StorageUnavailable);
        }
    }

    async fn forget_in_store(&mut self, places: &[Trace]) -> Result<(), StoreError> {
        let forgotten: Vec<_> = places.iter().map(|place| place.participant).collect();
        self.store.erase_from_inboxes(places).await?;
        for who in &forgotten {
            self.inboxes.remove(who);
        }
        let is_theirs = |mail: &Mail| match mail {
            Mail::Notice { notice: Notice::Mentioned(mention), .. } => forgotten.contains(&mention.by.participant),
            Mail::Command { .. } | Mail::Enter { .. } | Mail::Leave { .. } | Mail::Notice { .. } | Mail::Forget { .. } => false,
        };
        self.owed.retain(|mail| !is_theirs(mail));
        self.acquainted.retain(|(one, other), _| !forgotten.contains(one) && !forgotten.contains(other));
        let named = self.store.inboxes_that_name(&forgotten).await?;
        self.load(named.iter().map(|(owner, _)| *owner)).await?;
        let (now, mut turn) = (self.clock.now(), Turn::default());
        for (owner, who) in named {
            let row = self.inboxes.get(&owner).map(|inbox| inbox.forgotten(now, who));
            self.take(row.into_iter().collect(), &mut turn);
        }
        self.append(&turn).await?;
        self.tell(turn.rows);
        Ok(())
    }

    fn tidy(&mut self) {
        if self.inboxes.len() > REMEMBERED {
            let present = &self.present;
            self.inboxes.retain(|who, _| present.is_here(*who));
        }
        if self.acquainted.len() > PAIRS {
            self.acquainted.clear();
        }
        if self.told.len() > REMEMBERED {
            self.told.clear();
        }
    }
}
