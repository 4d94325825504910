//! Taking somebody out of a room's log: their name and their words go, the places of the log stay (GDPR, article 17).

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap, HashSet},
};

use houselights_shared::{
    Answer, AskedId, Choice, CrewMember, Message, MessageId, ParticipantId, PollId, Question, Report, ReportId, ReportTarget,
    Standing, Tally, Update, UpdateBody,
};

use crate::{alike::likeness, naming::unnamed};

/// Follows a log entry by entry from its beginning, and says what of each is left.
#[derive(Clone, Debug)]
pub struct Forgetting {
    who: ParticipantId,
    /// What stands where their name stood.
    nobody: String,
    names: HashSet<String>,
    /// How they were called, and so named by others: the longest first.
    called: BTreeSet<Reverse<(usize, String)>>,
    /// Messages of others in which they are named, or were.
    naming: HashSet<MessageId>,
    messages: HashSet<MessageId>,
    questions: HashSet<AskedId>,
    /// What questions were answered with, under which name: whether they wrote it. Whoever answers with the same later brings it back.
    answers: HashMap<(AskedId, Answer), bool>,
    reports: HashSet<ReportId>,
    words: HashMap<PollId, Vec<String>>,
    /// What others gave in their own words, as it is compared.
    of_others: HashSet<(PollId, String)>,
}

impl Forgetting {
    /// Of whom, and what stands where their name stood.
    #[must_use]
    pub fn new(who: ParticipantId, nobody: &str) -> Self {
        let (names, called, naming, messages, questions, answers, reports, words, of_others) = Default::default();
        Self { who, nobody: nobody.to_owned(), names, called, naming, messages, questions, answers, reports, words, of_others }
    }

    /// They are called so, though the log may not say it.
    pub fn call(&mut self, name: &str) {
        if !name.is_empty() && name != self.nobody {
            self.called.insert(Reverse((name.len(), name.to_owned())));
        }
    }

    /// Who is called how by an entry, and which messages name them.
    fn hear(&mut self, update: &Update) {
        let (named, name) = if let UpdateBody::MessageSent { message } | UpdateBody::NoteSent { note: message } = &update.body {
            self.naming.extend(message.mentions.contains(&self.who).then_some(message.id));
            (message.author, &message.name)
        } else if let UpdateBody::MessageEdited { message, mentions, .. } = &update.body {
            self.naming.extend(mentions.contains(&self.who).then_some(*message));
            return;
        } else if let UpdateBody::CrewArrived { member } | UpdateBody::CameOnStage { member } = &update.body {
            (member.participant, &member.name)
        } else if let UpdateBody::HandRaised { hand } = &update.body {
            (hand.participant, &hand.name)
        } else if let UpdateBody::Sanctioned { sanctioned } = &update.body {
            (sanctioned.participant, &sanctioned.name)
        } else if let UpdateBody::QuestionAsked { question: Question { author: Some(asker), .. } } = &update.body {
            (asker.participant, &asker.name)
        } else {
            return;
        };
        if named == self.who {
            self.call(name);
        }
    }

    /// Reads the whole log before any of it is forgotten: what somebody else gave, too, be it later, stays taken out, and whoever is named in what others
    /// said may be called so by a later entry alone.
    pub fn read(&mut self, update: &Update) {
        self.hear(update);
        let UpdateBody::PollVoted { poll, choice, .. } = &update.body else { return };
        if update.by == Some(self.who) {
            return;
        }
        match choice {
            Choice::Words { words } => self.of_others.extend(words.iter().map(|word| (*poll, likeness(word)))),
            Choice::Text { text } => {
                self.of_others.insert((*poll, likeness(text)));
            }
            Choice::Options { .. } | Choice::Rating { .. } | Choice::Unknown => {}
        }
    }

    /// What is left of an entry; nothing where it stays as it is.
    pub fn of(&mut self, update: &Update) -> Option<UpdateBody> {
        let left = self.left(update);
        (left != update.body).then_some(left)
    }

