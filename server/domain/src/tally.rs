//! Counting votes.

use std::collections::{HashMap, HashSet};

use houselights_shared::{
    Choice, ParticipantId, Poll, PollForm, PollKind, PollPhase, TOLD_OF_A_POLL, Tally, Timestamp, WordCount,
};

use crate::alike::likeness;

/// What somebody voted for.
#[derive(Clone, Debug)]
pub(crate) struct Vote {
    pub(crate) choice: Choice,
    pub(crate) at: Timestamp,
    /// As they were called, where that is kept.
    pub(crate) name: Option<String>,
    /// Its words, or its text, as they are compared: found once, counted often.
    likenesses: Vec<String>,
}

impl Vote {
    pub(crate) fn new(choice: Choice, at: Timestamp, name: Option<String>) -> Self {
        let likenesses = in_words(&choice).iter().map(|words| likeness(words)).collect();
        Self { choice, at, name, likenesses }
    }

    /// What was given in words, each with what it has in common with whatever reads the same.
    fn given(&self) -> impl Iterator<Item = (&String, &String)> {
        in_words(&self.choice).iter().zip(&self.likenesses)
    }

    /// How it says an answer that reads like this, where it does.
    pub(crate) fn says(&self, like: &str) -> Option<&String> {
        self.given().find(|(_, likeness)| *likeness == like).map(|(words, _)| words)
    }
}

fn in_words(choice: &Choice) -> &[String] {
    match choice {
        Choice::Words { words } => words,
        Choice::Text { text } => std::slice::from_ref(text),
        Choice::Options { .. } | Choice::Rating { .. } | Choice::Unknown => &[],
    }
}

/// A word of the cloud: how often it was given, and when and how it was written first.
struct Given<'a> {
    count: u32,
    first: (Timestamp, ParticipantId),
    word: &'a String,
}

/// Takes words and texts out of what is told of the votes, and whatever reads the same.
pub(crate) fn leave_out(tally: &mut Tally, hidden: &[String]) {
    if hidden.is_empty() {
        return;
    }
    let hidden = likenesses(hidden);
    tally.words.retain(|counted| !hidden.contains(&likeness(&counted.word)));
    tally.texts.retain(|text| !hidden.contains(&likeness(text)));
}

fn likenesses(answers: &[String]) -> HashSet<String> {
    answers.iter().map(|answer| likeness(answer)).collect()
}

/// How the votes stand, as far as it is told. Of the same votes it is always the same.
pub(crate) fn tally(poll: &Poll, votes: &HashMap<ParticipantId, Vote>) -> Tally {
    let mut tally = whole_tally(poll, votes);
    tally.words.truncate(TOLD_OF_A_POLL);
    tally.texts.truncate(TOLD_OF_A_POLL);
    tally
}

/// How the votes stand, with every word and text that was given and not taken out.
pub(crate) fn whole_tally(poll: &Poll, votes: &HashMap<ParticipantId, Vote>) -> Tally {
    let mut counts = vec![0_u32; places(&poll.form)];
    let hidden = likenesses(&poll.hidden);
    let mut words: HashMap<&str, Given<'_>> = HashMap::new();
    let mut texts = Vec::new();
    let mut count = |place: usize| {
        if let Some(count) = counts.get_mut(place) {
            *count += 1;
        }
    };
    for (who, vote) in votes {
        let first = (vote.at, *who);
        let shown = vote.given().filter(|(_, likeness)| !hidden.contains(*likeness));
        match &vote.choice {
            Choice::Options { options } => options.iter().for_each(|option| count(usize::from(*option))),
            Choice::Rating { stars } => count(usize::from(*stars).saturating_sub(1)),
            Choice::Words { .. } => {
                for (word, likeness) in shown {
                    let given = words.entry(likeness).or_insert(Given { count: 0, first, word });
                    given.count += 1;
                    if first < given.first {
                        (given.first, given.word) = (first, word);
                    }
                }
            }
            Choice::Text { .. } => texts.extend(shown.map(|(text, _)| (first, text))),
            Choice::Unknown => {}
        }
    }
    let mut words: Vec<_> =
        words.into_values().map(|Given { count, word, .. }| WordCount { word: word.clone(), count }).collect();
    words.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.word.cmp(&other.word)));
    texts.sort_by_key(|(first, _)| std::cmp::Reverse(*first));
    Tally {
        voters: u32::try_from(votes.len()).unwrap_or(u32::MAX),
        counts,
        words,
        texts: texts.into_iter().map(|(_, text)| text.clone()).collect(),
        leaders: Vec::new(),
    }
}

/// Among how many the votes are spread.
fn places(form: &PollForm) -> usize {
    match form.kind {
        PollKind::Single | PollKind::Multiple { .. } | PollKind::Quiz { .. } => form.options.len(),
        PollKind::Rating { stars } => usize::from(stars),
        PollKind::WordCloud { .. } | PollKind::OpenText | PollKind::Unknown => 0,
    }
}

/// What an answer to a quiz that is open brings: all points, or where it was timed half of them and of the other half as much as was left of the time.
pub(crate) fn points(poll: &Poll, vote: &Vote) -> u32 {
    let PollKind::Quiz { points } = poll.form.kind else { return 0 };
    let Choice::Options { options } = &vote.choice else { return 0 };
    if !options.iter().all(|option| poll.form.correct.contains(option)) {
        return 0;
    }
    let PollPhase::Open { since, closes_at: Some(closes_at) } = poll.phase else { return points };
    let (all, left) = (closes_at.since(since).as_micros().max(1), closes_at.since(vote.at).as_micros());
    let half = points / 2;
    let bonus = u128::from(points - half) * left.min(all) / all;
    half + u32::try_from(bonus).unwrap_or(0)
}
