//! What was taken back until the end of a log, or changed: messages, notes and questions.

use std::collections::{HashMap, HashSet};

use houselights_shared::{
    Action, Answer, AskedId, Message, MessageId, Overlay, ParticipantId, PollId, Question, Seq, Standing, Timestamp, Update,
    UpdateBody,
};

use crate::{may, retold::without_answers};

/// What messages say in the end, and what questions were answered with, by the entry that changed them last.
#[derive(Clone, Debug, Default)]
pub struct Edits {
    messages: HashMap<Seq, Edit>,
    answers: HashMap<Seq, Answer>,
}

#[derive(Clone, Debug)]
struct Edit {
    at: Timestamp,
    text: String,
    mentions: Vec<ParticipantId>,
}

impl Edits {
    /// Of these entries; others than changes of messages and answers are passed over.
    pub fn of<'a>(updates: impl IntoIterator<Item = &'a Update>) -> Self {
        let mut edits = Self::default();
        for Update { seq, at, body, .. } in updates {
            if let UpdateBody::MessageEdited { text, mentions, .. } = body {
                edits.messages.insert(*seq, Edit { at: *at, text: text.clone(), mentions: mentions.clone() });
            } else if let UpdateBody::QuestionSettled { standing, .. } = body
                && let Some(answer) = in_writing(standing)
            {
                edits.answers.insert(*seq, answer.clone());
            }
        }
        edits
    }
}

/// Which messages went and which were changed, by the entries that sent them. However long ago something was said, it can still be taken back.
#[derive(Clone, Debug, Default)]
struct Said {
    sent: HashMap<MessageId, Seq>,
    gone: HashSet<Seq>,
    edited: HashMap<Seq, Seq>,
}

impl Said {
    fn sent(&mut self, id: MessageId, seq: Seq) {
        self.sent.insert(id, seq);
    }

    /// True where it was there until now.
    fn went(&mut self, id: MessageId) -> bool {
        self.sent.get(&id).is_some_and(|sent| self.gone.insert(*sent))
    }

    fn came_back(&mut self, id: MessageId) -> bool {
        self.sent.get(&id).is_some_and(|sent| self.gone.remove(sent))
    }

    fn weight(&self) -> usize {
        let held = self.sent.len() * (size_of::<MessageId>() + size_of::<Seq>());
        held + size_of::<Seq>() * (self.gone.len() + 2 * self.edited.len())
    }

    fn was_edited(&mut self, id: MessageId, by: Seq) -> bool {
        let Some(sent) = self.sent.get(&id) else { return false };
        self.edited.insert(*sent, by);
        true
    }
}

/// A question that stands in the room.
#[derive(Clone, Debug)]
struct Asked {
    seq: Seq,
    text: String,
    standing: Standing,
    /// The entries that answered it in writing since it was open last.
    answered: Vec<Seq>,
}

/// What was taken back, and what was changed.
#[derive(Clone, Debug, Default)]
pub(super) struct TakenBack {
    chat: Said,
    notes: Said,
    /// Which message an entry pinned.
    pinned: HashMap<Seq, Seq>,
    asked: HashMap<AskedId, Asked>,
    /// Of questions that were taken back and are not there any more: from where to where in the log they were.
    withdrawn: HashMap<AskedId, Vec<(Seq, Seq)>>,
    /// Of entries that answered a question in writing with what is not the answer any more: which one holds the answer, where there is one.
    replaced: HashMap<Seq, Option<Seq>>,
    /// Of entries that answered a question in writing: those whose question was not answered any more afterwards.
    unanswered: HashSet<Seq>,
    /// What was taken out of polls.
    answers: HashMap<PollId, Vec<String>>,
    changes: u64,
}

impl TakenBack {
    /// How often what was told before is told otherwise since.
    pub(super) fn changes(&self) -> u64 {
        self.changes
    }

