//! How much one request is answered at most: what is read for it is counted, over all documents of a batch. The bounds on documents in
//! [`limits`](super::limits) are drawn before anybody knows how long the lists are.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_graphql::{Context, SelectionField};
use houselights_shared::SessionId;

use super::{
    error::{Code, Denial},
    guard::Viewer,
};
use crate::store::{
    ApiKey, BanRow, Delivery, EventRow, Image, LastLetter, Member, Organisation, OwnTrashed, Person, Question, RegistrationRow,
    RoomFigures, RoomRow, SalesFigures, SessionRow, SpeakerRow, TicketCode, TicketType, TrackRow, TrashedRow, Webhook,
};

/// Bytes for whom nobody knows: several times the agenda of the longest day.
const STRANGER: usize = 8 * 1024 * 1024;
/// Bytes for whoever is signed in.
const KNOWN: usize = 32 * 1024 * 1024;
/// What a row costs besides its texts.
const ROW: usize = 512;
/// What a field of a row costs, at whatever depth and each time that it is named: its name is in the answer, and it is work.
const FIELD: usize = 48;

/// What is left of it.
pub(super) struct Budget(AtomicUsize);

impl Budget {
    pub(super) fn of(viewer: &Viewer) -> Self {
        Self(AtomicUsize::new(if viewer.is_known() { KNOWN } else { STRANGER }))
    }

    fn take(&self, bytes: usize) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(bytes)).is_ok()
    }
}

/// What is read for an answer. Everything that a loader gives is weighed; long texts that one row has alone are weighed where they are put into the answer.
pub(super) trait Weigh {
    /// About how long it is in an answer.
    fn bytes(&self) -> usize {
        ROW
    }

    /// How many of it there are.
    fn rows(&self) -> usize {
        1
    }
}

/// Rows of short texts.
macro_rules! short {
    ($($row:ty),* $(,)?) => {$(impl Weigh for $row {})*};
}

short! {
    ApiKey, BanRow, Delivery, EventRow, Image, LastLetter, Member, Organisation, OwnTrashed, Person, RoomFigures, RoomRow, SalesFigures, SessionId, TicketCode, TrackRow,
    TrashedRow, Webhook, i64, Option<String>,
}

impl Weigh for SessionRow {
    fn bytes(&self) -> usize {
        ROW + self.title.len() + self.description.len()
    }
}

impl Weigh for SpeakerRow {
    fn bytes(&self) -> usize {
        ROW + self.name.len() + self.headline.len() + self.biography.len()
    }
}

impl Weigh for TicketType {
    fn bytes(&self) -> usize {
        ROW + self.title.len() + self.description.len()
    }
}

impl Weigh for Question {
    fn bytes(&self) -> usize {
        ROW + self.label.len() + self.options.iter().map(String::len).sum::<usize>()
    }
}

impl Weigh for RegistrationRow {
    fn bytes(&self) -> usize {
        ROW + self.answers.values().flatten().map(String::len).sum::<usize>()
    }
}

impl<T: Weigh> Weigh for Arc<T> {
    fn bytes(&self) -> usize {
        T::bytes(self)
    }
}

impl<T: Weigh> Weigh for Vec<T> {
    fn bytes(&self) -> usize {
        self.iter().map(T::bytes).sum()
    }

    fn rows(&self) -> usize {
        self.iter().map(T::rows).sum()
    }
}

impl<A: Weigh, B: Weigh> Weigh for (A, B) {
    fn bytes(&self) -> usize {
        self.0.bytes() + self.1.bytes()
    }

    fn rows(&self) -> usize {
        self.0.rows()
    }
}

/// Counts what is about to be answered for a field, with all that is asked of it below.
///
/// # Errors
///
/// `TOO_COMPLEX` where that is more than one request may have.
pub(super) fn spend(context: &Context<'_>, what: &impl Weigh) -> Result<(), Denial> {
    spend_below(context, what, &context.field())
}

/// As [`spend`], for so many rows of short texts.
pub(super) fn spend_rows(context: &Context<'_>, rows: usize) -> Result<(), Denial> {
    spend_bytes(context, rows * (ROW + below(&context.field()) * FIELD))
}

/// As [`spend`], for what a field below this one is answered with.
pub(super) fn spend_below(context: &Context<'_>, what: &impl Weigh, field: &SelectionField<'_>) -> Result<(), Denial> {
    spend_bytes(context, what.bytes() + what.rows() * below(field) * FIELD)
}

/// How many fields are named below one.
fn below(field: &SelectionField<'_>) -> usize {
    field.selection_set().map(|field| 1 + below(&field)).sum()
}

/// A long text, as [`spend`] counts it.
pub(super) fn text<'a>(context: &Context<'_>, text: &'a str) -> Result<&'a str, Denial> {
    spend_bytes(context, text.len())?;
    Ok(text)
}

fn spend_bytes(context: &Context<'_>, bytes: usize) -> Result<(), Denial> {
    match context.data_opt::<Arc<Budget>>() {
        Some(budget) if budget.take(bytes) => Ok(()),
        Some(_) | None => Err(Denial::new(Code::TooComplex, "the answer would be too long: ask for less at once")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spent_is_gone_and_what_is_not_there_is_not_spent() {
        let budget = Budget(AtomicUsize::new(10));
        assert!(budget.take(7) && !budget.take(4) && budget.take(3) && !budget.take(1) && budget.take(0));
    }
}
