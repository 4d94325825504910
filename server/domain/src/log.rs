//! What a room remembers of its log, so that a resume and a repeated command never ask the store.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use houselights_shared::{
    CastMember, CommandId, Cue, Message, ParticipantId, PlannedPoll, Poll, PollForm, RunOfShow, Seq, Standing, Tally, Update,
    UpdateBody,
};

use crate::retold::changes_what_was;

/// How many of the latest updates a room holds for those who come back. Older: they get a snapshot.
pub const REMEMBERED_UPDATES: usize = 10_000;

/// How many bytes these updates may take, about. The oldest go first.
pub const REMEMBERED_BYTES: usize = 16 * 1024 * 1024;

/// Of how many of a person's accepted commands a room knows the answer, so that no crowd makes it forget the producer's: as many as
/// an app holds unanswered. A repeat of an older one is taken as new.
pub const REMEMBERED_COMMANDS: usize = 256;

/// What is said knows its place in the log.
pub(crate) fn placed(body: UpdateBody, seq: Seq) -> UpdateBody {
    if let UpdateBody::MessageSent { message } = body {
        UpdateBody::MessageSent { message: Message { seq, ..message } }
    } else if let UpdateBody::NoteSent { note } = body {
        UpdateBody::NoteSent { note: Message { seq, ..note } }
    } else {
        body
    }
}

/// About what an update takes in memory, in bytes.
pub fn weight(update: &Update) -> usize {
    let text = match &update.body {
        UpdateBody::MessageSent { message } | UpdateBody::MessageShown { message } | UpdateBody::MessagePinned { message } => {
            words_of(message)
        }
        UpdateBody::NoteSent { note } => words_of(note),
        UpdateBody::MessageEdited { text, mentions, .. } => text.len() + size_of_val(mentions.as_slice()),
        UpdateBody::Announced { announcement } => announcement.text.len(),
        UpdateBody::AnswerHidden { answer, .. } | UpdateBody::AnswerShown { answer, .. } => answer.len(),
        UpdateBody::CrewArrived { member } | UpdateBody::CameOnStage { member } => member.name.len(),
        UpdateBody::PreviewSet { scene } | UpdateBody::ProgramSet { scene } | UpdateBody::Taken { program: scene } => {
            scene.seats.len() * size_of::<Option<ParticipantId>>()
        }
        UpdateBody::RunOfShowSet { run_of_show } => words(run_of_show),
        UpdateBody::QuestionAsked { question } | UpdateBody::QuestionOpened { question } => {
            question.text.len() + question.author.as_ref().map_or(0, |asker| asker.name.len())
        }
        UpdateBody::QuestionsCounted { counts } => size_of_val(counts.as_slice()),
        UpdateBody::QuestionSettled { standing: Standing::Answered { answer: Some(answer), .. }, .. } => {
            answer.text.len() + answer.name.len()
        }
        UpdateBody::PollDrafted { poll } | UpdateBody::PollOpened { poll } | UpdateBody::PollReopened { poll } => {
            of_a_poll(poll)
        }
        UpdateBody::PollCounted { tally, .. } | UpdateBody::PollClosed { tally, .. } => counted(tally),
        UpdateBody::HandRaised { hand } => hand.note.len() + hand.name.len(),
        UpdateBody::RulesSet { rules, .. } => rules.words.iter().map(|word| size_of_val(word) + word.len()).sum(),
        UpdateBody::Sanctioned { sanctioned } => sanctioned.name.len(),
        UpdateBody::Reported { report } | UpdateBody::ReportReopened { report } => {
            report.name.len() + report.reason.len() + report.words.len() + report.context.iter().map(words_of).sum::<usize>()
        }
        UpdateBody::Admitted { participants } => size_of_val(participants.as_slice()),
        UpdateBody::CrewLeft { .. }
        | UpdateBody::SendingChanged { .. }
        | UpdateBody::LeftStage { .. }
        | UpdateBody::WentLive
        | UpdateBody::Ended { .. }
        | UpdateBody::EndUndone
        | UpdateBody::CueCalled { .. }
        | UpdateBody::CuesReset
        | UpdateBody::MessageRemoved { .. }
        | UpdateBody::MessageHidden { .. }
        | UpdateBody::Unpinned
        | UpdateBody::AnnouncementEnded
        | UpdateBody::NoteRemoved { .. }
        | UpdateBody::QuestionSettled { .. }
        | UpdateBody::QuestionWithdrawn { .. }
        | UpdateBody::QuestionUpvoted { .. }
        | UpdateBody::PollDropped { .. }
        | UpdateBody::PollVoted { .. }
        | UpdateBody::PollArchived { .. }
        | UpdateBody::OverlaySet { .. }
        | UpdateBody::HandLowered { .. }
        | UpdateBody::SanctionLifted { .. }
        | UpdateBody::ReportSettled { .. }
        | UpdateBody::Hidden { .. }
        | UpdateBody::Unknown => 0,
    };
    size_of::<Update>() + text
}

