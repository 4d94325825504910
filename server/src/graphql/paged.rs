//! Pages of lists that belong to many, gathered over a whole request as in [`loaders`](super::loaders): a statement for each kind of page, of which a
//! request has few, and one for all counts.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use async_graphql::{Context, Result, dataloader::Loader as Load};
use houselights_shared::{EventId, OrganisationId, RegistrationId, WebhookId};

use super::{
    budget,
    error::Denial,
    loaders::{Loaded, Loader, failed, grouped, loaded},
    pages::Page,
};
use crate::store::{Delivery, EventFilter, EventRow, RegistrationFilter, RegistrationRow};

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct PageOf<K, F, A> {
    of: K,
    filter: F,
    after: Option<A>,
    most: i64,
}

/// How long a whole list is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct CountOf<K, F> {
    of: K,
    filter: F,
}

/// The rows of a page, whether there are more, and how many there are in all.
pub(super) async fn page<K, F, A, V>(context: &Context<'_>, of: K, filter: F, page: &Page<A>) -> Result<(Vec<V>, bool, i64)>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    F: Clone + Eq + Hash + Send + Sync + 'static,
    A: Clone + Eq + Hash + Send + Sync + std::str::FromStr + 'static,
    V: Clone + Send + Sync + 'static,
    Loader: Load<PageOf<K, F, A>, Value = Vec<V>, Error = Arc<Denial>> + Load<CountOf<K, F>, Value = i64, Error = Arc<Denial>>,
{
    let key = PageOf { of: of.clone(), filter: filter.clone(), after: page.after.clone(), most: page.to_read() };
    let count = CountOf { of, filter };
    let (rows, total) = futures_util::future::try_join(loaded(context, key), loaded(context, count)).await?;
    let mut rows: Vec<V> = rows.unwrap_or_default();
    budget::spend_rows(context, rows.len())?;
    let more = page.cut(&mut rows);
    Ok((rows, more, total.unwrap_or_default()))
}

/// Keys by what kind of page they are of.
fn kinds<K: Copy, F: Eq + Hash, A: Eq + Hash>(keys: &[PageOf<K, F, A>]) -> HashMap<(&F, &Option<A>, i64), Vec<K>> {
    grouped(keys.iter().map(|key| ((&key.filter, &key.after, key.most), key.of)))
}

/// The rows of one kind of page, by what they are of.
fn rows<K: Eq + Hash, F: Clone + Eq + Hash, A: Clone + Eq + Hash, V>(
    kind: (&F, &Option<A>, i64),
    found: impl IntoIterator<Item = (K, V)>,
) -> HashMap<PageOf<K, F, A>, Vec<V>> {
    let key = |of| PageOf { of, filter: kind.0.clone(), after: kind.1.clone(), most: kind.2 };
    grouped(found.into_iter().map(|(of, row)| (key(of), row)))
}

type RegistrationPage = PageOf<EventId, RegistrationFilter, RegistrationId>;

impl Load<RegistrationPage> for Loader {
    type Value = Vec<RegistrationRow>;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[RegistrationPage]) -> Loaded<RegistrationPage, Vec<RegistrationRow>> {
        let mut pages = HashMap::new();
        for (kind @ (filter, after, most), events) in kinds(keys) {
            let found = self.0.registrations_of_each(&events, filter, (*after, most)).await.map_err(failed)?;
            pages.extend(rows(kind, found.into_iter().map(|row| (row.event, row))));
        }
        Ok(pages)
    }
}

impl Load<CountOf<EventId, RegistrationFilter>> for Loader {
    type Value = i64;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[CountOf<EventId, RegistrationFilter>]) -> Loaded<CountOf<EventId, RegistrationFilter>, i64> {
        let mut all = HashMap::new();
        for (filter, events) in grouped(keys.iter().map(|key| (&key.filter, key.of))) {
            let counts = self.0.count_registrations(events, filter).await.map_err(failed)?;
            all.extend(counts.into_iter().map(|(of, count)| (CountOf { of, filter: filter.clone() }, count)));
        }
        Ok(all)
    }
}

type EventPage = PageOf<OrganisationId, EventFilter, EventId>;

impl Load<EventPage> for Loader {
    type Value = Vec<Arc<EventRow>>;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[EventPage]) -> Loaded<EventPage, Vec<Arc<EventRow>>> {
        let mut pages = HashMap::new();
        for (kind @ (filter, after, most), organisations) in kinds(keys) {
            let found = self.0.events_of(organisations, *filter, (*after, most)).await.map_err(failed)?;
            let found = found.into_iter().filter_map(|row| Some((row.organisation?, Arc::new(row))));
            pages.extend(rows(kind, found));
        }
        Ok(pages)
    }
}

impl Load<CountOf<OrganisationId, EventFilter>> for Loader {
    type Value = i64;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[CountOf<OrganisationId, EventFilter>]) -> Loaded<CountOf<OrganisationId, EventFilter>, i64> {
        let mut all = HashMap::new();
        for (filter, organisations) in grouped(keys.iter().map(|key| (&key.filter, key.of))) {
            let counts = self.0.count_events(organisations, *filter).await.map_err(failed)?;
            all.extend(counts.into_iter().map(|(of, count)| (CountOf { of, filter: *filter }, count)));
        }
        Ok(all)
    }
}

/// Of what a webhook was told all is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Everything;

type DeliveryPage = PageOf<WebhookId, Everything, String>;

impl Load<DeliveryPage> for Loader {
    type Value = Vec<Delivery>;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[DeliveryPage]) -> Loaded<DeliveryPage, Vec<Delivery>> {
        let mut pages = HashMap::new();
        for (kind @ (_, after, most), webhooks) in kinds(keys) {
            let found = self.0.deliveries_of(webhooks, (after.as_deref(), most)).await.map_err(failed)?;
            pages.extend(rows(kind, found.into_iter().map(|row| (row.webhook, row))));
        }
        Ok(pages)
    }
}

impl Load<CountOf<WebhookId, Everything>> for Loader {
    type Value = i64;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[CountOf<WebhookId, Everything>]) -> Loaded<CountOf<WebhookId, Everything>, i64> {
        let counts = self.0.count_deliveries(keys.iter().map(|key| key.of)).await.map_err(failed)?;
        Ok(counts.into_iter().map(|(of, count)| (CountOf { of, filter: Everything }, count)).collect())
    }
}
