//! What those who come into a room are told: a snapshot, or what they missed. Each is encoded once for a crowd that comes at the same time, so
//! that thousands who come back cost little, and thousands who stop reading hold the same bytes.

use std::{collections::HashMap, sync::Arc, time::Duration};

use bytes::Bytes;
use houselights_domain::{Room, View};
use houselights_shared::{Role, Seq, ServerFrame, Update};
use tokio::time::Instant;

use crate::realtime::{encode, encode_updates_for};

/// What somebody missed is told in one frame where it has at most so many updates and bytes.
const FEW: usize = 256;
const LITTLE: usize = 512 * 1024;
/// More of it in pages of so many updates, which begin at the same places for all.
const PAGE: u64 = 32;
/// More than this is not told at once: the rest follows when that was read.
const INSTALMENT: usize = 192 * 1024;
/// Pages that are kept, in bytes. Full: all are made anew.
const KEPT: usize = 8 * 1024 * 1024;
/// A snapshot that is so large, or made so often within a second, is told to those who come a little later, too, with what came since: no
/// more than so many updates.
const LARGE: usize = 256 * 1024;
const OFTEN: u32 = 20;
const SINCE: u64 = 128;
const A_WHILE: Duration = Duration::from_secs(1);

/// Who sees it, after which position it begins, and with which it ends.
type Page = (View, Seq, Seq);

struct Snapshot {
    seq: Seq,
    made_at: Instant,
    bytes: Bytes,
}

/// The answers of one room.
#[derive(Default)]
pub(super) struct Answers {
    snapshots: HashMap<View, Snapshot>,
    /// When a second began, and how many snapshots were made in it.
    made: Option<(Instant, u32)>,
    pages: HashMap<Page, Bytes>,
    kept: usize,
    /// The [`Room::retellings`] that the pages know.
    retellings: u64,
}

impl Answers {
    /// The log is another.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// For somebody who has everything up to `after`, or nothing; and up to where it leads, which may be before the end of the log.
    pub(super) fn answer(&mut self, room: &Room, role: Role, after: Option<Seq>, now: Instant) -> (Vec<Bytes>, Seq) {
        let view = View::of(role);
        self.forget_what_is_told_otherwise(room);
        if let Some((pages, seq)) = after.and_then(|after| self.since(room, view, after)) {
            return (pages, seq);
        }
        let (snapshot, seq) = self.recent(room, role, now);
        match self.since(room, view, seq).filter(|_| seq < room.seq()) {
            Some((pages, upto)) => ([vec![snapshot], pages].concat(), upto),
            None => (vec![snapshot], seq),
        }
    }

    /// Where the room stands now.
    pub(super) fn snapshot(&mut self, room: &Room, role: Role) -> Bytes {
        self.newest(room, role, Instant::now()).0
    }

    fn newest(&mut self, room: &Room, role: Role, now: Instant) -> (Bytes, Seq) {
        let (view, seq) = (View::of(role), room.seq());
        if let Some(kept) = self.snapshots.get(&view).filter(|kept| kept.seq == seq) {
            return (kept.bytes.clone(), seq);
        }
        let second = self.made.filter(|(began, _)| now.saturating_duration_since(*began) < A_WHILE);
        self.made = Some(second.map_or((now, 1), |(began, count)| (began, count + 1)));
        let bytes = encode(&ServerFrame::Snapshot(room.snapshot(role)));
        self.snapshots.insert(view, Snapshot { seq, made_at: now, bytes: bytes.clone() });
        (bytes, seq)
    }

    /// As [`newest`](Self::newest), or one that is a little older where making it anew for everybody costs too much.
    fn recent(&mut self, room: &Room, role: Role, now: Instant) -> (Bytes, Seq) {
        let is_crowded = self.made.is_some_and(|(_, count)| count >= OFTEN);
        let is_good = |kept: &&Snapshot| {
            let since = room.seq().number().saturating_sub(kept.seq.number());
            (is_crowded || kept.bytes.len() > LARGE) && since <= SINCE && now.saturating_duration_since(kept.made_at) < A_WHILE
        };
        match self.snapshots.get(&View::of(role)).filter(is_good) {
            Some(kept) => (kept.bytes.clone(), kept.seq),
            None => self.newest(room, role, now),
        }
    }

