//! A client, as the app is one: it keeps what has no answer, sends it again with the same id, and says where it stopped.

use std::collections::{HashMap, VecDeque};

use houselights_domain::{Actor, View};
use houselights_shared::{AskedId, Command, CommandId, MessageId, Outcome, Reply, Seq, Snapshot, Update, UpdateBody};

use super::{compare::difference, doings::Known, house::ConnectionId, model};

/// What the server sends.
#[derive(Clone, Debug)]
pub(super) enum Heard {
    Snapshot(Box<Snapshot>),
    Updates(Vec<Update>),
    /// What somebody missed, or a part of it, as it was told when the log was so far; and where the room stood then, where it is all.
    Retold {
        updates: Vec<Update>,
        at: Seq,
        stands: Option<Box<Snapshot>>,
    },
    Reply(Reply),
    /// The connection ends.
    Refused,
}

/// What is to be done about what came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Nothing,
    /// The rest is to be asked for.
    Further(Seq),
    /// The connection is to be made anew.
    Anew,
}

/// An update that was shown, and how far the log was when it was retold, where it was missed.
pub(super) type Shown = (Update, Option<Seq>);

/// One person on one device.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub(super) who: Actor,
    pub(super) connection: Option<ConnectionId>,
    /// Whether the answer to Hello came.
    pub(super) entered: bool,
    pub(super) after: Option<Seq>,
    /// Without an answer, oldest first.
    pub(super) waiting: VecDeque<Command>,
    pub(super) acknowledged: HashMap<CommandId, Seq>,
    pub(super) shown: Vec<Shown>,
    /// Where the room stands, as a client has it.
    pub(super) held: Option<Box<Snapshot>>,
    pub(super) snapshots: Vec<Snapshot>,
}

impl Client {
    pub(super) fn new(who: Actor) -> Self {
        let (connection, after, held) = (None, None, None);
        let (waiting, acknowledged, shown, snapshots) = Default::default();
        Self { who, connection, entered: false, after, waiting, acknowledged, shown, held, snapshots }
    }

    /// Takes in what came.
    pub(super) fn hear(&mut self, heard: Heard, known: &mut Known) -> Result<Next, String> {
        match heard {
            Heard::Snapshot(snapshot) => {
                self.after = Some(snapshot.seq);
                self.held = Some(snapshot.clone());
                self.snapshots.push(*snapshot);
                self.entered = true;
            }
            Heard::Updates(updates) => return self.follow_all(updates, None, known),
            Heard::Retold { updates, at, stands } => {
                let next = self.follow_all(updates, Some(at), known)?;
                let Some(stands) = stands else { return Ok(self.after.map_or(next, Next::Further)) };
                if let Some(told) = difference(self.held.as_deref(), &stands) {
                    return Err(format!("{} came back at {at:?}, and has something else: {told}", self.who.name));
                }
                return Ok(next);
            }
            Heard::Reply(Reply { id, outcome }) => self.answered(id, outcome)?,
            Heard::Refused => return Ok(Next::Anew),
        }
        Ok(Next::Nothing)
    }

    fn follow_all(&mut self, updates: Vec<Update>, at: Option<Seq>, known: &mut Known) -> Result<Next, String> {
        self.entered = true;
        for update in updates {
            self.follow((update, at), known)?;
        }
        Ok(Next::Nothing)
    }

    fn follow(&mut self, (update, at): Shown, known: &mut Known) -> Result<(), String> {
        let Some(after) = self.after else { return Err("updates came before a snapshot".to_owned()) };
        if update.last() <= after {
            return Ok(());
        }
        if update.seq > after.next() {
            return Err(format!("{} has {after:?}, and {:?} came", self.who.name, update.seq));
        }
        self.after = Some(update.last());
        if let UpdateBody::MessageSent { message } = &update.body {
            known.messages.push(message.id);
        }
        if let Some(held) = &mut self.held {
            let looks_after = View::of(self.who.role).looks_after();
            model::apply(held, &Update { seq: after.next(), ..update.clone() }, looks_after);
        }
        self.shown.push((update, at));
        Ok(())
    }

    fn answered(&mut self, id: CommandId, outcome: Outcome) -> Result<(), String> {
        let Outcome::Accepted { seq } = outcome else {
            // What was refused is not asked again; what could not be stored is, as a person would.
            self.waiting.retain(|command| command.id != id);
            return Ok(());
        };
        self.waiting.retain(|command| command.id != id);
        match self.acknowledged.insert(id, seq) {
            Some(before) if before != seq => Err(format!("{id} was answered with {before:?}, and then with {seq:?}")),
            Some(_) | None => Ok(()),
        }
    }

    /// What it asks, to be done something about by others.
    pub(super) fn asks(&mut self, command: Command, known: &mut Known) {
        if let houselights_shared::CommandBody::SendMessage { .. } = command.body {
            known.messages.push(MessageId::from(command.id));
        }
        if let houselights_shared::CommandBody::AskQuestion { .. } = command.body {
            known.questions.push(AskedId::from(command.id));
        }
        self.waiting.push_back(command);
    }
}
