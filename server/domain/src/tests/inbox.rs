//! Direct messages and mentions.

use std::{collections::HashMap, time::Duration};

use houselights_shared::{
    CommandId, DirectsFrom, EXCERPT_CHARS, EventId, InboxCommand, InboxCommandBody, InboxEntry, InboxEntryBody, MAX_BLOCKED,
    MAX_DIRECT_CHARS, MessageId, NOTIFYING_MENTIONS, ParticipantId, Peer, Refusal, Role, Seq, Strand, Timestamp,
};
use proptest::prelude::*;

use super::{actor, command_id, room_id};
use crate::{About, Acquainted, Inbox, InboxRefused, InboxRow, Mention, excerpt, notified};

const ADA: u128 = 1;
const BOB: u128 = 2;
const PAT: u128 = 3;

fn id(number: u128) -> ParticipantId {
    actor(number, Role::Attendee).participant
}

fn peer(number: u128, role: Role) -> Peer {
    let who = actor(number, role);
    Peer { participant: who.participant, name: who.name, role }
}

/// The inboxes of an event, with the part of the server played for them: a clock and a store.
struct Post {
    now: Timestamp,
    inboxes: HashMap<ParticipantId, Inbox>,
    stored: Vec<InboxRow>,
    commands: u128,
}

impl Post {
    fn of(people: &[(u128, Role)]) -> Self {
        let event = EventId::from_uuid(uuid::Uuid::from_u128(7));
        let inboxes = people.iter().map(|(number, role)| (id(*number), Inbox::new(event, peer(*number, *role)))).collect();
        Self { now: Timestamp::from_micros(1_000_000), inboxes, stored: Vec::new(), commands: 0 }
    }

    /// Two in the audience, and a producer.
    fn new() -> Self {
        Self::of(&[(ADA, Role::Attendee), (BOB, Role::Attendee), (PAT, Role::Producer)])
    }

    fn acquainted(&self, one: ParticipantId, other: ParticipantId) -> Acquainted {
        let wrote = |from: ParticipantId, to: ParticipantId| {
            let is_it =
                |row: &InboxRow| matches!(&row.entry.body, InboxEntryBody::Sent { to: them, .. } if them.participant == to);
            self.stored.iter().any(|row| row.owner == from && is_it(row))
        };
        Acquainted { wrote: wrote(one, other), was_written_to: wrote(other, one) }
    }

    fn ask(&mut self, who: u128, body: InboxCommandBody) -> Result<Vec<InboxRow>, InboxRefused> {
        self.commands += 1;
        let who = id(who);
        let other = match &body {
            InboxCommandBody::SendDirect { to, .. } => Some(*to),
            InboxCommandBody::MarkRead { strand: Strand::Person { participant }, .. }
            | InboxCommandBody::Block { participant }
            | InboxCommandBody::Unblock { participant } => Some(*participant),
            InboxCommandBody::MarkRead { .. }
            | InboxCommandBody::AllowDirects { .. }
            | InboxCommandBody::Report { .. }
            | InboxCommandBody::Unknown => None,
        };
        let acquainted = other.map(|other| self.acquainted(who, other)).unwrap_or_default();
        let about = match (other.and_then(|other| self.inboxes.get(&other)), &body) {
            (Some(them), _) => About::Somebody(them, acquainted),
            (None, InboxCommandBody::MarkRead { strand: Strand::Room { .. } | Strand::Notes { .. }, .. }) => About::ARoom,
            (None, _) => About::Nothing,
        };
        let command = InboxCommand { id: command_id(self.commands), body };
        let rows = self.inboxes[&who].decide(self.now, &command, about)?;
        if matches!(command.body, InboxCommandBody::SendDirect { .. }) && acquainted.are_strangers() {
            self.inboxes.get_mut(&who).unwrap().approached_a_stranger(self.now);
        }
        self.store(&rows);
        Ok(rows)
    }

    fn store(&mut self, rows: &[InboxRow]) {
        for row in rows {
            let inbox = self.inboxes.get_mut(&row.owner).unwrap();
            assert_eq!(row.entry.position, inbox.head().next(), "positions have no gap");
            inbox.apply(&row.entry);
            self.stored.push(row.clone());
        }
    }

    fn write(&mut self, from: u128, to: u128, text: &str) -> Result<Vec<InboxRow>, InboxRefused> {
        self.ask(from, InboxCommandBody::SendDirect { to: id(to), text: text.to_owned() })
    }

    fn refused(&mut self, from: u128, to: u128, text: &str) -> Refusal {
        self.write(from, to, text).expect_err("refused").refusal
    }

