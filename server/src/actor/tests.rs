//! A room over a real database whose disk can be made to fail.

mod storms;
mod unsure;

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use futures_util::StreamExt;
use houselights_domain::{Actor, Entry};
use houselights_shared::{
    Command, CommandBody, CommandId, DeviceId, Message, Outcome, ParticipantId, Refusal, Role, RoomId, RulesEdit, Seq,
    ServerFrame, SignalBody, Timestamp, Update, UpdateBody,
};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{WebSocketStream, tungstenite::protocol};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::*;
use crate::{
    bans::Ban,
    clock::{self, Clock},
    inbox::Inboxes,
    media_link::MediaLink,
    metrics::Metrics,
    store::{Flaky, Mood, NewEvent, NewInvite, Store, engine},
    udp::{Figures, Media, MediaConfig},
};

/// No room of these tests leaves memory by itself.
const IDLE_FOR: Duration = Duration::from_hours(1);

struct House {
    dir: Arc<tempfile::TempDir>,
    engine: Arc<Flaky>,
    store: Store,
    inboxes: Inboxes,
    metrics: Arc<Metrics>,
    rooms: Arc<Registry>,
    room: RoomId,
    /// By how many microseconds the wall clock is set wrong.
    set_by: Arc<AtomicI64>,
    bans: mpsc::Receiver<Ban>,
    stop: CancellationToken,
    listener: TcpListener,
}

async fn house() -> House {
    house_that_keeps_rooms_for(IDLE_FOR).await
}

async fn house_that_keeps_rooms_for(idle_for: Duration) -> House {
    house_over(Arc::new(tempfile::tempdir().unwrap()), idle_for).await
}

