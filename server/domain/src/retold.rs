//! What happened, told to those who were not there: what was taken back or changed since is told as it is by now, so that no position one
//! claims to have brings back what moderators hid.

use std::{borrow::Cow, sync::Arc};

use houselights_shared::{AskedId, Message, Poll, Standing, Update, UpdateBody};

use crate::{View, state::State, tally::leave_out};

impl State {
    /// An update that the room remembers, for somebody who missed it. Whoever looks after the room is told all as it was, moderators of a report only while
    /// it waits, and is not about one who has come to moderate since; everybody else of a message
    /// as it stands now, and nothing of a question that is not for everybody any more, nor of an answer that is not the answer any more. Followed to the end, both come to the same.
    pub(crate) fn retold(&self, view: View, update: &Arc<Update>) -> Arc<Update> {
        match view {
            View::Control => Arc::clone(update),
            View::Moderators => {
                let id = if let UpdateBody::Reported { report } | UpdateBody::ReportReopened { report } = &update.body {
                    report.id
                } else {
                    return Arc::clone(update);
                };
                if self.moderation.is_waiting(id, view) {
                    Arc::clone(update)
                } else {
                    Arc::new(Update { by: None, body: UpdateBody::HIDDEN, ..**update })
                }
            }
            View::Crew | View::Audience => match self.now(&update.body) {
                Cow::Borrowed(_) => Arc::clone(update),
                Cow::Owned(body) => {
                    let by = update.by.filter(|_| body != UpdateBody::HIDDEN);
                    Arc::new(Update { by, body, ..**update })
                }
            },
        }
    }

    /// What is not known any more may have been taken back: it is not told again.
    fn now<'a>(&self, body: &'a UpdateBody) -> Cow<'a, UpdateBody> {
        let is_public = |id: AskedId| self.questions.get(id).is_some_and(|asked| asked.question.standing.is_public());
        let said = |message: &Message| self.chat.said.get(message.id).filter(|now| *now != message).map(Message::without_trace);
        let told = if let UpdateBody::MessageSent { message } = body {
            said(message).map(|message| UpdateBody::MessageSent { message })
        } else if let UpdateBody::MessageShown { message } = body {
            let known = self.chat.said.get(message.id).is_some();
            if known { said(message).map(|message| UpdateBody::MessageShown { message }) } else { Some(UpdateBody::HIDDEN) }
        } else if let UpdateBody::MessagePinned { message } = body {
            let known = self.chat.said.get(message.id).is_some() || self.chat.pinned.as_ref() == Some(message);
            if known { said(message).map(|message| UpdateBody::MessagePinned { message }) } else { Some(UpdateBody::Unpinned) }
        } else if let UpdateBody::MessageEdited { message, .. } = body {
            let standing = self.chat.said.get(*message).filter(|now| now.gone.is_none()).map(Message::without_trace);
            let edited = |Message { text, mentions, .. }| UpdateBody::MessageEdited { message: *message, text, mentions };
            Some(standing.map_or(UpdateBody::HIDDEN, edited))
        } else if let UpdateBody::NoteSent { note } = body {
            let now = self.chat.notes.get(note.id).filter(|now| *now != note).map(Message::without_trace);
            now.map(|note| UpdateBody::NoteSent { note })
        } else if let UpdateBody::PollCounted { poll, .. }
        | UpdateBody::PollClosed { poll, .. }
        | UpdateBody::PollReopened { poll: Poll { id: poll, .. } } = body
        {
            match self.polls.get(*poll).map(|held| &held.poll.hidden) {
                None => Some(UpdateBody::HIDDEN),
                Some(hidden) => (!hidden.is_empty()).then(|| without_answers(body, Some(hidden))),
            }
        } else if let UpdateBody::QuestionAsked { question } | UpdateBody::QuestionOpened { question } = body {
            (!is_public(question.id)).then_some(UpdateBody::HIDDEN)
        } else if let UpdateBody::QuestionSettled { question, standing, .. } = body {
            // What it was answered with in writing is told for as long as it is the answer; that it is not open any more is told in any case.
            let stands = self.questions.get(*question).is_some_and(|asked| asked.question.standing == *standing);
            (!stands).then(|| without_answer(body))
        } else {
            None
        };
        told.map_or(Cow::Borrowed(body), Cow::Owned)
    }
}

/// What became of a question, without what it was answered with in writing.
fn without_answer(body: &UpdateBody) -> UpdateBody {
    let mut left = body.clone();
    if let UpdateBody::QuestionSettled { standing: Standing::Answered { answer, .. }, .. } = &mut left {
        *answer = None;
    }
    left
}

/// How the votes of a poll stood, without what was taken out of it since.
pub(crate) fn without_answers(body: &UpdateBody, hidden: Option<&Vec<String>>) -> UpdateBody {
    let mut left = body.clone();
    if let UpdateBody::PollCounted { tally, .. }
    | UpdateBody::PollClosed { tally, .. }
    | UpdateBody::PollReopened { poll: Poll { tally: Some(tally), .. } } = &mut left
    {
        leave_out(tally, hidden.map(Vec::as_slice).unwrap_or_default());
    }
    left
}

/// Whether this changes how what was before it is retold.
pub(crate) const fn changes_what_was(body: &UpdateBody) -> bool {
    matches!(
        body,
        UpdateBody::MessageEdited { .. }
            | UpdateBody::MessageRemoved { .. }
            | UpdateBody::MessageHidden { .. }
            | UpdateBody::MessageShown { .. }
            | UpdateBody::NoteRemoved { .. }
            | UpdateBody::PollDropped { .. }
            | UpdateBody::AnswerHidden { .. }
            | UpdateBody::AnswerShown { .. }
            | UpdateBody::QuestionOpened { .. }
            | UpdateBody::QuestionSettled { .. }
            | UpdateBody::QuestionWithdrawn { .. }
            | UpdateBody::ReportSettled { .. }
            | UpdateBody::ReportReopened { .. }
    )
}
