//! The inboxes over a real database whose disk can be made to fail.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::StreamExt;
use houselights_domain::{Actor, Mention, notified};
use houselights_shared::{
    CommandId, InboxCommand, InboxCommandBody, InboxEntryBody, InboxNews, MessageId, Outcome, ParticipantId, Peer, Refusal,
    Role, RoomId, Seq, ServerFrame, Timestamp,
};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{WebSocketStream, tungstenite::protocol};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::*;
use crate::{
    clock::{self, Clock},
    store::{Flaky, Mood, NewEvent, NewInvite, engine},
    supervision::Supervisor,
};

struct House {
    _dir: tempfile::TempDir,
    /// By how many microseconds the wall clock is set wrong.
    wrong: Arc<AtomicI64>,
    engine: Arc<Flaky>,
    store: Store,
    inboxes: Inboxes,
    room: RoomId,
    crew: Vec<ParticipantId>,
    stop: CancellationToken,
    listener: TcpListener,
    /// The last entry that inboxes were told of.
    seq: AtomicU64,
}

impl House {
    /// With so many people in it.
    async fn of(people: usize) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let metrics = Arc::new(Metrics::new().unwrap());
        let engine = Flaky::over(engine(&dir.path().join("house.db").into(), &metrics).await.unwrap());
        let store = Store::over(engine.clone());
        let crew = (0..people).map(|number| NewInvite { name: format!("Person {number}"), role: Role::Speaker }).collect();
        let event = NewEvent { title: "First night".to_owned(), crew, valid_for: None };
        let created = store.create_event(&event, "http://localhost", clock::now()).await.unwrap();
        let mut crew = Vec::new();
        for invite in &created.invites {
            let person = store.invite(&invite.secret, clock::now()).await.unwrap().unwrap().person;
            crew.extend(person.map(|(participant, _)| participant));
        }
        let wrong = Arc::new(AtomicI64::new(0));
        let by = Arc::clone(&wrong);
        let clock = Clock::over(move || Timestamp::from_micros(clock::now().micros() + by.load(Ordering::Relaxed)));
        let inboxes = Inboxes::new(store.clone(), Arc::clone(&metrics), clock);
        let stop = CancellationToken::new();
        let supervisor = Supervisor { tasks: TaskTracker::new(), metrics, stop: stop.clone() };
        let (running, until) = (inboxes.clone(), stop.clone());
        supervisor.keep("inboxes", move || running.clone().run(until.clone()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self { _dir: dir, wrong, engine, store, inboxes, room: created.room, crew, stop, listener, seq: AtomicU64::default() }
    }

    /// Something happens in a room.
    fn happens(&self, room: RoomId, notice: Notice) {
        let seq = Seq::new(self.seq.fetch_add(1, Ordering::Relaxed) + 1);
        self.inboxes.notice(Mail::Notice { room, seq, notice });
    }

    async fn enter(&self, person: usize, after: Seq) -> Guest {
        let name = format!("Person {person}");
        let who = Arc::new(Actor { participant: self.crew[person], name, role: Role::Speaker, device: None });
        let client = TcpStream::connect(self.listener.local_addr().unwrap()).await.unwrap();
        let outbox = Arc::new(Outbox::new(self.listener.accept().await.unwrap().0));
        let socket = WebSocketStream::from_raw_socket(client, protocol::Role::Client, None).await;
        let mut guest = Guest { outbox: Arc::clone(&outbox), who: Arc::clone(&who), socket, inboxes: self.inboxes.clone() };
        self.inboxes.deliver(Mail::Enter { outbox, who, after }).await;
        assert!(matches!(guest.next().await, ServerFrame::Inbox(_)));
        guest
    }

    fn mention(&self, by: usize, mentions: &[ParticipantId]) -> Mention {
        let by = Peer { participant: self.crew[by], name: format!("Person {by}"), role: Role::Speaker };
        let notified = notified(by.participant, mentions);
        let (room, message) = (self.room, MessageId::random());
        Mention { by, room, notes: false, seq: Seq::new(7), message, excerpt: "hey".to_owned(), notified }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

struct Guest {
    outbox: Arc<Outbox>,
    who: Arc<Actor>,
    socket: WebSocketStream<TcpStream>,
    inboxes: Inboxes,
}

impl Guest {
    fn ask(&self, body: InboxCommandBody) -> CommandId {
        let command = InboxCommand { id: CommandId::random(), body };
        let id = command.id;
        assert!(self.inboxes.post(Mail::Command { from: Arc::clone(&self.outbox), who: Arc::clone(&self.who), command }));
        id
    }

    fn write(&self, to: ParticipantId, text: &str) -> CommandId {
        self.ask(InboxCommandBody::SendDirect { to, text: text.to_owned() })
    }

    async fn next(&mut self) -> ServerFrame {
        let message = tokio::time::timeout(Duration::from_mins(1), self.socket.next()).await.unwrap().unwrap().unwrap();
        serde_json::from_str(message.to_text().unwrap()).unwrap()
    }

    async fn outcome(&mut self) -> Outcome {
        loop {
            if let ServerFrame::Reply(reply) = self.next().await {
                return reply.outcome;
            }
        }
    }

    /// The next entries of the inbox, with the position before them.
    async fn entries(&mut self) -> (u64, Vec<InboxEntryBody>) {
        loop {
            if let ServerFrame::Inbox(InboxNews::Entries(batch)) = self.next().await {
                return (batch.after.number(), batch.entries.into_iter().map(|entry| entry.body).collect());
            }
        }
    }
}

fn is_refused(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Refused { refusal: Refusal::StorageUnavailable, retry_after_ms: Some(_) })
}

fn text(bodies: &[InboxEntryBody]) -> &str {
    match bodies {
        [InboxEntryBody::Received { text, .. } | InboxEntryBody::Sent { text, .. }] => text,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_cannot_be_stored_is_not_acknowledged_and_reaches_nobody() {
    let house = House::of(2).await;
    let (mut ada, mut bob) = (house.enter(0, Seq::START).await, house.enter(1, Seq::START).await);
    house.engine.be(Mood::Fails);
    ada.write(house.crew[1], "lost");
    assert!(is_refused(ada.outcome().await));
    house.engine.be(Mood::Works);
    ada.write(house.crew[1], "kept");
    assert_eq!(ada.outcome().await, Outcome::Accepted { seq: Seq::new(1) });
    let (after, heard) = bob.entries().await;
    assert_eq!((after, text(&heard)), (0, "kept"));
}

#[tokio::test]
async fn a_panic_answers_whoever_waits_and_those_who_are_here_stay_told() {
    let house = House::of(2).await;
    let (mut ada, mut bob) = (house.enter(0, Seq::START).await, house.enter(1, Seq::START).await);
    house.engine.be(Mood::PanicsAt("INSERT INTO inbox"));
    ada.write(house.crew[1], "lost");
    assert!(is_refused(ada.outcome().await));
    house.engine.be(Mood::Works);
    ada.write(house.crew[1], "kept");
    assert_eq!(ada.outcome().await, Outcome::Accepted { seq: Seq::new(1) });
    assert_eq!(text(&bob.entries().await.1), "kept");
}

#[tokio::test]
async fn whoever_is_mentioned_is_notified_and_a_crowd_is_not() {
    let house = House::of(12).await;
    let mut bob = house.enter(1, Seq::START).await;
    house.happens(house.room, Notice::Mentioned(house.mention(0, &house.crew[1..])));
    let of_another_event = ParticipantId::random();
    let one = house.mention(0, &[house.crew[0], house.crew[1], of_another_event]);
    let message = one.message;
    house.happens(house.room, Notice::Mentioned(one.clone()));
    let (after, heard) = bob.entries().await;
    assert_eq!(after, 0, "of the crowd nobody was notified");
    let [InboxEntryBody::Mentioned { by, seq, message: of, .. }] = heard.as_slice() else { panic!("{heard:?}") };
    assert_eq!((by.participant, *seq, *of), (house.crew[0], Seq::new(7), message));
    // Under the same id, from elsewhere or by another one: nobody hears it, and what was told stays.
    let (room, elsewhere) = (one.room, RoomId::random());
    let forged = |mentions| Notice::Edited { message, excerpt: "not theirs".to_owned(), mentions };
    house.happens(elsewhere, forged(house.crew.clone()));
    house.happens(elsewhere, Notice::TakenOut { message });
    house.happens(room, Notice::Mentioned(Mention { message, ..house.mention(2, &[house.crew[1]]) }));
    let edited = |mentions| Notice::Edited { message, excerpt: "hey, you".to_owned(), mentions };
    house.happens(room, edited(house.crew.clone()));
    let heard = bob.entries().await.1;
    let [InboxEntryBody::Mentioned { excerpt, .. }] = heard.as_slice() else { panic!("{heard:?}") };
    assert_eq!(excerpt, "hey, you", "what it says now, to whom it was told and nobody else");
    assert_eq!(house.store.mentioned_in(message).await.unwrap().len(), 1);
    house.happens(room, Notice::TakenOut { message });
    assert_eq!(bob.entries().await.1, [InboxEntryBody::Unmentioned { message }]);
    bob.ask(InboxCommandBody::Block { participant: house.crew[0] });
    bob.outcome().await;
    house.happens(house.room, Notice::Mentioned(house.mention(0, &[house.crew[1]])));
    house.happens(house.room, Notice::Mentioned(house.mention(2, &[house.crew[1]])));
    let last = loop {
        if let [InboxEntryBody::Mentioned { by, .. }] = bob.entries().await.1.as_slice() {
            break by.participant;
        }
    };
    assert_eq!(last, house.crew[2], "whom one blocks is not heard");
}

#[tokio::test]
async fn whoever_had_words_of_somebody_who_is_forgotten_is_told_also_when_they_come_later() {
    let house = House::of(3).await;
    let (mut ada, mut bob) = (house.enter(0, Seq::START).await, house.enter(1, Seq::START).await);
    for to in [1, 2] {
        ada.write(house.crew[to], "remember me");
        ada.outcome().await;
    }
    assert_eq!(text(&bob.entries().await.1), "remember me");
    let event = house.store.event_of_room(house.room).await.unwrap().unwrap();
    house.inboxes.forget(vec![Trace { participant: house.crew[0], event, name: String::new() }]).await;
    let told = [InboxEntryBody::Forgotten { participant: house.crew[0] }];
    assert_eq!(bob.entries().await, (1, told.to_vec()));
    let missed = house.store.inbox_since(house.crew[2], Seq::START, 10).await.unwrap().unwrap();
    assert_eq!(missed.iter().map(|entry| &entry.body).collect::<Vec<_>>(), [&told[0]], "and nothing of before");
    assert_eq!(house.store.inbox_since(house.crew[0], Seq::START, 10).await.unwrap(), Some(Vec::new()));
}

#[tokio::test]
async fn where_the_wall_clock_is_set_back_nobody_waits_for_it_to_come_round_again() {
    let house = House::of(2).await;
    let mut ada = house.enter(0, Seq::START).await;
    let mut sent = 0;
    let wait = loop {
        ada.write(house.crew[1], "hello");
        match ada.outcome().await {
            Outcome::Accepted { .. } => sent += 1,
            Outcome::Refused { refusal: Refusal::SlowDown, retry_after_ms } => break retry_after_ms.unwrap(),
            other @ (Outcome::Refused { .. } | Outcome::Unknown) => panic!("{other:?}"),
        }
    };
    assert!(sent >= 10 && wait <= 2_000, "{sent}, then {wait} ms");
    house.wrong.store(-3_600_000_000, Ordering::Relaxed);
    // Each time as long as she is told: the clock of the house goes a tenth slower until it agrees with the wall again.
    let again = async {
        loop {
            ada.write(house.crew[1], "hello again");
            match ada.outcome().await {
                Outcome::Accepted { .. } => return,
                Outcome::Refused { retry_after_ms: Some(wait), .. } => {
                    tokio::time::sleep(Duration::from_millis(wait.into())).await;
                }
                other @ (Outcome::Refused { .. } | Outcome::Unknown) => panic!("{other:?}"),
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), again).await.expect("she may write again");
}

#[tokio::test]
async fn what_could_not_be_stored_of_a_room_is_told_before_what_happens_next_and_without_it() {
    let house = House::of(2).await;
    let mut bob = house.enter(1, Seq::START).await;
    let (first, second, third) = (house.mention(0, &house.crew), house.mention(0, &house.crew), house.mention(0, &house.crew));
    let order = [first.message, second.message, third.message];
    let mut told = Vec::new();
    let mut hears = async |count: usize| {
        while told.len() < count {
            for body in bob.entries().await.1 {
                let InboxEntryBody::Mentioned { message, .. } = body else { panic!("{body:?}") };
                told.push(message);
            }
        }
        told.clone()
    };
    house.engine.be(Mood::Fails);
    house.happens(house.room, Notice::Mentioned(first));
    house.inboxes.forget(Vec::new()).await;
    house.engine.be(Mood::Works);
    house.happens(house.room, Notice::Mentioned(second));
    assert_eq!(hears(2).await, order[..2]);
    house.engine.be(Mood::Fails);
    house.happens(house.room, Notice::Mentioned(third));
    house.inboxes.forget(Vec::new()).await;
    house.engine.be(Mood::Works);
    assert_eq!(hears(3).await, order, "though nothing else happens");
}

#[tokio::test]
async fn what_happened_in_a_room_is_told_once_however_often_it_comes_also_after_a_restart() {
    let house = House::of(2).await;
    let mut bob = house.enter(1, Seq::START).await;
    let mention = house.mention(0, &[house.crew[1]]);
    let told = |seq| Mail::Notice { room: house.room, seq: Seq::new(seq), notice: Notice::Mentioned(mention.clone()) };
    house.inboxes.notice(told(7));
    house.inboxes.notice(told(7));
    assert_eq!(bob.entries().await.1.len(), 1);
    // What could not be stored was not told.
    house.engine.be(Mood::Fails);
    let another = Mention { message: MessageId::random(), ..mention.clone() };
    let later = || Mail::Notice { room: house.room, seq: Seq::new(8), notice: Notice::Mentioned(another.clone()) };
    house.inboxes.notice(later());
    house.inboxes.forget(Vec::new()).await;
    house.engine.be(Mood::Works);
    house.inboxes.notice(later());
    assert_eq!(bob.entries().await.1.len(), 1);
    let again = Inboxes::new(house.store.clone(), Arc::new(Metrics::new().unwrap()), Clock::over(clock::now));
    let supervisor = Supervisor { tasks: TaskTracker::new(), metrics: Arc::clone(&again.metrics), stop: house.stop.clone() };
    let (running, until) = (again.clone(), house.stop.clone());
    supervisor.keep("inboxes", move || running.clone().run(until.clone()));
    for mail in [told(7), later(), told(6)] {
        again.notice(mail);
    }
    again.forget(Vec::new()).await;
    assert_eq!(house.store.inbox_since(house.crew[1], Seq::START, 10).await.unwrap().map(|told| told.len()), Some(2));
}
