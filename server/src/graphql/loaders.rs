//! What types read of what they belong to, gathered over a whole request: one statement for all rows.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use async_graphql::{
    Context, Result,
    dataloader::{DataLoader, Loader as Load},
};
use houselights_shared::{
    AgendaTrackId, EventId, ImageId, OrganisationId, PersonId, QuestionId, RegistrationId, RoomId, SessionId, TicketTypeId,
};

use super::{
    budget::{self, Weigh},
    error::Denial,
};
use crate::{
    clock,
    store::{
        ApiKey, BanRow, EventRow, Image, LastLetter, Member, Organisation, OwnTrashed, Person, Question, RoomFigures, RoomRow,
        SalesFigures, SessionRow, SpeakerRow, Store, StoreError, TRASH_KEPT, TicketCode, TicketType, TrackRow, TrashedRow,
        Webhook,
    },
};

/// The loader of all kinds of keys.
pub(crate) struct Loader(pub(crate) Store);

pub(super) type Loaded<K, V> = Result<HashMap<K, V>, Arc<Denial>>;

pub(super) fn failed(error: StoreError) -> Arc<Denial> {
    Arc::new(error.into())
}

/// What a key stands for, read together with all others of the request, and counted.
pub(super) async fn loaded<K, V>(context: &Context<'_>, key: K) -> Result<Option<V>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    V: Weigh + Send + Sync + Clone + 'static,
    Loader: Load<K, Value = V, Error = Arc<Denial>>,
{
    let loader = context.data::<DataLoader<Loader>>()?;
    let found = loader.load_one(key).await.map_err(|denial| (*denial).clone())?;
    found.iter().try_for_each(|found| budget::spend(context, found))?;
    Ok(found)
}

/// Keys of lists: what belongs to an organisation, an event or a session, in its order. Nothing where that has none.
macro_rules! lists {
    ($($(#[$doc:meta])* $key:ident($of:ty) => $row:ty, |$store:ident, $ids:ident| $read:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(super) struct $key(pub(super) $of);

        impl Load<$key> for Loader {
            type Value = Vec<$row>;
            type Error = Arc<Denial>;

            async fn load(&self, keys: &[$key]) -> Loaded<$key, Vec<$row>> {
                let ($store, $ids) = (&self.0, keys.iter().map(|key| key.0));
                let rows: Vec<($of, $row)> = $read.map_err(failed)?;
                Ok(grouped(rows.into_iter().map(|(of, row)| ($key(of), row))))
            }
        }
    )*};
}

fn by_event<T>(rows: Vec<T>, event: impl Fn(&T) -> EventId) -> Vec<(EventId, T)> {
    rows.into_iter().map(|row| (event(&row), row)).collect()
}

/// Rows of long lists, which whoever asks for them has in common.
fn shared<K, T>(rows: Vec<(K, T)>) -> Vec<(K, Arc<T>)> {
    rows.into_iter().map(|(of, row)| (of, Arc::new(row))).collect()
}

lists! {
    /// The tracks of an event.
    TracksOf(EventId) => TrackRow, |store, ids| store.tracks_of(ids).await.map(|rows| by_event(rows, |row| row.event));
    /// The rooms of an event.
    RoomsOf(EventId) => RoomRow, |store, ids| store.rooms_of(ids).await.map(|rows| by_event(rows, |row| row.event));
    /// How much there is to report of the rooms of an event.
    FiguresOf(EventId) => RoomFigures, |store, ids| store.room_figures(ids).await.map(|rows| by_event(rows, |row| row.event));
    /// Who is banned from an event, and by which of its rooms.
    BansOf(EventId) => BanRow, |store, ids| store.bans_of(ids).await.map(|rows| by_event(rows, |row| row.event));
    /// The sessions of an event.
    SessionsOf(EventId) => Arc<SessionRow>, |store, ids| store.sessions_of(ids).await.map(|rows| by_event(rows, |row| row.event)).map(shared);
    /// The speakers of an event.
    SpeakersOf(EventId) => Arc<SpeakerRow>, |store, ids| store.speakers_of(ids).await.map(|rows| by_event(rows, |row| row.event)).map(shared);
    /// What lies in the trash of an event.
    TrashOf(EventId) => TrashedRow, |store, ids| {
        let since = clock::now().minus(TRASH_KEPT);
        store.trash_of(ids, since).await.map(|rows| by_event(rows, |row| row.event))
    };
    /// What lies in the trash of an organisation's own.
    OwnTrashOf(OrganisationId) => OwnTrashed, |store, ids| {
        store.trash_of_organisations(ids, clock::now().minus(TRASH_KEPT)).await
    };
    /// Who belongs to an organisation.
    MembersOf(OrganisationId) => Member, |store, ids| store.members_of(ids).await;
    /// The keys of an organisation.
    ApiKeysOf(OrganisationId) => ApiKey, |store, ids| store.api_keys_of(ids).await;
    /// The webhooks of an organisation.
    WebhooksOf(OrganisationId) => Webhook, |store, ids| store.webhooks_of(ids).await;
    /// Who speaks in a session.
    SpeakersIn(SessionId) => Arc<SpeakerRow>, |store, ids| store.speakers_in(ids).await.map(shared);
}

impl Load<AgendaTrackId> for Loader {
    type Value = TrackRow;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[AgendaTrackId]) -> Loaded<AgendaTrackId, TrackRow> {
        let found = self.0.tracks(keys.iter().copied()).await.map_err(failed)?;
        Ok(found.into_iter().map(|track| (track.id, track)).collect())
    }
}

impl Load<RoomId> for Loader {
    type Value = RoomRow;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[RoomId]) -> Loaded<RoomId, RoomRow> {
        let found = self.0.rooms(keys.iter().copied()).await.map_err(failed)?;
        Ok(found.into_iter().map(|room| (room.id, room)).collect())
    }
}

impl Load<ImageId> for Loader {
    type Value = Image;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[ImageId]) -> Loaded<ImageId, Image> {
        let found = self.0.images(keys.iter().copied()).await.map_err(failed)?;
        Ok(found.into_iter().map(|image| (image.id, image)).collect())
    }
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
pub(super) fn grouped<K: Eq + Hash, V>(rows: impl IntoIterator<Item = (K, V)>) -> HashMap<K, Vec<V>> {
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

/// What the tickets of an event brought, and in which currency, where it takes any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SalesOf(pub(crate) EventId);

impl Load<SalesOf> for Loader {
    type Value = (Arc<SalesFigures>, Option<String>);
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[SalesOf]) -> Loaded<SalesOf, Self::Value> {
        let events = || keys.iter().map(|key| key.0);
        let mut figures = self.0.sales_of(events()).await.map_err(failed)?;
        let mut currencies = self.0.currencies_of(events()).await.map_err(failed)?;
        let mut of = |event| (Arc::new(figures.remove(&event).unwrap_or_default()), currencies.remove(&event));
        Ok(keys.iter().map(|key| (*key, of(key.0))).collect())
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
    type Value = LastLetter;
    type Error = Arc<Denial>;

    async fn load(&self, keys: &[LastMail]) -> Loaded<LastMail, LastLetter> {
        let found = self.0.mail_states(keys.iter().map(|key| key.0)).await.map_err(failed)?;
        Ok(found.into_iter().map(|(registration, letter)| (LastMail(registration), letter)).collect())
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