    fn block(&mut self, who: u128, whom: u128) {
        self.ask(who, InboxCommandBody::Block { participant: id(whom) }).unwrap();
    }

    fn allow(&mut self, who: u128, from: DirectsFrom) {
        self.ask(who, InboxCommandBody::AllowDirects { from }).unwrap();
    }

    fn mark(&mut self, who: u128, strand: Strand, up_to: u64) -> Result<usize, Refusal> {
        let asked = self.ask(who, InboxCommandBody::MarkRead { strand, up_to: Seq::new(up_to) });
        asked.map(|rows| rows.len()).map_err(|refused| refused.refusal)
    }
}

fn mention(by: u128) -> Mention {
    let (room, message) = (room_id(), MessageId::from(command_id(1)));
    Mention {
        by: peer(by, Role::Attendee),
        room,
        notes: false,
        seq: Seq::new(5),
        message,
        excerpt: "hey".to_owned(),
        notified: Vec::new(),
    }
}

#[test]
fn what_is_written_is_in_both_inboxes_cleaned_and_answers_its_command() {
    let mut post = Post::new();
    let rows = post.write(ADA, BOB, "  hi\r\nBob\u{7} ").unwrap();
    let message = MessageId::from(command_id(1));
    let sent = InboxEntryBody::Sent { to: peer(BOB, Role::Attendee), message, text: "hi\nBob".to_owned() };
    let received = InboxEntryBody::Received { from: peer(ADA, Role::Attendee), message, text: "hi\nBob".to_owned() };
    let entry = |body| InboxEntry { position: Seq::new(1), at: post.now, body };
    assert_eq!(
        rows,
        [
            InboxRow { owner: id(ADA), entry: entry(sent), command: Some(command_id(1)) },
            InboxRow { owner: id(BOB), entry: entry(received), command: None },
        ]
    );
}

#[test]
fn a_message_says_something_and_is_not_too_long_and_not_to_oneself() {
    let mut post = Post::new();
    assert_eq!(post.refused(ADA, BOB, " \u{200B}\n"), Refusal::MessageEmpty);
    assert_eq!(post.refused(ADA, BOB, &"é".repeat(MAX_DIRECT_CHARS + 1)), Refusal::MessageTooLong);
    assert_eq!(post.refused(ADA, ADA, "me"), Refusal::Malformed);
    assert!(post.write(ADA, BOB, &"é".repeat(MAX_DIRECT_CHARS)).is_ok());
}

#[test]
fn whoever_is_blocked_hears_what_is_heard_of_somebody_who_is_not_here() {
    let mut post = Post::new();
    post.write(ADA, BOB, "hi").unwrap();
    post.block(BOB, ADA);
    let blocked = post.write(ADA, BOB, "hello?").unwrap_err();
    assert_eq!(blocked, post.write(ADA, 99, "hello?").unwrap_err(), "nobody of this event");
    assert_eq!(blocked.refusal, Refusal::NotReachable);
    assert_eq!(post.refused(BOB, ADA, "and I?"), Refusal::NotReachable, "who blocks does not write either");
    post.ask(BOB, InboxCommandBody::Unblock { participant: id(ADA) }).unwrap();
    assert!(post.write(ADA, BOB, "again").is_ok());
}

#[test]
fn who_may_write_is_the_choice_of_whoever_receives_and_whom_they_wrote_to_may_answer() {
    let mut post = Post::new();
    post.allow(BOB, DirectsFrom::Crew);
    assert_eq!(post.refused(ADA, BOB, "hi"), Refusal::NotReachable);
    assert!(post.write(PAT, BOB, "hi").is_ok());
    post.allow(BOB, DirectsFrom::Nobody);
    assert_eq!(post.refused(PAT, BOB, "hi"), Refusal::NotReachable);
    post.write(BOB, ADA, "a question").unwrap();
    assert!(post.write(ADA, BOB, "an answer").is_ok());
    let unknown = post.ask(BOB, InboxCommandBody::AllowDirects { from: DirectsFrom::Unknown });
    assert_eq!(unknown.unwrap_err().refusal, Refusal::UnknownCommand);
}

