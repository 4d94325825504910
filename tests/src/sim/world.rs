//! Time, network, disk, and what goes wrong with them.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

use houselights_domain::{Actor, Entry, Room};
use houselights_shared::{Command, CommandBody, CommandId, ParticipantId, Role, Timestamp};

use super::{
    Course,
    chance::Chance,
    client::{Client, Heard, Next},
    doings::{Known, peace, something},
    house::{ConnectionId, House, Mail, Sent, Turn, room_of},
    kept::{Kept, tells},
};

pub(super) const SECOND: u64 = 1_000_000;
/// For so long people do things and things go wrong.
const TROUBLE: u64 = 60 * SECOND;
/// And then for so long everything may settle: whoever the server thinks is here, and is not, is found out, and their grace is over.
const SETTLING: u64 = 150 * SECOND;
/// A server notices at the latest after this that a connection is dead.
const DEAD_AFTER: u64 = 50 * SECOND;
/// No simulation takes so many steps.
const STEPS: u32 = 2_000_000;

#[derive(Debug)]
pub(super) enum Event {
    Act(usize),
    Dial(usize),
    /// The client notices that a connection is over.
    Lost(usize, ConnectionId),
    Heard(ConnectionId, Heard),
    Mail(ConnectionId, Mail),
    /// The server notices that a connection is dead, whatever is still under way on it.
    Dead(ConnectionId, Actor),
    Committed(u32, Turn, Fate),
    Wake(u32),
    Trouble,
    /// Whoever looks after the room lets everybody in again.
    Peace(usize),
    Restart,
}

/// What becomes of a commit.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fate {
    Stored,
    NotStored,
    /// It is stored, and seems not to be.
    Unsure,
}

pub(super) struct Connection {
    pub(super) client: usize,
    pub(super) stands: bool,
    /// When what was sent last arrives, up and down: nothing overtakes.
    up: u64,
    down: u64,
}

