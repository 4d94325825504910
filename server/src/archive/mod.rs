//! A whole event as one file: its agenda, its people and its rooms' logs, so that another server has the same event.
//!
//! # The file
//!
//! JSON Lines, UTF-8. The first line is `{"houselights": 1, "event": id}`, the last `{"end": rows}`, so that one that broke off is noticed. Each line
//! between is `{"table": name, "row": {column: value}}`; tables come in an order in which every row follows those that it refers to. Times are
//! microseconds since 1970 UTC, bytes are Base64 (RFC 4648, section 4).
//!
//! Ids stay what they are, so an organisation imports an archive once. Where another organisation of the server has its event, it becomes a copy
//! with ids of its own, as if nobody had it: whoever imports learns nothing of others. What is not in it: secrets (invites, logins; who voted for what or asked
//! without a name, `secrets.rs`), what is in inboxes, payments (the money stays with the provider of the server that took it), and mail. Whoever imports sends tickets anew. Its address is another like it where that is taken; what
//! is counted (seats, uses of codes, picks) is counted anew.
//!
//! An event that people know of (published or live) comes in as a draft, so that two servers do not write to the same people: until the organizer
//! publishes it here nothing is announced, nobody is reminded or moved up, and its page is not shown. If it was called off, it is not here: it can be
//! published, or ended. Pictures go through the same as uploads: they
//! are decoded within bounds and written anew, so a JPEG has other bytes after it.
//!
//! So what is exported again from there is equal but for the event's `phase` and calling off where it became a draft, its `slug` where that was taken, and the
//! `bytes` of pictures.
//!
//! # Errors
//!
//! An [`ArchiveError`] names the line, from 1; where a picture is refused, it too, by its id. An import that fails leaves nothing behind.

mod column;
mod copy;
mod export;
mod import;
mod rules;
mod said;
mod secrets;
mod tables;

pub(crate) use export::export;
pub(crate) use import::{Import, Taken, import};

/// The version of the format.
const FORMAT: u32 = 1;
/// The longest line: a picture, or what was planned for the show of a room.
pub(crate) const MAX_LINE_BYTES: usize = 8 * 1024 * 1024;
/// Rows that are read, and written, at once.
const PAGE: usize = 500;
/// How many bytes these may have together, but for the last of them: rows are mostly short, and a few are very long.
const PAGE_BYTES: usize = 4 * 1024 * 1024;

/// Why an archive was not imported.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArchiveError {
    /// The file is not one, or not whole.
    #[error("line {line}: {what}")]
    Line {
        /// From 1.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
    /// It has more than an event can have, or than is taken at once.
    #[error("line {line}: {what}")]
    TooLarge {
        /// From 1: where reading stopped.
        line: usize,
        /// What there is too much of.
        what: String,
    },
    /// The organisation has the event already.
    #[error("the organisation has this event already")]
    Known,
    /// It is being taken in just now; or it was when the server ended, and what there is of it is being taken back.
    #[error("this event is being taken in, or an import of it that broke off is being taken back: try again in a minute")]
    Underway,
    /// Nothing can be stored just now.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
}
