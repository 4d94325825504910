//! The columns of each report, and what stands in them.

use std::collections::HashMap;

use houselights_domain::{PollOutcome, QuestionOutcome};
use houselights_shared::{
    AuditEntry, Choice, Gone, Leader, Message, ParticipantId, PollForm, PollKind, PollPhase, Standing, Update,
};
use serde::Serialize;
use serde_json::Value;

use super::cell::Cell;

pub(super) const CHAT: [&str; 13] =
    ["room", "seq", "time", "name", "role", "text", "message", "reply_to", "edited", "earlier", "gone", "gone_at", "gone_by"];
pub(super) const QUESTIONS: [&str; 12] = [
    "room",
    "asked",
    "name",
    "text",
    "votes",
    "standing",
    "opened",
    "settled",
    "answer",
    "answered_by",
    "merged_into",
    "withdrawn",
];
pub(super) const POLLS: [&str; 13] =
    ["room", "poll", "question", "kind", "named", "phase", "opened", "closed", "voters", "row", "answer", "right", "count"];
pub(super) const VOTES: [&str; 6] = ["room", "poll", "question", "name", "answer", "time"];
pub(super) const AUDIT: [&str; 8] = ["room", "seq", "time", "name", "what", "whom", "message", "details"];

/// The word that a value without parts has on the wire, or of one with parts its tag.
fn word(of: &impl Serialize, tag: &str) -> String {
    let value = serde_json::to_value(of).unwrap_or_default();
    value.get(tag).unwrap_or(&value).as_str().unwrap_or_default().to_owned()
}

pub(super) fn entry(room: &str, update: Update) -> Result<Vec<Cell>, serde_json::Error> {
    let Update { room: id, seq, at, by, body } = update;
    let by = by.map(|by| by.to_string());
    Ok(vec![
        room.into(),
        id.to_string().into(),
        Cell::Number(seq.number()),
        at.into(),
        by.into(),
        Cell::Json(serde_json::to_value(body)?),
    ])
}

/// `names` are of those who took messages out.
pub(super) fn message(room: &str, message: Message, names: &HashMap<ParticipantId, String>) -> Vec<Cell> {
    let how = |gone: Gone| if gone.hidden { "hidden" } else { "removed" };
    let by = message.gone.and_then(|gone| gone.by).and_then(|by| names.get(&by)).cloned();
    vec![
        room.into(),
        Cell::Number(message.seq.number()),
        message.at.into(),
        message.name.into(),
        word(&message.role, "").into(),
        message.text.into(),
        message.id.to_string().into(),
        message.reply_to.map(|id| id.to_string()).into(),
        message.edited_at.into(),
        Cell::Texts(message.earlier),
        message.gone.map(how).into(),
        message.gone.map(|gone| gone.at).into(),
        by.into(),
    ]
}

pub(super) fn questions(room: &str, outcomes: Vec<QuestionOutcome>) -> Vec<Vec<Cell>> {
    let row = |outcome: QuestionOutcome| {
        let QuestionOutcome { question, opened_at, settled_at, withdrawn_at, merged_into } = outcome;
        let standing = if withdrawn_at.is_some() { "withdrawn".to_owned() } else { word(&question.standing, "is") };
        let answer = if let Standing::Answered { answer, .. } = question.standing { answer } else { None };
        let (text, by) = answer.map(|answer| (answer.text, answer.name)).unzip();
        vec![
            room.into(),
            question.at.into(),
            question.author.map(|asker| asker.name).into(),
            question.text.into(),
            question.votes.into(),
            standing.into(),
            opened_at.into(),
            settled_at.into(),
            text.into(),
            by.into(),
            merged_into.into(),
            withdrawn_at.into(),
        ]
    };
    outcomes.into_iter().map(row).collect()
}

