//! A guest: one of the audience whose hand is taken is heard at once, by this core and not by the page; and what is captured ends
//! with the stage.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use houselights_shared::{CommandBody, CrewMember, Mine, Outcome, ParticipantId, Sending, ServerFrame, Timestamp, UpdateBody};
use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until},
};

use super::sending::Switches;
use crate::{ipc::Problem, realtime::Unheard};

/// How long a guest waits for what.
#[derive(Clone, Copy, Debug)]
struct Patience {
    /// That a hand is down is told at once, and that it was taken with the room's next tick. So long one stays ready for that.
    told_within: Duration,
    /// A moderator who put a hand down by mistake brings it back. So long what was said by raising it holds for the same hand.
    consent_stands: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { told_within: Duration::from_secs(3), consent_stands: Duration::from_mins(10) }
    }
}

/// Where one of the audience is, as the room has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// In the queue of raised hands.
    hand: bool,
    /// Since when; a hand that comes back is known by it.
    raised_at: Option<Timestamp>,
    on_stage: bool,
    /// Goes up with each room that one goes to.
    visit: u64,
}

/// Follows what the room tells of oneself.
pub(super) struct Watch {
    me: ParticipantId,
    found: watch::Sender<Place>,
}

impl Watch {
    pub(super) fn new(me: ParticipantId) -> Self {
        Self { me, found: watch::Sender::default() }
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<Place> {
        self.found.subscribe()
    }

    /// What comes from now on is of another room.
    pub(super) fn moved(&self) {
        self.found.send_modify(|place| *place = Place { visit: place.visit + 1, ..Place::default() });
    }

    pub(super) fn hear(&self, frame: &ServerFrame) {
        match frame {
            // What is one's own follows, where there is any.
            ServerFrame::Welcome(_) => self.has_hand(false, None),
            ServerFrame::Mine(Mine { hand, hand_raised_at, .. }) => self.has_hand(hand.is_some(), *hand_raised_at),
            ServerFrame::Snapshot(snapshot) => self.is_on_stage(snapshot.on_stage.iter().any(|member| self.is_me(member))),
            ServerFrame::Updates(batch) => {
                for update in &batch.updates {
                    // The rest of the log is not about where one is.
                    if let UpdateBody::CameOnStage { member } = &update.body {
                        if self.is_me(member) {
                            self.is_on_stage(true);
                        }
                    } else if let UpdateBody::LeftStage { participant } = &update.body
                        && *participant == self.me
                    {
                        self.is_on_stage(false);
                    }
                }
            }
            ServerFrame::Refused(_)
            | ServerFrame::Reply(_)
            | ServerFrame::Inbox(_)
            | ServerFrame::Signal(_)
            | ServerFrame::Media(_)
            | ServerFrame::Waiting { .. }
            | ServerFrame::Pong { .. }
            | ServerFrame::Unknown => {}
        }
    }

    fn is_me(&self, member: &CrewMember) -> bool {
        member.participant == self.me
    }

    fn has_hand(&self, hand: bool, raised_at: Option<Timestamp>) {
        self.found.send_modify(|place| (place.hand, place.raised_at) = (hand, raised_at));
    }

    fn is_on_stage(&self, on_stage: bool) {
        self.found.send_modify(|place| place.on_stage = on_stage);
    }
}

/// Whether one is to be heard as soon as one's hand is taken: it is said here, on this device, by raising it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Ready {
    #[default]
    No,
    /// The hand is on its way up.
    Asked,
    Yes,
    /// The hand of that moment was put down, not by this device. Until then it is heard again once it comes back.
    PutDown {
        raised_at: Timestamp,
        until: Instant,
    },
}

impl Ready {
    const fn is_heard(self) -> bool {
        match self {
            Self::Asked | Self::Yes => true,
            Self::No | Self::PutDown { .. } => false,
        }
    }
}

/// Asks the room for something.
type Ask = Box<dyn Fn(CommandBody) -> BoxFuture<'static, Result<Outcome, Unheard>> + Send + Sync>;

/// The devices of whoever may become a guest. They are open only while one looks at them, is ready, or is on stage.
pub(super) trait Devices: Send + Sync + 'static {
    /// Opens what is chosen.
    fn open(&self) -> BoxFuture<'_, ()>;
    /// Closes them. What is chosen stays kept.
    fn close(&self) -> BoxFuture<'_, ()>;
    /// What is chosen, whether or not it works just now.
    fn chosen(&self) -> Sending;
}

/// One of the audience, who may become a guest.
pub(super) struct Guest {
    ready: watch::Sender<Ready>,
    place: watch::Receiver<Place>,
    switches: Arc<Switches>,
    devices: Box<dyn Devices>,
    ask: Ask,
    patience: Patience,
}

impl Guest {
    pub(super) fn new(place: watch::Receiver<Place>, switches: Arc<Switches>, devices: Box<dyn Devices>, ask: Ask) -> Self {
        Self { ready: watch::Sender::default(), place, switches, devices, ask, patience: Patience::default() }
    }

