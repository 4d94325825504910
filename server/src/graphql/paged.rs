//! Pages of lists that belong to many, gathered over a whole request as in [`loaders`](super::loaders): a statement for each kind of page, of which a
//! request has few, and one for how many there are in all.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use async_graphql::{Context, Result, dataloader::Loader as Load};
use futures_util::future::try_join;
use houselights_shared::{EventId, OrganisationId, RegistrationId, WebhookId};

use super::{
    budget::Weigh,
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

/// The rows of a page, and how many there are in all.
type Paged<V> = (Vec<V>, i64);

/// The rows of a page, whether there are more, and how many there are in all.
pub(super) async fn page<K, F, A, V>(context: &Context<'_>, of: K, filter: F, page: &Page<A>) -> Result<(Vec<V>, bool, i64)>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    F: Clone + Eq + Hash + Send + Sync + 'static,
    A: Clone + Eq + Hash + Send + Sync + std::str::FromStr + 'static,
    V: Weigh + Clone + Send + Sync + 'static,
    Loader: Load<PageOf<K, F, A>, Value = Paged<V>, Error = Arc<Denial>>,
{
    let found = loaded(context, PageOf { of, filter, after: page.after.clone(), most: page.to_read() }).await?;
    let (mut rows, total): Paged<V> = found.unwrap_or_default();
    let more = page.cut(&mut rows);
    Ok((rows, more, total))
}

/// Keys by what kind of page they are of.
fn kinds<K: Copy, F: Eq + Hash, A: Eq + Hash>(keys: &[PageOf<K, F, A>]) -> HashMap<(&F, &Option<A>, i64), Vec<K>> {
    grouped(keys.iter().map(|key| ((&key.filter, &key.after, key.most), key.of)))
}

/// The pages of one kind, by what they are of.
fn pages<K: Copy + Eq + Hash, F: Clone + Eq + Hash, A: Clone + Eq + Hash, V>(
    kind: (&F, &Option<A>, i64),
    rows: impl IntoIterator<Item = (K, V)>,
    counts: Vec<(K, i64)>,
) -> impl Iterator<Item = (PageOf<K, F, A>, Paged<V>)> {
    let mut pages: HashMap<K, Paged<V>> = counts.into_iter().map(|(of, total)| (of, (Vec::new(), total))).collect();
    for (of, row) in rows {
        pages.entry(of).or_insert((Vec::new(), 0)).0.push(row);
    }
    let key = move |of| PageOf { of, filter: kind.0.clone(), after: kind.1.clone(), most: kind.2 };
    pages.into_iter().map(move |(of, page)| (key(of), page))
}

type RegistrationPage = PageOf<EventId, RegistrationFilter, RegistrationId>;

impl Load<RegistrationPage> for Loader {
    type Value = Paged<RegistrationRow>;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[RegistrationPage]) -> Loaded<RegistrationPage, Paged<RegistrationRow>> {
        let mut all = HashMap::new();
        for (kind @ (filter, after, most), events) in kinds(keys) {
            let (found, counts) = self.0.registration_pages(&events, filter, (*after, most)).await.map_err(failed)?;
            all.extend(pages(kind, found.into_iter().map(|row| (row.event, row)), counts));
        }
        Ok(all)
    }
}

type EventPage = PageOf<OrganisationId, EventFilter, EventId>;

impl Load<EventPage> for Loader {
    type Value = Paged<Arc<EventRow>>;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[EventPage]) -> Loaded<EventPage, Paged<Arc<EventRow>>> {
        let mut all = HashMap::new();
        for (kind @ (filter, after, most), organisations) in kinds(keys) {
            let counts = self.0.count_events(organisations.clone(), *filter);
            let found = self.0.events_of(organisations, *filter, (*after, most));
            let (found, counts) = try_join(found, counts).await.map_err(failed)?;
            let found = found.into_iter().filter_map(|row| Some((row.organisation?, Arc::new(row))));
            all.extend(pages(kind, found, counts));
        }
        Ok(all)
    }
}

/// Of what a webhook was told all is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Everything;

type DeliveryPage = PageOf<WebhookId, Everything, String>;

impl Load<DeliveryPage> for Loader {
    type Value = Paged<Delivery>;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[DeliveryPage]) -> Loaded<DeliveryPage, Paged<Delivery>> {
        let mut all = HashMap::new();
        for (kind @ (_, after, most), webhooks) in kinds(keys) {
            let counts = self.0.count_deliveries(webhooks.clone());
            let found = self.0.deliveries_of(webhooks, (after.as_deref(), most));
            let (found, counts) = try_join(found, counts).await.map_err(failed)?;
            all.extend(pages(kind, found.into_iter().map(|row| (row.webhook, row)), counts));
        }
        Ok(all)
    }
}