/// Polls are numbered in the order in which they were opened.
pub(super) fn polls(room: &str, outcomes: &[PollOutcome], leaders: &[Leader]) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for (number, outcome) in (1..).zip(outcomes) {
        let PollOutcome { poll, tally, opened_at, .. } = outcome;
        let closed_at = match poll.phase {
            PollPhase::Closed { at } | PollPhase::Archived { at } => Some(at),
            PollPhase::Draft | PollPhase::Open { .. } | PollPhase::Unknown => None,
        };
        let head = || {
            vec![
                room.into(),
                Cell::Number(number),
                poll.form.question.as_str().into(),
                word(&poll.form.kind, "is").into(),
                Cell::Is(poll.form.named),
                word(&poll.phase, "is").into(),
                (*opened_at).into(),
                closed_at.into(),
                tally.voters.into(),
            ]
        };
        rows.extend(results(outcome).into_iter().map(|result| [head(), result.to_vec()].concat()));
    }
    for Leader { name, points } in leaders {
        let mut row: Vec<Cell> = std::iter::once(room.into()).chain(std::iter::repeat_n(Cell::Nothing, 8)).collect();
        row.extend(["leader".into(), name.as_str().into(), Cell::Nothing, (*points).into()]);
        rows.push(row);
    }
    rows
}

/// What kind of row, the answer, whether it is right, and how often it was given.
fn results(PollOutcome { poll, tally, .. }: &PollOutcome) -> Vec<[Cell; 4]> {
    let form = &poll.form;
    let counted = |place: usize| Cell::from(tally.counts.get(place).copied().unwrap_or_default());
    let results: Vec<_> = match form.kind {
        PollKind::Single | PollKind::Multiple { .. } | PollKind::Quiz { .. } => {
            let is_quiz = matches!(form.kind, PollKind::Quiz { .. });
            let right = |place: usize| if is_quiz { Cell::Is(is_right(form, place)) } else { Cell::Nothing };
            let row =
                |(place, option): (usize, &String)| ["option".into(), option.as_str().into(), right(place), counted(place)];
            form.options.iter().enumerate().map(row).collect()
        }
        PollKind::Rating { stars } => (1..=stars)
            .map(|star| ["stars".into(), Cell::Number(star.into()), Cell::Nothing, counted(usize::from(star) - 1)])
            .collect(),
        PollKind::WordCloud { .. } => {
            let row = |(word, count): (&str, u32)| ["word".into(), word.into(), Cell::Nothing, count.into()];
            tally.words.iter().map(|counted| row((counted.word.as_str(), counted.count))).collect()
        }
        PollKind::OpenText | PollKind::Unknown => {
            tally.texts.iter().map(|text| ["text".into(), text.as_str().into(), Cell::Nothing, Cell::Number(1)]).collect()
        }
    };
    // That nobody answered is told, too.
    if results.is_empty() { vec![[const { Cell::Nothing }; 4]] } else { results }
}

fn is_right(form: &PollForm, option: usize) -> bool {
    form.correct.iter().any(|right| usize::from(*right) == option)
}

pub(super) fn votes(room: &str, outcomes: &[PollOutcome]) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for (number, PollOutcome { poll, votes, .. }) in (1..).zip(outcomes) {
        rows.extend(votes.iter().flatten().map(|vote| {
            vec![
                room.into(),
                Cell::Number(number),
                poll.form.question.as_str().into(),
                vote.name.as_str().into(),
                answer(&poll.form, &vote.choice),
                vote.at.into(),
            ]
        }));
    }
    rows
}

fn answer(form: &PollForm, choice: &Choice) -> Cell {
    match choice {
        Choice::Options { options } => {
            Cell::Texts(options.iter().filter_map(|option| form.options.get(usize::from(*option))).cloned().collect())
        }
        Choice::Rating { stars } => Cell::Number((*stars).into()),
        Choice::Words { words } => Cell::Texts(words.clone()),
        Choice::Text { text } => text.as_str().into(),
        Choice::Unknown => Cell::Nothing,
    }
}

pub(super) fn acts(room: &str, acts: &[AuditEntry]) -> Vec<Vec<Cell>> {
    acts.iter().map(|act| [vec![room.into()], act_cells(act)].concat()).collect()
}

fn act_cells(AuditEntry { update, name, people, further: _, message }: &AuditEntry) -> Vec<Cell> {
    let details = serde_json::to_value(&update.body).unwrap_or_default();
    let what = details.get("what").and_then(Value::as_str).unwrap_or_default().to_owned();
    let named = details.pointer("/sanctioned/name").and_then(Value::as_str);
    let author = message.iter().map(|message| message.name.as_str());
    let whom = people.iter().map(|person| person.name.as_str()).chain(named).chain(author).map(str::to_owned).collect();
    vec![
        Cell::Number(update.seq.number()),
        update.at.into(),
        name.as_str().into(),
        what.into(),
        Cell::Texts(whom),
        message.as_ref().map(|message| message.text.clone()).into(),
        Cell::Json(details),
    ]
}
