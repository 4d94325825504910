//! The columns of an event's questions: each has the question's text for its name, and in each row what somebody answered.

use std::collections::HashSet;

use houselights_domain::registration::QuestionKind;

use crate::store::Question;

/// What other columns are called: a question of such a name gets a number behind it.
const OTHERS: &[&str] = &[
    "name",
    "full name",
    "email",
    "e-mail",
    "email address",
    "e-mail address",
    "ticket",
    "ticket type",
    "code",
    "state",
    "paid",
    "currency",
    "registered",
    "came",
];

/// The names of the columns: the same for the same questions, and no name twice.
pub(crate) fn headers(questions: &[Question]) -> Vec<String> {
    let mut taken: HashSet<String> = OTHERS.iter().map(|name| (*name).to_owned()).collect();
    let header = |question: &Question| {
        let label = question.label.trim();
        let (mut name, mut number) = (label.to_owned(), 1);
        while !taken.insert(name.to_lowercase()) {
            number += 1;
            name = format!("{label} ({number})");
        }
        name
    };
    questions.iter().map(header).collect()
}

/// An answer as a cell. Several stand with semicolons between them, or on lines of their own where an option has a semicolon in it.
pub(crate) fn cell(question: &Question, values: &[String]) -> String {
    values.join(if has_semicolon(question) { "\n" } else { "; " })
}

/// A cell as answers: what [`cell`] made of them, or what a person wrote.
pub(crate) fn answered(question: &Question, cell: &str) -> Vec<String> {
    let whole = || vec![cell.to_owned()].into_iter().filter(|cell| !cell.is_empty()).collect();
    match question.kind {
        QuestionKind::Choices => {
            let between = |c: char| c == '\n' || c == '\r' || (c == ';' && !has_semicolon(question));
            cell.split(between).map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect()
        }
        QuestionKind::Text | QuestionKind::LongText | QuestionKind::Choice | QuestionKind::Consent => whole(),
    }
}

fn has_semicolon(question: &Question) -> bool {
    question.options.iter().any(|option| option.contains(';'))
}