    #[expect(clippy::too_many_lines, reason = "one line or two an update")]
    fn left(&mut self, update: &Update) -> UpdateBody {
        let is_theirs = update.by == Some(self.who);
        match update.body.clone() {
            UpdateBody::CrewArrived { member } => UpdateBody::CrewArrived { member: self.member(member) },
            UpdateBody::CameOnStage { member } => UpdateBody::CameOnStage { member: self.member(member) },
            UpdateBody::RunOfShowSet { mut run_of_show } => {
                let cast = run_of_show.sessions.iter_mut().flat_map(|session| &mut session.cast);
                cast.filter(|member| member.participant == self.who).for_each(|member| member.name.clone_from(&self.nobody));
                UpdateBody::RunOfShowSet { run_of_show }
            }
            UpdateBody::MessageSent { message } => {
                self.message(message).map_or(UpdateBody::HIDDEN, |message| UpdateBody::MessageSent { message })
            }
            UpdateBody::MessageShown { message } => {
                self.message(message).map_or(UpdateBody::HIDDEN, |message| UpdateBody::MessageShown { message })
            }
            UpdateBody::MessagePinned { message } => {
                self.message(message).map_or(UpdateBody::Unpinned, |message| UpdateBody::MessagePinned { message })
            }
            UpdateBody::NoteSent { note } => {
                self.message(note).map_or(UpdateBody::HIDDEN, |note| UpdateBody::NoteSent { note })
            }
            UpdateBody::MessageEdited { message, .. } if self.messages.contains(&message) => UpdateBody::HIDDEN,
            UpdateBody::MessageEdited { message, text, mut mentions } => {
                mentions.retain(|named| *named != self.who);
                let text = if self.naming.contains(&message) { self.unnamed(text) } else { text };
                UpdateBody::MessageEdited { message, text, mentions }
            }
            UpdateBody::QuestionAsked { question } => {
                let asked_by = question.author.as_ref().map(|asker| asker.participant).or(update.by);
                if asked_by == Some(self.who) {
                    self.questions.insert(question.id);
                }
                self.unless_theirs(question.id, UpdateBody::QuestionAsked { question })
            }
            UpdateBody::QuestionOpened { question } => self.unless_theirs(question.id, UpdateBody::QuestionOpened { question }),
            // What was merged into theirs stands as it stood.
            UpdateBody::QuestionSettled { standing: Standing::Merged { into }, .. } if self.questions.contains(&into) => {
                UpdateBody::HIDDEN
            }
            UpdateBody::QuestionSettled { question, standing, was_public } => {
                let standing = self.without_answer(question, standing, is_theirs);
                self.unless_theirs(question, UpdateBody::QuestionSettled { question, standing, was_public })
            }
            UpdateBody::QuestionWithdrawn { question, was_public } => {
                self.unless_theirs(question, UpdateBody::QuestionWithdrawn { question, was_public })
            }
            UpdateBody::QuestionUpvoted { question, up } => {
                self.unless_theirs(question, UpdateBody::QuestionUpvoted { question, up })
            }
            UpdateBody::QuestionsCounted { mut counts } => {
                counts.retain(|count| !self.questions.contains(&count.question));
                UpdateBody::QuestionsCounted { counts }
            }
            UpdateBody::PollVoted { poll, choice, name } if is_theirs => self.vote(poll, choice, name),
            UpdateBody::PollCounted { poll, tally, shown } => {
                UpdateBody::PollCounted { poll, tally: self.tally(poll, tally), shown }
            }
            UpdateBody::AnswerHidden { poll, answer } if self.alone_gave(poll, &answer) => UpdateBody::HIDDEN,
            UpdateBody::AnswerShown { poll, answer } if self.alone_gave(poll, &answer) => UpdateBody::HIDDEN,
            UpdateBody::PollReopened { mut poll } => {
                poll.tally = poll.tally.map(|tally| self.tally(poll.id, tally));
                poll.hidden.retain(|answer| !self.alone_gave(poll.id, answer));
                UpdateBody::PollReopened { poll }
            }
            UpdateBody::PollClosed { poll, tally, correct } => {
                UpdateBody::PollClosed { poll, tally: self.tally(poll, tally), correct }
            }
            UpdateBody::HandRaised { mut hand } if hand.participant == self.who => {
                hand.name.clone_from(&self.nobody);
                hand.note.clear();
                UpdateBody::HandRaised { hand }
            }
            UpdateBody::Sanctioned { mut sanctioned } if sanctioned.participant == self.who => {
                sanctioned.name.clone_from(&self.nobody);
                UpdateBody::Sanctioned { sanctioned }
            }
            UpdateBody::Reported { report } => {
                self.reports.extend(is_theirs.then_some(report.id));
                UpdateBody::Reported { report: self.report(report) }
            }
            UpdateBody::ReportReopened { report } => UpdateBody::ReportReopened { report: self.report(report) },
            body @ (UpdateBody::CrewLeft { .. }
            | UpdateBody::SendingChanged { .. }
            | UpdateBody::LeftStage { .. }
            | UpdateBody::PreviewSet { .. }
            | UpdateBody::ProgramSet { .. }
            | UpdateBody::Taken { .. }
            | UpdateBody::WentLive
            | UpdateBody::Ended { .. }
            | UpdateBody::EndUndone
            | UpdateBody::CueCalled { .. }
            | UpdateBody::CuesReset
            | UpdateBody::MessageRemoved { .. }
            | UpdateBody::MessageHidden { .. }
            | UpdateBody::Unpinned
            | UpdateBody::Announced { .. }
            | UpdateBody::AnnouncementEnded
            | UpdateBody::NoteRemoved { .. }
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
            | UpdateBody::ReportSettled { .. }
            | UpdateBody::Admitted { .. }
            | UpdateBody::Hidden { .. }
            | UpdateBody::Unknown) => body,
        }
    }

