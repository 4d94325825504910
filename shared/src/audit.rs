//! What those who look after a room did in it, as its log has it.
//!
//! `GET /api/rooms/{room}/audit?before=&limit=` with the login's token as bearer answers the [`AuditPage`] that ends before a position of the
//! room's log, newest first; without `before`, the last one. So much of a log is looked through for a page and no more: it may hold less than it could,
//! or nothing, and the next one goes on before [`AuditPage::before`]. `/audit.csv` and `/audit.jsonl` answer all of it as a file, oldest first.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Message, ParticipantId, Seq, Update};

/// The most entries of a page.
pub const PAGE_AUDIT: usize = 50;

/// Something that somebody did to keep a room in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuditEntry {
    /// What, when, and by whom. Of those who were let in those alone who are in `people`.
    pub update: Update,
    /// How whoever did it is called.
    pub name: String,
    /// How those are called whom it names.
    #[serde(default)]
    pub people: Vec<AuditPerson>,
    /// How many more it names: a whole audience can be let in at once.
    #[serde(default)]
    pub further: u32,
    /// The message that it is about, as it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub message: Option<Message>,
}

/// Somebody whom an entry names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuditPerson {
    /// Who.
    pub participant: ParticipantId,
    /// As they are called.
    pub name: String,
}

/// Some of what was done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuditPage {
    /// Newest first.
    pub entries: Vec<AuditEntry>,
    /// Whether there may be older ones.
    pub more: bool,
    /// Before which position they are asked for; absent where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub before: Option<Seq>,
}