    pub(super) fn weight(&self) -> usize {
        let asked = self.asked.values().map(|asked| size_of_val(asked) + asked.text.len());
        let spans = self.withdrawn.values().map(|spans| size_of::<AskedId>() + size_of_val(spans.as_slice()));
        let answers = self.answers.values().flatten().map(|answer| size_of_val(answer) + answer.len());
        let replaced = self.replaced.len() * (size_of::<Seq>() + size_of::<Option<Seq>>());
        let asked = asked.chain(answers).chain([replaced + self.unanswered.len() * size_of::<Seq>()]);
        self.chat.weight() + self.notes.weight() + asked.chain(spans).sum::<usize>()
    }

    pub(super) fn follow(&mut self, update: &Update) {
        let changed = self.followed(update);
        self.changes += u64::from(changed);
    }

    fn followed(&mut self, update: &Update) -> bool {
        let seq = update.seq;
        if let UpdateBody::MessageSent { message } = &update.body {
            self.chat.sent(message.id, seq);
            false
        } else if let UpdateBody::MessageEdited { message, .. } = &update.body {
            self.chat.was_edited(*message, seq)
        } else if let UpdateBody::MessageRemoved { message } | UpdateBody::MessageHidden { message } = &update.body {
            self.chat.went(*message)
        } else if let UpdateBody::MessageShown { message } = &update.body {
            self.chat.came_back(message.id)
        } else if let UpdateBody::MessagePinned { message } = &update.body {
            self.pinned.extend(self.chat.sent.get(&message.id).map(|sent| (seq, *sent)));
            false
        } else if let UpdateBody::NoteSent { note } = &update.body {
            self.notes.sent(note.id, seq);
            false
        } else if let UpdateBody::NoteRemoved { note } = &update.body {
            self.notes.went(*note)
        } else if let UpdateBody::AnswerHidden { poll, answer } = &update.body {
            self.answers.entry(*poll).or_default().push(answer.clone());
            true
        } else if let UpdateBody::AnswerShown { poll, answer } = &update.body {
            self.answers.entry(*poll).or_default().retain(|hidden| hidden != answer);
            true
        } else {
            self.question(update)
        }
    }

    fn question(&mut self, update: &Update) -> bool {
        let seq = update.seq;
        if let UpdateBody::QuestionAsked { question: Question { id, text, standing, .. } } = &update.body {
            self.asked.insert(*id, Asked { seq, text: text.clone(), standing: standing.clone(), answered: Vec::new() });
            false
        } else if let UpdateBody::QuestionOpened { question } = &update.body {
            self.stands(question.id, &question.standing, seq)
        } else if let UpdateBody::QuestionSettled { question, standing, .. } = &update.body {
            self.stands(*question, standing, seq)
        } else if let UpdateBody::QuestionWithdrawn { question, .. } = &update.body {
            let Some(asked) = self.asked.remove(question) else { return false };
            // What is settled goes when there is no room for it any more; what is not, its author took back.
            let is_taken_back = !asked.standing.is_settled() || is_put_aside(&asked.standing);
            if is_taken_back {
                self.withdrawn.entry(*question).or_default().push((asked.seq, seq));
            }
            is_taken_back && !is_put_aside(&asked.standing)
        } else {
            false
        }
    }

    fn stands(&mut self, id: AskedId, standing: &Standing, seq: Seq) -> bool {
        let Some(asked) = self.asked.get_mut(&id) else { return false };
        let was = std::mem::replace(&mut asked.standing, standing.clone());
        let is_answered = in_writing(standing).is_some();
        let is_replaced = !asked.answered.is_empty();
        self.replaced.extend(asked.answered.iter().map(|before| (*before, is_answered.then_some(seq))));
        if !matches!(standing, Standing::Answered { .. }) {
            self.unanswered.extend(&asked.answered);
        }
        if is_answered {
            asked.answered.push(seq);
        } else {
            asked.answered.clear();
        }
        is_replaced || is_put_aside(&was) != is_put_aside(standing)
    }

    /// What a question asks that is answered now and was not before.
    pub(super) fn first_answer(&self, id: AskedId) -> Option<&str> {
        let asked = self.asked.get(&id)?;
        (!matches!(asked.standing, Standing::Answered { .. })).then_some(asked.text.as_str())
    }

