//! What a poll can ask, and what can be answered to it.

use std::collections::HashSet;

use houselights_shared::{
    Choice, MAX_POINTS, MAX_POLL_CHARS, MAX_POLL_OPTIONS, MAX_POLL_SECONDS, MAX_STARS, MAX_WORD_CHARS, MAX_WORDS_EACH,
    PollForm, PollKind, Refusal,
};

use crate::{
    alike::{all_differ, likeness},
    words::written,
};

/// The shortest time that a poll is open by itself, in seconds.
const LEAST_POLL_SECONDS: u32 = 5;

/// A form as it is kept.
pub(crate) fn checked(form: &PollForm) -> Result<PollForm, Refusal> {
    let text = |text: &String| written(text, MAX_POLL_CHARS).map_err(|_| Refusal::PollInvalid);
    let question = text(&form.question)?;
    let options: Vec<_> = form.options.iter().map(text).collect::<Result<_, _>>()?;
    let is_timed_well = form.seconds.is_none_or(|seconds| (LEAST_POLL_SECONDS..=MAX_POLL_SECONDS).contains(&seconds));
    if !is_timed_well || !has_proper_options(form, options.len()) || !has_proper_numbers(form) {
        return Err(Refusal::PollInvalid);
    }
    all_differ(&options).map_err(|_| Refusal::OptionsAlike)?;
    let is_quiz = matches!(form.kind, PollKind::Quiz { .. });
    let mut correct = if is_quiz { form.correct.clone() } else { Vec::new() };
    correct.sort_unstable();
    correct.dedup();
    Ok(PollForm { question, options, correct, changeable: form.changeable && !is_quiz, ..form.clone() })
}

fn has_proper_options(form: &PollForm, count: usize) -> bool {
    match form.kind {
        PollKind::Single | PollKind::Multiple { .. } | PollKind::Quiz { .. } => (2..=MAX_POLL_OPTIONS).contains(&count),
        PollKind::Rating { .. } | PollKind::WordCloud { .. } | PollKind::OpenText => count == 0,
        PollKind::Unknown => false,
    }
}

fn has_proper_numbers(form: &PollForm) -> bool {
    let exists = |option: &u8| usize::from(*option) < form.options.len();
    match form.kind {
        PollKind::Single | PollKind::OpenText => true,
        PollKind::Multiple { most } => (1..=form.options.len()).contains(&usize::from(most)),
        PollKind::Rating { stars } => (2..=MAX_STARS).contains(&stars),
        PollKind::WordCloud { words } => (1..=MAX_WORDS_EACH).contains(&words),
        PollKind::Quiz { points } => {
            (1..=MAX_POINTS).contains(&points) && !form.correct.is_empty() && form.correct.iter().all(exists)
        }
        PollKind::Unknown => false,
    }
}

/// A choice as it is kept, where this form allows it.
pub(crate) fn accepted(form: &PollForm, choice: &Choice) -> Result<Choice, Refusal> {
    match (form.kind, choice) {
        (PollKind::Single | PollKind::Quiz { .. }, Choice::Options { options }) => chosen(form, options, 1),
        (PollKind::Multiple { most }, Choice::Options { options }) => chosen(form, options, usize::from(most)),
        (PollKind::Rating { stars: most }, Choice::Rating { stars }) if (1..=most).contains(stars) => Ok(choice.clone()),
        (PollKind::WordCloud { words: most }, Choice::Words { words }) => given(words, usize::from(most)),
        (PollKind::OpenText, Choice::Text { text }) => Ok(Choice::Text { text: written(text, MAX_POLL_CHARS)? }),
        (
            PollKind::Single
            | PollKind::Multiple { .. }
            | PollKind::Rating { .. }
            | PollKind::WordCloud { .. }
            | PollKind::OpenText
            | PollKind::Quiz { .. }
            | PollKind::Unknown,
            _,
        ) => Err(Refusal::ChoiceInvalid),
    }
}

/// One to `most` options that exist, each once.
fn chosen(form: &PollForm, options: &[u8], most: usize) -> Result<Choice, Refusal> {
    let mut options = options.to_vec();
    options.sort_unstable();
    let is_unique = options.windows(2).all(|pair| pair.first() != pair.last());
    let exists = |option: &u8| usize::from(*option) < form.options.len();
    let fits = (1..=most).contains(&options.len()) && is_unique && options.iter().all(exists);
    if fits { Ok(Choice::Options { options }) } else { Err(Refusal::ChoiceInvalid) }
}

/// One to `most` words, in lower case, each once, however it is written.
fn given(words: &[String], most: usize) -> Result<Choice, Refusal> {
    let (mut kept, mut known) = (Vec::new(), HashSet::new());
    if words.len() > most {
        return Err(Refusal::ChoiceInvalid);
    }
    for word in words {
        let word = written(word, MAX_WORD_CHARS)?.to_lowercase();
        if word.contains('\n') {
            return Err(Refusal::ChoiceInvalid);
        }
        if known.insert(likeness(&word)) {
            kept.push(word);
        }
    }
    if kept.is_empty() { Err(Refusal::ChoiceInvalid) } else { Ok(Choice::Words { words: kept }) }
}
