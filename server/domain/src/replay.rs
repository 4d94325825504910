//! A room's log, told once more when what it tells of is over: what of it can be told, to whom, and where it stood at a moment.
//!
//! Whoever looks after a room sees it as it was. Everybody else sees what still stands at the end of the log: what was taken back since is not told
//! again, and what was changed says from the start what it said last.

mod fold;
mod parts;
mod taken_back;

use std::collections::HashSet;

use houselights_shared::{Mark, ParticipantId, Seq, Standing, Timestamp, Update, UpdateBody};

pub use fold::Fold;
pub use parts::{Part, Slot, Stand};
pub use taken_back::Edits;

use crate::{Actor, Door, View, inbox::excerpt, moderation::Moderation};
use parts::{Marked, Show};
use taken_back::TakenBack;

/// So many marks are kept: scenes and arrivals, of which there may be many, take half of them at most. Full: what comes later has none.
const MOST_MARKS: usize = 10_000;

/// What has to be known of a whole log to tell any part of it: an entry is told by what became of it later. It is small beside the log, holds no
/// words but those of its marks, and goes on where the log does.
#[derive(Clone, Debug, Default)]
pub struct Chronicle {
    seq: Seq,
    last_at: Timestamp,
    show: Show,
    on_stage: HashSet<ParticipantId>,
    marks: Vec<Marked>,
    back: TakenBack,
    /// Who is kept out, and who belongs, as the log leaves it.
    order: Moderation,
}

impl Chronicle {
    /// The last entry that is in it.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// The next entry of the log.
    pub fn follow(&mut self, update: &Update) {
        self.mark(update);
        self.back.follow(update);
        self.keep_order(update);
        (self.seq, self.last_at) = (update.seq, update.at);
    }

    /// How often the end of the log changed how its beginning is told.
    pub fn changes(&self) -> u64 {
        self.back.changes()
    }

    /// Whether somebody may come in, by the log alone: whoever came before the room was locked belongs there.
    pub fn door(&self, now: Timestamp, who: &Actor) -> Door {
        self.order.door(now, who, false)
    }

