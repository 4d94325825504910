//! What types read of what they belong to, gathered over a whole request: one statement for all rows.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader as Load;
use houselights_shared::{EventId, OrganisationId, PersonId, QuestionId, RegistrationId, SessionId, TicketTypeId};

use super::error::Denial;
use crate::store::{EventRow, MailState, Organisation, Person, Question, Store, TicketCode, TicketType};

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

/// The kinds of tickets of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TicketsOf(pub(crate) EventId);
/// The codes of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CodesOf(pub(crate) EventId);
/// What an event asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct QuestionsOf(pub(crate) EventId);
/// How many wait for a kind of ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct WaitingFor(pub(crate) TicketTypeId);
/// What became of the last letter of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct LastMail(pub(crate) RegistrationId);
/// What a registration picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PicksOf(pub(crate) RegistrationId);

/// Rows by what they belong to, in their order.
fn grouped<K: Eq + std::hash::Hash, V>(rows: impl IntoIterator<Item = (K, V)>) -> HashMap<K, Vec<V>> {
    let mut groups = HashMap::<K, Vec<V>>::new();
    for (key, row) in rows {
        groups.entry(key).or_default().push(row);
    }
    groups
}

impl Load<EventId> for Loader {
    type Value = Arc<EventRow>;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[EventId]) -> Loaded<EventId, Arc<EventRow>> {
        let found = self.0.events(keys.iter().copied()).await.map_err(failed)?;
        Ok(found.into_iter().map(|event| (event.id, Arc::new(event))).collect())
    }
}

impl Load<TicketTypeId> for Loader {
    type Value = Arc<TicketType>;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[TicketTypeId]) -> Loaded<TicketTypeId, Arc<TicketType>> {
        let found = self.0.ticket_types(keys.iter().copied()).await.map_err(failed)?;
        Ok(found.into_iter().map(|ticket| (ticket.id, Arc::new(ticket))).collect())
    }
}

impl Load<TicketsOf> for Loader {
    type Value = Vec<Arc<TicketType>>;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[TicketsOf]) -> Loaded<TicketsOf, Vec<Arc<TicketType>>> {
        let found = self.0.ticket_types_of(keys.iter().map(|key| key.0)).await.map_err(failed)?;
        Ok(grouped(found.into_iter().map(|ticket| (TicketsOf(ticket.event), Arc::new(ticket)))))
    }
}

impl Load<CodesOf> for Loader {
    type Value = Vec<TicketCode>;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[CodesOf]) -> Loaded<CodesOf, Vec<TicketCode>> {
        let found = self.0.codes_of(keys.iter().map(|key| key.0)).await.map_err(failed)?;
        Ok(grouped(found.into_iter().map(|code| (CodesOf(code.event), code))))
    }
}

impl Load<WaitingFor> for Loader {
    type Value = i64;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[WaitingFor]) -> Loaded<WaitingFor, i64> {
        let found = self.0.waiting_for(keys.iter().map(|key| key.0)).await.map_err(failed)?;
        Ok(found.into_iter().map(|(ticket, count)| (WaitingFor(ticket), count)).collect())
    }
}

impl Load<QuestionId> for Loader {
    type Value = Question;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[QuestionId]) -> Loaded<QuestionId, Question> {
        let found = self.0.questions(keys.iter().copied()).await.map_err(failed)?;
        Ok(found.into_iter().map(|question| (question.id, question)).collect())
    }
}

impl Load<QuestionsOf> for Loader {
    type Value = Vec<Question>;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[QuestionsOf]) -> Loaded<QuestionsOf, Vec<Question>> {
        let found = self.0.questions_of(keys.iter().map(|key| key.0)).await.map_err(failed)?;
        Ok(grouped(found.into_iter().map(|question| (QuestionsOf(question.event), question))))
    }
}

impl Load<LastMail> for Loader {
    type Value = MailState;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[LastMail]) -> Loaded<LastMail, MailState> {
        let found = self.0.mail_states(keys.iter().map(|key| key.0)).await.map_err(failed)?;
        Ok(found.into_iter().map(|(registration, state)| (LastMail(registration), state)).collect())
    }
}

impl Load<PicksOf> for Loader {
    type Value = Vec<SessionId>;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[PicksOf]) -> Loaded<PicksOf, Vec<SessionId>> {
        let found = self.0.picks_of(keys.iter().map(|key| key.0)).await.map_err(failed)?;
        Ok(grouped(found.into_iter().map(|(registration, session)| (PicksOf(registration), session))))
    }
}