    pub(super) fn is_on_stage(&self) -> bool {
        self.place.borrow().on_stage
    }

    fn is_ready(&self) -> bool {
        self.ready.borrow().is_heard()
    }

    /// Opens the devices, so that one sees that they work; and closes them again, where nothing else needs them.
    pub(super) async fn check(&self, on: bool) {
        if self.is_ready() || self.is_on_stage() {
            return;
        }
        if on { self.devices.open().await } else { self.devices.close().await }
    }

    /// Raises the hand, or changes its note. From now on one is heard when it is taken.
    ///
    /// # Errors
    /// [`Problem::Offline`], or [`Problem::Unsure`].
    pub(super) async fn raise(&self, note: String) -> Result<Outcome, Problem> {
        let before = self.ready.send_replace(Ready::Asked);
        let answer = (self.ask)(CommandBody::RaiseHand { note }).await;
        let after = match answer {
            Ok(Outcome::Accepted { .. } | Outcome::Unknown) => Ready::Yes,
            Ok(Outcome::Refused { .. }) | Err(_) => before,
        };
        // Taken meanwhile, it is nothing to be ready for any more.
        self.turn(Ready::Asked, after);
        Ok(answer?)
    }

    /// Takes the hand down. Whoever does is not heard any more when it is taken in the same moment.
    ///
    /// # Errors
    /// As [`Guest::raise`].
    pub(super) async fn lower(&self) -> Result<Outcome, Problem> {
        self.stand_down().await;
        Ok((self.ask)(CommandBody::LowerHand).await?)
    }

    /// Leaves the stage. Both are off at once, whatever the room says.
    ///
    /// # Errors
    /// As [`Guest::raise`].
    pub(super) async fn leave_stage(&self) -> Result<Outcome, Problem> {
        self.switches.begin(Sending::default());
        Ok((self.ask)(CommandBody::LeaveStage).await?)
    }

    /// Switches on when the hand is taken, and off when one is not on stage any more. Ends with the login.
    pub(super) async fn follow(&self) {
        let (mut place, mut ready) = (self.place.clone(), self.ready.subscribe());
        let mut was_on_stage = false;
        // The hand that is up, or was last, and in which room.
        let mut last: Option<(u64, Timestamp)> = None;
        loop {
            let Place { hand, raised_at, on_stage, visit } = *place.borrow_and_update();
            let is = *ready.borrow_and_update();
            last = raised_at.map(|at| (visit, at)).or(last).filter(|(of, _)| *of == visit);
            let waits_for_nothing = is == Ready::Yes && !hand && !on_stage;
            let lapses = if let Ready::PutDown { raised_at: put_down, until } = is {
                if last.is_none_or(|(_, at)| at != put_down) {
                    self.forget(is);
                    continue;
                }
                if hand {
                    self.comes_back(is).await;
                    continue;
                }
                Some(until)
            } else {
                None
            };
            match (was_on_stage, on_stage) {
                (false, true) => self.comes_on(),
                (true, false) => {
                    self.switches.leave();
                    self.stand_down().await;
                }
                (true, true) | (false, false) => {}
            }
            was_on_stage = on_stage;
            tokio::select! {
                changed = place.changed() => if changed.is_err() { return },
                changed = ready.changed() => if changed.is_err() { return },
                () = sleep(self.patience.told_within), if waits_for_nothing => self.put_down(last).await,
                () = sleep_until(lapses.unwrap_or_else(Instant::now)), if lapses.is_some() => self.forget(is),
            }
        }
    }

    /// Whoever did not raise the hand here, or did so before the app was started anew, switches on by hand.
    fn comes_on(&self) {
        if self.ready.send_replace(Ready::No).is_heard() {
            self.switches.begin(self.devices.chosen());
        }
    }

    /// Somebody put the hand down: the devices close, and open again where it is that hand that comes back.
    async fn put_down(&self, hand: Option<(u64, Timestamp)>) {
        let until = Instant::now() + self.patience.consent_stands;
        let after = hand.map_or(Ready::No, |(_, raised_at)| Ready::PutDown { raised_at, until });
        self.end(after).await;
    }

    /// The hand is up again that was put down.
    async fn comes_back(&self, put_down: Ready) {
        if self.turn(put_down, Ready::Yes) {
            self.devices.open().await;
        }
    }

    /// What was said by raising the hand holds no more.
    fn forget(&self, put_down: Ready) {
        self.turn(put_down, Ready::No);
    }

    /// False where something else came between.
    fn turn(&self, from: Ready, to: Ready) -> bool {
        self.ready.send_if_modified(|ready| *ready == from && std::mem::replace(ready, to) != to)
    }

    async fn stand_down(&self) {
        self.end(Ready::No).await;
    }

    async fn end(&self, after: Ready) {
        self.ready.send_replace(after);
        if !self.is_on_stage() {
            self.devices.close().await;
        }
    }
}

#[cfg(test)]
#[path = "guest_tests.rs"]
mod tests;
