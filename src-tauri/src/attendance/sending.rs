//! Whether one's camera and microphone are on: here at once, and for the room until it has said that it knows.

use std::time::Duration;

use futures_util::future::BoxFuture;
use houselights_shared::{Outcome, Refusal, Sending, Seq};
use tokio::{
    sync::{Mutex, watch},
    time::{Instant, sleep_until},
};

use super::{Welcomed, elsewhere::Elsewhere};
use crate::{
    ipc::{MediaStatus, Problem},
    realtime::Unheard,
};

/// Pauses between two attempts to tell the room: the first, and the longest. The server's own wish is heard too.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Whether the room knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// It has said so, or there is nothing to tell.
    Yes,
    /// It has to be told, from this moment on.
    From(Instant),
}

/// What holds here.
#[derive(Clone, Copy, Debug)]
struct Own {
    /// How the switches stand.
    wanted: Sending,
    /// What really leaves, which is what the room is told.
    sending: Sending,
    told: Told,
    /// Something was switched on here, and the room has not yet taken it: another device of the person gives way.
    claims: bool,
    /// The position at which the room last took what is sent here.
    as_of: Seq,
    /// Who never sent anything has nothing to tell.
    ever: bool,
}

/// Tells the room, and whether another device is to give way.
type Say = Box<dyn Fn(Sending, bool) -> BoxFuture<'static, Result<Outcome, Unheard>> + Send + Sync>;
/// Switches for real, and says what leaves then: a camera that is not there sends nothing.
type Switch = Box<dyn Fn(Sending) -> Sending + Send + Sync>;

/// The two switches of one login. Off holds here at once, whatever the room says; and the room is told what really leaves
/// until it knows, also when a device comes or goes.
pub(super) struct Switches {
    own: watch::Sender<Own>,
    say: Say,
    switch: Switch,
    /// One telling at a time: a later one overtakes none before.
    telling: Mutex<()>,
}

impl Switches {
    /// Both are off, and the room believes so.
    pub(super) fn new(say: Say, switch: Switch) -> Self {
        let off = Sending::default();
        let own = Own { wanted: off, sending: off, told: Told::Yes, claims: false, as_of: Seq::START, ever: false };
        Self { own: watch::channel(own).0, say, switch, telling: Mutex::default() }
    }

    /// Switches here, and leaves it to [`Switches::keep_telling`] to tell the room. Tells how the switches stood before.
    pub(super) fn begin(&self, wanted: Sending) -> Sending {
        let mut before = wanted;
        self.own.send_modify(|own| {
            before = own.wanted;
            let on = (wanted.camera && !before.camera) || (wanted.microphone && !before.microphone);
            *own = Own {
                wanted,
                sending: (self.switch)(wanted),
                told: Told::From(Instant::now()),
                claims: wanted.any() && (on || own.claims),
                as_of: own.as_of,
                ever: own.ever || wanted.any(),
            };
        });
        before
    }

    /// Switches here and tells the room.
    ///
    /// # Errors
    /// The room's refusal: what was to be switched on is off then, and what was switched off is off still.
    pub(super) async fn set(&self, wanted: Sending) -> Result<(), Problem> {
        let before = self.begin(wanted);
        match self.tell(Duration::ZERO).await {
            // Without a connection the room is told as soon as there is one.
            Ok(()) | Err(Problem::Offline | Problem::Unsure) => Ok(()),
            Err(problem) => {
                self.own.send_modify(|own| {
                    // Never switch something on again: neither because the room refused to note that it was switched off,
                    // nor what somebody switched off while the room made up its mind.
                    own.wanted = both(own.wanted, both(before, wanted));
                    own.sending = (self.switch)(own.wanted);
                    own.claims &= own.wanted.any();
                });
                Err(problem)
            }
        }
    }

    /// What leaves is another than before, without anyone touching a switch.
    fn follow(&self, sending: Sending) {
        self.own.send_if_modified(|own| {
            let changed = own.sending != sending;
            if changed {
                own.sending = sending;
                own.told = if own.ever { Told::From(Instant::now()) } else { own.told };
            }
            changed
        });
    }