/// Over what stands in a directory, as after a restart.
async fn house_over(dir: Arc<tempfile::TempDir>, idle_for: Duration) -> House {
    let metrics = Arc::new(Metrics::new().unwrap());
    let engine = Flaky::over(engine(&dir.path().join("house.db").into(), &metrics).await.unwrap());
    let store = Store::over(engine.clone());
    let event = NewEvent { title: "First night".to_owned(), ..NewEvent::default() };
    let room = store.create_event(&event, "http://localhost", clock::now()).await.unwrap().room;
    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    let ports = MediaConfig { bind: "127.0.0.1:0".parse().unwrap(), public: Vec::new(), max_peers: 100 };
    let media = MediaLink::new(Media::start(ports, &tasks).await.unwrap().0);
    let set_by = Arc::new(AtomicI64::default());
    let wrong = Arc::clone(&set_by);
    let wall = move || Timestamp::from_micros(clock::now().micros() + wrong.load(Ordering::Relaxed));
    let clock = Clock::over(wall);
    let (bans, told_of_bans) = mpsc::channel(16);
    let inboxes = Inboxes::new(store.clone(), Arc::clone(&metrics), clock.clone());
    tasks.spawn(inboxes.clone().run(stop.clone()));
    let (kept, read) = (store.clone(), inboxes.clone());
    let surroundings = Surroundings { store, media, inboxes, metrics: Arc::clone(&metrics), clock, bans, idle_for };
    let rooms = Arc::new(Registry::new(surroundings, tasks, stop.clone()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    House { dir, engine, store: kept, inboxes: read, metrics, rooms, room, set_by, bans: told_of_bans, stop, listener }
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
    room: RoomHandle,
}

impl House {
    async fn enter(&self, role: Role, after: Option<Seq>) -> Guest {
        let who = Arc::new(Actor { participant: ParticipantId::random(), name: "Ada".to_owned(), role, device: None });
        self.enter_as(who, after).await
    }

    async fn enter_as(&self, who: Arc<Actor>, after: Option<Seq>) -> Guest {
        let guest = self.at_the_door(who).await;
        assert!(guest.room.deliver(guest.enters(after)).await);
        guest
    }

    /// Connected, but the room knows nothing of it yet.
    async fn at_the_door(&self, who: Arc<Actor>) -> Guest {
        let client = TcpStream::connect(self.listener.local_addr().unwrap()).await.unwrap();
        let outbox = Arc::new(Outbox::new(self.listener.accept().await.unwrap().0));
        let socket = WebSocketStream::from_raw_socket(client, protocol::Role::Client, None).await;
        Guest { outbox, who, socket, room: self.rooms.room(self.room) }
    }

    /// A moderator, and a lobby before whoever comes from now on.
    async fn guarded(&self) -> Guest {
        let mut mo = self.enter(Role::Moderator, None).await;
        mo.snapshot().await;
        mo.ask(CommandId::random(), CommandBody::EditRules { change: RulesEdit::Lobby { on: true } });
        assert!(matches!(mo.outcome().await, Outcome::Accepted { .. }));
        mo
    }

    /// Somebody who waits to be let in.
    async fn waiting(&self) -> Guest {
        let mut guest = self.enter(Role::Attendee, None).await;
        guest.until(|frame| matches!(frame, ServerFrame::Waiting { .. }).then_some(())).await;
        guest
    }

    fn metric(&self, name: &str) -> String {
        let rendered = self.metrics.render(&Figures::default());
        let line = rendered.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.map(str::to_owned).unwrap_or_default()
    }
}

impl Guest {
    fn enters(&self, after: Option<Seq>) -> Mail {
        Mail::Enter { outbox: Arc::clone(&self.outbox), who: Arc::clone(&self.who), after }
    }

    fn leaves(&self) -> Mail {
        Mail::Leave { connection: self.outbox.id(), who: Arc::clone(&self.who) }
    }

    fn ask(&self, id: CommandId, body: CommandBody) {
        let command = Command { id, room: self.room.id(), body };
        let mail = Mail::Command { from: Arc::clone(&self.outbox), who: Arc::clone(&self.who), command };
        assert_eq!(self.room.post(mail, 100), Posted::Taken);
    }

    fn say(&self, text: &str) {
        self.ask(CommandId::random(), CommandBody::say(text.to_owned()));
    }

    async fn next(&mut self) -> ServerFrame {
        let within = Duration::from_mins(1);
        let message = tokio::time::timeout(within, self.socket.next()).await.unwrap().unwrap().unwrap();
        serde_json::from_str(message.to_text().unwrap()).unwrap()
    }

    async fn until<T>(&mut self, wanted: impl Fn(ServerFrame) -> Option<T>) -> T {
        loop {
            if let Some(found) = wanted(self.next().await) {
                return found;
            }
        }
    }

    async fn outcome(&mut self) -> Outcome {
        self.until(|frame| if let ServerFrame::Reply(reply) = frame { Some(reply.outcome) } else { None }).await
    }

    /// The positions of the next updates, up to `last`.
    async fn seqs(&mut self, last: u64) -> Vec<u64> {
        let mut seqs = Vec::new();
        while seqs.last() != Some(&last) {
            let batch = self.until(|frame| if let ServerFrame::Updates(batch) = frame { Some(batch) } else { None }).await;
            seqs.extend(batch.updates.iter().map(|update| update.seq.number()));
        }
        seqs
    }

    /// Until it is told that so many watch.
    async fn watching(&mut self, wanted: u32) {
        let watching = |frame| {
            if let ServerFrame::Signal(signal) = frame
                && let SignalBody::Watching { count } = signal.body
            {
                return Some(count);
            }
            None
        };
        while self.until(watching).await != wanted {}
    }

    async fn snapshot(&mut self) -> u64 {
        self.until(|frame| if let ServerFrame::Snapshot(snapshot) = frame { Some(snapshot.seq.number()) } else { None }).await
    }
}

fn accepted(seq: u64) -> Outcome {
    Outcome::Accepted { seq: Seq::new(seq) }
}

#[tokio::test]
async fn a_command_is_answered_and_everyone_is_told_without_a_gap() {
    let house = house().await;
    let mut bob = house.enter(Role::Attendee, None).await;
    assert_eq!(bob.snapshot().await, 0);
    for _ in 0..50 {
        bob.say("hello");
    }
    for seq in 1..=50 {
        assert_eq!(bob.outcome().await, accepted(seq));
    }
    // The replies came first or in between; the updates are whole all the same.
    let mut eve = house.enter(Role::Attendee, Some(Seq::START)).await;
    assert_eq!(eve.seqs(50).await, (1..=50).collect::<Vec<_>>());
}

#[tokio::test]
async fn who_enters_while_others_talk_gets_each_update_once() {
    let house = house().await;
    let talker = house.enter(Role::Attendee, None).await;
    let mut guests = Vec::new();
    for round in 0..20 {
        talker.say(&format!("round {round}"));
        guests.push(house.enter(Role::Attendee, Some(Seq::START)).await);
        talker.say("and on");
    }
    for mut guest in guests {
        assert_eq!(guest.seqs(40).await, (1..=40).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn the_audience_does_not_see_the_green_room() {
    let house = house().await;
    let mut bob = house.enter(Role::Attendee, None).await;
    let _ada = house.enter(Role::Speaker, None).await;
    let batch = bob.until(|frame| if let ServerFrame::Updates(batch) = frame { Some(batch) } else { None }).await;
    assert_eq!(batch.updates[0].body, UpdateBody::HIDDEN);
}

#[tokio::test]
async fn what_cannot_be_stored_is_refused_and_did_not_happen() {
    let house = house().await;
    let mut bob = house.enter(Role::Attendee, None).await;
    bob.say("one");
    assert_eq!(bob.outcome().await, accepted(1));
    house.engine.be(Mood::Fails);
    let lost = CommandId::random();
    bob.ask(lost, CommandBody::say("two".to_owned()));
    assert!(matches!(bob.outcome().await, Outcome::Refused { refusal: Refusal::StorageUnavailable, .. }));
    house.engine.be(Mood::Works);
    bob.ask(lost, CommandBody::say("two".to_owned()));
    assert_eq!(bob.outcome().await, accepted(2));
    let mut eve = house.enter(Role::Attendee, Some(Seq::START)).await;
    assert_eq!(eve.seqs(2).await, [1, 2]);
    assert_eq!(house.metric("houselights_rooms_reloaded_total"), "1");
}

#[tokio::test]
async fn the_crew_keeps_its_place_while_the_disk_fails() {
    let house = house().await;
    let mut ada = house.enter(Role::Speaker, None).await;
    assert_eq!(ada.snapshot().await, 1);
    house.engine.be(Mood::Fails);
    ada.say("lost");
    assert!(matches!(ada.outcome().await, Outcome::Refused { .. }));
    house.engine.be(Mood::Works);
    ada.say("kept");
    assert_eq!(ada.outcome().await, accepted(2));
    let mut paul = house.enter(Role::Producer, None).await;
    let snapshot = paul.until(|frame| if let ServerFrame::Snapshot(s) = frame { Some(s) } else { None }).await;
    assert_eq!(snapshot.crew.unwrap().backstage.len(), 2);
}

#[tokio::test]
async fn whoever_is_turned_away_at_the_door_has_asked_for_nothing() {
    let house = house().await;
    let mut mo = house.enter(Role::Moderator, None).await;
    mo.snapshot().await;
    mo.ask(CommandId::random(), CommandBody::EditRules { change: RulesEdit::Lock { on: true } });
    assert!(matches!(mo.outcome().await, Outcome::Accepted { .. }));
    for _ in 0..20 {
        let eve = Arc::new(Actor {
            participant: ParticipantId::random(),
            name: "Eve".to_owned(),
            role: Role::Attendee,
            device: None,
        });
        let eve = house.at_the_door(eve).await;
        // In one batch, whichever way the room wakes.
        assert_eq!(eve.room.post(eve.enters(None), 100), Posted::Taken);
        eve.say("let me in");
    }
    mo.say("the last");
    assert!(matches!(mo.outcome().await, Outcome::Accepted { .. }));
    let said = |frame| {
        let ServerFrame::Updates(batch) = frame else { return None };
        let texts = batch
            .updates
            .into_iter()
            .filter_map(|update| if let UpdateBody::MessageSent { message } = update.body { Some(message.text) } else { None });
        let texts: Vec<_> = texts.collect();
        (!texts.is_empty()).then_some(texts)
    };
    assert_eq!(mo.until(said).await, ["the last"]);
}

#[tokio::test]
async fn the_newest_connection_of_a_person_takes_the_place_of_the_one_before() {
    let house = house().await;
    let mut first = house.enter(Role::Speaker, None).await;
    assert_eq!(first.snapshot().await, 1);
    let mut second = house.enter_as(Arc::clone(&first.who), Some(Seq::new(1))).await;
    let leave = Mail::Leave { connection: first.outbox.id(), who: Arc::clone(&first.who) };
    assert!(first.room.deliver(leave).await);
    second.say("still here");
    assert_eq!(second.outcome().await, accepted(2));
    assert_eq!(second.seqs(2).await, [2], "no one left");
}

#[tokio::test]
async fn those_who_watch_are_counted_without_the_crew() {
    let house = house().await;
    let mut ada = house.enter(Role::Speaker, None).await;
    let _bob = house.enter(Role::Attendee, None).await;
    let _eve = house.enter(Role::Attendee, None).await;
    ada.watching(2).await;
}

#[tokio::test]
async fn each_device_of_a_person_has_its_own_place_and_the_person_counts_once() {
    let house = house().await;
    let mut ada = house.enter(Role::Speaker, None).await;
    let vera = Actor { participant: ParticipantId::random(), name: "Vera".to_owned(), role: Role::Attendee, device: None };
    let on_a_device = || Arc::new(Actor { device: Some(DeviceId::random()), ..vera.clone() });
    let mut laptop = house.enter_as(on_a_device(), None).await;
    let mut phone = house.enter_as(on_a_device(), None).await;
    ada.watching(1).await;
    laptop.say("from the laptop");
    phone.say("from the phone");
    for device in [&mut laptop, &mut phone] {
        assert_eq!(device.snapshot().await, 1);
        assert_eq!(device.seqs(3).await, [2, 3]);
    }
    assert!(laptop.room.deliver(laptop.leaves()).await);
    ada.say("does anybody hear me?");
    assert_eq!(phone.seqs(4).await, [4]);
    let _bob = house.enter(Role::Attendee, None).await;
    ada.watching(2).await;
    assert!(phone.room.deliver(phone.leaves()).await);
    ada.watching(1).await;
}

#[tokio::test]
async fn who_comes_and_goes_within_one_batch_leaves_nothing_behind() {
    let house = house().await;
    let mut ada = house.enter(Role::Speaker, None).await;
    let viewer =
        || Arc::new(Actor { participant: ParticipantId::random(), name: "Bob".to_owned(), role: Role::Attendee, device: None });
    let (bob, eve) = (house.at_the_door(viewer()).await, house.at_the_door(viewer()).await);
    let eve_again = house.at_the_door(Arc::clone(&eve.who)).await;
    // Until this task waits for something no other runs: all of it is one batch.
    for mail in [bob.enters(None), bob.leaves(), eve.enters(None), eve_again.enters(None)] {
        assert_eq!(ada.room.post(mail, 0), Posted::Taken);
    }
    ada.watching(1).await;
    assert_eq!(Arc::strong_count(&bob.outbox), 1, "nobody else keeps the connection");
    assert_eq!(Arc::strong_count(&eve.outbox), 1);
}

#[tokio::test]
async fn a_connection_that_was_ended_is_let_go_of_though_it_never_says_goodbye() {
    let house = house().await;
    let mut ada = house.enter(Role::Speaker, None).await;
    let bob = house.enter(Role::Attendee, None).await;
    ada.watching(1).await;
    bob.outbox.close(Refusal::TooFarBehind, None);
    ada.say("whoever hears it");
    ada.watching(0).await;
}

#[tokio::test]
async fn what_comes_within_a_tick_shares_a_write() {
    let house = house().await;
    let mut bob = house.enter(Role::Attendee, None).await;
    assert_eq!(bob.snapshot().await, 0);
    for _ in 0..200 {
        bob.say("hello");
    }
    let seqs = bob.seqs(200).await;
    assert_eq!(seqs.len(), 200);
    let flushes: u32 = house.metric("houselights_flushes_total").parse().unwrap();
    assert!(flushes <= 50, "{flushes} writes for 200 updates");
}

#[tokio::test]
async fn an_empty_room_leaves_memory_and_comes_back_from_the_store() {
    let house = house_that_keeps_rooms_for(Duration::from_millis(1)).await;
    let mut bob = house.enter(Role::Attendee, None).await;
    bob.say("one");
    assert_eq!(bob.outcome().await, accepted(1));
    let leave = Mail::Leave { connection: bob.outbox.id(), who: Arc::clone(&bob.who) };
    assert!(house.rooms.running(house.room).is_some(), "while somebody is in it, it stays");
    assert!(bob.room.deliver(leave).await);
    tokio::time::timeout(Duration::from_mins(1), bob.room.ended()).await.unwrap();
    assert!(house.rooms.running(house.room).is_none());
    assert_eq!(house.metric("houselights_rooms"), "0");
    assert!(!bob.room.deliver(Mail::Leave { connection: bob.outbox.id(), who: Arc::clone(&bob.who) }).await);
    let mut eve = house.enter(Role::Attendee, Some(Seq::START)).await;
    assert_eq!(eve.seqs(1).await, [1]);
}

#[tokio::test]
async fn who_left_while_nothing_could_be_stored_is_not_counted_as_watching_however_full_the_queue_is() {
    let house = house().await;
    let mut ada = house.enter(Role::Speaker, None).await;
    let bob = house.enter(Role::Attendee, None).await;
    ada.watching(1).await;
    house.engine.be(Mood::Fails);
    ada.say("lost");
    assert!(matches!(ada.outcome().await, Outcome::Refused { .. }));
    // Until this task waits for something no other runs: the room meets a full queue.
    let leave = Mail::Leave { connection: bob.outbox.id(), who: Arc::clone(&bob.who) };
    assert_eq!(bob.room.post(leave, 0), Posted::Taken);
    for _ in 0..2_000 {
        bob.room.levels(Vec::new(), Vec::new());
    }
    ada.watching(0).await;
}

/// Ada and Bob, who speak at an event.
async fn two(house: &House) -> (RoomId, [ParticipantId; 2]) {
    let crew = ["Ada", "Bob"].map(|name| NewInvite { name: name.to_owned(), role: Role::Speaker }).to_vec();
    let event = NewEvent { title: "Second night".to_owned(), crew, valid_for: None };
    let created = house.store.create_event(&event, "http://localhost", clock::now()).await.unwrap();
    let mut people = Vec::new();
    for invite in &created.invites {
        let person = house.store.invite(&invite.secret, clock::now()).await.unwrap().unwrap().person;
        people.extend(person.map(|(participant, _)| participant));
    }
    (created.room, people.try_into().unwrap())
}

#[tokio::test]
async fn whoever_was_mentioned_is_told_once_though_the_server_ended_before_they_were_told() {
    let house = house().await;
    let (room, [ada, bob]) = two(&house).await;
    assert!(house.rooms.room(room).people().await.is_some(), "somebody was in it before");
    let said = |seq| {
        let id = CommandId::random().into();
        let said = Message::new(id, (ada, "Ada".to_owned(), Role::Speaker), clock::now(), "@Bob?".to_owned());
        let message = Message { seq: Seq::new(seq), mentions: vec![bob], ..said };
        let body = UpdateBody::MessageSent { message };
        Entry { update: Arc::new(Update { room, seq: Seq::new(seq), at: clock::now(), by: Some(ada), body }), command: None }
    };
    let mut house = house;
    for count in 1..=3 {
        // It is in the log, and the server ends.
        if count < 3 {
            house.store.append(&[said(count)]).await.unwrap();
        }
        let dir = Arc::clone(&house.dir);
        drop(house);
        house = house_over(dir, IDLE_FOR).await;
        assert!(house.rooms.room(room).people().await.is_some());
        house.inboxes.forget(Vec::new()).await;
        let told = house.store.inbox_since(bob, Seq::START, 10).await.unwrap().unwrap();
        assert_eq!(told.len() as u64, count.min(2), "{told:?}");
    }
}

#[tokio::test]
async fn whoever_waits_and_is_banned_from_another_room_is_heard_no_more() {
    let house = house().await;
    let _mo = house.guarded().await;
    let eve = house.waiting().await;
    assert!(eve.room.deliver(Mail::Expel(eve.who.participant)).await);
    eve.say("by no door");
    // It is behind what she said: both are of the crowd.
    let _walt = house.waiting().await;
    let log = house.store.log(house.room).await.unwrap();
    assert!(!log.iter().any(|entry| matches!(entry.update.body, UpdateBody::MessageSent { .. })), "{log:?}");
}

#[tokio::test]
async fn a_room_that_was_told_to_has_read_its_log_again() {
    let house = house().await;
    let mut mo = house.enter(Role::Moderator, None).await;
    mo.snapshot().await;
    mo.say("before");
    assert!(matches!(mo.outcome().await, Outcome::Accepted { .. }));
    let reads = || house.engine.reads_of("FROM updates");
    let before = reads();
    house.rooms.reread(&[house.room]).await;
    assert!(reads() > before, "it is not only told");
    mo.snapshot().await;
}
