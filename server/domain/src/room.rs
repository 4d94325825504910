//! One room: routes a command to its feature, keeps the log, and follows it.

use std::{fmt, sync::Arc};

use houselights_shared::{
    Action, Command, CommandBody, CommandId, CrewMember, CrewView, Message, Outcome, ParticipantId, Refusal, Reply, Role,
    RoomId, RunOfShow, Sending, Seq, Snapshot, Timestamp, Update, UpdateBody,
};

use crate::{
    Actor, Effect, Entry, GRACE_AFTER_DEPARTURE, GRACE_AFTER_RESTART, MediaPlan, View,
    backstage::Crew,
    chat::Chat,
    log::{Answers, Log},
    may,
    presence::{Lapsed, Presence},
    run_of_show::Running,
    stage::Stage,
};

/// A stage room. One owner calls it; it never blocks.
#[derive(Clone, Debug)]
pub struct Room {
    id: RoomId,
    title: String,
    state: State,
    log: Log,
    answers: Answers,
    presence: Presence,
}

/// A stored log that is not this room's, or has a hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayError {
    /// An entry of another room.
    ForeignRoom {
        /// Which.
        found: RoomId,
    },
    /// An entry that does not follow the one before.
    Gap {
        /// The position that had to come.
        expected: Seq,
        /// The position that came.
        found: Seq,
    },
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ForeignRoom { found } => write!(f, "the log holds an update of room {found}"),
            Self::Gap { expected, found } => {
                write!(f, "the log has update {} where {} was expected", found.number(), expected.number())
            }
        }
    }
}

impl std::error::Error for ReplayError {}

/// What follows from the log, and from nothing else.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub(crate) crew: Crew,
    pub(crate) stage: Stage,
    pub(crate) chat: Chat,
    pub(crate) running: Running,
}

impl State {
    pub(crate) fn apply(&mut self, update: &Update) {
        match &update.body {
            UpdateBody::CrewArrived { member } => self.crew.arrived(member),
            UpdateBody::CrewLeft { participant } => {
                self.crew.left(*participant);
                self.stage.left(*participant);
            }
            UpdateBody::SendingChanged { participant, sending, on_stage: _, device } => {
                self.crew.sending_changed(*participant, *sending, *device);
            }
            UpdateBody::CameOnStage { member } => self.crew.came_on_stage(member),
            UpdateBody::LeftStage { participant } => {
                self.crew.left_stage(*participant);
                self.stage.left_stage(*participant);
            }
            UpdateBody::PreviewSet { scene } => self.stage.preview = scene.clone(),
            UpdateBody::ProgramSet { scene } => self.stage.program = scene.clone(),
            UpdateBody::Taken { program } => self.stage.taken(program),
            UpdateBody::WentLive => self.stage.went_live(update.at),
            UpdateBody::Ended { undo_until } => self.stage.ended(update.at, *undo_until),
            UpdateBody::EndUndone => self.stage.end_undone(),
            UpdateBody::RunOfShowSet { run_of_show } => self.running.planned(run_of_show),
            UpdateBody::CueCalled { cue } => self.running.called(*cue, update.at),
            UpdateBody::CuesReset => self.running.was_reset(),
            UpdateBody::MessageSent { message } => self.chat.sent(&Message { seq: update.seq, ..message.clone() }),
            UpdateBody::MessageRemoved { message } => self.chat.removed(*message),
            // The one is a command that changed nothing; a newer server's update changes nothing that this one knows.
            UpdateBody::Hidden | UpdateBody::Unknown => {}
        }
    }

