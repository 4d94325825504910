//! Events and agendas as iCalendar (RFC 5545), invitations by mail among them (RFC 5546), and agendas read from it.

mod dates;
mod fold;
mod line;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::{AgendaItem, CalendarError, CalendarFault, ReadAgenda, read_agenda};
pub use write::{CalendarEvent, Invitation, Method, Party, agenda, event_uid, invitation, session_uid};
