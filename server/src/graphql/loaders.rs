//! What types read of what they belong to, gathered over a whole request: one statement for all rows.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use async_graphql::dataloader::Loader as Load;
use houselights_shared::{OrganisationId, PersonId, WebhookId};

use super::error::Denial;
use crate::store::{Delivery, Organisation, Person, Store};

/// The loader of all kinds of keys.
pub(crate) struct Loader(pub(crate) Store);

type Loaded<K, V> = Result<HashMap<K, V>, Arc<Denial>>;

fn failed(error: crate::store::StoreError) -> Arc<Denial> {
    Arc::new(error.into())
}

impl Load<OrganisationId> for Loader {
    type Value = Organisation;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[OrganisationId]) -> Loaded<OrganisationId, Organisation> {
        let found = self.0.organisations(keys.iter().copied()).await.map_err(failed)?;
        Ok(found.into_iter().map(|organisation| (organisation.id, organisation)).collect())
    }
}

impl Load<PersonId> for Loader {
    type Value = Person;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[PersonId]) -> Loaded<PersonId, Person> {
        let found = self.0.people(keys.iter().copied()).await.map_err(failed)?;
        Ok(found.into_iter().map(|person| (person.id, person)).collect())
    }
}

/// A page of what a webhook was told.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct DeliveriesOf {
    pub(crate) webhook: WebhookId,
    pub(crate) after: Option<String>,
    pub(crate) most: i64,
}

/// How much a webhook was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct DeliveryCount(pub(crate) WebhookId);

impl Load<DeliveriesOf> for Loader {
    type Value = Vec<Delivery>;
    type Error = Arc<Denial>;

    /// A statement for each kind of page: in a request there are few.
    async fn load(&self, keys: &[DeliveriesOf]) -> Loaded<DeliveriesOf, Vec<Delivery>> {
        let mut kinds: BTreeMap<(Option<&str>, i64), Vec<WebhookId>> = BTreeMap::new();
        for key in keys {
            kinds.entry((key.after.as_deref(), key.most)).or_default().push(key.webhook);
        }
        let mut pages: HashMap<_, Vec<_>> = HashMap::new();
        for (page, webhooks) in kinds {
            for delivery in self.0.deliveries_of(webhooks, page).await.map_err(failed)? {
                let key = DeliveriesOf { webhook: delivery.webhook, after: page.0.map(str::to_owned), most: page.1 };
                pages.entry(key).or_default().push(delivery);
            }
        }
        Ok(pages)
    }
}

impl Load<DeliveryCount> for Loader {
    type Value = i64;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[DeliveryCount]) -> Loaded<DeliveryCount, i64> {
        let found = self.0.count_deliveries(keys.iter().map(|key| key.0)).await.map_err(failed)?;
        Ok(found.into_iter().map(|(webhook, count)| (DeliveryCount(webhook), count)).collect())
    }
}
