//! Importing attendees: `name`, `email`, and where tickets differ `ticket`. A row whose `state` says that it is over is left out.

use std::collections::HashMap;

use houselights_domain::name;
use lettre::Address;

use super::{
    Fault, Imported, Problem,
    table::{self, Column, Row},
};

const NAME: Column = Column { name: "name", other_names: &["full name"], is_required: true };
const EMAIL: Column = Column { name: "email", other_names: &["e-mail", "email address", "e-mail address"], is_required: true };
const TICKET: Column = Column { name: "ticket", other_names: &["ticket type"], is_required: false };
const STATE: Column = Column { name: "state", other_names: &[], is_required: false };
/// The longest address that mail has room for (RFC 5321, section 4.5.3.1.3, less its brackets).
const LONGEST_ADDRESS: usize = 254;

/// Somebody to be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attendee {
    pub(crate) line: u64,
    pub(crate) name: String,
    pub(crate) email: String,
    /// The name of the ticket, as it was written.
    pub(crate) ticket: Option<String>,
}

/// Reads a file. The same address twice, in letters of any case, is a fault: one person has one registration.
pub(crate) fn attendees(file: &[u8]) -> Result<Imported<Attendee>, Vec<Fault>> {
    let (mut seen, mut left_out) = (HashMap::new(), Vec::new());
    let read = table::read(file, &[NAME, EMAIL, TICKET, STATE], |row| {
        if is_over(&row) {
            left_out.push(row.line);
            return None;
        }
        attendee(row, &mut seen)
    })?;
    Ok(Imported { left_out, ..read })
}

fn is_over(row: &Row<'_>) -> bool {
    matches!(row.cell(3), "cancelled" | "refunded")
}

fn attendee(mut row: Row<'_>, seen: &mut HashMap<String, u64>) -> Option<Attendee> {
    let line = row.line;
    let (named, email) = (row.cell(0).to_owned(), row.cell(1).to_owned());
    let ticket = Some(row.cell(2).to_owned()).filter(|ticket| !ticket.is_empty());
    let kept = name(&named);
    if kept.is_none() {
        row.fault(NAME, if named.is_empty() { Problem::Empty } else { Problem::NotAName });
    }
    let problem = if email.is_empty() {
        Some(Problem::Empty)
    } else if !is_address(&email) {
        Some(Problem::NotAnAddress)
    } else {
        seen.insert(email.to_lowercase(), line).map(Problem::SameAs)
    };
    if let Some(problem) = problem {
        row.fault(EMAIL, problem);
        return None;
    }
    Some(Attendee { line, name: kept?, email, ticket })
}

fn is_address(text: &str) -> bool {
    text.len() <= LONGEST_ADDRESS && text.parse::<Address>().is_ok_and(|address| address.domain().contains('.'))
}
