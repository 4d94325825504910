//! What everybody sees of an agenda: without who is invited how, and how to reach them.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};

use super::{
    agenda::{AgendaTrack, Room},
    guard::app,
    images::{Branding, Image},
    input,
    loaders::{RoomsOf, SessionsOf, SpeakersIn, SpeakersOf, TracksOf, loaded},
    sessions::cast_of,
};
use crate::store::{EventRow, SessionRow, SpeakerRow};

/// A session as everybody sees it.
pub(crate) struct PublicSession {
    row: Arc<SessionRow>,
    /// Who speaks, where that was read with it.
    speakers: Vec<Arc<SpeakerRow>>,
}

/// A speaker as everybody sees them.
pub(crate) struct PublicSpeaker(Arc<SpeakerRow>);

#[Object(serial)]
impl PublicSession {
    async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    async fn title(&self) -> &str {
        &self.row.title
    }

    /// Markdown.
    async fn description(&self) -> &str {
        &self.row.description
    }

    async fn starts_at(&self) -> DateTime<Utc> {
        input::shown(self.row.span.starts_at)
    }

    async fn ends_at(&self) -> DateTime<Utc> {
        input::shown(self.row.span.ends_at)
    }

    async fn track(&self) -> Option<AgendaTrack> {
        self.row.track.clone().map(AgendaTrack::from)
    }

    /// Where it is; some sessions, such as a lunch, are nowhere.
    async fn room(&self) -> Option<Room> {
        self.row.room.clone().map(Room::from)
    }

    async fn cancelled_at(&self) -> Option<DateTime<Utc>> {
        self.row.cancelled_at.map(input::shown)
    }

    /// Who speaks, in their order.
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn speakers(&self) -> Vec<PublicSpeaker> {
        self.speakers.iter().cloned().map(PublicSpeaker).collect()
    }
}

impl PublicSession {
    /// The sessions of a list, with who speaks in them where that is asked for: read at once, however many they are.
    pub(super) async fn listed(context: &Context<'_>, rows: Vec<Arc<SessionRow>>) -> Result<Vec<Self>> {
        let mut cast =
            if context.look_ahead().field("speakers").exists() { cast_of(context, &rows).await? } else { HashMap::default() };
        let with = |row: Arc<SessionRow>| Self { speakers: cast.remove(&SpeakersIn(row.id)).unwrap_or_default(), row };
        Ok(rows.into_iter().map(with).collect())
    }
}

#[Object(serial)]
impl PublicSpeaker {
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    async fn name(&self) -> &str {
        &self.0.name
    }

    /// One line below the name.
    async fn headline(&self) -> &str {
        &self.0.headline
    }

    /// Markdown.
    async fn biography(&self) -> &str {
        &self.0.biography
    }

    async fn picture(&self, context: &Context<'_>) -> Result<Option<Image>> {
        let base_url = &app(context)?.base_url;
        Ok(self.0.picture.as_ref().map(|image| Image::of(image, base_url)))
    }
}

/// The agenda of an event as everybody sees it.
pub(crate) struct PublicAgenda(pub(super) Arc<EventRow>);

#[Object]
impl PublicAgenda {
    async fn branding(&self) -> Branding {
        Branding::of(&self.0)
    }

    /// In their order.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn tracks(&self, context: &Context<'_>) -> Result<Vec<AgendaTrack>> {
        let rows = loaded(context, TracksOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(AgendaTrack::from).collect())
    }

    /// In their order.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn rooms(&self, context: &Context<'_>) -> Result<Vec<Room>> {
        let rows = loaded(context, RoomsOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Room::from).collect())
    }

    /// In the order in which they begin, with those that were cancelled.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn sessions(&self, context: &Context<'_>) -> Result<Vec<PublicSession>> {
        let rows = loaded(context, SessionsOf(self.0.id)).await?.unwrap_or_default();
        PublicSession::listed(context, rows).await
    }

    /// In their order.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn speakers(&self, context: &Context<'_>) -> Result<Vec<PublicSpeaker>> {
        let rows = loaded(context, SpeakersOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(PublicSpeaker).collect())
    }
}
