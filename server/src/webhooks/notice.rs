//! What integrators are told.
//!
//! ```json
//! {
//!   "id": "the same for all webhooks and each attempt",
//!   "kind": "REGISTRATION_CONFIRMED",
//!   "at": "2030-06-01T12:00:00Z",
//!   "organisation": "id",
//!   "event": { "id": "…", "title": "…", "slug": "…", "startsAt": "2030-06-08T12:00:00Z" },
//!   "registration": { "id": "…", "name": "…", "email": "…", "state": "CONFIRMED" }
//! }
//! ```
//!
//! `registration` is there where `kind` says that it is about one. Fields are only ever added.
//!
//! It is written in the transaction of what it tells of, so that neither is stored without the other:
//!
//! ```ignore
//! let told = Notice::of_event(WebhookKind::EventCancelled, &row, now);
//! statements.extend(told.as_ref().map(store::announce));
//! store.changed(statements).await?;
//! app.courier.wake();
//! ```

use chrono::{DateTime, Utc};
use houselights_shared::{NoticeId, OrganisationId, RegistrationId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{graphql::input::shown, store::EventRow};

/// What happens that integrators can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum WebhookKind {
    EventPublished,
    EventChanged,
    EventCancelled,
    RegistrationConfirmed,
    RegistrationCancelled,
    RegistrationRefunded,
}

impl WebhookKind {
    pub(crate) const ALL: [Self; 6] = [
        Self::EventPublished,
        Self::EventChanged,
        Self::EventCancelled,
        Self::RegistrationConfirmed,
        Self::RegistrationCancelled,
        Self::RegistrationRefunded,
    ];

    /// As it is told and stored.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::EventPublished => "EVENT_PUBLISHED",
            Self::EventChanged => "EVENT_CHANGED",
            Self::EventCancelled => "EVENT_CANCELLED",
            Self::RegistrationConfirmed => "REGISTRATION_CONFIRMED",
            Self::RegistrationCancelled => "REGISTRATION_CANCELLED",
            Self::RegistrationRefunded => "REGISTRATION_REFUNDED",
        }
    }
}

/// Something that happened. Whoever makes it happen writes it in the same transaction, with [`announce`](crate::store::announce), and then
/// wakes the courier.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    pub(crate) id: NoticeId,
    pub(crate) organisation: OrganisationId,
    pub(crate) kind: WebhookKind,
    /// JSON.
    pub(crate) body: String,
    pub(crate) at: Timestamp,
}

/// A registration as integrators are told of it.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Registration<'a> {
    pub(crate) id: RegistrationId,
    pub(crate) name: &'a str,
    pub(crate) email: &'a str,
    /// As the API names it.
    pub(crate) state: &'a str,
}

#[derive(Serialize)]
struct Body<'a> {
    id: NoticeId,
    kind: WebhookKind,
    at: DateTime<Utc>,
    organisation: OrganisationId,
    event: Event<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration: Option<Registration<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    id: houselights_shared::EventId,
    title: &'a str,
    slug: &'a str,
    starts_at: DateTime<Utc>,
}

impl Notice {
    /// About an event, as it is now. Nothing where it belongs to nobody.
    pub(crate) fn of_event(kind: WebhookKind, event: &EventRow, now: Timestamp) -> Option<Self> {
        Self::new(kind, event, None, now)
    }

    /// About a registration. Nothing where the event belongs to nobody.
    pub(crate) fn of_registration(
        kind: WebhookKind,
        event: &EventRow,
        registration: Registration<'_>,
        now: Timestamp,
    ) -> Option<Self> {
        Self::new(kind, event, Some(registration), now)
    }

    fn new(kind: WebhookKind, event: &EventRow, registration: Option<Registration<'_>>, now: Timestamp) -> Option<Self> {
        let (id, organisation) = (NoticeId::random(), event.organisation?);
        let (slug, starts_at) = (event.slug.as_deref().unwrap_or_default(), shown(event.starts_at));
        let event = Event { id: event.id, title: &event.title, slug, starts_at };
        let body = Body { id, kind, at: shown(now), organisation, event, registration };
        // Plain data with text keys: this always is JSON.
        let body = serde_json::to_string(&body).unwrap_or_default();
        Some(Self { id, organisation, kind, body, at: now })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_called_as_it_is_stored() {
        for kind in WebhookKind::ALL {
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.as_str()));
        }
    }

    #[test]
    fn integrators_can_read_of_every_kind() {
        let page = include_str!("../../../docs/webhooks.md");
        for kind in WebhookKind::ALL {
            assert!(page.contains(&format!("| `{}` |", kind.as_str())), "{kind:?}");
        }
    }
}
