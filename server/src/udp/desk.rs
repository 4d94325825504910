//! What the rest of the server wishes of the media thread, in the order in which it was wished.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use houselights_media::{Identity, Plan, Seat};
use houselights_shared::{Refusal, RoomId};
use tokio::sync::{Notify, oneshot};

/// Offers that wait. Full: an offer is refused as overloaded.
const OFFERS: usize = 1_024;

/// Who wants a connection.
pub(super) struct Join {
    pub(super) identity: Identity,
    pub(super) offer: String,
    pub(super) answer: oneshot::Sender<Result<String, Refusal>>,
}

/// A wish to the thread.
pub(super) enum Wish {
    Join(Join),
    Leave(Seat),
    Stage {
        room: RoomId,
        plan: Plan,
    },
    /// What a fault beyond the guard of a session would be.
    #[cfg(test)]
    Panic,
}

/// A wish that waits. What a stage should be is looked up when its turn comes.
enum Waiting {
    Join(Join),
    Leave(Seat),
    Stage(RoomId),
    #[cfg(test)]
    Panic,
}

/// Where wishes wait, without a place for each: there are at most [`OFFERS`] offers, one goodbye of each seat between two
/// of its offers, and one plan a room, the latest. So none is lost but offers, which are told so, and no two change places.
#[derive(Default)]
pub(super) struct Desk {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    offers: usize,
    /// Of each room in which anybody is on stage, on air, or sends from one of several devices: a thread that begins anew is given them.
    plans: HashMap<RoomId, Plan>,
    closed: bool,
}

impl Desk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn join(&self, join: Join) -> Result<(), Refusal> {
        let mut state = self.state();
        if state.closed {
            return Err(Refusal::ShuttingDown);
        }
        if state.offers >= OFFERS {
            return Err(Refusal::Overloaded);
        }
        state.offers += 1;
        self.add(&mut state, Waiting::Join(join));
        Ok(())
    }

    pub(super) fn leave(&self, seat: Seat) {
        let mut state = self.state();
        let latest = state.waiting.iter().rev().find_map(|waiting| match waiting {
            Waiting::Join(join) => (join.identity.seat == seat).then_some(false),
            Waiting::Leave(left) => (*left == seat).then_some(true),
            Waiting::Stage(_) => None,
            #[cfg(test)]
            Waiting::Panic => None,
        });
        if latest != Some(true) {
            self.add(&mut state, Waiting::Leave(seat));
        }
    }

    pub(super) fn stage(&self, room: RoomId, plan: Plan) {
        let mut state = self.state();
        if plan == Plan::default() {
            state.plans.remove(&room);
        } else {
            state.plans.insert(room, plan);
        }
        self.ask_stage(&mut state, room);
    }

    #[cfg(test)]
    pub(super) fn panic(&self) {
        self.add(&mut self.state(), Waiting::Panic);
    }

    /// Nothing is wished any more; whoever waits for an answer gets none.
    pub(super) fn close(&self) {
        let mut state = self.state();
        *state = State { closed: true, ..State::default() };
        self.changed.notify_one();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state().closed
    }

    /// For a thread that begins anew: every stage is wished again, as it is when its turn comes.
    pub(super) fn begin_anew(&self) {
        let mut state = self.state();
        let rooms: Vec<RoomId> = state.plans.keys().copied().collect();
        for room in rooms {
            self.ask_stage(&mut state, room);
        }
    }

    fn ask_stage(&self, state: &mut State, room: RoomId) {
        if !state.waiting.iter().any(|waiting| matches!(waiting, Waiting::Stage(of) if *of == room)) {
            self.add(state, Waiting::Stage(room));
        }
    }

    /// The next wish; nothing once closed. Dropped while it waits, it takes none.
    pub(super) async fn next(&self) -> Option<Wish> {
        loop {
            {
                let mut state = self.state();
                if state.closed {
                    return None;
                }
                if let Some(wish) = state.take() {
                    return Some(wish);
                }
            }
            self.changed.notified().await;
        }
    }

    fn add(&self, state: &mut State, wish: Waiting) {
        if !state.closed {
            state.waiting.push_back(wish);
            self.changed.notify_one();
        }
    }
}

