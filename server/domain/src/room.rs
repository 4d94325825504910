//! One room: routes a command to its feature, keeps the log, and follows it.

use std::{collections::BTreeSet, sync::Arc};

use houselights_shared::{
    Action, Command, CommandBody, CommandId, CrewMember, LobbyGuest, MessageId, Mine, NamedVote, Outcome, ParticipantId,
    PollId, Refusal, Reply, Role, RoomId, RunOfShow, SanctionKind, Sending, Seq, Snapshot, Timestamp, Update, UpdateBody,
};

use crate::{
    Actor, DirectReport, Door, Effect, Entry, GRACE_AFTER_DEPARTURE, MediaPlan, Naming, Person, Reading, Recalled, ReplayError,
    View,
    course::Course,
    decide::Asking,
    declined::Declined,
    log::{Answers, Log, placed},
    may,
    presence::{Lapsed, Presence},
    qa,
    state::State,
};

/// A stage room. One owner calls it; it never blocks.
#[derive(Clone, Debug)]
pub struct Room {
    pub(crate) id: RoomId,
    title: String,
    pub(crate) state: State,
    pub(crate) log: Log,
    pub(crate) course: Course,
    pub(crate) answers: Answers,
    pub(crate) presence: Presence,
    /// Until when everybody comes in as if they had been here: after a restart nobody is known. A room that is locked, or has a lobby, knows by
    /// its log who belongs there.
    pub(crate) grace_until: Timestamp,
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
            course: Course::default(),
            answers: Answers::default(),
            presence: Presence::default(),
            grace_until: Timestamp::default(),
        }
    }

    /// The room as its whole log left it ([`Reading`] takes it in parts).
    ///
    /// # Errors
    /// It is not a log of this room, or has a hole.
    pub fn replay(
        room: RoomId,
        title: String,
        entries: impl IntoIterator<Item = Entry>,
        now: Timestamp,
    ) -> Result<Self, ReplayError> {
        let mut reading = Reading::new(room, title, None);
        reading.follow(entries)?;
        Ok(reading.end(now).0)
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
        let now = self.course.pass(now);
        let who = &*self.state.moderation.called(who);
        let key = (who.participant, command.id);
        if let Some(seq) = self.answers.get(key) {
            return vec![reply(command.id, Outcome::Accepted { seq })];
        }
        let decided = if command.room == self.id {
            self.state.decide(Asking { now, who, command, presence: &self.presence })
        } else {
            Err(Declined::from(Refusal::NoSuchRoom))
        };
        self.answer(now, who, command.id, decided)
    }

    /// Somebody reports a direct message to those who look after the room. It is answered as a command is.
    pub fn report_direct(&mut self, now: Timestamp, who: &Actor, report: &DirectReport) -> Vec<Effect> {
        let now = self.course.pass(now);
        let who = &*self.state.moderation.called(who);
        if let Some(seq) = self.answers.get((who.participant, report.id)) {
            return vec![reply(report.id, Outcome::Accepted { seq })];
        }
        let is_within = self.state.is_within(now, who, &self.presence);
        let decided = is_within.and_then(|()| Ok(self.state.moderation.report_direct(now, who, report)?));
        self.answer(now, who, report.id, decided)
    }

    fn answer(
        &mut self,
        now: Timestamp,
        who: &Actor,
        id: CommandId,
        decided: Result<Vec<UpdateBody>, Declined>,
    ) -> Vec<Effect> {
        let key = (who.participant, id);
        match decided {
            Ok(mut bodies) => {
                // What changes nothing has its place in the log all the same, and shows nobody anything there: its repeat, however
                // late, gets this answer and does not undo what was done since.
                if bodies.is_empty() {
                    bodies.push(UpdateBody::HIDDEN);
                }
                let mut effects = self.record(now, bodies, Some(who.participant), Some(key));
                let seq = self.log.seq();
                self.answers.remember(key, seq);
                effects.push(reply(id, Outcome::Accepted { seq }));
                effects
            }
            Err(declined) => vec![reply(id, declined.into())],
        }
    }

    /// Whether someone who connects comes in.
    pub fn door(&self, now: Timestamp, who: &Actor) -> Door {
        let now = self.course.at(now);
        let was_here = self.presence.known(who.participant).is_some() || now < self.grace_until;
        self.state.moderation.door(now, who, was_here)
    }

    /// Someone waits until they are let in.
    pub fn knock(&mut self, now: Timestamp, who: &Actor) {
        let now = self.course.pass(now);
        self.presence.wait(LobbyGuest { participant: who.participant, name: who.name.clone(), since: now });
    }

    /// Someone does not wait any more.
    pub fn give_up(&mut self, who: ParticipantId) {
        self.presence.leave_lobby(who);
    }

    /// Who waits, in the order in which they came.
    pub fn waiting(&self) -> impl ExactSizeIterator<Item = &LobbyGuest> {
        self.presence.waiting()
    }

    /// How the room calls people before those who do not look after it.
    pub fn naming(&self) -> Naming {
        self.state.moderation.naming()
    }

    /// Who writes nothing here.
    pub fn muted(&self) -> impl Iterator<Item = ParticipantId> {
        self.state.moderation.muted()
    }

    /// Whoever is here, each once, by their names.
    pub fn here(&self) -> impl Iterator<Item = (ParticipantId, &Person)> {
        self.presence.here()
    }

    /// Whom a command is about, where the room does not know them well enough; nothing where it is refused in any case. Whoever knows the people of the event [introduces](Self::introduce) them first.
    pub fn stranger(&self, who: &Actor, body: &CommandBody) -> Option<ParticipantId> {
        self.state.stranger(&self.presence, who, body)
    }

    /// Somebody of the event is called this, and comes as that. They are not here for it.
    pub fn introduce(&mut self, who: ParticipantId, person: Person) {
        self.presence.introduce(who, person);
    }

    /// What a command is about that was said here longer ago than the room holds. Whoever has the whole log [recalls](Self::recall) it first.
    pub fn forgotten(&self, who: &Actor, body: &CommandBody) -> Option<MessageId> {
        self.state.forgotten(who, body)
    }

    /// What is decided soon is not forgotten for what others name meanwhile.
    pub fn keep_in_mind(&mut self, body: &CommandBody) {
        self.state.keep_in_mind(body);
    }

    /// What was said here long ago, with its trace, as it stands after all that the room has decided.
    pub fn recall(&mut self, said: Recalled) {
        self.state.chat.recall(said);
    }

    /// Who is banned by this room.
    pub fn banned(&self) -> Vec<ParticipantId> {
        self.state.moderation.banned()
    }

    /// Whether reactions count.
    pub fn counts_reactions(&self) -> bool {
        self.state.moderation.rules.reactions
    }

    /// What of the room is somebody's own.
    pub fn mine(&self, who: ParticipantId) -> Mine {
        self.state.mine(self.id, who)
    }

    /// Someone connected. The crew comes into the green room, or keeps its place; of attendees the log says nothing.
    /// Calling it again changes nothing.
    pub fn arrive(&mut self, now: Timestamp, who: &Actor) -> Vec<Effect> {
        let now = self.course.pass(now);
        self.presence.arrive(who);
        if !may(who.role, Action::EnterBackstage) {
            return Vec::new();
        }
        let is_on_stage = self.state.crew.is_on_stage(who.participant);
        let (sending, device) = match self.state.crew.member(who.participant) {
            Some(known) if known.role == who.role => return Vec::new(),
            // They come back as something else, and stay where they are.
            Some(known) => (known.sending, known.device),
            None => (Sending::default(), None),
        };
        let member = CrewMember { participant: who.participant, name: who.name.clone(), role: who.role, sending, device };
        let body = if is_on_stage { UpdateBody::CameOnStage { member } } else { UpdateBody::CrewArrived { member } };
        // Whoever raised a hand and comes back as one of the crew needs none.
        let lowered = self.state.hands.lower(who.participant);
        let refiled = self.state.moderation.refile(who, |report| self.state.reported(report) == Some(who.participant));
        self.record(now, lowered.into_iter().chain([body]).chain(refiled).collect(), None, None)
    }

    /// Someone may not be here any more, for what another room says. Calling it again changes nothing.
    pub fn expel(&mut self, now: Timestamp, who: ParticipantId) -> Vec<Effect> {
        let now = self.course.pass(now);
        self.presence.leave_lobby(who);
        let bodies = self.state.hands.lower(who).into_iter().chain(self.state.crew.leave(who)).collect();
        self.record(now, bodies, None, None)
    }

    /// Somebody is not banned from the event any more, whoever says so: `by` is who that is at the event. Calling it again changes nothing.
    pub fn unban(&mut self, now: Timestamp, who: ParticipantId, by: Option<ParticipantId>) -> Vec<Effect> {
        let now = self.course.pass(now);
        let kind = SanctionKind::Banned;
        let is_banned = self.state.moderation.holds(who, kind);
        let lifted = is_banned.then_some(UpdateBody::SanctionLifted { participant: who, kind: Some(kind) });
        self.record(now, lifted.into_iter().collect(), by, None)
    }

    /// What is planned for the room is this. Said again, it changes nothing.
    pub fn plan(&mut self, now: Timestamp, run_of_show: RunOfShow) -> Vec<Effect> {
        let now = self.course.pass(now);
        let bodies = self.state.running.plan(run_of_show, |poll| self.state.polls.was_asked(poll));
        self.record(now, bodies, None, None)
    }

    /// The last connection of somebody's device went. The crew keeps its place for [`GRACE_AFTER_DEPARTURE`] after the last of its
    /// devices, and a raised hand its own, so nothing happens yet: ask [`next_wake`](Self::next_wake).
    pub fn depart(&mut self, now: Timestamp, who: &Actor) {
        let now = self.course.pass(now);
        let place = (who.participant, who.device);
        let State { crew, hands, .. } = &self.state;
        if crew.member(who.participant).is_some() || hands.is_raised(who.participant) {
            self.presence.depart(place, now.plus(GRACE_AFTER_DEPARTURE));
        } else {
            self.presence.forget(place);
        }
    }

    /// Does what has become due. Too early is harmless.
    pub fn wake(&mut self, now: Timestamp) -> Vec<Effect> {
        let now = self.course.pass(now);
        let mut bodies = Vec::new();
        for lapsed in self.presence.expire(now) {
            match lapsed {
                Lapsed::Person(participant) => {
                    bodies.extend(self.state.hands.lower(participant));
                    bodies.extend(self.state.crew.leave(participant));
                }
                Lapsed::Device(place) => bodies.extend(self.state.crew.device_gone(place)),
            }
        }
        bodies.extend(self.state.polls.wake(now, &self.state.called()));
        bodies.extend(self.state.questions.count(now));
        bodies.extend(self.state.moderation.wake(now));
        // Who has just gone does not leave the stage once more: those who are left follow at once.
        if bodies.is_empty() {
            bodies.extend(self.state.guests_leave(now));
        }
        self.record(now, bodies, None, None)
    }

    /// When [`wake`](Self::wake) has something to do, by the clock of the machine as it went until now.
    pub fn next_wake(&self) -> Option<Timestamp> {
        let State { polls, questions, moderation, .. } = &self.state;
        let next = [self.presence.next(), polls.next(), questions.next(), moderation.next(), self.state.guests_leave_at()];
        let next = next.into_iter().flatten().min();
        next.map(|at| self.course.by_machine(at))
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
        self.state.snapshot((self.id, self.log.seq(), &self.title), View::of(role))
    }

    /// Who voted for what, for `role`, by their names: of a poll that told those who voted that they are seen.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`] for whoever does not look after the show, and of a poll that is anonymous; [`Refusal::NoSuchPoll`].
    pub fn votes(&self, role: Role, poll: PollId) -> Result<Vec<NamedVote>, Refusal> {
        match View::of(role) {
            View::Control | View::Moderators => self.state.polls.votes(poll),
            View::Crew | View::Audience => Err(Refusal::NotAllowed),
        }
    }

    /// The updates after `after`, from memory. Nothing where the room no longer holds them all, or where `after` is beyond its
    /// end: then a snapshot is the answer.
    pub fn since(&self, after: Seq) -> Option<Vec<Arc<Update>>> {
        self.log.since(after)
    }

    /// One of those, as `view` is told it who was not there: of what was taken back or changed since, how it stands now.
    #[must_use]
    pub fn retold(&self, view: View, update: &Arc<Update>) -> Arc<Update> {
        self.state.retold(view, update)
    }

    /// How many updates changed how what was before them is retold.
    #[must_use]
    pub fn retellings(&self) -> u64 {
        self.log.retellings()
    }

    /// Appends what was decided, follows it, and says what is to be done about it.
    fn record(
        &mut self,
        at: Timestamp,
        bodies: Vec<UpdateBody>,
        by: Option<ParticipantId>,
        command: Option<(ParticipantId, CommandId)>,
    ) -> Vec<Effect> {
        if bodies.is_empty() {
            return Vec::new();
        }
        let before = self.state.media_plan();
        let last = bodies.len() - 1;
        // Who takes a question back that has no name is not told by what goes with it.
        let takes_back = bodies.iter().any(|body| matches!(body, UpdateBody::QuestionWithdrawn { .. }));
        // Nor does whoever changes or takes out their own words look after the room by what is unpinned with them.
        let is_their_own = bodies.iter().any(|body| self.state.chat.is_own(by, body));
        let mut entries = Vec::with_capacity(bodies.len());
        let (mut concerned, mut effects) = (BTreeSet::new(), Vec::new());
        for (index, body) in bodies.into_iter().enumerate() {
            let seq = self.log.seq().next();
            let goes_with_it =
                (takes_back && qa::goes_with_withdrawal(&body)) || (is_their_own && matches!(body, UpdateBody::Unpinned));
            let by = by.filter(|_| !goes_with_it);
            let update = Arc::new(Update { room: self.id, seq, at, by, body: placed(body, seq) });
            concerned.extend(self.state.concerned(&update));
            let follows = self.state.follows(&update);
            follows.iter().filter_map(Effect::sent_away).for_each(|who| self.presence.leave_lobby(who));
            effects.extend(follows);
            self.state.apply(&update);
            // Once somebody keeps the door, nobody comes in for having been here before a restart.
            if self.state.moderation.is_guarded() {
                self.grace_until = Timestamp::default();
            }
            self.log.push(Arc::clone(&update));
            entries.push(Entry { update, command: if index == last { command } else { None } });
        }
        let updates = entries.iter().map(|entry| Arc::clone(&entry.update)).collect();
        let after = self.state.media_plan();
        let media = (after != before).then_some(Effect::Media(after));
        let mine = (!concerned.is_empty()).then(|| Effect::Mine(concerned.into_iter().collect()));
        let first = [Effect::Persist(entries), Effect::Publish(updates)];
        first.into_iter().chain(media).chain(mine).chain(effects).collect()
    }
}

fn reply(id: CommandId, outcome: Outcome) -> Effect {
    Effect::Reply(Reply { id, outcome })
}
