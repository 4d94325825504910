//! How much there is to report of the rooms of an event; the reports themselves are files.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use houselights_domain::Duty;

use super::{
    guard::{app, viewer},
    loaders::{FiguresOf, loaded},
};
use crate::store::{EventRow, RoomFigures};

/// What there is to report of a room.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct RoomReport {
    /// The room's.
    id: ID,
    title: String,
    /// What was said in its chat, also what was taken out of it since.
    messages: u32,
    questions: u32,
    /// Those that were opened.
    polls: u32,
    /// Those of them in which votes are not anonymous.
    named_polls: u32,
    /// What moderators did.
    acts: u32,
    /// The entries of its log.
    entries: u32,
}

impl From<RoomFigures> for RoomReport {
    fn from(figures: RoomFigures) -> Self {
        let RoomFigures { event: _, room, title, messages, questions, polls, named_polls, acts, entries } = figures;
        Self { id: room.to_string().into(), title, messages, questions, polls, named_polls, acts, entries }
    }
}

/// What there is to report of an event.
pub(crate) struct EventReports(pub(super) Arc<EventRow>);

#[Object]
impl EventReports {
    /// Of each room, in their order; for who may take logs out of the house.
    #[graphql(complexity = "10 * child_complexity + 50")]
    async fn reports(&self, context: &Context<'_>) -> Result<Vec<RoomReport>> {
        viewer(context)?.on_row(app(context)?, &self.0, Duty::Export).await?;
        let rows = loaded(context, FiguresOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(RoomReport::from).collect())
    }
}