    fn decide(&self, now: Timestamp, who: &Actor, command: &Command) -> Result<Vec<UpdateBody>, Refusal> {
        let allowed = |action| if may(who.role, action) { Ok(()) } else { Err(Refusal::NotAllowed) };
        match &command.body {
            CommandBody::SendMessage { text } => self.chat.send(now, who, command.id, text),
            CommandBody::RemoveMessage { message } => self.chat.remove(who, *message),
            CommandBody::SetSending { sending, take_over } => {
                allowed(Action::EnterBackstage).and_then(|()| self.crew.set_sending(who, *sending, *take_over))
            }
            CommandBody::BringOnStage { participant } => {
                allowed(Action::MoveOnStage).and_then(|()| self.stage.bring_on(&self.crew, *participant))
            }
            CommandBody::TakeOffStage { participant } => {
                allowed(Action::MoveOnStage).and_then(|()| self.crew.take_off(*participant))
            }
            CommandBody::SetPreview { scene } => {
                allowed(Action::DirectScenes).and_then(|()| self.stage.set_preview(&self.crew, scene))
            }
            CommandBody::EditPreview { change } => {
                allowed(Action::DirectScenes).and_then(|()| self.stage.edit_preview(&self.crew, *change))
            }
            CommandBody::CallCue { cue } => {
                allowed(Action::CallShow).and_then(|()| self.running.call(&self.stage, &self.crew, *cue))
            }
            CommandBody::ResetCues => allowed(Action::CallShow).map(|()| self.running.reset()),
            CommandBody::PrepareScene { scene } => {
                allowed(Action::DirectScenes).and_then(|()| self.running.prepare(&self.stage, &self.crew, scene))
            }
            CommandBody::Take => allowed(Action::DirectScenes).and_then(|()| self.stage.take(&self.crew)),
            CommandBody::GoLive => allowed(Action::CallShow).and_then(|()| self.stage.go_live()),
            CommandBody::EndShow => allowed(Action::CallShow).and_then(|()| self.stage.end(now)),
            CommandBody::UndoEnd => allowed(Action::CallShow).and_then(|()| self.stage.undo_end(now)),
            CommandBody::Unknown => Err(Refusal::UnknownCommand),
        }
    }

    fn media_plan(&self) -> MediaPlan {
        let on_stage = self.crew.on_stage.iter().map(|member| member.participant).collect();
        MediaPlan { on_stage, on_air: self.stage.on_air(), senders: self.crew.senders() }
    }
}

impl Room {
    /// A room in which nothing has happened.
    #[must_use]
    pub fn new(room: RoomId, title: String) -> Self {
        Self {
            id: room,
            title,
            state: State::default(),
            log: Log::default(),
            answers: Answers::default(),
            presence: Presence::default(),
        }
    }

    /// The room as its log left it. Nobody is connected: the crew that was in has [`GRACE_AFTER_RESTART`] to
    /// [arrive](Self::arrive) again, so ask [`next_wake`](Self::next_wake).
    pub fn replay(
        room: RoomId,
        title: String,
        entries: impl IntoIterator<Item = Entry>,
        now: Timestamp,
    ) -> Result<Self, ReplayError> {
        let mut replayed = Self::new(room, title);
        for Entry { update, command } in entries {
            let expected = replayed.log.seq().next();
            if update.room != room {
                return Err(ReplayError::ForeignRoom { found: update.room });
            }
            if update.seq != expected {
                return Err(ReplayError::Gap { expected, found: update.seq });
            }
            if let Some(command) = command {
                replayed.answers.remember(command, update.seq);
            }
            replayed.state.apply(&update);
            replayed.log.push(update);
        }
        for CrewMember { participant, device, .. } in replayed.state.crew.members() {
            replayed.presence.depart((*participant, *device), now.plus(GRACE_AFTER_RESTART));
        }
        Ok(replayed)
    }

    /// Which room.
    pub fn id(&self) -> RoomId {
        self.id
    }

    /// The position of the last update.
    pub fn seq(&self) -> Seq {
        self.log.seq()
    }

    /// Answers a command, and does it if the rules allow. A repeat gets the first answer and does nothing; a refused command
    /// may be tried again.
    pub fn handle(&mut self, now: Timestamp, who: &Actor, command: &Command) -> Vec<Effect> {
        let key = (who.participant, command.id);
        if let Some(seq) = self.answers.get(key) {
            return vec![reply(command, Outcome::Accepted { seq })];
        }
        let decided = if command.room == self.id {
            self.state.decide(self.log.not_before(now), who, command)
        } else {
            Err(Refusal::NoSuchRoom)
        };
        match decided {
            Ok(mut bodies) => {
                // What changes nothing has its place in the log all the same, and shows nobody anything there: its repeat, however
                // late, gets this answer and does not undo what was done since.
                if bodies.is_empty() {
                    bodies.push(UpdateBody::Hidden);
                }
                let mut effects = self.record(now, bodies, Some(who.participant), Some(key));
                let seq = self.log.seq();
                self.answers.remember(key, seq);
                effects.push(reply(command, Outcome::Accepted { seq }));
                effects
            }
            Err(refusal) => vec![reply(command, Outcome::Refused { refusal, retry_after_ms: None })],
        }
    }

