//! The rules, one test each, in virtual time; and the property that the log is the whole truth.

mod answers;
mod backstage;
mod chat;
mod commands;
mod devices;
mod forgetting;
mod hands;
mod inbox;
mod model;
mod moderation;
mod polls;
mod property;
mod qa;
mod replay;
mod report;
mod retelling;
mod retold;
mod run_of_show;
mod scenes;
mod show;
mod taking_back;

use std::{sync::Arc, time::Duration};

use houselights_shared::{
    Command, CommandBody, CommandId, DeviceId, Layout, MessageId, Outcome, ParticipantId, Refusal, Role, RoomId, RunOfShow,
    Scene, Seq, Snapshot, Timestamp, Update, UpdateBody,
};
use uuid::Uuid;

use crate::{Actor, Effect, Entry, MediaPlan, Room};

const TITLE: &str = "Main stage";

fn room_id() -> RoomId {
    RoomId::from_uuid(Uuid::from_u128(0xB007))
}

fn actor(number: u128, role: Role) -> Actor {
    Actor {
        participant: ParticipantId::from_uuid(Uuid::from_u128(number)),
        name: format!("Person {number}"),
        role,
        device: None,
    }
}

/// Somebody on one of their devices.
fn on(who: &Actor, device: u128) -> Actor {
    Actor { device: Some(DeviceId::from_uuid(Uuid::from_u128(0xDE00 + device))), ..who.clone() }
}

fn command_id(number: u128) -> CommandId {
    CommandId::from_uuid(Uuid::from_u128(0x1000 + number))
}

fn scene(layout: Layout, seats: &[Option<&Actor>]) -> Scene {
    Scene { layout, seats: seats.iter().map(|seat| seat.map(|who| who.participant)).collect() }
}

/// A room with the server's part played for it: a clock, a store, and what was sent.
struct Stage {
    room: Room,
    now: Timestamp,
    commands: u128,
    stored: Vec<Entry>,
    published: Vec<Arc<Update>>,
    media: Option<MediaPlan>,
    /// Whose own was said to be changed.
    concerned: Vec<ParticipantId>,
    /// What was to be done beside telling everybody.
    beside: Vec<Effect>,
}

impl Stage {
    fn new() -> Self {
        Self {
            room: Room::new(room_id(), TITLE.to_owned()),
            now: Timestamp::from_micros(1_000_000),
            commands: 0,
            stored: Vec::new(),
            published: Vec::new(),
            media: None,
            concerned: Vec::new(),
            beside: Vec::new(),
        }
    }

    /// With a producer and these speakers backstage.
    fn with(crew: &[&Actor]) -> Self {
        let mut stage = Self::new();
        for who in crew {
            stage.arrive(who);
        }
        stage
    }

    /// Carries effects out, and holds them to their order. Answers the reply.
    fn follow(&mut self, effects: Vec<Effect>) -> Option<Outcome> {
        let mut outcome = None;
        for (index, effect) in effects.into_iter().enumerate() {
            match effect {
                Effect::Persist(entries) => {
                    assert_eq!(index, 0, "storing comes first");
                    self.stored.extend(entries);
                }
                Effect::Publish(updates) => self.published.extend(updates),
                Effect::Reply(reply) => {
                    assert!(outcome.is_none(), "one answer a command");
                    outcome = Some(reply.outcome);
                }
                Effect::Media(plan) => self.media = Some(plan),
                Effect::Mine(who) => self.concerned.extend(who),
                Effect::Counted { .. } | Effect::Part { .. } | Effect::Ban { .. } | Effect::LetIn(_) => {
                    self.beside.push(effect);
                }
            }
        }
        assert_eq!(self.stored.len(), self.published.len(), "what is published is stored");
        outcome
    }

    fn arrive(&mut self, who: &Actor) {
        let effects = self.room.arrive(self.now, who);
        self.follow(effects);
    }

    fn plan(&mut self, run_of_show: RunOfShow) {
        let effects = self.room.plan(self.now, run_of_show);
        self.follow(effects);
    }

    fn depart(&mut self, who: &Actor) {
        self.room.depart(self.now, who);
    }

    fn pass(&mut self, span: Duration) {
        self.now = self.now.plus(span);
        let effects = self.room.wake(self.now);
        self.follow(effects);
    }

    fn repeat(&mut self, who: &Actor, id: CommandId, body: CommandBody) -> Outcome {
        let command = Command { id, room: room_id(), body };
        let effects = self.room.handle(self.now, who, &command);
        self.follow(effects).expect("every command is answered")
    }

    fn ask(&mut self, who: &Actor, body: CommandBody) -> Outcome {
        self.commands += 1;
        self.repeat(who, command_id(self.commands), body)
    }

    /// Asks for what must be accepted, and answers the updates it made.
    fn done(&mut self, who: &Actor, body: CommandBody) -> Vec<UpdateBody> {
        let before = self.published.len();
        let outcome = self.ask(who, body);
        assert_eq!(outcome, Outcome::Accepted { seq: self.room.seq() });
        self.published[before..].iter().map(|update| update.body.clone()).collect()
    }

    fn refused(&mut self, who: &Actor, body: CommandBody) -> Refusal {
        let before = self.room.seq();
        match self.ask(who, body) {
            Outcome::Refused { refusal, .. } => {
                assert_eq!(self.room.seq(), before, "a refusal changes nothing");
                refusal
            }
            outcome @ (Outcome::Accepted { .. } | Outcome::Unknown) => panic!("{outcome:?}"),
        }
    }

    fn say(&mut self, who: &Actor, text: &str) -> MessageId {
        self.done(who, CommandBody::say(text.to_owned()));
        command_id(self.commands).into()
    }

    fn bring_on(&mut self, who: &Actor, whom: &Actor) -> Vec<UpdateBody> {
        self.done(who, CommandBody::BringOnStage { participant: whom.participant })
    }

    fn crew_view(&self) -> Snapshot {
        self.room.snapshot(Role::Producer)
    }

    fn backstage(&self) -> Vec<ParticipantId> {
        let crew = self.crew_view().crew.expect("the producer sees the crew");
        crew.backstage.iter().map(|member| member.participant).collect()
    }

    fn on_stage(&self) -> Vec<ParticipantId> {
        self.crew_view().on_stage.iter().map(|member| member.participant).collect()
    }

    fn preview(&self) -> Scene {
        self.crew_view().crew.expect("the producer sees the crew").preview
    }

    fn replayed(&self) -> Room {
        Room::replay(room_id(), TITLE.to_owned(), self.stored.iter().cloned(), self.now).expect("the log has no hole")
    }

    fn seq(&self) -> Seq {
        self.room.seq()
    }
}