#[test]
fn words_have_a_pace() {
    let mut post = Post::new();
    for number in 0..10 {
        post.write(ADA, BOB, &number.to_string()).unwrap();
    }
    let refused = post.write(ADA, BOB, "one more").unwrap_err();
    assert_eq!(refused, InboxRefused { refusal: Refusal::SlowDown, retry_after: Some(Duration::from_secs(2)) });
    assert!(post.write(BOB, ADA, "it is each one's own").is_ok());
    post.now = post.now.plus(Duration::from_secs(2));
    assert!(post.write(ADA, BOB, "one more").is_ok());
    assert_eq!(post.refused(ADA, BOB, "and one more"), Refusal::SlowDown);
    post.now = post.now.plus(Duration::from_hours(1));
    for number in 0..10 {
        post.write(ADA, BOB, &number.to_string()).unwrap();
    }
    assert_eq!(post.refused(ADA, BOB, "rest is not saved up"), Refusal::SlowDown);
}

#[test]
fn a_clock_that_is_set_back_keeps_nobody_waiting_for_longer() {
    let mut post = Post::new();
    post.now = post.now.plus(Duration::from_hours(1));
    post.write(ADA, BOB, "hi").unwrap();
    post.now = post.now.minus(Duration::from_hours(1));
    let wait = post.write(ADA, BOB, "earlier").err().and_then(|refused| refused.retry_after).unwrap_or_default();
    assert!(wait <= Duration::from_secs(2), "{wait:?}");
}

#[test]
fn strangers_are_not_written_to_by_the_hundred() {
    let people: Vec<_> = (1..=40).map(|number| (number, Role::Attendee)).collect();
    let mut post = Post::of(&people);
    for number in 2..=21 {
        post.write(1, number, "buy this").unwrap();
        post.now = post.now.plus(Duration::from_secs(2));
    }
    assert_eq!(post.refused(1, 22, "buy this"), Refusal::SlowDown);
    assert!(post.write(1, 2, "whom one knows is no stranger").is_ok());
    post.write(23, 1, "I would buy that").unwrap();
    assert!(post.write(1, 23, "here").is_ok(), "nor is who wrote first");
}

#[test]
fn a_mark_moves_forward_and_never_beyond_what_there_is() {
    let mut post = Post::new();
    let bob = Strand::Person { participant: id(BOB) };
    post.write(BOB, ADA, "one").unwrap();
    post.write(BOB, ADA, "two").unwrap();
    assert_eq!(post.mark(ADA, bob, 3), Err(Refusal::Malformed));
    assert_eq!(post.mark(ADA, bob, 2), Ok(1));
    assert_eq!(post.mark(ADA, bob, 2), Ok(0), "a repeat changes nothing");
    assert_eq!(post.mark(ADA, bob, 1), Ok(0), "nor does a mark of before");
    let room = Strand::Room { room: room_id() };
    assert_eq!(post.mark(ADA, room, u64::MAX), Err(Refusal::Malformed));
    assert_eq!(post.mark(ADA, room, 900), Ok(1), "the log of a room is another");
    assert_eq!(post.mark(ADA, Strand::Person { participant: id(99) }, 0), Err(Refusal::NoSuchParticipant));
    assert_eq!(post.mark(ADA, Strand::Unknown, 0), Err(Refusal::UnknownCommand));
}

#[test]
fn one_blocks_others_of_the_event_and_not_without_end() {
    let people: Vec<_> = (1..=MAX_BLOCKED as u128 + 2).map(|number| (number, Role::Attendee)).collect();
    let mut post = Post::of(&people);
    let block = |post: &mut Post, whom| {
        post.ask(1, InboxCommandBody::Block { participant: id(whom) }).map(drop).map_err(|refused| refused.refusal)
    };
    assert_eq!(block(&mut post, 1), Err(Refusal::Malformed));
    assert_eq!(block(&mut post, 5_000), Err(Refusal::NoSuchParticipant));
    for whom in 2..=MAX_BLOCKED as u128 + 1 {
        assert_eq!(block(&mut post, whom), Ok(()));
    }
    let last = MAX_BLOCKED as u128 + 2;
    assert_eq!(block(&mut post, last), Err(Refusal::TooManyBlocked));
    assert_eq!(block(&mut post, 2), Ok(()), "whom one blocks already");
    post.ask(1, InboxCommandBody::Unblock { participant: id(2) }).unwrap();
    assert_eq!(block(&mut post, last), Ok(()));
}

#[test]
fn a_message_that_mentions_a_crowd_notifies_nobody() {
    let crowd: Vec<_> = (1..=NOTIFYING_MENTIONS as u128 + 1).map(id).collect();
    assert_eq!(notified(id(99), &crowd), []);
    assert_eq!(notified(id(99), &crowd[1..]), crowd[1..]);
    assert_eq!(notified(id(99), &[id(ADA), id(BOB), id(ADA), id(99)]), [id(ADA), id(BOB)], "each once, and not oneself");
    let often = vec![id(ADA); 50];
    assert_eq!(notified(id(99), &often), [id(ADA)], "one person is no crowd");
}

