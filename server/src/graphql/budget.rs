//! How much one request is answered at most: what the long lists hold is counted as they are read, over all documents of a batch. The bounds on documents in
//! [`limits`](super::limits) are drawn before anybody knows how long the lists are.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_graphql::Context;

use super::{
    error::{Code, Denial},
    guard::Viewer,
};
use crate::store::{SessionRow, SpeakerRow};

/// Bytes for whom nobody knows: several times the agenda of the longest day.
const STRANGER: usize = 8 * 1024 * 1024;
/// Bytes for whoever is signed in.
const KNOWN: usize = 32 * 1024 * 1024;
/// What a row costs besides its texts.
const ROW: usize = 512;

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

/// A row of a list that can be long.
pub(super) trait Weigh {
    /// About how long it is in an answer.
    fn bytes(&self) -> usize;
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

/// Counts rows that are about to be answered.
///
/// # Errors
///
/// `TOO_COMPLEX` where that is more than one request may have.
pub(super) fn spend<'a, T: Weigh + 'a>(context: &Context<'_>, rows: impl IntoIterator<Item = &'a T>) -> Result<(), Denial> {
    spend_bytes(context, rows.into_iter().map(Weigh::bytes).sum())
}

/// As [`spend`], for rows without long texts.
pub(super) fn spend_rows(context: &Context<'_>, rows: usize) -> Result<(), Denial> {
    spend_bytes(context, rows * ROW)
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
