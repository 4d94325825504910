//! What of an event its organisation sees, and everybody once it is public.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result};
use chrono::{DateTime, Utc};

use super::{budget, guard::app, input};
use crate::store::{self, EventRow};

/// Where an event stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "store::EventPhase")]
pub(crate) enum EventPhase {
    /// Only its organisation sees it.
    Draft,
    /// Its page is public, and people register.
    Published,
    /// It is on.
    Live,
    /// It was.
    Ended,
    /// And is out of sight.
    Archived,
}

/// What an event is.
pub(crate) struct EventFacts(pub(super) Arc<EventRow>);

#[Object]
impl EventFacts {
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    async fn title(&self) -> &str {
        &self.0.title
    }

    /// The end of its page's address.
    async fn slug(&self) -> &str {
        self.0.slug.as_deref().unwrap_or_default()
    }

    /// One line.
    async fn summary(&self) -> &str {
        &self.0.summary
    }

    /// Markdown.
    async fn description(&self, context: &Context<'_>) -> Result<&str> {
        Ok(budget::text(context, &self.0.description)?)
    }

    async fn phase(&self) -> EventPhase {
        self.0.phase.into()
    }

    async fn starts_at(&self) -> DateTime<Utc> {
        input::shown(self.0.starts_at)
    }

    async fn ends_at(&self) -> DateTime<Utc> {
        input::shown(self.0.ends_at)
    }

    /// By its IANA name.
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }

    async fn cancelled_at(&self) -> Option<DateTime<Utc>> {
        self.0.cancelled_at.map(input::shown)
    }

    /// Its public page.
    async fn url(&self, context: &Context<'_>) -> Result<String> {
        Ok(format!("{}/e/{}", app(context)?.base_url, self.0.slug.as_deref().unwrap_or_default()))
    }
}
