//! Erasing a person from an organisation's events.

use async_graphql::{Context, ID, Object, Result};
use houselights_domain::Duty;

use super::{
    error::Denial,
    guard::{app, viewer},
    input,
    organisations::Organisation,
};
use crate::store::Traces;

#[derive(Default)]
pub(crate) struct ErasureMutation;

#[Object]
impl ErasureMutation {
    /// Forgets who somebody was at the organisation's events: name, address, answers, and what they wrote. Their seats stay taken. A membership
    /// is not ended by it.
    async fn erase_person(&self, context: &Context<'_>, organisation: ID, email: String) -> Result<Organisation> {
        let (app, id) = (app(context)?, input::id(&organisation)?);
        viewer(context)?.on_organisation(app, id, Duty::Erase).await?;
        let email = input::email("email", &email)?;
        app.forget(Traces::Within { organisation: id, email: &email }).await.map_err(Denial::from)?;
        Organisation::load(context, id).await
    }
}