    fn member(&self, member: CrewMember) -> CrewMember {
        if member.participant == self.who { CrewMember { name: self.nobody.clone(), ..member } } else { member }
    }

    /// A message of somebody else, in which they are not named any more.
    fn message(&mut self, mut message: Message) -> Option<Message> {
        if message.author == self.who {
            self.messages.insert(message.id);
            return None;
        }
        message.mentions.retain(|named| *named != self.who);
        if self.naming.contains(&message.id) {
            message.text = self.unnamed(message.text);
            message.earlier = message.earlier.into_iter().map(|text| self.unnamed(text)).collect();
        }
        Some(message)
    }

    /// What others said to them by their name, said to nobody.
    fn unnamed(&self, text: String) -> String {
        self.called.iter().fold(text, |text, Reverse((_, name))| unnamed(&text, name, &self.nobody))
    }

    /// What became of a question, without what they answered it with themselves.
    fn without_answer(&mut self, question: AskedId, standing: Standing, is_theirs: bool) -> Standing {
        let Standing::Answered { at, answer: Some(answer) } = standing else { return standing };
        let is_written = *self.answers.entry((question, answer.clone())).or_insert(is_theirs);
        Standing::Answered { at, answer: Some(answer).filter(|_| !is_written) }
    }

    fn unless_theirs(&self, question: AskedId, body: UpdateBody) -> UpdateBody {
        if self.questions.contains(&question) { UpdateBody::HIDDEN } else { body }
    }

    /// What they voted for counts; what they wrote does not stay.
    fn vote(&mut self, poll: PollId, choice: Choice, name: Option<String>) -> UpdateBody {
        let is_called = name.is_some();
        self.names.extend(name);
        let name = is_called.then(|| self.nobody.clone());
        match choice {
            Choice::Words { words } => self.words.entry(poll).or_default().extend(words),
            Choice::Text { text } => self.words.entry(poll).or_default().push(text),
            Choice::Options { .. } | Choice::Rating { .. } | Choice::Unknown => {
                return UpdateBody::PollVoted { poll, choice, name };
            }
        }
        UpdateBody::HIDDEN
    }

    /// Whether nobody else gave it, as long as the log was [read](Self::read).
    fn alone_gave(&self, poll: PollId, answer: &str) -> bool {
        self.gave(poll, answer) && !self.of_others.contains(&(poll, likeness(answer)))
    }

    fn gave(&self, poll: PollId, answer: &str) -> bool {
        let like = likeness(answer);
        self.words.get(&poll).is_some_and(|words| words.iter().any(|word| likeness(word) == like))
    }

    fn tally(&self, poll: PollId, mut tally: Tally) -> Tally {
        let theirs = self.words.get(&poll).map(Vec::as_slice).unwrap_or_default();
        tally.texts.retain(|text| !theirs.contains(text));
        // A word that others gave, too, is theirs.
        tally.words.retain(|counted| counted.count > 1 || !self.gave(poll, &counted.word));
        for leader in tally.leaders.iter_mut().filter(|leader| self.names.contains(&leader.name)) {
            leader.name.clone_from(&self.nobody);
        }
        tally
    }

    fn report(&mut self, mut report: Report) -> Report {
        if self.reports.contains(&report.id) {
            report.name.clone_from(&self.nobody);
            report.reason.clear();
        }
        report.context = report.context.into_iter().filter_map(|message| self.message(message)).collect();
        match report.target {
            ReportTarget::Question { question } if self.questions.contains(&question) => report.words.clear(),
            ReportTarget::Person { participant } if participant == self.who => report.words.clone_from(&self.nobody),
            ReportTarget::Message { .. }
            | ReportTarget::Question { .. }
            | ReportTarget::Person { .. }
            | ReportTarget::Unknown => {}
        }
        report
    }
}