impl State {
    fn take(&mut self) -> Option<Wish> {
        Some(match self.waiting.pop_front()? {
            Waiting::Join(join) => {
                self.offers -= 1;
                Wish::Join(join)
            }
            Waiting::Leave(seat) => Wish::Leave(seat),
            Waiting::Stage(room) => Wish::Stage { room, plan: self.plans.get(&room).cloned().unwrap_or_default() },
            #[cfg(test)]
            Waiting::Panic => Wish::Panic,
        })
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use houselights_shared::ParticipantId;

    use super::*;

    fn seat() -> Seat {
        Seat { room: RoomId::random(), who: ParticipantId::random(), device: None }
    }

    fn offer(desk: &Desk, seat: Seat) -> Result<(), Refusal> {
        let (answer, _) = oneshot::channel();
        desk.join(Join { identity: Identity { seat, crew: false }, offer: String::new(), answer })
    }

    /// What waits, in order, as one can read it.
    fn all(desk: &Desk) -> Vec<String> {
        let next = || desk.next().now_or_never().flatten();
        std::iter::from_fn(next)
            .map(|wish| match wish {
                Wish::Join(_) => "join".to_owned(),
                Wish::Leave(_) => "leave".to_owned(),
                Wish::Stage { plan, .. } => format!("stage of {}", plan.on_stage.len()),
                Wish::Panic => "panic".to_owned(),
            })
            .collect()
    }

    fn plan(people: usize) -> Plan {
        Plan { on_stage: (0..people).map(|_| ParticipantId::random()).collect(), on_air: true, ..Plan::default() }
    }

    #[test]
    fn wishes_keep_their_order_however_many_wait() {
        let (desk, seat) = (Desk::default(), seat());
        for _ in 0..OFFERS {
            offer(&desk, seat).unwrap();
        }
        assert_eq!(offer(&desk, seat), Err(Refusal::Overloaded));
        desk.leave(seat);
        let waiting = all(&desk);
        assert_eq!((waiting.len(), waiting.last().map(String::as_str)), (OFFERS + 1, Some("leave")));
        assert_eq!(offer(&desk, seat), Ok(()), "a place is free again");
    }

    #[test]
    fn of_the_plans_of_a_room_the_latest_is_followed() {
        let (desk, room, other) = (Desk::default(), RoomId::random(), RoomId::random());
        for people in 1..=5_000 {
            desk.stage(room, plan(people % 9));
        }
        desk.stage(other, plan(1));
        desk.stage(room, plan(3));
        assert_eq!(all(&desk), ["stage of 3", "stage of 1"]);
    }

    #[test]
    fn a_goodbye_between_two_offers_stays_between_them() {
        let (desk, seat) = (Desk::default(), seat());
        offer(&desk, seat).unwrap();
        desk.leave(seat);
        desk.leave(seat);
        offer(&desk, seat).unwrap();
        assert_eq!(all(&desk), ["join", "leave", "join"]);
    }

    #[test]
    fn who_begins_anew_is_given_every_plan_that_holds() {
        let (desk, room, over) = (Desk::default(), RoomId::random(), RoomId::random());
        desk.stage(room, plan(2));
        desk.stage(over, plan(1));
        desk.stage(over, Plan::default());
        all(&desk);
        desk.begin_anew();
        assert_eq!(all(&desk), ["stage of 2"]);
    }

    #[test]
    fn a_closed_desk_takes_nothing() {
        let (desk, seat) = (Desk::default(), seat());
        desk.close();
        desk.leave(seat);
        assert_eq!(offer(&desk, seat), Err(Refusal::ShuttingDown));
        assert!(all(&desk).is_empty());
    }
}