    /// Tells the room what holds, unless it knows. What it does not take is told again after `pause` or what it asks for.
    async fn tell(&self, pause: Duration) -> Result<(), Problem> {
        let _one = self.telling.lock().await;
        let Own { sending, told: Told::From(_), claims, .. } = *self.own.borrow() else { return Ok(()) };
        let (told, asked) = match (self.say)(sending, claims && sending.any()).await {
            Ok(Outcome::Accepted { seq }) => {
                self.taken(sending, seq);
                return Ok(());
            }
            Ok(Outcome::Unknown) => {
                self.taken(sending, Seq::START);
                return Ok(());
            }
            Ok(Outcome::Refused { refusal: refusal @ Refusal::SendingElsewhere, retry_after_ms }) => {
                // Whoever switched on meanwhile takes over.
                self.own.send_modify(|own| {
                    if !own.claims {
                        self.give_way(own);
                    }
                });
                return Err(Problem::Refused { refusal, retry_after_ms });
            }
            Ok(Outcome::Refused { refusal, retry_after_ms }) => (Problem::Refused { refusal, retry_after_ms }, retry_after_ms),
            Err(unheard) => (unheard.into(), None),
        };
        let pause = asked.map_or(pause.max(FIRST_PAUSE), |ms| Duration::from_millis(ms.into()));
        // Whoever has left the stage meanwhile has nothing to tell any more.
        self.own.send_modify(|own| own.told = if own.ever { Told::From(Instant::now() + pause) } else { Told::Yes });
        Err(told)
    }

    /// The room took what was told.
    fn taken(&self, sending: Sending, seq: Seq) {
        self.own.send_modify(|own| {
            own.as_of = own.as_of.max(seq);
            // A camera may take its time to open: until something is sent nobody has to give way.
            own.claims &= !sending.any();
            if own.sending == sending {
                own.told = Told::Yes;
            }
        });
    }

    /// One is not on stage any more: both are off here, and there is nobody whom it could be told.
    pub(super) fn leave(&self) {
        self.own.send_modify(|own| {
            self.give_way(own);
            own.ever = false;
        });
    }

    /// Another device of the person took over, or never gave way: both are off here, and the room knows.
    fn give_way(&self, own: &mut Own) {
        own.wanted = Sending::default();
        own.sending = (self.switch)(own.wanted);
        (own.told, own.claims) = (Told::Yes, false);
    }

    /// Gives way to a device that sends since the room last heard of this one, unless this one is just about to take over.
    fn heed(&self, other: Elsewhere) {
        self.own.send_if_modified(|own| {
            let about_to = own.claims && own.told != Told::Yes;
            let gives_way = other.sends && other.as_of > own.as_of && !about_to && own.wanted.any();
            if gives_way {
                self.give_way(own);
            }
            gives_way
        });
    }

    /// Tells the room until it knows, and again at each welcome: a room that one comes back to may have counted one as gone
    /// and forgotten what one sends. Switches off here when another device took over. Ends with the login.
    pub(super) async fn keep_telling(
        &self,
        mut welcomed: watch::Receiver<Welcomed>,
        mut status: watch::Receiver<MediaStatus>,
        mut elsewhere: watch::Receiver<Elsewhere>,
    ) {
        let (mut own, mut pause) = (self.own.subscribe(), Duration::ZERO);
        loop {
            self.heed(*elsewhere.borrow_and_update());
            let Own { told, .. } = *own.borrow_and_update();
            tokio::select! {
                changed = own.changed() => if changed.is_err() { return },
                changed = elsewhere.changed() => if changed.is_err() { return },
                changed = status.changed() => {
                    if changed.is_err() { return }
                    let sending = status.borrow_and_update().sending;
                    self.follow(sending);
                }
                changed = welcomed.changed() => {
                    if changed.is_err() { return }
                    pause = Duration::ZERO;
                    // What was switched on before the connection was lost does not take over from what was since.
                    self.own.send_modify(|own| {
                        own.claims = false;
                        own.told = if own.ever { Told::From(Instant::now()) } else { own.told };
                    });
                }
                () = due(told) => match self.tell(pause).await {
                    Ok(()) => pause = Duration::ZERO,
                    Err(Problem::SignedOut) => return,
                    Err(_) => pause = (pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE),
                },
            }
        }
    }
}