    /// Someone connected. The crew comes into the green room, or keeps its place; of attendees the log says nothing.
    /// Calling it again changes nothing.
    pub fn arrive(&mut self, now: Timestamp, who: &Actor) -> Vec<Effect> {
        if !may(who.role, Action::EnterBackstage) {
            return Vec::new();
        }
        self.presence.arrive((who.participant, who.device));
        let is_on_stage = self.state.crew.is_on_stage(who.participant);
        let (sending, device) = match self.state.crew.member(who.participant) {
            Some(known) if known.role == who.role => return Vec::new(),
            // They come back as something else, and stay where they are.
            Some(known) => (known.sending, known.device),
            None => (Sending::default(), None),
        };
        let member = CrewMember { participant: who.participant, name: who.name.clone(), role: who.role, sending, device };
        let body = if is_on_stage { UpdateBody::CameOnStage { member } } else { UpdateBody::CrewArrived { member } };
        self.record(now, vec![body], None, None)
    }

    /// What is planned for the room is this. Said again, it changes nothing.
    pub fn plan(&mut self, now: Timestamp, run_of_show: RunOfShow) -> Vec<Effect> {
        let bodies = self.state.running.plan(run_of_show);
        self.record(now, bodies, None, None)
    }

    /// The last connection of somebody's device went. The crew keeps its place for [`GRACE_AFTER_DEPARTURE`] after the last of its
    /// devices, so nothing happens yet: ask [`next_wake`](Self::next_wake).
    pub fn depart(&mut self, now: Timestamp, who: &Actor) {
        let place = (who.participant, who.device);
        if self.state.crew.member(who.participant).is_some() {
            self.presence.depart(place, now.plus(GRACE_AFTER_DEPARTURE));
        } else {
            self.presence.forget(place);
        }
    }

    /// Does what has become due. Too early is harmless.
    pub fn wake(&mut self, now: Timestamp) -> Vec<Effect> {
        let mut bodies = Vec::new();
        for lapsed in self.presence.expire(now) {
            bodies.extend(match lapsed {
                Lapsed::Person(participant) => self.state.crew.leave(participant),
                Lapsed::Device(place) => self.state.crew.device_gone(place),
            });
        }
        self.record(now, bodies, None, None)
    }

    /// When [`wake`](Self::wake) has something to do.
    pub fn next_wake(&self) -> Option<Timestamp> {
        self.presence.next()
    }

    /// Whether the room waits for nothing: nobody may still come back to a place in it, and no show is on air.
    pub fn is_at_rest(&self) -> bool {
        self.next_wake().is_none() && !self.state.stage.on_air()
    }

    /// Whose media goes where; [`Effect::Media`] tells of changes.
    pub fn media_plan(&self) -> MediaPlan {
        self.state.media_plan()
    }

    /// Where the room stands, as `role` may see it.
    pub fn snapshot(&self, role: Role) -> Snapshot {
        let State { crew, stage, chat, running } = &self.state;
        Snapshot {
            room: self.id,
            seq: self.log.seq(),
            title: self.title.clone(),
            phase: stage.phase,
            on_stage: crew.on_stage.clone(),
            program: stage.program.clone(),
            chat: chat.latest(),
            crew: may(role, Action::EnterBackstage).then(|| {
                let Running { planned, called } =
                    if View::of(role) == View::Control { running.clone() } else { Running::default() };
                CrewView { backstage: crew.backstage.clone(), preview: stage.preview.clone(), run_of_show: planned, called }
            }),
        }
    }

    /// The updates after `after`, from memory. Nothing where the room no longer holds them all, or where `after` is beyond its
    /// end: then a snapshot is the answer.
    pub fn since(&self, after: Seq) -> Option<Vec<Arc<Update>>> {
        self.log.since(after)
    }

    /// Appends what was decided, follows it, and says what is to be done about it.
    fn record(
        &mut self,
        now: Timestamp,
        bodies: Vec<UpdateBody>,
        by: Option<ParticipantId>,
        command: Option<(ParticipantId, CommandId)>,
    ) -> Vec<Effect> {
        if bodies.is_empty() {
            return Vec::new();
        }
        let before = self.state.media_plan();
        let at = self.log.not_before(now);
        let last = bodies.len() - 1;
        let mut entries = Vec::with_capacity(bodies.len());
        for (index, body) in bodies.into_iter().enumerate() {
            let update = Arc::new(Update { room: self.id, seq: self.log.seq().next(), at, by, body });
            self.state.apply(&update);
            self.log.push(Arc::clone(&update));
            entries.push(Entry { update, command: if index == last { command } else { None } });
        }
        let updates = entries.iter().map(|entry| Arc::clone(&entry.update)).collect();
        let after = self.state.media_plan();
        let mut effects = vec![Effect::Persist(entries), Effect::Publish(updates)];
        if after != before {
            effects.push(Effect::Media(after));
        }
        effects
    }
}

fn reply(command: &Command, outcome: Outcome) -> Effect {
    Effect::Reply(Reply { id: command.id, outcome })
}
