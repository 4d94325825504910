//! Importing attendees: `name`, `email`, where tickets differ `ticket`, and what they answered.

use std::collections::HashMap;

use houselights_domain::name;
use lettre::Address;

use super::{
    Fault, Imported, Problem,
    table::{self, Column, Row},
};

const NAME: Column = Column::new("name", &["full name"], true);
const EMAIL: Column = Column::new("email", &["e-mail", "email address", "e-mail address"], true);
const TICKET: Column = Column::new("ticket", &["ticket type"], false);
const STATE: Column = Column::new("state", &[], false);
/// The longest address that mail has room for (RFC 5321, section 4.5.3.1.3, less its brackets).
const LONGEST_ADDRESS: usize = 254;

/// Somebody whom the file names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attendee {
    pub(crate) line: u64,
    pub(crate) name: String,
    pub(crate) email: String,
    /// The name of the ticket, as it was written.
    pub(crate) ticket: Option<String>,
    /// Whether the file gives them a place: not to those of whom it says that they wait, or have not paid.
    pub(crate) has_place: bool,
    /// What stands in the columns of the questions, in the order of these; empty where there is nothing.
    pub(crate) answers: Vec<String>,
}

/// Reads a file; `questions` are the names of the columns with answers, see [`headers`](super::headers). The same address twice, in letters of any
/// case, is a fault: one person has one registration. A row whose `state` says that it is over is left out.
pub(crate) fn attendees(file: &[u8], questions: &[String]) -> Result<Imported<Attendee>, Vec<Fault>> {
    let (mut seen, mut left_out) = (HashMap::new(), Vec::new());
    let mut columns = vec![NAME, EMAIL, TICKET, STATE];
    let first_answer = columns.len();
    columns.extend(questions.iter().map(|name| Column::named(name)));
    let read = table::read(file, &columns, |row| {
        if matches!(row.cell(3).to_lowercase().as_str(), "cancelled" | "refunded") {
            left_out.push(row.line);
            return None;
        }
        let answers = (first_answer..columns.len()).map(|column| row.cell(column).to_owned()).collect();
        attendee(row, answers, &mut seen)
    })?;
    Ok(Imported { left_out, ..read })
}

fn attendee(mut row: Row<'_>, answers: Vec<String>, seen: &mut HashMap<String, u64>) -> Option<Attendee> {
    let line = row.line;
    let (named, email) = (row.cell(0).to_owned(), row.cell(1).to_owned());
    let ticket = Some(row.cell(2).to_owned()).filter(|ticket| !ticket.is_empty());
    let has_place = match row.cell(3).to_lowercase().as_str() {
        "" | "confirmed" => true,
        "waiting" | "pending" => false,
        _ => {
            row.fault(&STATE, Problem::NotAState);
            false
        }
    };
    let kept = name(&named);
    if kept.is_none() {
        row.fault(&NAME, if named.is_empty() { Problem::Empty } else { Problem::NotAName });
    }
    let problem = if email.is_empty() {
        Some(Problem::Empty)
    } else if !is_address(&email) {
        Some(Problem::NotAnAddress)
    } else {
        seen.insert(email.to_lowercase(), line).map(Problem::SameAs)
    };
    if let Some(problem) = problem {
        row.fault(&EMAIL, problem);
        return None;
    }
    Some(Attendee { line, name: kept?, email, ticket, has_place, answers })
}

fn is_address(text: &str) -> bool {
    text.len() <= LONGEST_ADDRESS && text.parse::<Address>().is_ok_and(|address| address.domain().contains('.'))
}
