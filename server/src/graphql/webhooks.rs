//! Where integrators are told, and what they were told.

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use houselights_domain::Duty;
use houselights_shared::{OrganisationId, WebhookId};

use super::{
    error::{Code, Denial},
    guard::{app, viewer},
    input,
    loaders::{self, loaded},
    organisations::Organisation,
    paged::{self, Everything},
    pages::{Connection, Page},
};
use crate::{
    clock,
    store::{self, Belonging, MOST_WEBHOOKS, StoreError, fresh_secret},
};

/// What happens that integrators can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::webhooks::WebhookKind")]
pub(crate) enum WebhookKind {
    /// The page of an event is public.
    EventPublished,
    /// Something of an event changed: its title or its texts, when it begins or ends, its address, seats or look.
    EventChanged,
    /// An event does not take place.
    EventCancelled,
    /// Somebody has a place.
    RegistrationConfirmed,
    /// Somebody has no place any more.
    RegistrationCancelled,
    /// Somebody got their money back.
    RegistrationRefunded,
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "store::DeliveryState")]
pub(crate) enum DeliveryState {
    /// It is tried, perhaps again.
    Queued,
    /// The receiver has it.
    Delivered,
    /// It was tried for two days.
    Failed,
}

/// An address that is told what happens.
pub(crate) struct Webhook(store::Webhook);

/// One thing that one webhook is told. It is kept for thirty days.
#[derive(SimpleObject)]
pub(crate) struct Delivery {
    id: ID,
    kind: WebhookKind,
    created_at: DateTime<Utc>,
    attempts: i64,
    state: DeliveryState,
    /// Of the last answer.
    response_status: Option<i64>,
    /// What went wrong at the last attempt.
    error: Option<String>,
}

/// A webhook that was just made.
#[derive(SimpleObject)]
pub(crate) struct NewWebhook {
    webhook: Webhook,
    /// Shown this once; what deliveries are signed with.
    secret: String,
}

impl From<store::Delivery> for Delivery {
    fn from(delivery: store::Delivery) -> Self {
        Self {
            id: delivery.id.into(),
            kind: delivery.kind.into(),
            created_at: input::shown(delivery.created_at),
            attempts: delivery.attempts,
            state: delivery.state.into(),
            response_status: delivery.response_status,
            error: delivery.error,
        }
    }
}

#[Object]
impl Webhook {
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    async fn url(&self) -> &str {
        &self.0.url
    }

    /// What it is told.
    async fn kinds(&self) -> Vec<WebhookKind> {
        self.0.kinds.iter().map(|kind| (*kind).into()).collect()
    }

    async fn created_at(&self) -> DateTime<Utc> {
        input::shown(self.0.created_at)
    }

    /// What it was told and will be, the newest first.
    #[graphql(complexity = "super::pages::cost(first, child_complexity)")]
    async fn deliveries(
        &self,
        context: &Context<'_>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
    ) -> Result<Connection<Delivery>> {
        let page = Page::<String>::of(first, after.as_deref())?;
        let (rows, more, total) = paged::page(context, self.0.id, Everything, &page).await?;
        Ok(Connection::of(rows.into_iter().map(|row: store::Delivery| (row.id.clone(), row.into())), more, total))
    }
}

/// The webhooks of an organisation.
pub(crate) struct WebhooksOf(pub(super) OrganisationId);

#[Object]
impl WebhooksOf {
    /// Where integrators are told, the oldest first.
    #[graphql(complexity = "20 * child_complexity + 1")]
    async fn webhooks(&self, context: &Context<'_>) -> Result<Vec<Webhook>> {
        viewer(context)?.on_organisation(app(context)?, self.0, Duty::ManageOrganisation).await?;
        let webhooks = loaded(context, loaders::WebhooksOf(self.0)).await?;
        Ok(webhooks.unwrap_or_default().into_iter().map(Webhook).collect())
    }
}

#[derive(Default)]
pub(crate) struct WebhooksMutation;

#[Object]
impl WebhooksMutation {
    /// Tells an address from now on what happens, with one signed POST each. What it says, how it is signed and when it is tried again
    /// stands in `docs/webhooks.md`.
    async fn create_webhook(
        &self,
        context: &Context<'_>,
        organisation: ID,
        url: String,
        kinds: Vec<WebhookKind>,
    ) -> Result<NewWebhook> {
        let (app, organisation) = (app(context)?, input::id(&organisation)?);
        viewer(context)?.on_organisation(app, organisation, Duty::ManageOrganisation).await?;
        let url = app.courier.guard().check(&url).map_err(|refusal| Denial::bad("url", refusal.to_string()))?;
        // In one order, each once, however often it was named.
        let is_wanted = |kind: &crate::webhooks::WebhookKind| kinds.contains(&WebhookKind::from(*kind));
        let kinds: Vec<_> = crate::webhooks::WebhookKind::ALL.into_iter().filter(is_wanted).collect();
        if kinds.is_empty() {
            return Err(Denial::bad("kinds", "at least one").into());
        }
        let secret = fresh_secret().map_err(|error| Denial::from(StoreError::Unavailable(error.to_string())))?;
        let secret = format!("whsec_{secret}");
        let webhook = store::Webhook { id: WebhookId::random(), url: url.into(), kinds, created_at: clock::now() };
        if app.store.create_webhook(organisation, &webhook, &secret).await.map_err(Denial::from)? {
            Ok(NewWebhook { webhook: Webhook(webhook), secret })
        } else {
            Err(Denial::new(Code::BadInput, format!("an organisation has at most {MOST_WEBHOOKS} webhooks")).into())
        }
    }

    /// Takes a webhook away. What it has not been told yet, it is not told any more.
    async fn delete_webhook(&self, context: &Context<'_>, id: ID) -> Result<Organisation> {
        let app = app(context)?;
        let organisation = viewer(context)?.on_belonging(app, Belonging::Webhook, &id, Duty::ManageOrganisation).await?;
        if app.store.delete_webhook(input::id(&id)?, clock::now()).await.map_err(Denial::from)? {
            Organisation::load(context, organisation).await
        } else {
            Err(Denial::not_found().into())
        }
    }

    /// Tells it (again) now, as if for the first time, whether or not it arrived.
    async fn retry_delivery(&self, context: &Context<'_>, id: ID) -> Result<Delivery> {
        let app = app(context)?;
        viewer(context)?.on_belonging(app, Belonging::Delivery, &id, Duty::ManageOrganisation).await?;
        if !app.store.retry_delivery(&id, clock::now()).await.map_err(Denial::from)? {
            return Err(Denial::not_found().into());
        }
        let delivery = app.store.delivery(&id).await.map_err(Denial::from)?;
        app.courier.wake();
        Ok(delivery.ok_or_else(Denial::not_found)?.into())
    }
}
