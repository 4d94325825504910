//! Whether there are as many seats as a table brings people.

use houselights_shared::TicketTypeId;

use super::{Untaken, Wrong, attendees::Placed};
use crate::{
    app::App,
    csv_files,
    graphql::input,
    store::{EventRow, TicketType},
};

/// Nobody is registered where somebody would be left over: who of a list has a place is not for chance. How many are too many is told for each
/// ticket and for the event, at the line of the first of them.
pub(super) async fn enough(app: &App, event: &EventRow, (tickets, people): (&[TicketType], &[Placed])) -> Result<(), Untaken> {
    let asked: Vec<(u64, TicketTypeId, String)> = people
        .iter()
        .filter_map(|person| {
            let email = input::email("email", &person.attendee.email).ok()?;
            Some((person.attendee.line, person.ticket?, email))
        })
        .collect();
    let is_bounded = event.capacity.is_some() || tickets.iter().any(|ticket| ticket.quantity.is_some());
    if !is_bounded || asked.is_empty() {
        return Ok(());
    }
    let has_place = app.store.standing_of(event.id, asked.iter().map(|(_, _, email)| email.as_str())).await?;
    let new: Vec<_> = asked.into_iter().filter(|(_, _, email)| !has_place.contains(email)).collect();
    let mut wrong = Vec::new();
    for ticket in tickets {
        let lines: Vec<_> = new.iter().filter(|(_, of, _)| *of == ticket.id).map(|(line, ..)| *line).collect();
        wrong.extend(ticket.quantity.and_then(|most| too_many(&lines, most - ticket.taken)));
    }
    let lines: Vec<_> = new.iter().map(|(line, ..)| *line).collect();
    if wrong.is_empty()
        && let Some(capacity) = event.capacity
    {
        wrong.extend(too_many(&lines, capacity - event.taken));
    }
    wrong.truncate(csv_files::MOST_FAULTS);
    if wrong.is_empty() { Ok(()) } else { Err(Untaken::faults(wrong)) }
}

fn too_many(lines: &[u64], left: i64) -> Option<Wrong> {
    let left = usize::try_from(left).unwrap_or(0);
    let line = *lines.get(left)?;
    let problem = ("too_many_people", "there are more people than seats are left");
    Some(Wrong { detail: Some((lines.len() - left).to_string()), ..Wrong::new(line, None, problem) })
}
