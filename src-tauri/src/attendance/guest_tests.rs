use std::sync::Mutex;

use houselights_shared::{Refusal, Role, RoomId, Seq, Timestamp, Update, UpdateBatch};
use tokio_util::task::TaskTracker;

use super::*;

const SOUND: Sending = Sending { camera: false, microphone: true };
const OFF: Sending = Sending { camera: false, microphone: false };

/// Devices, of which a microphone is chosen.
#[derive(Clone)]
struct Desk(watch::Sender<bool>);

impl Devices for Desk {
    fn open(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            self.0.send_replace(true);
        })
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            self.0.send_replace(false);
        })
    }

    fn chosen(&self) -> Sending {
        SOUND
    }
}

/// One of the audience, in a room that answers as it is told to.
struct Seat {
    me: ParticipantId,
    room: RoomId,
    watch: Watch,
    guest: Arc<Guest>,
    /// Whether the devices are open.
    open: watch::Receiver<bool>,
    /// What is to leave.
    wanted: watch::Receiver<Sending>,
    asked: Arc<Mutex<Vec<CommandBody>>>,
    answer: Arc<Mutex<Outcome>>,
}

impl Seat {
    fn new() -> Self {
        Self::with(Patience::default())
    }

    /// Whoever finds out at once that a hand was put down.
    fn quick() -> Self {
        Self::with(Patience { told_within: Duration::ZERO, ..Patience::default() })
    }