    /// The entries that hold what these say last: [`Edits`] are made of them.
    pub fn edits_of<'a>(&self, updates: impl IntoIterator<Item = &'a Update>) -> Vec<Seq> {
        updates.into_iter().filter_map(|update| self.back.edit_of(update)).collect()
    }

    /// An entry as it is kept for a view: the state of a replay follows from those. `edits` has to hold its [`edits_of`](Self::edits_of).
    #[must_use]
    pub fn kept(&self, update: &Update, view: View, edits: &Edits) -> Update {
        match view {
            // It may be about whoever has come to moderate since.
            View::Moderators if matches!(update.body, UpdateBody::Reported { .. } | UpdateBody::ReportReopened { .. }) => {
                Update { by: None, body: UpdateBody::HIDDEN, ..*update }
            }
            View::Control | View::Moderators => update.clone(),
            View::Crew | View::Audience => self.back.without(update, edits),
        }
    }

    /// Entries that follow each other, as they are told: [kept](Self::kept) and seen, what is hidden in runs.
    pub fn told<'a>(&self, updates: impl IntoIterator<Item = &'a Update>, view: View, edits: &Edits) -> Vec<Update> {
        let mut told: Vec<Update> = Vec::new();
        for update in updates {
            let seen = view.seen(&self.kept(update, view, edits));
            if !matches!(seen.body, UpdateBody::Hidden { .. }) {
                told.push(seen);
                continue;
            }
            lengthened(&mut told, seen);
        }
        told
    }

    /// About what it takes in memory, in bytes.
    pub fn weight(&self) -> usize {
        let marks: usize = self.marks.iter().map(Marked::weight).sum();
        size_of::<Self>() + marks + self.back.weight() + self.order.weight()
    }

    #[expect(clippy::too_many_lines, reason = "one line an update")]
    fn mark(&mut self, update: &Update) {
        let mark = match &update.body {
            UpdateBody::WentLive => {
                self.show.went_live(update.at);
                Mark::WentLive
            }
            UpdateBody::Ended { .. } => {
                self.show.ended(update.at);
                Mark::Ended
            }
            UpdateBody::EndUndone => {
                self.show.end_undone();
                if let Some(ended) = self.marks.iter().rposition(Marked::is_end) {
                    self.marks.remove(ended);
                }
                return;
            }
            UpdateBody::CameOnStage { member } => {
                // Whoever comes back as something else was there.
                if !self.on_stage.insert(member.participant) {
                    return;
                }
                Mark::CameOnStage { name: member.name.clone() }
            }
            UpdateBody::LeftStage { participant } | UpdateBody::CrewLeft { participant } => {
                self.on_stage.remove(participant);
                return;
            }
            UpdateBody::Taken { program } => Mark::SceneTaken { scene: program.clone() },
            UpdateBody::QuestionSettled { question, standing: Standing::Answered { .. }, .. } => {
                if let Some(text) = self.back.first_answer(*question) {
                    let mark = Mark::QuestionAnswered { text: excerpt(text) };
                    self.put(Marked::of(update, mark, Some(*question)));
                }
                return;
            }
            UpdateBody::PollOpened { poll } => Mark::PollOpened { question: excerpt(&poll.form.question) },
            UpdateBody::Announced { announcement } => Mark::Announced { text: excerpt(&announcement.text) },
            UpdateBody::CrewArrived { .. }
            | UpdateBody::SendingChanged { .. }
            | UpdateBody::PreviewSet { .. }
            | UpdateBody::ProgramSet { .. }
            | UpdateBody::RunOfShowSet { .. }
            | UpdateBody::CueCalled { .. }
            | UpdateBody::CuesReset
            | UpdateBody::MessageSent { .. }
            | UpdateBody::MessageEdited { .. }
            | UpdateBody::MessageRemoved { .. }
            | UpdateBody::MessageHidden { .. }
            | UpdateBody::MessageShown { .. }
            | UpdateBody::MessagePinned { .. }
            | UpdateBody::Unpinned
            | UpdateBody::AnnouncementEnded
            | UpdateBody::NoteSent { .. }
            | UpdateBody::NoteRemoved { .. }
            | UpdateBody::QuestionAsked { .. }
            | UpdateBody::QuestionOpened { .. }
            | UpdateBody::QuestionSettled { .. }
            | UpdateBody::QuestionWithdrawn { .. }
            | UpdateBody::QuestionUpvoted { .. }
            | UpdateBody::QuestionsCounted { .. }
            | UpdateBody::PollDrafted { .. }
            | UpdateBody::PollDropped { .. }
            | UpdateBody::AnswerHidden { .. }
            | UpdateBody::AnswerShown { .. }
            | UpdateBody::PollVoted { .. }
            | UpdateBody::PollCounted { .. }
            | UpdateBody::PollClosed { .. }
            | UpdateBody::PollReopened { .. }
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
            | UpdateBody::Unknown => return,
        };
        self.put(Marked::of(update, mark, None));
    }

    fn put(&mut self, marked: Marked) {
        let most = if marked.is_minor() { MOST_MARKS / 2 } else { MOST_MARKS };
        if self.marks.len() < most {
            self.marks.push(marked);
        }
    }

    fn keep_order(&mut self, update: &Update) {
        if let UpdateBody::RulesSet { rules, .. } = &update.body {
            self.order.were_set(rules, None);
        } else if let UpdateBody::Sanctioned { sanctioned } = &update.body {
            self.order.was_kept(sanctioned);
        } else if let UpdateBody::SanctionLifted { participant, kind } = &update.body {
            self.order.was_lifted(*participant, *kind);
        } else if let UpdateBody::Admitted { participants } = &update.body {
            self.order.were_admitted(participants);
        }
    }
}

/// Puts entries that are told behind those that are before them.
pub fn joined(told: &mut Vec<Update>, further: Vec<Update>) {
    for update in further {
        if matches!(update.body, UpdateBody::Hidden { .. }) {
            lengthened(told, update);
        } else {
            told.push(update);
        }
    }
}

/// A hidden entry, or a run of them, at the end of the run that it goes on.
fn lengthened(told: &mut Vec<Update>, hidden: Update) {
    if let Some(UpdateBody::Hidden { through }) = told.last_mut().map(|last| &mut last.body) {
        *through = Some(hidden.last());
    } else {
        told.push(Update { by: None, ..hidden });
    }
}