pub(crate) fn words_of(message: &Message) -> usize {
    let earlier: usize = message.earlier.iter().map(String::len).sum();
    size_of::<Message>() + message.text.len() + message.name.len() + earlier + size_of_val(message.mentions.as_slice())
}

pub(crate) fn of_a_poll(Poll { form, tally, hidden, .. }: &Poll) -> usize {
    let hidden: usize = hidden.iter().map(|answer| size_of_val(answer) + answer.len()).sum();
    asked(form) + tally.as_ref().map_or(0, counted) + hidden
}

fn asked(form: &PollForm) -> usize {
    form.question.len() + form.options.iter().map(|option| size_of_val(option) + option.len()).sum::<usize>()
}

fn counted(tally: &Tally) -> usize {
    let words: usize = tally.words.iter().map(|counted| size_of_val(counted) + counted.word.len()).sum();
    let texts: usize = tally.texts.iter().map(|text| size_of_val(text) + text.len()).sum();
    let leaders: usize = tally.leaders.iter().map(|leader| size_of_val(leader) + leader.name.len()).sum();
    size_of_val(tally.counts.as_slice()) + words + texts + leaders
}

/// About what a plan takes in memory.
pub(crate) fn words(RunOfShow { scenes, sessions, cues, polls }: &RunOfShow) -> usize {
    let scenes: usize = scenes.iter().map(|scene| size_of_val(scene) + scene.name.len()).sum();
    let member = |member: &CastMember| size_of::<CastMember>() + member.name.len();
    let sessions: usize = sessions
        .iter()
        .map(|session| size_of_val(session) + session.title.len() + session.cast.iter().map(member).sum::<usize>())
        .sum();
    let cue = |cue: &Cue| size_of::<Cue>() + cue.title.len() + cue.notes.len() + cue.scene.as_ref().map_or(0, String::len);
    let poll = |poll: &PlannedPoll| size_of::<PlannedPoll>() + poll.session.len() + asked(&poll.form);
    scenes + sessions + cues.iter().map(cue).sum::<usize>() + polls.iter().map(poll).sum::<usize>()
}

/// The end of the log: its position, and its latest updates.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    updates: VecDeque<Arc<Update>>,
    bytes: usize,
    seq: Seq,
    retellings: u64,
}

impl Log {
    /// The position of the last update.
    pub(crate) fn seq(&self) -> Seq {
        self.seq
    }

    /// How many entries changed how what was before them is retold.
    pub(crate) fn retellings(&self) -> u64 {
        self.retellings
    }

    /// What nobody is shown is kept as its place alone, and a run of it as one: votes push nothing else out.
    pub(crate) fn push(&mut self, update: Arc<Update>) {
        self.seq = update.seq;
        self.retellings += u64::from(changes_what_was(&update.body));
        let kept = if update.is_nobodys() { self.lengthened(&update) } else { update };
        self.bytes += weight(&kept);
        self.updates.push_back(kept);
        while self.updates.len() > REMEMBERED_UPDATES || self.bytes > REMEMBERED_BYTES {
            let Some(oldest) = self.updates.pop_front() else { break };
            self.bytes -= weight(&oldest);
        }
    }

    /// The run of hidden entries that ends here, in place of the one that ended before.
    fn lengthened(&mut self, update: &Update) -> Arc<Update> {
        let is_run = |last: &mut Arc<Update>| matches!(last.body, UpdateBody::Hidden { through: Some(_) });
        let run = self.updates.pop_back_if(is_run);
        let from = run.map_or(update.seq, |run| {
            self.bytes -= weight(&run);
            run.seq
        });
        Arc::new(Update { seq: from, by: None, body: UpdateBody::Hidden { through: Some(update.seq) }, ..*update })
    }

