//! Keys of integrators.

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use houselights_domain::Duty;
use houselights_shared::{ApiKeyId, OrganisationId};

use super::{
    error::{Code, Denial},
    guard::{app, viewer},
    input,
    loaders::{ApiKeysOf, loaded},
    organisations::Organisation,
};
use crate::{
    clock,
    store::{self, Belonging, KEY_PREFIX, MOST_KEYS, StoreError, fresh_secret},
};

/// What a key of an integrator is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "houselights_domain::Scope")]
pub(crate) enum Scope {
    /// See events and templates.
    EventsRead,
    /// Make and change them.
    EventsWrite,
    /// See who is registered.
    PeopleRead,
    /// Register, cancel and refund.
    PeopleWrite,
}

/// A key of an integrator, without its secret.
#[derive(SimpleObject)]
pub(crate) struct ApiKey {
    id: ID,
    name: String,
    scopes: Vec<Scope>,
    created_at: DateTime<Utc>,
    /// To within ten minutes; absent until it is used.
    used_at: Option<DateTime<Utc>>,
}

/// A key that was just made.
#[derive(SimpleObject)]
pub(crate) struct NewApiKey {
    key: ApiKey,
    /// Shown this once. As bearer for this API.
    secret: String,
}

impl From<store::ApiKey> for ApiKey {
    fn from(key: store::ApiKey) -> Self {
        Self {
            id: key.id.to_string().into(),
            name: key.name,
            scopes: key.scopes.into_iter().map(Scope::from).collect(),
            created_at: input::shown(key.created_at),
            used_at: key.used_at.map(input::shown),
        }
    }
}

/// The keys of an organisation.
pub(crate) struct KeysOf(pub(super) OrganisationId);

#[Object]
impl KeysOf {
    /// Keys of integrators that were not revoked, the oldest first.
    #[graphql(complexity = "50 * child_complexity + 1")]
    async fn api_keys(&self, context: &Context<'_>) -> Result<Vec<ApiKey>> {
        viewer(context)?.on_organisation(app(context)?, self.0, Duty::ManageOrganisation).await?;
        let keys = loaded(context, ApiKeysOf(self.0)).await?;
        Ok(keys.unwrap_or_default().into_iter().map(ApiKey::from).collect())
    }
}

#[derive(Default)]
pub(crate) struct ApiKeysMutation;

#[Object]
impl ApiKeysMutation {
    /// Makes a key for an integrator. Its secret is shown this once.
    async fn create_api_key(
        &self,
        context: &Context<'_>,
        organisation: ID,
        name: String,
        scopes: Vec<Scope>,
    ) -> Result<NewApiKey> {
        let (app, organisation) = (app(context)?, input::id(&organisation)?);
        viewer(context)?.on_organisation(app, organisation, Duty::ManageOrganisation).await?;
        let name = input::title("name", &name)?;
        // In one order, each once, however often it was named.
        let is_wanted = |scope: &houselights_domain::Scope| scopes.iter().any(|wanted| Scope::from(*scope) == *wanted);
        let scopes: Vec<_> = houselights_domain::Scope::ALL.into_iter().filter(is_wanted).collect();
        if scopes.is_empty() {
            return Err(Denial::bad("scopes", "at least one").into());
        }
        let secret = fresh_secret().map_err(|error| Denial::from(StoreError::Unavailable(error.to_string())))?;
        let secret = format!("{KEY_PREFIX}{secret}");
        let key = store::ApiKey { id: ApiKeyId::random(), name, scopes, created_at: clock::now(), used_at: None };
        if app.store.create_api_key(organisation, &key, &secret).await.map_err(Denial::from)? {
            Ok(NewApiKey { key: key.into(), secret })
        } else {
            Err(Denial::new(Code::BadInput, format!("an organisation has at most {MOST_KEYS} keys")).into())
        }
    }

    /// Ends a key, at once.
    async fn revoke_api_key(&self, context: &Context<'_>, id: ID) -> Result<Organisation> {
        let app = app(context)?;
        let organisation = viewer(context)?.on_belonging(app, Belonging::ApiKey, &id, Duty::ManageOrganisation).await?;
        if app.store.revoke_api_key(input::id(&id)?, clock::now()).await.map_err(Denial::from)? {
            Organisation::load(context, organisation).await
        } else {
            Err(Denial::not_found().into())
        }
    }
}
