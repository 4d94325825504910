//! A whole room, simulated: its rules as they are, and around them a store, a network and clients that fail as chance has it, in virtual
//! time. A seed decides everything, so whatever goes wrong goes wrong again.
//!
//! What has to hold, whatever fails: what was acknowledged is stored, once; what is stored reaches everybody, in one order; nobody is
//! shown what is not stored; whoever came back has what a newcomer gets; and whoever was removed or banned is told nothing from when the server knows.

mod chance;
mod client;
mod compare;
mod doings;
mod house;
mod kept;
// What a client makes of updates: the reference of the rules' own tests.
#[path = "../../../server/domain/src/tests/model.rs"]
#[expect(dead_code, clippy::expect_used, clippy::panic, reason = "it is written for tests, and some of it for others")]
mod model;
mod trouble;
mod world;

use std::collections::{BTreeMap, HashMap, btree_map::Entry};

use houselights_domain::{Room, View};
use houselights_shared::{Role, Seq, Update};

use self::{client::Client, compare::difference, house::room_of, world::World};

/// How a simulation went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// Entries in the log.
    pub stored: usize,
    /// Commands that were acknowledged.
    pub acknowledged: usize,
    /// Connections that were cut.
    pub cuts: u32,
    /// Commits that failed, or seemed to.
    pub failures: u32,
    /// Times that the server was killed.
    pub kills: u32,
    /// Snapshots that were checked.
    pub snapshots: usize,
}

/// Runs the simulation of one seed.
///
/// # Errors
/// What does not hold.
pub fn simulate(seed: u64) -> Result<Course, String> {
    let mut world = World::new(seed);
    let told = |problem: String| format!("seed {seed}: {problem}");
    world.run().map_err(told)?;
    acknowledged_is_stored(&world).map_err(told)?;
    all_is_delivered(&world).map_err(told)?;
    all_have_the_same(&world).map_err(told)?;
    nothing_else_is_shown(&world).map_err(told)?;
    nobody_is_a_ghost(&world).map_err(told)?;
    Ok(world.course())
}

fn acknowledged_is_stored(world: &World) -> Result<(), String> {
    let mut seen = HashMap::new();
    for entry in &world.store {
        if let Some(command) = entry.command
            && let Some(before) = seen.insert(command, entry.update.seq)
        {
            return Err(format!("{command:?} was done at {before:?} and again at {:?}", entry.update.seq));
        }
    }
    for client in &world.clients {
        for (id, seq) in &client.acknowledged {
            let stored = seen.get(&(client.who.participant, *id));
            if stored != Some(seq) {
                return Err(format!("{id} was acknowledged at {seq:?} and is stored at {stored:?}"));
            }
        }
    }
    Ok(())
}

fn all_is_delivered(world: &World) -> Result<(), String> {
    let last = world.store.last().map_or(Seq::START, |last| last.update.seq);
    for client in &world.clients {
        if client.after != Some(last) || !client.waiting.is_empty() {
            return Err(format!(
                "{} has the log as far as {:?} of {last:?}, and {} without an answer",
                client.who.name,
                client.after,
                client.waiting.len()
            ));
        }
    }
    Ok(())
}

/// Who followed along, through whatever was lost, has what a newcomer gets.
fn all_have_the_same(world: &World) -> Result<(), String> {
    let room = world.room().ok_or("the server is down")?;
    for client in &world.clients {
        let fresh = room.snapshot(client.who.role);
        if let Some(told) = difference(client.held.as_deref(), &fresh) {
            return Err(format!("{} has something else in the end: {told}", client.who.name));
        }
    }
    Ok(())
}

/// The room as it stood at moments of its log.
#[derive(Default)]
struct Past(BTreeMap<Seq, Room>);

impl Past {
    fn at(&mut self, world: &World, seq: Seq) -> Result<&Room, String> {
        if let Entry::Vacant(vacant) = self.0.entry(seq) {
            let told = usize::try_from(seq.number()).unwrap_or(usize::MAX);
            let log = world.store.get(..told).ok_or("somebody was told of what is not stored")?;
            let room = Room::replay(room_of(), house::TITLE.to_owned(), log.iter().cloned(), world.wall());
            vacant.insert(room.map_err(|error| error.to_string())?);
        }
        self.0.get(&seq).ok_or_else(|| "it was just put there".to_owned())
    }
}

fn nothing_else_is_shown(world: &World) -> Result<(), String> {
    let mut past = Past::default();
    for client in &world.clients {
        let view = View::of(client.who.role);
        for (shown, retold_at) in &client.shown {
            let room = retold_at.map(|at| past.at(world, at)).transpose()?;
            is_of_the_log(world, (view, room), shown)?;
        }
        for snapshot in &client.snapshots {
            if past.at(world, snapshot.seq)?.snapshot(client.who.role) != *snapshot {
                return Err(format!(
                    "{} was shown a snapshot at {:?} that the log does not tell",
                    client.who.name, snapshot.seq
                ));
            }
        }
    }
    Ok(())
}

/// Each entry as it is seen, by whoever missed it as a room retells it; a run of hidden ones, of such as are hidden.
fn is_of_the_log(world: &World, (view, room): (View, Option<&Room>), shown: &Update) -> Result<(), String> {
    let stored = |seq: Seq| {
        let at = usize::try_from(seq.number()).ok()?.checked_sub(1)?;
        let update = &world.store.get(at)?.update;
        Some(room.map_or_else(|| view.seen(update), |room| view.seen(&room.retold(view, update))))
    };
    if shown.last() == shown.seq {
        let expected = stored(shown.seq);
        return if expected.as_ref() == Some(shown) || is_hidden(shown) && expected.as_ref().is_some_and(is_hidden) {
            Ok(())
        } else {
            Err(format!("shown was {shown:?}, stored is {expected:?}"))
        };
    }
    for number in shown.seq.number()..=shown.last().number() {
        if !stored(Seq::new(number)).as_ref().is_some_and(is_hidden) {
            return Err(format!("{number} was left out, and is not hidden"));
        }
    }
    Ok(())
}

fn is_hidden(update: &Update) -> bool {
    matches!(update.body, houselights_shared::UpdateBody::Hidden { .. })
}

/// Of the crew those are in who are connected, each once.
fn nobody_is_a_ghost(world: &World) -> Result<(), String> {
    let snapshot = world.room().map(|room| room.snapshot(Role::Producer)).ok_or("the server is down")?;
    let backstage = snapshot.crew.map(|crew| crew.backstage).unwrap_or_default();
    let mut inside: Vec<_> = snapshot.on_stage.iter().chain(&backstage).map(|member| member.participant).collect();
    inside.sort_unstable();
    let is_crew = |client: &&Client| View::of(client.who.role) != View::Audience;
    let mut connected: Vec<_> = world.clients.iter().filter(is_crew).map(|client| client.who.participant).collect();
    connected.sort_unstable();
    // Guests of the audience are in, too.
    inside.retain(|who| connected.contains(who) || world.clients.iter().all(|client| client.who.participant != *who));
    if inside == connected { Ok(()) } else { Err(format!("inside are {inside:?}, connected {connected:?}")) }
}
