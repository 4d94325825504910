//! Pictures, and what an event looks like.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use houselights_shared::ImageId;

use super::{guard::app, loaders::loaded};
use crate::store::{self, EventRow};

/// A picture that was uploaded.
#[derive(Clone, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Image {
    id: ID,
    url: String,
    /// In pixels.
    width: i64,
    /// In pixels.
    height: i64,
}

impl Image {
    /// The picture with this id, read with all others of the request.
    pub(crate) async fn load(context: &Context<'_>, id: Option<ImageId>) -> Result<Option<Self>> {
        let Some(id) = id else { return Ok(None) };
        let base_url = &app(context)?.base_url;
        Ok(loaded(context, id).await?.map(|image| Self::of(&image, base_url)))
    }

    /// A picture that was read with what refers to it.
    pub(crate) fn of(image: &store::Image, base_url: &str) -> Self {
        Self { id: image.id.to_string().into(), url: image.url(base_url), width: image.width, height: image.height }
    }
}

impl store::Image {
    /// Where it is shown.
    pub(crate) fn url(&self, base_url: &str) -> String {
        format!("{base_url}/images/{}", self.id)
    }
}

/// What an event looks like.
pub(crate) struct Branding(Arc<EventRow>);

#[Object]
impl Branding {
    /// `#rrggbb`.
    async fn accent(&self) -> &str {
        &self.0.accent
    }

    /// `#rrggbb`.
    async fn background(&self) -> &str {
        &self.0.background
    }

    async fn logo(&self, context: &Context<'_>) -> Result<Option<Image>> {
        Image::load(context, self.0.logo).await
    }

    async fn cover(&self, context: &Context<'_>) -> Result<Option<Image>> {
        Image::load(context, self.0.cover).await
    }
}

impl Branding {
    pub(crate) fn of(row: &Arc<EventRow>) -> Self {
        Self(Arc::clone(row))
    }
}

/// The looks of an event, for its organisation.
pub(crate) struct EventLooks(pub(super) Arc<EventRow>);

#[Object]
impl EventLooks {
    async fn branding(&self) -> Branding {
        Branding::of(&self.0)
    }
}