    /// What follows `after`, or the first instalment of it; nothing where the room does not remember all of it.
    fn since(&mut self, room: &Room, view: View, after: Seq) -> Option<(Vec<Bytes>, Seq)> {
        let mut missed = &*room.since(after)?;
        let encoded = |updates: &[Arc<Update>]| {
            let told: Vec<_> = updates.iter().map(|update| room.retold(view, update)).collect();
            encode_updates_for(view, room.id(), &told)
        };
        if missed.is_empty() {
            return Some((vec![encoded(missed)], after));
        }
        if let Some(last) = missed.last().filter(|_| missed.len() <= FEW) {
            let told = self.page((view, after, last.last()), || encoded(missed));
            if told.len() <= LITTLE {
                return Some((vec![told], last.last()));
            }
        }
        let (mut pages, mut from, mut bytes) = (Vec::new(), after, 0);
        while bytes < INSTALMENT {
            let Some((page, rest)) = missed.split_at_checked(on_this_page(from).min(missed.len())) else { break };
            let Some(last) = page.last() else { break };
            missed = rest;
            let told = self.page((view, from, last.last()), || encoded(page));
            (from, bytes) = (last.last(), bytes + told.len());
            pages.push(told);
        }
        Some((pages, from))
    }

    /// What was said may be gone by now, or say something else: whoever comes from now on is told that.
    fn forget_what_is_told_otherwise(&mut self, room: &Room) {
        if self.retellings != room.retellings() {
            self.retellings = room.retellings();
            self.snapshots.clear();
            self.forget_pages();
        }
    }

    fn forget_pages(&mut self) {
        self.pages.clear();
        self.kept = 0;
    }

    fn page(&mut self, page: Page, encoded: impl FnOnce() -> Bytes) -> Bytes {
        if let Some(kept) = self.pages.get(&page) {
            return kept.clone();
        }
        let bytes = encoded();
        if bytes.len() > LITTLE {
            return bytes;
        }
        if self.kept > KEPT {
            self.forget_pages();
        }
        self.kept += bytes.len();
        self.pages.insert(page, bytes.clone());
        bytes
    }
}

