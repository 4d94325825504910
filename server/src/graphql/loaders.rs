//! What types read of what they belong to, gathered over a whole request: one statement for all rows.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader as Load;
use houselights_shared::{OrganisationId, PersonId};

use super::error::Denial;
use crate::store::{Organisation, Person, Store};

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
