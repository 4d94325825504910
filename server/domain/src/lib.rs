//! The rules of a room, pure: `(now, input) -> effects`. No I/O, no clock, no randomness, so a whole event can be replayed
//! in a test in milliseconds.
//!
//! A [`Room`] is an ordered log and the state that follows from it. A [`Command`](houselights_shared::Command) is either
//! refused with a code or decided into updates; the updates, and nothing else, change the state. So a room that is
//! [replayed](Room::replay) from its log stands where it stood.

mod access;
mod agenda;
mod alike;
mod backstage;
mod beside;
mod chat;
mod course;
mod decide;
mod declined;
mod doors;
mod effect;
mod forgetting;
mod gate;
mod hands;
mod inbox;
mod known;
mod leaders;
mod lobby;
mod log;
mod markdown;
mod mine;
mod moderation;
mod name;
mod naming;
mod overlay;
mod poll_form;
mod polls;
mod presence;
mod qa;
mod reading;
pub mod registration;
pub mod reminders;
mod replay;
mod report;
mod retelling;
mod retold;
mod room;
mod rules;
mod run_of_show;
mod scene;
mod snapshot;
mod stage;
mod state;
mod tally;
mod transcript;
mod used_ids;
mod word_list;
mod words;

pub use access::{Duty, Scope, StaffRole, View, may, permits, rights, scope_permits};
pub use agenda::{
    AGENDA_REACH, LONGEST_SESSION, Planned, SHORTEST_SESSION, Span, SpanRefusal, TOLD_AT_MOST, Warning, clashes, warnings,
};
pub use alike::all_differ;
pub use chat::Recalled;
pub use doors::{Doors, EventPhase, Shut};
pub use effect::{Actor, Effect, Entry, MediaPlan};
pub use forgetting::Forgetting;
pub use gate::{Comer, Gate, Strain};
pub use inbox::{About, Acquainted, Inbox, InboxRefused, InboxRow, Mention, excerpt, notified};
pub use log::{REMEMBERED_BYTES, REMEMBERED_COMMANDS, REMEMBERED_UPDATES, weight};
pub use moderation::{DirectReport, Door};
pub use name::{is_blank, is_invisible, name, text};
pub use presence::{GRACE_AFTER_DEPARTURE, GRACE_AFTER_RESTART, Person};
pub use reading::{Reading, ReplayError};
pub use replay::{Chronicle, Edits, Fold, Part, Slot, Stand, joined};
pub use report::{Disclosure, PollOutcome, PollsReport, QuestionOutcome, QuestionsReport};
pub use retelling::Retelling;
pub use room::Room;
pub use rules::Naming;
pub use transcript::HELD_MESSAGES;

#[cfg(test)]
mod tests;
