//! What people can have said, and how they can be called, in a log that comes from elsewhere.

use houselights_domain::name;
use houselights_shared::{
    Choice, MAX_HIDDEN_ANSWERS, MAX_MENTIONS, MAX_MESSAGE_CHARS, MAX_NOTE_CHARS, MAX_POLL_CHARS, MAX_POLL_OPTIONS,
    MAX_QUESTION_CHARS, MAX_REFUSED_WORDS, Message, Poll, PollForm, REPORT_CONTEXT, Standing, TOLD_OF_A_POLL, Tally,
    UpdateBody,
};

/// Whether names are names, and texts no longer than a room lets them be.
#[expect(clippy::too_many_lines, reason = "one line or two an update")]
pub(super) fn is_proper(body: &UpdateBody) -> bool {
    match body {
        UpdateBody::CrewArrived { member } | UpdateBody::CameOnStage { member } => is_called(&member.name),
        UpdateBody::MessageSent { message } | UpdateBody::MessageShown { message } | UpdateBody::MessagePinned { message } => {
            is_message(message)
        }
        UpdateBody::NoteSent { note } => is_message(note),
        UpdateBody::MessageEdited { text, .. } => fits(text, MAX_MESSAGE_CHARS),
        UpdateBody::Announced { announcement } => fits(&announcement.text, MAX_MESSAGE_CHARS),
        UpdateBody::QuestionAsked { question } | UpdateBody::QuestionOpened { question } => {
            fits(&question.text, MAX_QUESTION_CHARS) && question.author.as_ref().is_none_or(|asker| is_called(&asker.name))
        }
        UpdateBody::QuestionSettled { standing: Standing::Answered { answer: Some(answer), .. }, .. } => {
            fits(&answer.text, MAX_MESSAGE_CHARS) && is_called(&answer.name)
        }
        UpdateBody::PollDrafted { poll } | UpdateBody::PollOpened { poll } | UpdateBody::PollReopened { poll } => is_poll(poll),
        UpdateBody::AnswerHidden { answer, .. } | UpdateBody::AnswerShown { answer, .. } => fits(answer, MAX_POLL_CHARS),
        UpdateBody::PollVoted { choice, name, .. } => {
            name.as_ref().is_none_or(|name| is_called(name)) && choice_words(choice).all(|word| fits(word, MAX_POLL_CHARS))
        }
        UpdateBody::PollCounted { tally, .. } | UpdateBody::PollClosed { tally, .. } => is_tally(tally),
        UpdateBody::HandRaised { hand } => is_called(&hand.name) && fits_or_empty(&hand.note, MAX_NOTE_CHARS),
        UpdateBody::RulesSet { rules, .. } => rules.words.len() <= MAX_REFUSED_WORDS,
        UpdateBody::Sanctioned { sanctioned } => is_called(&sanctioned.name),
        UpdateBody::Reported { report } | UpdateBody::ReportReopened { report } => {
            is_called(&report.name)
                && fits_or_empty(&report.reason, MAX_QUESTION_CHARS)
                && fits_or_empty(&report.words, MAX_QUESTION_CHARS)
                && report.context.len() <= REPORT_CONTEXT + 1
                && report.context.iter().all(is_message)
        }
        UpdateBody::RunOfShowSet { run_of_show } => {
            run_of_show.sessions.iter().flat_map(|of| &of.cast).all(|member| is_called(&member.name))
                && run_of_show.polls.iter().all(|poll| is_form(&poll.form))
        }
        UpdateBody::CrewLeft { .. }
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
        | UpdateBody::AnnouncementEnded
        | UpdateBody::NoteRemoved { .. }
        | UpdateBody::QuestionSettled { .. }
        | UpdateBody::QuestionWithdrawn { .. }
        | UpdateBody::QuestionUpvoted { .. }
        | UpdateBody::QuestionsCounted { .. }
        | UpdateBody::PollDropped { .. }
        | UpdateBody::PollArchived { .. }
        | UpdateBody::OverlaySet { .. }
        | UpdateBody::HandLowered { .. }
        | UpdateBody::SanctionLifted { .. }
        | UpdateBody::ReportSettled { .. }
        | UpdateBody::Admitted { .. }
        | UpdateBody::Hidden { .. }
        | UpdateBody::Unknown => true,
    }
}