    fn with(patience: Patience) -> Self {
        let (me, asked) = (ParticipantId::random(), Arc::<Mutex<Vec<_>>>::default());
        let answer = Arc::new(Mutex::new(Outcome::Accepted { seq: Seq::new(1) }));
        let (wants, wanted) = watch::channel(OFF);
        let switch = move |sending| {
            wants.send_replace(sending);
            sending
        };
        let takes = Box::new(|_: Sending, _: bool| -> BoxFuture<'static, Result<Outcome, Unheard>> {
            Box::pin(async { Ok(Outcome::Accepted { seq: Seq::new(1) }) })
        });
        let switches = Arc::new(Switches::new(takes, Box::new(switch)));
        let (opens, open) = watch::channel(false);
        let (heard, says) = (Arc::clone(&asked), Arc::clone(&answer));
        let ask = move |body| -> BoxFuture<'static, Result<Outcome, Unheard>> {
            heard.lock().unwrap().push(body);
            let answer = *says.lock().unwrap();
            Box::pin(async move { Ok(answer) })
        };
        let watch = Watch::new(me);
        let guest = Guest::new(watch.subscribe(), switches, Box::new(Desk(opens)), Box::new(ask));
        let guest = Arc::new(Guest { patience, ..guest });
        let follows = Arc::clone(&guest);
        TaskTracker::new().spawn(async move { follows.follow().await });
        Self { me, room: RoomId::random(), watch, guest, open, wanted, asked, answer }
    }

    fn is_told(&self, body: UpdateBody) {
        let Self { room, .. } = *self;
        let update = Update { room, seq: Seq::new(1), at: Timestamp::default(), by: None, body };
        self.watch.hear(&ServerFrame::Updates(UpdateBatch { room, updates: vec![update] }));
    }

    fn has_hand(&self, hand: Option<u32>) {
        self.has_hand_of(hand.map(|place| (place, 7)));
    }

    /// Its place, and when it was raised.
    fn has_hand_of(&self, hand: Option<(u32, i64)>) {
        let (hand, hand_raised_at) = hand.map(|(place, at)| (place, Timestamp::from_micros(at))).unzip();
        self.watch.hear(&ServerFrame::Mine(Mine { hand, hand_raised_at, ..Mine::none(self.room) }));
    }

    /// Raises the hand of this moment, and a moderator puts it down again.
    async fn is_dismissed(&mut self, raised_at: i64) {
        self.guest.check(true).await;
        self.guest.raise(String::new()).await.unwrap();
        self.has_hand_of(Some((1, raised_at)));
        self.settled().await;
        self.has_hand_of(None);
        self.until_open(false).await;
    }

    fn comes_on(&self, participant: ParticipantId) {
        let member = CrewMember { participant, name: "Vera".into(), role: Role::Attendee, sending: OFF, device: None };
        self.is_told(UpdateBody::CameOnStage { member });
    }

    async fn until_sending(&mut self, sending: Sending) {
        self.wanted.wait_for(|wanted| *wanted == sending).await.unwrap();
    }

    async fn until_open(&mut self, open: bool) {
        self.open.wait_for(|is| *is == open).await.unwrap();
    }

    /// Whether the follower has seen all that there is, which it does before anything that waits.
    async fn settled(&self) {
        for _turn in 0..20 {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn whose_hand_is_taken_is_heard_at_once_and_captures_nothing_afterwards() {
    let mut seat = Seat::new();
    seat.guest.check(true).await;
    seat.guest.raise("A word".into()).await.unwrap();
    seat.guest.check(false).await;
    assert!(*seat.open.borrow(), "the microphone stays ready while the hand is up");
    seat.has_hand(Some(3));
    seat.comes_on(ParticipantId::random());
    seat.settled().await;
    assert_eq!(*seat.wanted.borrow(), OFF, "somebody else was taken");
    // That the hand is down comes before the tick that says why.
    seat.has_hand(None);
    seat.settled().await;
    seat.comes_on(seat.me);
    seat.until_sending(SOUND).await;
    assert!(*seat.open.borrow());
    seat.is_told(UpdateBody::LeftStage { participant: seat.me });
    seat.until_sending(OFF).await;
    seat.until_open(false).await;
}

#[tokio::test]
async fn a_hand_that_is_dismissed_closes_the_devices_and_gives_no_consent_to_the_next() {
    let mut seat = Seat::new();
    seat.guest.check(true).await;
    seat.guest.raise(String::new()).await.unwrap();
    seat.has_hand(Some(1));
    seat.settled().await;
    seat.has_hand(None);
    seat.until_open(false).await;
    seat.comes_on(seat.me);
    seat.settled().await;
    assert_eq!(*seat.wanted.borrow(), OFF);
}

#[tokio::test]
async fn a_hand_that_a_moderator_brings_back_is_ready_again_and_heard_when_it_is_taken() {
    let mut seat = Seat::quick();
    seat.is_dismissed(7).await;
    seat.guest.check(false).await;
    assert!(!*seat.open.borrow(), "nothing is captured while it is down");
    seat.has_hand_of(Some((1, 7)));
    seat.until_open(true).await;
    seat.comes_on(seat.me);
    seat.until_sending(SOUND).await;
}

#[tokio::test]
async fn no_other_hand_is_ready_by_what_was_said_with_one_that_was_put_down() {
    let mut seat = Seat::quick();
    seat.is_dismissed(7).await;
    // Raised on another device of theirs.
    seat.has_hand_of(Some((1, 8)));
    seat.settled().await;
    assert!(!*seat.open.borrow());
    seat.has_hand_of(Some((1, 7)));
    seat.settled().await;
    seat.comes_on(seat.me);
    seat.settled().await;
    assert_eq!(*seat.wanted.borrow(), OFF);
}

#[tokio::test]
async fn what_was_said_with_a_hand_does_not_hold_for_ever() {
    let mut seat = Seat::with(Patience { told_within: Duration::ZERO, consent_stands: Duration::ZERO });
    seat.is_dismissed(7).await;
    seat.guest.ready.subscribe().wait_for(|ready| *ready == Ready::No).await.unwrap();
    seat.has_hand_of(Some((1, 7)));
    seat.settled().await;
    assert!(!*seat.open.borrow());
}

#[tokio::test]
async fn what_was_said_with_a_hand_is_over_once_its_owner_takes_it_back_or_goes_to_another_room() {
    for goes in [false, true] {
        let mut seat = Seat::quick();
        seat.is_dismissed(7).await;
        if goes {
            seat.watch.moved();
            seat.settled().await;
        } else {
            seat.guest.lower().await.unwrap();
        }
        seat.has_hand_of(Some((1, 7)));
        seat.settled().await;
        assert!(!*seat.open.borrow(), "went to another room: {goes}");
    }
}

#[tokio::test]
async fn whoever_lowers_the_hand_is_not_heard_though_it_was_just_taken() {
    let mut seat = Seat::new();
    seat.guest.check(true).await;
    seat.guest.raise(String::new()).await.unwrap();
    seat.guest.lower().await.unwrap();
    seat.until_open(false).await;
    seat.comes_on(seat.me);
    seat.settled().await;
    assert_eq!(*seat.wanted.borrow(), OFF);
    assert_eq!(*seat.asked.lock().unwrap(), [CommandBody::RaiseHand { note: String::new() }, CommandBody::LowerHand]);
}

#[tokio::test]
async fn a_hand_that_the_room_refuses_makes_nobody_ready_and_a_refused_note_leaves_them_so() {
    let mut seat = Seat::new();
    let refused = Outcome::Refused { refusal: Refusal::Closed, retry_after_ms: None };
    *seat.answer.lock().unwrap() = refused;
    seat.guest.check(true).await;
    assert_eq!(seat.guest.raise(String::new()).await.unwrap(), refused);
    seat.guest.check(false).await;
    seat.until_open(false).await;
    *seat.answer.lock().unwrap() = Outcome::Accepted { seq: Seq::new(1) };
    seat.guest.check(true).await;
    seat.guest.raise("A word".into()).await.unwrap();
    seat.has_hand(Some(1));
    *seat.answer.lock().unwrap() = refused;
    seat.guest.raise("Another".into()).await.unwrap();
    seat.comes_on(seat.me);
    seat.until_sending(SOUND).await;
}

#[tokio::test]
async fn leaving_the_stage_switches_off_before_the_room_answers() {
    let mut seat = Seat::new();
    seat.guest.raise(String::new()).await.unwrap();
    seat.comes_on(seat.me);
    seat.until_sending(SOUND).await;
    seat.guest.leave_stage().await.unwrap();
    assert_eq!(*seat.wanted.borrow(), OFF);
    assert_eq!(seat.asked.lock().unwrap().last(), Some(&CommandBody::LeaveStage));
}

#[tokio::test]
async fn who_comes_to_another_room_is_on_its_stage_no_more() {
    let mut seat = Seat::new();
    seat.guest.raise(String::new()).await.unwrap();
    seat.comes_on(seat.me);
    seat.until_sending(SOUND).await;
    seat.watch.moved();
    seat.until_sending(OFF).await;
}
