//! A client, as the app is one: it keeps what has no answer, sends it again with the same id, and says where it stopped.

use std::collections::{HashMap, VecDeque};

use houselights_domain::Actor;
use houselights_shared::{AskedId, Command, CommandId, MessageId, Outcome, Reply, Seq, Snapshot, Update, UpdateBody};

use super::{doings::Known, house::ConnectionId};

/// What the server sends.
#[derive(Clone, Debug)]
pub(super) enum Heard {
    Snapshot(Box<Snapshot>),
    Updates(Vec<Update>),
    Reply(Reply),
    /// The connection ends.
    Refused,
}

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
    pub(super) shown: Vec<Update>,
    pub(super) snapshots: Vec<Snapshot>,
}

impl Client {
    pub(super) fn new(who: Actor) -> Self {
        let (connection, after) = (None, None);
        let (waiting, acknowledged, shown, snapshots) = Default::default();
        Self { who, connection, entered: false, after, waiting, acknowledged, shown, snapshots }
    }

    /// Takes in what came; whether the connection is to be made anew.
    pub(super) fn hear(&mut self, heard: Heard, known: &mut Known) -> Result<bool, String> {
        match heard {
            Heard::Snapshot(snapshot) => {
                self.after = Some(snapshot.seq);
                self.snapshots.push(*snapshot);
                self.entered = true;
            }
            Heard::Updates(updates) => {
                self.entered = true;
                for update in updates {
                    if !self.follow(update, known)? {
                        return Ok(true);
                    }
                }
            }
            Heard::Reply(Reply { id, outcome }) => self.answered(id, outcome)?,
            Heard::Refused => return Ok(true),
        }
        Ok(false)
    }

    /// False where something is missing in between.
    fn follow(&mut self, update: Update, known: &mut Known) -> Result<bool, String> {
        let Some(after) = self.after else { return Err("updates came before a snapshot".to_owned()) };
        if update.last() <= after {
            return Ok(true);
        }
        if update.seq > after.next() {
            return Err(format!("{} has {after:?}, and {:?} came", self.who.name, update.seq));
        }
        self.after = Some(update.last());
        if let UpdateBody::MessageSent { message } = &update.body {
            known.messages.push(message.id);
        }
        self.shown.push(update);
        Ok(true)
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
