//! The server around a room, as `server/src/actor` is one: what a batch of mail comes to happens when it is stored, and not before.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use houselights_domain::{Actor, Door, Effect, Entry, Reading, Room, View};
use houselights_shared::{Command, Outcome, ParticipantId, Refusal, Reply, RoomId, Seq, Timestamp, Update};
use uuid::Uuid;

use super::client::Heard;

/// Tells connections apart.
pub(super) type ConnectionId = u32;

pub(super) const TITLE: &str = "Main stage";

/// How much mail is handled before a commit.
const BATCH: usize = 16;
/// Whoever missed more is given so much of it, and the rest when they have read that.
const INSTALMENT: usize = 24;

pub(super) fn room_of() -> RoomId {
    RoomId::from_uuid(Uuid::from_u128(0xB007))
}

/// What the room is told.
#[derive(Clone, Debug)]
pub(super) enum Mail {
    Enter {
        connection: ConnectionId,
        who: Actor,
        after: Option<Seq>,
    },
    Command {
        connection: ConnectionId,
        who: Actor,
        command: Command,
    },
    /// Who was given a part of what they missed has read it.
    Further {
        connection: ConnectionId,
        who: Actor,
        after: Seq,
    },
    Leave {
        connection: ConnectionId,
        who: Actor,
    },
}

/// What is to be sent to whom.
pub(super) type Sent = Vec<(ConnectionId, Heard)>;

/// What a batch comes to, once `rows` are stored.
#[derive(Debug, Default)]
pub(super) struct Turn {
    pub(super) rows: Vec<Entry>,
    updates: Vec<Update>,
    replies: Vec<(ConnectionId, Reply)>,
    entering: Vec<Coming>,
    leaving: Vec<ConnectionId>,
    /// Who has to go, and who waits no longer.
    parting: Vec<ParticipantId>,
    admitted: Vec<ParticipantId>,
    commands: Vec<(ConnectionId, Command)>,
}

/// Somebody on a connection, with how far they have the log.
type Coming = (ConnectionId, Actor, Option<Seq>);

/// A server that runs.
#[derive(Debug, Default)]
pub(super) struct House {
    pub(super) room: Option<Room>,
    /// What was told last; absent until the room is read.
    published: Option<Seq>,
    present: BTreeMap<ParticipantId, (ConnectionId, Actor)>,
    /// Who waits to be let in.
    lobby: BTreeMap<ParticipantId, Coming>,
    /// Who gets what is published, and what they have.
    members: BTreeMap<ConnectionId, (View, Seq)>,
    /// Who was sent away: nothing goes that way any more.
    ended: BTreeSet<ConnectionId>,
    pub(super) mailbox: VecDeque<Mail>,
    /// A commit is under way.
    pub(super) busy: bool,
}

impl House {
    /// How far everybody was told.
    pub(super) fn told(&self) -> Seq {
        self.published.unwrap_or_default()
    }

    /// Reads the log, where the room is not in memory. Whoever is here still need not come back; what was stored, though its commit
    /// seemed to fail, everybody is told now, and what follows from it is done.
    fn load(&mut self, store: &[Entry], now: Timestamp, turn: &mut Turn) -> Result<Sent, String> {
        if self.room.is_some() {
            return Ok(Vec::new());
        }
        let mut reading = Reading::new(room_of(), TITLE.to_owned(), self.published);
        reading.follow(store.iter().cloned()).map_err(|error| error.to_string())?;
        let (mut room, missed) = reading.end(now);
        for (_, who, _) in self.lobby.values() {
            room.knock(now, who);
        }
        let mut done = Turn::default();
        done.take(missed, 0);
        let sent = self.do_all(&room, done);
        let is_here = |(connection, _): &&(ConnectionId, Actor)| !self.ended.contains(connection);
        for (connection, who) in self.present.values().filter(is_here) {
            turn.take(room.arrive(now, who), *connection);
        }
        let comes_in = |(connection, who, _): &&Coming| !self.ended.contains(connection) && room.door(now, who) == Door::Open;
        for (_, who, _) in self.lobby.values().filter(comes_in).cloned().collect::<Vec<_>>() {
            self.admit(&mut room, now, turn, who.participant);
        }
        self.room = Some(room);
        Ok(sent)
    }

    /// Decides what a batch comes to. Nothing of it happens before it is [stored](Self::carry_out).
    pub(super) fn decide(&mut self, store: &[Entry], now: Timestamp) -> Result<(Turn, Sent), String> {
        let mut turn = Turn::default();
        let sent = self.load(store, now, &mut turn)?;
        let Some(mut room) = self.room.take() else { return Err("the room is not there".to_owned()) };
        let batch: Vec<_> = self.mailbox.drain(..self.mailbox.len().min(BATCH)).collect();
        for mail in batch {
            match mail {
                Mail::Enter { connection, who, after } => match room.door(now, &who) {
                    Door::Open => self.enter(&mut room, now, (connection, who, after), &mut turn),
                    Door::Lobby => {
                        room.knock(now, &who);
                        if let Some((before, ..)) = self.lobby.insert(who.participant, (connection, who, after)) {
                            turn.leaving.push(before);
                        }
                    }
                    Door::Shut { .. } => turn.leaving.push(connection),
                },
                Mail::Command { connection, who, command } => {
                    turn.take(room.handle(now, &who, &command), connection);
                    turn.commands.push((connection, command));
                }
                Mail::Further { connection, .. } if self.ended.contains(&connection) => {}
                Mail::Further { connection, who, after } => turn.entering.push((connection, who, Some(after))),
                Mail::Leave { connection, who } => {
                    turn.leaving.push(connection);
                    let is_theirs = self.present.get(&who.participant).is_some_and(|(newest, _)| *newest == connection);
                    if is_theirs {
                        self.present.remove(&who.participant);
                        room.depart(now, &who);
                    } else if self.lobby.get(&who.participant).is_some_and(|(newest, ..)| *newest == connection) {
                        self.lobby.remove(&who.participant);
                        room.give_up(who.participant);
                    }
                }
            }
            for admitted in std::mem::take(&mut turn.admitted) {
                self.admit(&mut room, now, &mut turn, admitted);
            }
        }
        turn.take(room.wake(now), 0);
        self.room = Some(room);
        Ok((turn, sent))
    }