/// How many updates after `from` stand on the same page as the next.
fn on_this_page(from: Seq) -> usize {
    usize::try_from(PAGE - from.number() % PAGE).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use houselights_domain::{Actor, Room};
    use houselights_shared::{Command, CommandBody, CommandId, ParticipantId, RoomId, Timestamp};

    use super::*;

    fn room() -> (Room, Actor) {
        let who = Actor { participant: ParticipantId::random(), name: "Vera".to_owned(), role: Role::Attendee, device: None };
        (Room::new(RoomId::random(), "Stage".to_owned()), who)
    }

    fn say((room, who): &mut (Room, Actor), times: usize, text: &str) {
        for _ in 0..times {
            let body = CommandBody::say(text);
            room.handle(Timestamp::default(), who, &Command { id: CommandId::random(), room: room.id(), body });
        }
    }

    /// Whether it is the very same bytes.
    fn is_shared(one: &Bytes, other: &Bytes) -> bool {
        one.as_ptr() == other.as_ptr()
    }

    #[test]
    fn those_who_come_back_from_different_places_share_pages() {
        let mut house = room();
        say(&mut house, 500, "hello");
        let (mut answers, now) = (Answers::default(), Instant::now());
        let few = |answers: &mut Answers| answers.answer(&house.0, Role::Attendee, Some(Seq::new(480)), now);
        let ((one, end), (other, _)) = (few(&mut answers), few(&mut answers));
        assert_eq!((one.len(), other.len(), end), (1, 1, Seq::new(500)));
        assert!(is_shared(&one[0], &other[0]), "a few updates are one frame for all");
        let (one, end) = answers.answer(&house.0, Role::Attendee, Some(Seq::new(100)), now);
        let (other, _) = answers.answer(&house.0, Role::Attendee, Some(Seq::new(120)), now);
        assert_eq!((one.len(), other.len(), end), (13, 13, Seq::new(500)));
        assert!(one.iter().zip(&other).skip(1).all(|(one, other)| is_shared(one, other)), "all but the first, which is theirs");
        say(&mut house, 1, "once more");
        let (later, end) = answers.answer(&house.0, Role::Attendee, Some(Seq::new(100)), now);
        assert!(is_shared(&one[0], &later[0]) && is_shared(&one[11], &later[11]) && !is_shared(&one[12], &later[12]));
        assert_eq!(end, Seq::new(501));
        answers.clear();
        assert!(answers.pages.is_empty(), "what was erased is not told again");
    }

    #[test]
    fn who_lacks_much_gets_it_in_instalments_and_who_lacks_nothing_an_empty_batch() {
        let mut house = room();
        say(&mut house, 1_000, &"\u{1F3AD}".repeat(1_000));
        let (mut answers, now) = (Answers::default(), Instant::now());
        let (mut at, mut instalments) = (Seq::START, 0);
        while at < house.0.seq() {
            let (pages, upto) = answers.answer(&house.0, Role::Attendee, Some(at), now);
            let bytes: usize = pages.iter().map(Bytes::len).sum();
            assert!(upto > at && bytes <= LITTLE, "{bytes}");
            (at, instalments) = (upto, instalments + 1);
        }
        assert!(instalments > 10, "{instalments}");
        assert!(answers.kept <= KEPT + LITTLE);
        let (nothing, end) = answers.answer(&house.0, Role::Attendee, Some(at), now);
        assert_eq!((nothing.len(), end), (1, at));
        assert!(nothing[0].len() < 200);
    }

    #[test]
    fn words_that_are_gone_are_told_to_nobody_who_comes_later_but_those_who_look_after_the_room() {
        let mut house = room();
        say(&mut house, 1, "before");
        say(&mut house, 1, "secret");
        let (mut answers, now) = (Answers::default(), Instant::now());
        let hears = |house: &(Room, Actor), answers: &mut Answers, role| {
            let (told, end) = answers.answer(&house.0, role, Some(Seq::new(1)), now);
            assert_eq!(end, house.0.seq());
            told.concat().windows(6).any(|part| part == b"secret")
        };
        assert!(hears(&house, &mut answers, Role::Attendee));
        let said = house.0.since(Seq::new(1)).unwrap();
        let houselights_shared::UpdateBody::MessageSent { message } = &said[0].body else { unreachable!() };
        let message = message.id;
        let mo = Actor { participant: ParticipantId::random(), role: Role::Moderator, ..house.1.clone() };
        for (who, body) in [
            (house.1.clone(), CommandBody::EditMessage { message, text: "secret indeed".to_owned(), mentions: Vec::new() }),
            (mo.clone(), CommandBody::PinMessage { message }),
            (mo.clone(), CommandBody::HideMessage { message }),
            (mo.clone(), CommandBody::ShowMessage { message }),
            (mo, CommandBody::HideMessage { message }),
        ] {
            let command = Command { id: CommandId::random(), room: house.0.id(), body };
            house.0.handle(Timestamp::default(), &who, &command);
        }
        assert!(!hears(&house, &mut answers, Role::Attendee) && !hears(&house, &mut answers, Role::Speaker));
        assert!(hears(&house, &mut answers, Role::Moderator));
    }

    #[test]
    fn a_snapshot_is_the_newest_until_a_crowd_comes_which_shares_one_and_gets_what_came_since() {
        let mut house = room();
        let (mut answers, now) = (Answers::default(), Instant::now());
        for _ in 0..OFTEN {
            say(&mut house, 1, "hello");
            let (newest, seq) = answers.answer(&house.0, Role::Attendee, None, now);
            assert_eq!((newest.len(), seq), (1, house.0.seq()));
        }
        say(&mut house, 2, "hello");
        let (one, seq) = answers.answer(&house.0, Role::Attendee, None, now);
        let (other, _) = answers.answer(&house.0, Role::Attendee, None, now);
        assert_eq!((one.len(), seq), (2, house.0.seq()));
        assert!(is_shared(&one[0], &other[0]) && is_shared(&one[1], &other[1]));
        assert_eq!(answers.answer(&house.0, Role::Attendee, None, now + A_WHILE).0.len(), 1, "a second later it is made anew");
    }
}