/// Everything, as of one moment.
pub(super) struct World {
    pub(super) chance: Chance,
    pub(super) now: u64,
    /// What the machine's clock is ahead of true time, in microseconds.
    pub(super) skew: i64,
    events: BinaryHeap<Reverse<(u64, u64)>>,
    pub(super) what: BTreeMap<u64, Event>,
    number: u64,
    pub(super) store: Vec<Entry>,
    pub(super) house: Option<House>,
    /// How often the server was started: what an earlier one waits for is nothing to a later.
    pub(super) life: u32,
    pub(super) clients: Vec<Client>,
    pub(super) connections: BTreeMap<ConnectionId, Connection>,
    known: Known,
    kept: Kept,
    pub(super) course: Course,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let mut chance = Chance::of(seed);
        let roles =
            [Role::Moderator, Role::Producer, Role::Speaker, Role::Speaker, Role::Attendee, Role::Attendee, Role::Attendee];
        let person = |role: Role, chance: &mut Chance| {
            let participant = ParticipantId::from_uuid(chance.uuid());
            Client::new(Actor { participant, name: format!("{role:?} {participant}"), role, device: None })
        };
        let clients: Vec<_> = roles.into_iter().map(|role| person(role, &mut chance)).collect();
        let known = Known { people: clients.iter().map(|client| client.who.participant).collect(), ..Known::default() };
        let (events, what, store, connections) = Default::default();
        let house = Some(House::default());
        let mut world = Self {
            chance,
            now: 0,
            skew: 0,
            events,
            what,
            number: 0,
            store,
            house,
            life: 0,
            clients,
            connections,
            known,
            kept: Kept::default(),
            course: Course::default(),
        };
        for client in 0..world.clients.len() {
            let (dial, act) = (world.chance.within(0..SECOND), world.chance.within(0..2 * SECOND));
            world.at(dial, Event::Dial(client));
            world.at(act, Event::Act(client));
        }
        world.at(SECOND, Event::Trouble);
        // Those who look after the room, each of whom may be kept from it by the other for a while: in the order of `roles`.
        for again in 0..5 {
            for client in 0..2 {
                world.at(TROUBLE + (5 + 10 * again) * SECOND, Event::Peace(client));
            }
        }
        world
    }

    pub(super) fn room(&self) -> Option<&Room> {
        self.house.as_ref()?.room.as_ref()
    }

    /// What the machine's clock says.
    pub(super) fn wall(&self) -> Timestamp {
        let begin = 1_790_000_000_000_000;
        Timestamp::from_micros(begin + i64::try_from(self.now).unwrap_or(i64::MAX) + self.skew)
    }

    pub(super) fn course(&self) -> Course {
        let acknowledged = self.clients.iter().map(|client| client.acknowledged.len()).sum();
        let snapshots = self.clients.iter().map(|client| client.snapshots.len()).sum();
        Course { stored: self.store.len(), acknowledged, snapshots, ..self.course }
    }

    pub(super) fn at(&mut self, time: u64, event: Event) {
        self.number += 1;
        self.events.push(Reverse((time.max(self.now), self.number)));
        self.what.insert(self.number, event);
    }

    pub(super) fn is_troubled(&self) -> bool {
        self.now < TROUBLE
    }

    /// Until everything had the time to settle.
    pub(super) fn run(&mut self) -> Result<(), String> {
        for _ in 0..STEPS {
            let Some(Reverse((time, number))) = self.events.pop() else { return Ok(()) };
            if time > TROUBLE + SETTLING {
                return Ok(());
            }
            self.now = time;
            if let Some(event) = self.what.remove(&number) {
                self.happen(event)?;
            }
        }
        Err("it does not come to an end".to_owned())
    }

    fn happen(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::Act(client) => self.act(client),
            Event::Dial(client) => self.dial(client),
            Event::Lost(client, connection) => self.lost(client, connection),
            Event::Heard(connection, heard) => self.hear(connection, heard)?,
            Event::Mail(connection, mail) => {
                if self.connections.get(&connection).is_some_and(|standing| standing.stands) {
                    self.post(mail)?;
                }
            }
            Event::Dead(connection, who) => self.post(Mail::Leave { connection, who })?,
            Event::Committed(life, turn, fate) => self.committed(life, turn, fate)?,
            Event::Wake(life) => {
                if life == self.life {
                    self.turn()?;
                }
            }
            Event::Trouble => self.trouble(),
            Event::Peace(client) => peace(&self.known.people).into_iter().for_each(|body| self.ask(client, body)),
            Event::Restart => self.house = Some(House::default()),
        }
        Ok(())
    }

    fn act(&mut self, client: usize) {
        if !self.is_troubled() {
            return;
        }
        let next = self.now + self.chance.within(50_000..1_500_000);
        self.at(next, Event::Act(client));
        let body = something(&mut self.chance, &self.known);
        self.ask(client, body);
    }

    fn ask(&mut self, client: usize, body: CommandBody) {
        let command = Command { id: CommandId::from_uuid(self.chance.uuid()), room: room_of(), body };
        let Some(asking) = self.clients.get_mut(client) else { return };
        asking.asks(command.clone(), &mut self.known);
        if asking.entered {
            self.send(client, &command);
        }
    }

    fn send(&mut self, client: usize, command: &Command) {
        let Some(sender) = self.clients.get(client) else { return };
        let Some(connection) = sender.connection else { return };
        let mail = Mail::Command { connection, who: sender.who.clone(), command: command.clone() };
        self.up(connection, mail);
    }

    fn dial(&mut self, client: usize) {
        let again = self.now + self.chance.within(100_000..2 * SECOND);
        let Some(dialling) = self.clients.get_mut(client) else { return };
        if self.house.is_none() {
            self.at(again, Event::Dial(client));
            return;
        }
        let connection = u32::try_from(self.connections.len()).unwrap_or(u32::MAX) + 1;
        dialling.connection = Some(connection);
        dialling.entered = false;
        let mail = Mail::Enter { connection, who: dialling.who.clone(), after: dialling.after };
        self.connections.insert(connection, Connection { client, stands: true, up: self.now, down: self.now });
        self.up(connection, mail);
    }

    fn up(&mut self, connection: ConnectionId, mail: Mail) {
        let delay = self.chance.within(1_000..80_000);
        let Some(way) = self.connections.get_mut(&connection) else { return };
        way.up = way.up.max(self.now + delay);
        let arrives = way.up;
        self.at(arrives, Event::Mail(connection, mail));
    }

    /// What the server sends, and nothing of the room to those who may not be in it.
    fn down(&mut self, sent: Sent) -> Result<(), String> {
        let told = self.house.as_ref().map(House::told).unwrap_or_default();
        let away = self.kept.follow(&self.store, told);
        for (connection, heard) in sent {
            let delay = self.chance.within(1_000..80_000);
            let Some(way) = self.connections.get_mut(&connection) else { continue };
            let who = self.clients.get(way.client).map(|client| client.who.participant);
            if let Some(who) = who.filter(|who| away.contains(who) && tells(&heard)) {
                return Err(format!("{who} may not be here, and was told {heard:?}"));
            }
            way.down = way.down.max(self.now + delay);
            let arrives = way.down;
            self.at(arrives, Event::Heard(connection, heard));
        }
        Ok(())
    }

    fn lost(&mut self, client: usize, connection: ConnectionId) {
        let Some(lost) = self.clients.get_mut(client).filter(|client| client.connection == Some(connection)) else { return };
        (lost.connection, lost.entered) = (None, false);
        let again = self.now + self.chance.within(50_000..2 * SECOND);
        self.at(again, Event::Dial(client));
    }

    fn hear(&mut self, connection: ConnectionId, heard: Heard) -> Result<(), String> {
        let Some(way) = self.connections.get(&connection).filter(|way| way.stands) else { return Ok(()) };
        let client = way.client;
        let Some(hearing) = self.clients.get_mut(client).filter(|client| client.connection == Some(connection)) else {
            return Ok(());
        };
        let was_inside = hearing.entered;
        match hearing.hear(heard, &mut self.known)? {
            Next::Nothing => {}
            Next::Further(after) => {
                let mail = Mail::Further { connection, who: hearing.who.clone(), after };
                self.up(connection, mail);
            }
            Next::Anew => {
                self.cut(connection);
                return Ok(());
            }
        }
        if self.clients.get(client).is_some_and(|client| client.entered) && !was_inside {
            let waiting: Vec<_> =
                self.clients.get(client).map(|client| client.waiting.iter().cloned().collect()).unwrap_or_default();
            for command in &waiting {
                self.send(client, command);
            }
        }
        Ok(())
    }

    /// Both sides notice, each in its time. What is under way does not arrive.
    pub(super) fn cut(&mut self, connection: ConnectionId) {
        let Some(way) = self.connections.get_mut(&connection).filter(|way| way.stands) else { return };
        way.stands = false;
        let client = way.client;
        let Some(who) = self.clients.get(client).map(|client| client.who.clone()) else { return };
        let (here, there) = (self.chance.within(0..3 * SECOND), self.chance.within(0..DEAD_AFTER));
        self.at(self.now + here, Event::Lost(client, connection));
        self.at(self.now + there, Event::Dead(connection, who));
    }

    fn post(&mut self, mail: Mail) -> Result<(), String> {
        let Some(house) = &mut self.house else { return Ok(()) };
        house.mailbox.push_back(mail);
        self.turn()
    }

    /// Handles what waits, unless a commit is under way.
    fn turn(&mut self) -> Result<(), String> {
        let now = self.wall();
        let Some(house) = self.house.as_mut().filter(|house| !house.busy) else { return Ok(()) };
        let (turn, sent) = house.decide(&self.store, now)?;
        house.busy = true;
        self.down(sent)?;
        let fate = match self.chance.within(0..100) {
            0 if self.is_troubled() => Fate::NotStored,
            1 if self.is_troubled() => Fate::Unsure,
            _ => Fate::Stored,
        };
        let takes = if turn.rows.is_empty() { 0 } else { self.chance.within(200..20_000) };
        let fate = if turn.rows.is_empty() { Fate::Stored } else { fate };
        self.at(self.now + takes, Event::Committed(self.life, turn, fate));
        Ok(())
    }

    fn committed(&mut self, life: u32, turn: Turn, fate: Fate) -> Result<(), String> {
        if life != self.life {
            return Ok(());
        }
        let Some(house) = &mut self.house else { return Ok(()) };
        house.busy = false;
        if matches!(fate, Fate::Stored | Fate::Unsure) {
            self.store.extend(turn.rows.iter().cloned());
        }
        let sent = if matches!(fate, Fate::Stored) {
            house.carry_out(turn)
        } else {
            self.course.failures += 1;
            house.fail(turn)
        };
        let (waits, is_gone) = (!house.mailbox.is_empty(), house.room.is_none());
        let due = house.room.as_ref().and_then(Room::next_wake);
        self.down(sent)?;
        if waits || is_gone {
            return self.turn();
        }
        if let Some(due) = due {
            let wait = u64::try_from(due.since(self.wall()).as_micros()).unwrap_or(u64::MAX);
            self.at(self.now.saturating_add(wait).saturating_add(1_000), Event::Wake(self.life));
        }
        Ok(())
    }
}