    fn admit(&mut self, room: &mut Room, now: Timestamp, turn: &mut Turn, admitted: ParticipantId) {
        if let Some(coming) = self.lobby.remove(&admitted) {
            self.enter(room, now, coming, turn);
        }
    }

    fn enter(&mut self, room: &mut Room, now: Timestamp, (connection, who, after): Coming, turn: &mut Turn) {
        turn.take(room.arrive(now, &who), connection);
        if let Some((before, _)) = self.present.insert(who.participant, (connection, who.clone())) {
            turn.leaving.push(before);
        }
        turn.entering.push((connection, who, after));
    }

    /// It is stored.
    pub(super) fn carry_out(&mut self, turn: Turn) -> Sent {
        let Some(room) = self.room.take() else { return Vec::new() };
        let sent = self.do_all(&room, turn);
        self.room = Some(room);
        sent
    }

    fn do_all(&mut self, room: &Room, turn: Turn) -> Sent {
        let mut sent: Sent = turn.replies.into_iter().map(|(to, reply)| (to, Heard::Reply(reply))).collect();
        sent.extend(self.publish(&turn.updates));
        self.published = Some(room.seq());
        let parting = turn.parting.iter().flat_map(|who| {
            let here = self.present.get(who).map(|(connection, _)| *connection);
            here.into_iter().chain(self.lobby.get(who).map(|(connection, ..)| *connection))
        });
        for connection in parting.chain(turn.leaving).collect::<Vec<_>>() {
            self.members.remove(&connection);
            self.ended.insert(connection);
            sent.push((connection, Heard::Refused));
        }
        for coming in turn.entering.into_iter().filter(|(connection, ..)| !self.ended.contains(connection)).collect::<Vec<_>>()
        {
            sent.push(self.answer(room, coming));
        }
        sent
    }

    /// What somebody gets who comes: where they missed much, a part of it.
    fn answer(&mut self, room: &Room, (connection, who, after): Coming) -> (ConnectionId, Heard) {
        let view = View::of(who.role);
        let snapshot = || Box::new(room.snapshot(who.role));
        let (answer, is_all) = match after.and_then(|after| room.since(after)) {
            Some(missed) => {
                let told = missed.iter().take(INSTALMENT);
                let updates = told.map(|update| view.seen(&room.retold(view, update))).collect();
                let is_all = missed.len() <= INSTALMENT;
                (Heard::Retold { updates, at: room.seq(), stands: is_all.then(snapshot) }, is_all)
            }
            None => (Heard::Snapshot(snapshot()), true),
        };
        if is_all {
            self.members.insert(connection, (view, room.seq()));
        }
        (connection, answer)
    }

    /// It is not stored, or nobody knows: the room in memory is thrown away.
    pub(super) fn fail(&mut self, turn: Turn) -> Sent {
        self.room = None;
        let outcome = Outcome::Refused { refusal: Refusal::StorageUnavailable, retry_after_ms: Some(1_000) };
        let refused = turn.commands.into_iter().map(|(to, command)| (to, Heard::Reply(Reply { id: command.id, outcome })));
        let mut sent: Sent = refused.collect();
        for connection in turn.entering.into_iter().map(|(connection, ..)| connection).chain(turn.leaving) {
            self.members.remove(&connection);
            self.ended.insert(connection);
            self.present.retain(|_, (present, _)| *present != connection);
            sent.push((connection, Heard::Refused));
        }
        sent
    }

    fn publish(&self, updates: &[Update]) -> Sent {
        let to = |(connection, (view, has)): (&ConnectionId, &(View, Seq))| {
            let theirs: Vec<_> = updates.iter().filter(|update| update.last() > *has).map(|update| view.seen(update)).collect();
            (!theirs.is_empty()).then_some((*connection, Heard::Updates(theirs)))
        };
        self.members.iter().filter_map(to).collect()
    }
}

impl Turn {
    fn take(&mut self, effects: Vec<Effect>, from: ConnectionId) {
        for effect in effects {
            match effect {
                Effect::Persist(rows) => self.rows.extend(rows),
                Effect::Publish(updates) => self.updates.extend(updates.iter().map(|update| Update::clone(update))),
                Effect::Reply(reply) => self.replies.push((from, reply)),
                Effect::Part { participant, .. } | Effect::Ban { participant, banned: true } => self.parting.push(participant),
                Effect::LetIn(participants) => self.admitted.extend(participants),
                Effect::Media(_) | Effect::Mine(_) | Effect::Counted { .. } | Effect::Ban { banned: false, .. } => {}
            }
        }
    }
}