#[test]
fn nobody_hears_of_a_mention_by_somebody_whom_they_block() {
    let mut post = Post::new();
    let ada = |post: &Post, by| post.inboxes[&id(ADA)].mentioned(post.now, &mention(by));
    assert!(ada(&post, ADA).is_none());
    let row = ada(&post, BOB).unwrap();
    assert!(
        matches!(&row.entry.body, InboxEntryBody::Mentioned { by, seq, .. } if by.participant == id(BOB) && seq.number() == 5)
    );
    post.block(ADA, BOB);
    assert!(ada(&post, BOB).is_none());
}

#[test]
fn of_a_note_those_alone_hear_who_may_read_it() {
    let note = Mention { notes: true, ..mention(BOB) };
    for (role, hears) in [(Role::Attendee, false), (Role::Speaker, true), (Role::Producer, true)] {
        let inbox = Inbox::new(EventId::random(), peer(ADA, role));
        assert_eq!(inbox.mentioned(Timestamp::default(), &note).is_some(), hears, "{role:?}");
    }
}

#[test]
fn an_excerpt_is_one_short_line() {
    assert_eq!(excerpt(" a\n b\t\tc "), "a b c");
    let long = excerpt(&"é".repeat(EXCERPT_CHARS + 1));
    assert!(long.chars().count() == EXCERPT_CHARS && long.ends_with('…'));
    assert_eq!(excerpt(&"é".repeat(EXCERPT_CHARS)).chars().last(), Some('é'));
}

fn any_command() -> impl Strategy<Value = (u128, InboxCommandBody)> {
    let whom = (1_u128..=4).prop_map(id);
    let strand = prop_oneof![
        whom.clone().prop_map(|participant| Strand::Person { participant }),
        Just(Strand::Room { room: room_id() }),
        Just(Strand::Notes { room: room_id() }),
    ];
    let from = prop_oneof![Just(DirectsFrom::Everybody), Just(DirectsFrom::Crew), Just(DirectsFrom::Nobody)];
    let body = prop_oneof![
        4 => whom.clone().prop_map(|to| InboxCommandBody::SendDirect { to, text: "hi".to_owned() }),
        2 => (strand, 0_u64..20).prop_map(|(strand, up_to)| InboxCommandBody::MarkRead { strand, up_to: Seq::new(up_to) }),
        1 => whom.clone().prop_map(|participant| InboxCommandBody::Block { participant }),
        1 => whom.prop_map(|participant| InboxCommandBody::Unblock { participant }),
        1 => from.prop_map(|from| InboxCommandBody::AllowDirects { from }),
    ];
    (1_u128..=3, body)
}

/// What one command comes to for two inboxes.
fn outcome(inbox: &Inbox, them: &Inbox, now: Timestamp, body: InboxCommandBody) -> Result<Vec<InboxRow>, InboxRefused> {
    let command = InboxCommand { id: CommandId::from_uuid(uuid::Uuid::from_u128(9)), body };
    inbox.decide(now, &command, About::Somebody(them, Acquainted::default()))
}

proptest! {
    /// An inbox that is restored from its last words decides as the one that lived through everything.
    #[test]
    fn an_inbox_stands_where_its_entries_say(commands in prop::collection::vec(any_command(), 0..40)) {
        let mut post = Post::new();
        for (who, body) in commands {
            post.now = post.now.plus(Duration::from_mins(5));
            let _ = post.ask(who, body);
        }
        post.now = post.now.plus(Duration::from_hours(2));
        let restored: HashMap<_, _> = post.inboxes.iter().map(|(who, inbox)| {
            let entries = post.stored.iter().filter(|row| row.owner == *who).map(|row| row.entry.body.clone());
            (*who, Inbox::new(inbox.event(), inbox.owner().clone()).restored(inbox.head(), entries))
        }).collect();
        for (one, other) in [(ADA, BOB), (BOB, ADA), (ADA, PAT), (PAT, BOB)] {
            let bodies = [
                InboxCommandBody::SendDirect { to: id(other), text: "hi".to_owned() },
                InboxCommandBody::MarkRead { strand: Strand::Person { participant: id(other) }, up_to: post.inboxes[&id(one)].head() },
                InboxCommandBody::Block { participant: id(other) },
            ];
            for body in bodies {
                prop_assert_eq!(
                    outcome(&post.inboxes[&id(one)], &post.inboxes[&id(other)], post.now, body.clone()),
                    outcome(&restored[&id(one)], &restored[&id(other)], post.now, body)
                );
            }
        }
    }
}