    /// Whether a question that was there at a position was taken back, or put aside.
    pub(super) fn is_taken_back(&self, id: AskedId, at: Seq) -> bool {
        let is_now = self.asked.get(&id).is_some_and(|asked| asked.seq <= at && is_put_aside(&asked.standing));
        let was = self.withdrawn.get(&id);
        is_now || was.is_some_and(|spans| spans.iter().any(|(from, to)| (*from..=*to).contains(&at)))
    }

    /// Whether an entry answered a question whose answer was taken back after it.
    pub(super) fn is_unanswered(&self, at: Seq) -> bool {
        self.unanswered.contains(&at)
    }

    /// The entry by which the message was changed last that this one sends or pins, or the answer that this one gives.
    pub(super) fn edit_of(&self, update: &Update) -> Option<Seq> {
        if let UpdateBody::MessageSent { .. } = update.body {
            self.chat.edited.get(&update.seq).copied()
        } else if let UpdateBody::MessagePinned { .. } = update.body {
            self.chat.edited.get(self.pinned.get(&update.seq)?).copied()
        } else if let UpdateBody::QuestionSettled { .. } = update.body {
            self.replaced.get(&update.seq).copied().flatten()
        } else {
            None
        }
    }

    /// An entry without what was taken back since, and with what was changed as it is in the end.
    pub(super) fn without(&self, update: &Update, edits: &Edits) -> Update {
        let body = self.left(update, edits);
        // Whose hand it was is told of what is left alone.
        let by = if body == UpdateBody::HIDDEN { None } else { update.by };
        Update { by, body, ..*update }
    }

