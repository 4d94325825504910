//! Counting votes.

use std::collections::HashMap;

use houselights_shared::{
    Choice, ParticipantId, Poll, PollForm, PollKind, PollPhase, TOLD_OF_A_POLL, Tally, Timestamp, WordCount,
};

/// What somebody voted for.
#[derive(Clone, Debug)]
pub(crate) struct Vote {
    pub(crate) choice: Choice,
    pub(crate) at: Timestamp,
    /// As they were called, where that is kept.
    pub(crate) name: Option<String>,
}

impl Vote {
    /// Whether it is this answer, or has it among others, in words.
    pub(crate) fn says(&self, answer: &str) -> bool {
        match &self.choice {
            Choice::Words { words } => words.iter().any(|word| word == answer),
            Choice::Text { text } => text == answer,
            Choice::Options { .. } | Choice::Rating { .. } | Choice::Unknown => false,
        }
    }
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
    let mut words: HashMap<&str, u32> = HashMap::new();
    let mut texts = Vec::new();
    let mut count = |place: usize| {
        if let Some(count) = counts.get_mut(place) {
            *count += 1;
        }
    };
    for (who, vote) in votes {
        match &vote.choice {
            Choice::Options { options } => options.iter().for_each(|option| count(usize::from(*option))),
            Choice::Rating { stars } => count(usize::from(*stars).saturating_sub(1)),
            Choice::Words { words: given } => given.iter().for_each(|word| *words.entry(word).or_default() += 1),
            Choice::Text { text } => texts.push((vote.at, *who, text)),
            Choice::Unknown => {}
        }
    }
    let mut words: Vec<_> = words.into_iter().map(|(word, count)| WordCount { word: word.to_owned(), count }).collect();
    words.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.word.cmp(&other.word)));
    texts.sort_by_key(|(at, who, _)| std::cmp::Reverse((*at, *who)));
    let mut tally = Tally {
        voters: u32::try_from(votes.len()).unwrap_or(u32::MAX),
        counts,
        words,
        texts: texts.into_iter().map(|(_, _, text)| text.clone()).collect(),
        leaders: Vec::new(),
    };
    tally.leave_out(&poll.hidden);
    tally
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