/// What both say.
fn both(one: Sending, other: Sending) -> Sending {
    Sending { camera: one.camera && other.camera, microphone: one.microphone && other.microphone }
}

async fn due(told: Told) {
    match told {
        Told::Yes => std::future::pending().await,
        Told::From(moment) => sleep_until(moment).await,
    }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::VecDeque,
        sync::{Arc, Mutex as Lock},
    };

    use tokio::sync::Semaphore;
    use tokio_util::task::TaskTracker;

    use super::*;

    const ON: Sending = Sending { camera: true, microphone: true };
    const MUTED: Sending = Sending { camera: true, microphone: false };

    /// A room that answers as it was told to, and then takes everything; and the devices of whoever speaks.
    struct Room {
        switches: Arc<Switches>,
        heard: tokio::sync::mpsc::UnboundedReceiver<Sending>,
        /// Whether another device was to give way.
        claimed: Arc<Lock<Vec<bool>>>,
        wanted: Arc<Lock<Sending>>,
        devices: watch::Sender<MediaStatus>,
        welcomes: watch::Sender<Welcomed>,
        elsewhere: watch::Sender<Elsewhere>,
        /// Each answer waits for a permit.
        answers: Arc<Semaphore>,
    }

    impl Room {
        fn answering(answers: impl IntoIterator<Item = Result<Outcome, Unheard>>) -> Self {
            let room = Self::in_its_own_time(answers);
            room.answers.add_permits(1_000);
            room
        }

        fn in_its_own_time(answers: impl IntoIterator<Item = Result<Outcome, Unheard>>) -> Self {
            let answers: Lock<VecDeque<_>> = Lock::new(answers.into_iter().collect());
            let (hear, heard) = tokio::sync::mpsc::unbounded_channel();
            let (wanted, permits) = (Arc::new(Lock::new(Sending::default())), Arc::new(Semaphore::new(0)));
            let may = Arc::clone(&permits);
            let claimed = Arc::<Lock<Vec<bool>>>::default();
            let claims = Arc::clone(&claimed);
            let say = move |sending, take_over| {
                claims.lock().unwrap().push(take_over);
                hear.send(sending).unwrap();
                let answer = answers.lock().unwrap().pop_front().unwrap_or(Ok(Outcome::Accepted { seq: Seq::new(1) }));
                let may = Arc::clone(&may);
                let answer: BoxFuture<'static, _> = Box::pin(async move {
                    may.acquire().await.unwrap().forget();
                    answer
                });
                answer
            };
            // All devices are there.
            let devices = watch::channel(MediaStatus { sending: ON, ..MediaStatus::default() }).0;
            let (holds, there) = (Arc::clone(&wanted), devices.clone());
            let switch = move |wanted| {
                *holds.lock().unwrap() = wanted;
                both(wanted, there.borrow().sending)
            };
            let switches = Arc::new(Switches::new(Box::new(say), Box::new(switch)));
            let (welcomes, telling) = (watch::channel(Welcomed::default()).0, Arc::clone(&switches));
            let (after_welcome, status) = (welcomes.subscribe(), devices.subscribe());
            let elsewhere = watch::channel(Elsewhere::default()).0;
            let others = elsewhere.subscribe();
            TaskTracker::new().spawn(async move { telling.keep_telling(after_welcome, status, others).await });
            Self { switches, heard, claimed, wanted, devices, welcomes, elsewhere, answers: permits }
        }

        fn wanted(&self) -> Sending {
            *self.wanted.lock().unwrap()
        }

        async fn until_known(&self) {
            let mut own = self.switches.own.subscribe();
            own.wait_for(|own| own.told == Told::Yes).await.unwrap();
        }
    }

    fn refused(refusal: Refusal) -> Outcome {
        Outcome::Refused { refusal, retry_after_ms: Some(5) }
    }

    #[tokio::test]
    async fn the_room_is_told_until_it_knows() {
        let accepted = Ok(Outcome::Accepted { seq: Seq::new(1) });
        for refusal in [Refusal::Overloaded, Refusal::SlowDown, Refusal::StorageUnavailable] {
            let mut room = Room::answering([accepted, Ok(refused(refusal)), Ok(refused(refusal)), Ok(refused(refusal))]);
            room.switches.set(ON).await.unwrap();
            assert_eq!(room.heard.recv().await, Some(ON));
            let problem = room.switches.set(MUTED).await.unwrap_err();
            assert_eq!(problem, Problem::Refused { refusal, retry_after_ms: Some(5) });
            assert_eq!(room.wanted(), MUTED, "off is off, whatever the room says");
            for _attempt in 0..4 {
                assert_eq!(room.heard.recv().await, Some(MUTED));
            }
            room.until_known().await;
        }
    }

    #[tokio::test]
    async fn what_the_room_does_not_take_is_not_switched_on() {
        let mut room = Room::answering([Ok(refused(Refusal::NotAllowed))]);
        room.switches.set(ON).await.unwrap_err();
        assert_eq!(room.wanted(), Sending::default());
        assert_eq!(room.heard.recv().await, Some(ON));
        assert_eq!(room.heard.recv().await, Some(Sending::default()), "and the room hears what holds");
        room.until_known().await;
    }

    #[tokio::test]
    async fn without_a_connection_it_holds_here_and_the_room_hears_at_the_welcome() {
        let mut room = Room::answering([Err(Unheard::Offline)]);
        room.switches.set(MUTED).await.unwrap();
        assert_eq!(room.wanted(), MUTED);
        assert_eq!(room.heard.recv().await, Some(MUTED));
        room.welcomes.send_modify(|welcomed| welcomed.times += 1);
        assert_eq!(room.heard.recv().await, Some(MUTED));
        room.until_known().await;
        room.welcomes.send_modify(|welcomed| welcomed.times += 1);
        assert_eq!(room.heard.recv().await, Some(MUTED), "a room that one comes back to may have forgotten");
    }

    #[tokio::test]
    async fn what_is_switched_off_while_the_room_makes_up_its_mind_stays_off() {
        let (accepted, refusal) = (Outcome::Accepted { seq: Seq::new(1) }, refused(Refusal::Overloaded));
        let mut room = Room::in_its_own_time([Ok(accepted), Ok(refusal)]);
        room.answers.add_permits(1);
        room.switches.set(ON).await.unwrap();
        assert_eq!(room.heard.recv().await, Some(ON));
        let (first, second) = (Arc::clone(&room.switches), Arc::clone(&room.switches));
        let tasks = TaskTracker::new();
        let muting = tasks.spawn(async move { first.set(MUTED).await });
        assert_eq!(room.heard.recv().await, Some(MUTED), "the room thinks about it");
        let hiding = tasks.spawn(async move { second.set(Sending::default()).await });
        while room.wanted() != Sending::default() {
            tokio::task::yield_now().await;
        }
        room.answers.add_permits(1_000);
        muting.await.unwrap().unwrap_err();
        assert_eq!(room.wanted(), Sending::default(), "the refusal switches nothing on");
        hiding.await.unwrap().unwrap();
        assert_eq!((room.wanted(), room.switches.own.borrow().sending), Default::default());
    }

    #[tokio::test]
    async fn the_room_hears_what_really_leaves_also_when_a_device_comes_and_goes() {
        let mut room = Room::answering([]);
        let sound = Sending { camera: false, microphone: true };
        room.devices.send_modify(|status| status.sending = sound);
        room.switches.set(ON).await.unwrap();
        assert_eq!(room.heard.recv().await, Some(sound), "there is no camera");
        room.until_known().await;
        room.devices.send_modify(|status| status.sending = ON);
        assert_eq!(room.heard.recv().await, Some(ON));
        room.until_known().await;
        room.devices.send_modify(|status| status.sending = sound);
        assert_eq!(room.heard.recv().await, Some(sound), "it was pulled out");
        assert_eq!(room.wanted(), ON, "and is sent again when it is back");
    }

    #[tokio::test]
    async fn who_never_switched_anything_on_tells_nothing() {
        let mut room = Room::answering([]);
        let sound = Sending { camera: false, microphone: true };
        room.devices.send_modify(|status| status.sending = sound);
        room.switches.own.subscribe().wait_for(|own| own.sending == sound).await.unwrap();
        assert_eq!(room.switches.own.borrow().told, Told::Yes);
        room.switches.set(MUTED).await.unwrap();
        assert_eq!(room.heard.recv().await, Some(Sending::default()), "the first thing that the room hears");
    }

    fn sends_there(seq: u64) -> Elsewhere {
        Elsewhere { sends: true, as_of: Seq::new(seq) }
    }

    impl Room {
        async fn until_off(&self) {
            let mut own = self.switches.own.subscribe();
            own.wait_for(|own| own.wanted == Sending::default()).await.unwrap();
            assert_eq!(self.wanted(), Sending::default(), "and so are the devices");
        }
    }

    #[tokio::test]
    async fn another_device_that_takes_over_switches_off_here_and_can_be_taken_over_from() {
        let accepted = |seq| Ok(Outcome::Accepted { seq: Seq::new(seq) });
        let mut room = Room::answering([accepted(1), accepted(3), accepted(4)]);
        room.switches.set(ON).await.unwrap();
        assert_eq!(room.heard.recv().await, Some(ON));
        room.elsewhere.send_replace(sends_there(2));
        room.until_off().await;
        room.switches.set(MUTED).await.unwrap();
        assert_eq!(room.heard.recv().await, Some(MUTED));
        assert_eq!(*room.claimed.lock().unwrap(), [true, true], "whoever presses the button takes over");
        room.elsewhere.send_replace(Elsewhere { sends: false, as_of: Seq::new(3) });
        // What was before does not count, however late it is told.
        room.elsewhere.send_replace(sends_there(2));
        room.switches.set(ON).await.unwrap();
        assert_eq!((room.heard.recv().await, room.wanted()), (Some(ON), ON));
    }

    #[tokio::test]
    async fn a_camera_that_opens_late_does_not_take_over_from_what_was_switched_on_since() {
        let accepted = |seq| Ok(Outcome::Accepted { seq: Seq::new(seq) });
        let mut room = Room::answering([accepted(1), accepted(3)]);
        room.devices.send_modify(|status| status.sending = Sending::default());
        room.switches.set(ON).await.unwrap();
        assert_eq!(room.heard.recv().await, Some(Sending::default()), "nothing leaves yet");
        room.until_known().await;
        room.elsewhere.send_replace(sends_there(2));
        room.until_off().await;
        room.switches.set(ON).await.unwrap();
        assert_eq!(room.heard.recv().await, Some(Sending::default()));
        room.devices.send_modify(|status| status.sending = ON);
        assert_eq!(room.heard.recv().await, Some(ON));
        assert_eq!(*room.claimed.lock().unwrap(), [false, false, true], "pressed last, it takes over when it opens");
    }

    #[tokio::test]
    async fn who_comes_back_takes_nothing_over_and_is_off_while_another_device_sends() {
        let accepted = Ok(Outcome::Accepted { seq: Seq::new(1) });
        let mut room = Room::answering([accepted, Ok(refused(Refusal::SendingElsewhere))]);
        room.switches.set(ON).await.unwrap();
        assert_eq!(room.heard.recv().await, Some(ON));
        room.welcomes.send_modify(|welcomed| welcomed.times += 1);
        assert_eq!(room.heard.recv().await, Some(ON));
        room.until_off().await;
        assert_eq!(*room.claimed.lock().unwrap(), [true, false]);
        room.until_known().await;
    }
}