    #[expect(clippy::too_many_lines, reason = "one line an update")]
    fn left(&self, update: &Update, edits: &Edits) -> UpdateBody {
        match &update.body {
            UpdateBody::MessageSent { message } => {
                let standing = (!self.chat.gone.contains(&update.seq)).then_some(message);
                let last = standing.and_then(|message| in_the_end(message, self.edit_of(update), edits));
                last.map_or(UpdateBody::HIDDEN, |message| UpdateBody::MessageSent { message })
            }
            UpdateBody::MessagePinned { message } => {
                let sent = self.pinned.get(&update.seq).filter(|sent| !self.chat.gone.contains(sent));
                let edit = self.edit_of(update);
                // What was pinned said something else, and whoever changed it since could not pin it.
                let is_another = edit.is_some_and(|edit| edit > update.seq) && !may(message.role, Action::Moderate);
                let last = sent.filter(|_| !is_another).and_then(|_| in_the_end(message, edit, edits));
                last.map_or(UpdateBody::Unpinned, |message| UpdateBody::MessagePinned { message })
            }
            // What still stands stood all the time, and said this.
            UpdateBody::MessageEdited { .. }
            | UpdateBody::MessageRemoved { .. }
            | UpdateBody::MessageHidden { .. }
            | UpdateBody::MessageShown { .. }
            | UpdateBody::NoteRemoved { .. } => UpdateBody::HIDDEN,
            UpdateBody::NoteSent { .. } if self.notes.gone.contains(&update.seq) => UpdateBody::HIDDEN,
            UpdateBody::QuestionAsked { question: Question { id, .. } }
            | UpdateBody::QuestionOpened { question: Question { id, .. } }
            | UpdateBody::QuestionSettled { question: id, .. }
            | UpdateBody::QuestionWithdrawn { question: id, .. }
                if self.is_taken_back(*id, update.seq) =>
            {
                UpdateBody::HIDDEN
            }
            UpdateBody::QuestionSettled { question, standing: Standing::Answered { at, .. }, was_public }
                if let Some(replaced) = self.replaced.get(&update.seq) =>
            {
                let answer = replaced.and_then(|by| edits.answers.get(&by)).cloned();
                answer.map_or(UpdateBody::HIDDEN, |answer| UpdateBody::QuestionSettled {
                    question: *question,
                    standing: Standing::Answered { at: *at, answer: Some(answer) },
                    was_public: *was_public,
                })
            }
            UpdateBody::QuestionsCounted { counts } => {
                let counts = counts.iter().filter(|count| !self.is_taken_back(count.question, update.seq));
                UpdateBody::QuestionsCounted { counts: counts.copied().collect() }
            }
            UpdateBody::PollCounted { poll, .. } | UpdateBody::PollClosed { poll, .. } => {
                without_answers(&update.body, self.answers.get(poll))
            }
            UpdateBody::PollReopened { poll } => without_answers(&update.body, self.answers.get(&poll.id)),
            UpdateBody::OverlaySet { overlay: Some(Overlay::Question { question }) }
                if self.is_taken_back(*question, update.seq) =>
            {
                UpdateBody::OverlaySet { overlay: None }
            }
            body @ (UpdateBody::CrewArrived { .. }
            | UpdateBody::CrewLeft { .. }
            | UpdateBody::SendingChanged { .. }
            | UpdateBody::CameOnStage { .. }
            | UpdateBody::LeftStage { .. }
            | UpdateBody::PreviewSet { .. }
            | UpdateBody::ProgramSet { .. }
            | UpdateBody::Taken { .. }
            | UpdateBody::WentLive
            | UpdateBody::Ended { .. }
            | UpdateBody::EndUndone
            | UpdateBody::RunOfShowSet { .. }
            | UpdateBody::CueCalled { .. }
            | UpdateBody::CuesReset
            | UpdateBody::Unpinned
            | UpdateBody::Announced { .. }
            | UpdateBody::AnnouncementEnded
            | UpdateBody::NoteSent { .. }
            | UpdateBody::QuestionAsked { .. }
            | UpdateBody::QuestionOpened { .. }
            | UpdateBody::QuestionSettled { .. }
            | UpdateBody::QuestionWithdrawn { .. }
            | UpdateBody::QuestionUpvoted { .. }
            | UpdateBody::PollDrafted { .. }
            | UpdateBody::PollDropped { .. }
            | UpdateBody::AnswerHidden { .. }
            | UpdateBody::AnswerShown { .. }
            | UpdateBody::PollOpened { .. }
            | UpdateBody::PollVoted { .. }
            | UpdateBody::PollArchived { .. }
            | UpdateBody::OverlaySet { .. }
            | UpdateBody::HandRaised { .. }
            | UpdateBody::HandLowered { .. }
            | UpdateBody::RulesSet { .. }
            | UpdateBody::Sanctioned { .. }
            | UpdateBody::SanctionLifted { .. }
            | UpdateBody::Reported { .. }
            | UpdateBody::ReportSettled { .. }
            | UpdateBody::ReportReopened { .. }
            | UpdateBody::Admitted { .. }
            | UpdateBody::Hidden { .. }
            | UpdateBody::Unknown) => body.clone(),
        }
    }
}

/// What a question is answered with, where that is in writing.
const fn in_writing(standing: &Standing) -> Option<&Answer> {
    match standing {
        Standing::Answered { answer, .. } => answer.as_ref(),
        Standing::Waiting | Standing::Open | Standing::Dismissed | Standing::Merged { .. } | Standing::Unknown => None,
    }
}

/// Not for everybody, nor asked by another one.
const fn is_put_aside(standing: &Standing) -> bool {
    match standing {
        Standing::Waiting | Standing::Dismissed | Standing::Unknown => true,
        Standing::Open | Standing::Answered { .. } | Standing::Merged { .. } => false,
    }
}

/// A message as it says in the end; nothing where it is not known what.
fn in_the_end(message: &Message, edit: Option<Seq>, edits: &Edits) -> Option<Message> {
    let Some(edit) = edit else { return Some(message.without_trace()) };
    let Edit { at, text, mentions } = edits.messages.get(&edit)?.clone();
    Some(Message { text, mentions, edited_at: Some(at), ..message.without_trace() })
}