fn is_called(called: &str) -> bool {
    name(called).as_deref() == Some(called)
}

fn fits_or_empty(text: &str, most: usize) -> bool {
    houselights_domain::text(text, most).is_some()
}

fn fits(text: &str, most: usize) -> bool {
    houselights_domain::text(text, most).is_some_and(|text| !text.is_empty())
}

fn is_message(message: &Message) -> bool {
    let texts = [&message.text].into_iter().chain(&message.earlier);
    texts.into_iter().all(|text| fits(text, MAX_MESSAGE_CHARS))
        && is_called(&message.name)
        && message.mentions.len() <= MAX_MENTIONS
}

fn is_form(form: &PollForm) -> bool {
    let texts = [&form.question].into_iter().chain(&form.options);
    texts.into_iter().all(|text| fits(text, MAX_POLL_CHARS)) && form.options.len() <= MAX_POLL_OPTIONS
}

/// What is taken out is in order, each once: so a room finds it.
fn is_poll(poll: &Poll) -> bool {
    is_form(&poll.form)
        && poll.tally.as_ref().is_none_or(is_tally)
        && poll.hidden.len() <= MAX_HIDDEN_ANSWERS
        && poll.hidden.iter().all(|answer| fits(answer, MAX_POLL_CHARS))
        && poll.hidden.is_sorted_by(|one, next| one < next)
}

fn choice_words(choice: &Choice) -> impl Iterator<Item = &String> {
    let words = match choice {
        Choice::Words { words } => words.iter().collect(),
        Choice::Text { text } => vec![text],
        Choice::Options { .. } | Choice::Rating { .. } | Choice::Unknown => Vec::new(),
    };
    words.into_iter()
}

fn is_tally(tally: &Tally) -> bool {
    let lists = [tally.counts.len(), tally.words.len(), tally.texts.len(), tally.leaders.len()];
    let texts = tally.words.iter().map(|counted| &counted.word).chain(&tally.texts);
    lists.into_iter().all(|length| length <= TOLD_OF_A_POLL)
        && texts.into_iter().all(|text| fits(text, MAX_POLL_CHARS))
        && tally.leaders.iter().all(|leader| is_called(&leader.name))
}

#[cfg(test)]
mod tests {
    use houselights_shared::{PollId, PollPhase};

    use super::*;

    #[test]
    fn what_was_taken_out_of_a_poll_is_bounded_and_in_order_wherever_it_is_told() {
        let form = serde_json::from_value(serde_json::json!({ "question": "Why?", "kind": { "is": "open_text" } })).unwrap();
        let poll = Poll { id: PollId::random(), form, phase: PollPhase::Draft, tally: None, hidden: Vec::new() };
        let with = |hidden: Vec<String>| {
            let poll = Poll { hidden, ..poll.clone() };
            let told = [
                UpdateBody::PollDrafted { poll: poll.clone() },
                UpdateBody::PollOpened { poll: poll.clone() },
                UpdateBody::PollReopened { poll },
            ];
            told.map(|body| is_proper(&body))
        };
        let numbered = |count| (0..count).map(|number| format!("{number:04}")).collect::<Vec<_>>();
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(with(Vec::new()), [true; 3]);
        assert_eq!(with(numbered(MAX_HIDDEN_ANSWERS)), [true; 3]);
        assert_eq!(with(numbered(MAX_HIDDEN_ANSWERS + 1)), [false; 3], "too many");
        assert_eq!(with(vec!["x".repeat(MAX_POLL_CHARS + 1)]), [false; 3], "too long");
        assert_eq!(with(words(&[""])), [false; 3], "none");
        assert_eq!(with(words(&["b", "a"])), [false; 3], "out of order");
        assert_eq!(with(words(&["a", "a"])), [false; 3], "twice");
    }
}