    /// What follows `after`; nothing where that is no longer held, or not yet there.
    pub(crate) fn since(&self, after: Seq) -> Option<Vec<Arc<Update>>> {
        if after > self.seq {
            return None;
        }
        let skip = self.updates.partition_point(|update| update.last() <= after);
        let mut missed: Vec<_> = self.updates.iter().skip(skip).cloned().collect();
        match missed.first_mut() {
            None => (after == self.seq).then_some(missed),
            Some(first) if first.seq > after.next() => None,
            Some(first) => {
                if first.seq < after.next() {
                    // The rest of a run.
                    *first = Arc::new(Update { seq: after.next(), ..Update::clone(first) });
                }
                Some(missed)
            }
        }
    }
}

/// The first answers of each person's latest accepted commands, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answers(HashMap<ParticipantId, VecDeque<(CommandId, Seq)>>);

impl Answers {
    pub(crate) fn get(&self, (who, command): (ParticipantId, CommandId)) -> Option<Seq> {
        self.0.get(&who)?.iter().rev().find(|(id, _)| *id == command).map(|(_, seq)| *seq)
    }

    pub(crate) fn remember(&mut self, (who, command): (ParticipantId, CommandId), seq: Seq) {
        let answers = self.0.entry(who).or_default();
        // full: forget the person's oldest answer
        if answers.len() >= REMEMBERED_COMMANDS {
            answers.pop_front();
        }
        answers.push_back((command, seq));
    }
}

#[cfg(test)]
mod tests {
    use houselights_shared::{Message, Role, RoomId, Timestamp};
    use uuid::Uuid;

    use super::*;

    fn message(seq: u64, text: &str) -> Arc<Update> {
        let author = ParticipantId::from_uuid(Uuid::from_u128(1));
        let message = Message::new(
            CommandId::from_uuid(Uuid::from_u128(seq.into())).into(),
            (author, String::new(), Role::Attendee),
            Timestamp::default(),
            text.to_owned(),
        );
        Arc::new(Update {
            room: RoomId::from_uuid(Uuid::nil()),
            seq: Seq::new(seq),
            at: Timestamp::default(),
            by: Some(author),
            body: UpdateBody::MessageSent { message },
        })
    }

    #[test]
    fn the_log_forgets_the_oldest_by_number() {
        let mut log = Log::default();
        for seq in 1..=REMEMBERED_UPDATES as u64 + 5 {
            log.push(message(seq, "x"));
        }
        assert_eq!(log.since(Seq::new(4)), None);
        assert_eq!(log.since(Seq::new(5)).map(|missed| missed.len()), Some(REMEMBERED_UPDATES));
    }

    #[test]
    fn what_changed_nothing_pushes_nothing_out() {
        let mut log = Log::default();
        log.push(message(1, "x"));
        for seq in 2..=REMEMBERED_UPDATES as u64 * 2 {
            log.push(Arc::new(Update { body: UpdateBody::HIDDEN, ..Update::clone(&message(seq, "")) }));
        }
        let missed = log.since(Seq::START).expect("all of it is remembered");
        assert_eq!(missed.len(), 2);
        assert!(missed.iter().all(|update| update.by.is_none() == matches!(update.body, UpdateBody::Hidden { .. })));
    }

    #[test]
    fn the_log_forgets_the_oldest_by_size() {
        let mut log = Log::default();
        let text = "x".repeat(8_000);
        for seq in 1..=3_000 {
            log.push(message(seq, &text));
        }
        assert!(log.bytes <= REMEMBERED_BYTES);
        assert_eq!(log.since(Seq::new(1)), None);
        assert_eq!(log.since(Seq::new(2_000)).map(|missed| missed.len()), Some(1_000));
    }

    #[test]
    fn the_answers_forget_the_oldest() {
        let who = ParticipantId::from_uuid(Uuid::nil());
        let command = |n: u128| (who, CommandId::from_uuid(Uuid::from_u128(n)));
        let mut answers = Answers::default();
        let other = (ParticipantId::from_uuid(Uuid::max()), command(0).1);
        answers.remember(other, Seq::new(7));
        for n in 0..=REMEMBERED_COMMANDS as u128 {
            answers.remember(command(n), Seq::new(n as u64));
        }
        assert_eq!(answers.get(command(0)), None);
        assert_eq!(answers.get(command(1)), Some(Seq::new(1)));
        assert_eq!(answers.get(other), Some(Seq::new(7)), "a crowd does not make the room forget others");
    }
}
