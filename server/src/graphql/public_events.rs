//! Events as everybody sees them.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, MergedObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use houselights_domain::registration as rules;

use super::{
    error::Denial,
    event_facts::EventFacts,
    guard::app,
    input,
    loaders::{TicketsOf, loaded},
    public_agenda::PublicAgenda,
    questions::Question,
    tickets::Money,
};
use crate::{clock, registration::availability, store::EventRow};

/// How a ticket can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "houselights_domain::registration::Availability")]
pub(crate) enum Availability {
    /// Sales have not begun.
    NotYet,
    /// There is a seat.
    OnSale,
    /// There is none, and one can wait for it.
    WaitingList,
    /// There is none.
    SoldOut,
    /// Sales are over.
    Over,
}

/// A ticket as everybody sees it.
#[derive(SimpleObject)]
pub(crate) struct PublicTicket {
    id: ID,
    title: String,
    description: String,
    price: Money,
    availability: Availability,
    sales_start: Option<DateTime<Utc>>,
    sales_end: Option<DateTime<Utc>>,
}

/// An event as everybody sees it.
#[derive(MergedObject)]
pub(crate) struct PublicEvent(EventFacts, PublicEventItself, PublicAgenda);

impl PublicEvent {
    pub(crate) fn of(row: Arc<EventRow>) -> Self {
        Self(EventFacts(Arc::clone(&row)), PublicEventItself(Arc::clone(&row)), PublicAgenda(row))
    }
}

/// What is asked of, and offered to, who comes.
pub(crate) struct PublicEventItself(Arc<EventRow>);

#[Object]
impl PublicEventItself {
    /// What there is to be had, hidden tickets aside.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn tickets(&self, context: &Context<'_>) -> Result<Vec<PublicTicket>> {
        let found = loaded(context, TicketsOf(self.0.id)).await?;
        let now = clock::now();
        let shown = found.unwrap_or_default().into_iter().filter(|ticket| rules::may_have_hidden(ticket.hidden, false));
        let shown = shown.map(|ticket| PublicTicket {
            id: ticket.id.to_string().into(),
            title: ticket.title.clone(),
            description: ticket.description.clone(),
            price: Money { amount: ticket.amount, currency: ticket.currency.clone() },
            availability: availability(&self.0, &ticket, now).into(),
            sales_start: ticket.sales_start.map(input::shown),
            sales_end: ticket.sales_end.map(input::shown),
        });
        Ok(shown.collect())
    }

    /// What is asked at registration, in order.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn questions(&self, context: &Context<'_>) -> Result<Vec<Question>> {
        Question::of(context, &self.0).await
    }
}

#[derive(Default)]
pub(crate) struct PublicEventsQuery;

#[Object]
impl PublicEventsQuery {
    /// An event that is published, by the end of its page's address, or by one that it had before.
    async fn public_event(&self, context: &Context<'_>, slug: String) -> Result<PublicEvent> {
        let slug = input::slug("slug", &slug).map_err(|_| Denial::not_found())?;
        let store = &app(context)?.store;
        let mut row = store.public_event(&slug).await.map_err(Denial::from)?;
        if row.is_none()
            && let Some(now) = store.slug_now(&slug).await.map_err(Denial::from)?
        {
            row = store.public_event(&now).await.map_err(Denial::from)?;
        }
        Ok(PublicEvent::of(Arc::new(row.ok_or_else(Denial::not_found)?)))
    }
}
