//! Pictures, and what an event looks like.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, ID, Object, Result, SimpleObject, dataloader::DataLoader, dataloader::Loader as Load};
use houselights_shared::ImageId;

use super::{error::Denial, guard::app, loaders::Loader};
use crate::store::{self, EventRow};

/// A picture that was uploaded.
#[derive(Clone, SimpleObject)]
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
        let found = context.data::<DataLoader<Loader>>()?.load_one(id).await.map_err(|denial| (*denial).clone())?;
        let base_url = &app(context)?.base_url;
        Ok(found.map(|image| Self {
            id: image.id.to_string().into(),
            url: image.url(base_url),
            width: image.width,
            height: image.height,
        }))
    }
}

impl store::Image {
    /// Where it is shown.
    pub(crate) fn url(&self, base_url: &str) -> String {
        format!("{base_url}/images/{}", self.id)
    }
}

impl Load<ImageId> for Loader {
    type Value = store::Image;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[ImageId]) -> Result<HashMap<ImageId, store::Image>, Arc<Denial>> {
        let found = self.0.images(keys.iter().copied()).await.map_err(|error| Arc::new(error.into()))?;
        Ok(found.into_iter().map(|image| (image.id, image)).collect())
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
