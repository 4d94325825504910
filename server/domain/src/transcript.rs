//! What was said, in its order: of the chat, and of the crew's notes.

use std::collections::{HashMap, VecDeque, hash_map::Entry};

use houselights_shared::{Gone, Message, MessageId, ParticipantId, SNAPSHOT_MESSAGES, Timestamp};

/// How many of the latest messages a room holds by itself. What is done to an older one is done once that is [recalled](crate::Room::recall).
pub const HELD_MESSAGES: usize = 10_000;

/// How many older messages a room holds that something is done to.
const RECALLED_MESSAGES: usize = 1_024;

/// The latest messages, at most [`HELD_MESSAGES`] in a room, those that are gone in their places: so everyone who applies the same updates to
/// the same snapshot has the same messages.
#[derive(Clone, Debug)]
pub(crate) struct Transcript {
    held: HashMap<MessageId, Message>,
    order: VecDeque<MessageId>,
    /// Of each who said some of them, the latest, and how many.
    authors: HashMap<ParticipantId, (MessageId, usize)>,
    most: usize,
    /// Older ones that something is done to, the last that was recalled at the end.
    recalled: VecDeque<Message>,
}

impl Default for Transcript {
    fn default() -> Self {
        Self::of_the_latest(HELD_MESSAGES)
    }
}

impl Transcript {
    /// That holds no more than so many.
    pub(crate) fn of_the_latest(most: usize) -> Self {
        Self { held: HashMap::new(), order: VecDeque::new(), authors: HashMap::new(), most, recalled: VecDeque::new() }
    }

    pub(crate) fn get(&self, id: MessageId) -> Option<&Message> {
        self.held.get(&id).or_else(|| self.recalled.iter().find(|message| message.id == id))
    }

    fn get_mut(&mut self, id: MessageId) -> Option<&mut Message> {
        self.held.get_mut(&id).or_else(|| self.recalled.iter_mut().find(|message| message.id == id))
    }

    /// An older message is known again, as it stands by now.
    pub(crate) fn recall(&mut self, message: Message) {
        if self.held.contains_key(&message.id) || self.keep(message.id) {
            return;
        }
        if self.recalled.len() == RECALLED_MESSAGES {
            self.recalled.pop_front();
        }
        self.recalled.push_back(message);
    }

    /// An older message that is known again is so for longer; whether it is one.
    pub(crate) fn keep(&mut self, id: MessageId) -> bool {
        if self.held.contains_key(&id) {
            return false;
        }
        let place = self.recalled.iter().position(|message| message.id == id);
        let kept = place.and_then(|place| self.recalled.remove(place));
        self.recalled.extend(kept);
        place.is_some()
    }

    /// One that is not gone.
    pub(crate) fn standing(&self, id: MessageId) -> Option<&Message> {
        self.get(id).filter(|message| message.gone.is_none())
    }

    /// As many as a snapshot carries, oldest first.
    pub(crate) fn latest(&self) -> impl Iterator<Item = &Message> {
        let skip = self.order.len().saturating_sub(SNAPSHOT_MESSAGES);
        self.order.iter().skip(skip).filter_map(|id| self.held.get(id))
    }

    /// A message and up to `before` that stand in front of it, oldest first; of an older one itself alone.
    pub(crate) fn around(&self, id: MessageId, before: usize) -> Vec<Message> {
        let Some(at) = self.order.iter().rposition(|held| *held == id) else {
            return self.get(id).cloned().into_iter().collect();
        };
        let from = at.saturating_sub(before);
        self.order.range(from..=at).filter_map(|id| self.held.get(id)).cloned().collect()
    }

    /// What somebody said last and still stands, oldest first.
    pub(crate) fn latest_of(&self, who: ParticipantId, most: usize) -> Vec<Message> {
        let count = self.authors.get(&who).map_or(0, |(_, count)| *count);
        let held = self.order.iter().rev().filter_map(|id| self.held.get(id));
        let theirs = held.filter(|said| said.author == who).take(count);
        let mut latest: Vec<_> = theirs.filter(|said| said.gone.is_none()).take(most).cloned().collect();
        latest.reverse();
        latest
    }

    /// As somebody was called who said something here lately.
    pub(crate) fn author(&self, who: ParticipantId) -> Option<&Message> {
        self.held.get(&self.authors.get(&who)?.0)
    }

    pub(crate) fn sent(&mut self, message: &Message) {
        self.held.insert(message.id, message.clone());
        self.order.push_back(message.id);
        let (latest, count) = self.authors.entry(message.author).or_insert((message.id, 0));
        (*latest, *count) = (message.id, *count + 1);
        if self.order.len() > self.most
            && let Some(oldest) = self.order.pop_front().and_then(|oldest| self.held.remove(&oldest))
        {
            self.one_less_of(oldest.author);
        }
    }

    fn one_less_of(&mut self, who: ParticipantId) {
        if let Entry::Occupied(mut author) = self.authors.entry(who) {
            author.get_mut().1 -= 1;
            if author.get().1 == 0 {
                author.remove();
            }
        }
    }

    pub(crate) fn edited(&mut self, id: MessageId, at: Timestamp, (text, mentions): (&str, &[ParticipantId])) {
        if let Some(message) = self.get_mut(id) {
            message.edit(at, (text, mentions));
        }
    }

    pub(crate) fn went(&mut self, id: MessageId, gone: Gone) {
        if let Some(message) = self.get_mut(id) {
            message.gone = Some(gone);
        }
    }

    pub(crate) fn came_back(&mut self, shown: &Message) {
        if let Some(message) = self.get_mut(shown.id) {
            *message = shown.clone();
        }
    }
}
