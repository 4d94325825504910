//! Pictures that were uploaded, as others refer to them.

use async_graphql::{Context, ID, Object, Result};
use houselights_shared::ImageId;

use super::{guard::app, loaders::loaded};
use crate::store;

/// A picture.
pub(crate) struct Image(store::Image);

impl From<store::Image> for Image {
    fn from(image: store::Image) -> Self {
        Self(image)
    }
}

#[Object]
impl Image {
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Where it is; it never changes.
    async fn url(&self, context: &Context<'_>) -> Result<String> {
        Ok(format!("{}/images/{}", app(context)?.base_url, self.0.id))
    }

    /// In pixels.
    async fn width(&self) -> i64 {
        self.0.width
    }

    /// In pixels.
    async fn height(&self) -> i64 {
        self.0.height
    }
}

impl Image {
    /// Of what refers to one, or to none.
    pub(crate) async fn load(context: &Context<'_>, id: Option<ImageId>) -> Result<Option<Self>> {
        let Some(id) = id else { return Ok(None) };
        Ok(loaded(context, id).await?.map(Self))
    }
}
