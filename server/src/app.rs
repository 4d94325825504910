//! What every request and every connection of one server shares.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicUsize, Ordering},
};

use houselights_domain::Doors;
use houselights_shared::{ENDS_BY_ITSELF_AFTER, EventId, ParticipantId, Refusal, Refused, Role, RoomId, Timestamp};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::warn;

use crate::{
    actor::Registry,
    announcements::Announcer,
    box_office::BoxOffice,
    clock,
    config::Config,
    courier::Courier,
    doors,
    forgetting::Forgetting,
    gate::Gate,
    graphql::Api,
    holders::Holders,
    http::Shelf,
    images::Desk,
    inbox::Inboxes,
    limits::Limits,
    media_link::MediaLink,
    metrics::Metrics,
    oidc::Provider,
    post_office::PostOffice,
    replay::Replays,
    signed_in::{Recalled, SignedIn},
    store::{Identity, LoginId, Opened, Store, StoreError, Traces, WrittenOut},
};

/// A server's shared parts.
pub(crate) struct App {
    pub(crate) config: Config,
    /// How clients reach this server.
    pub(crate) base_url: String,
    pub(crate) store: Store,
    /// When it started.
    pub(crate) since: Timestamp,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) rooms: Arc<Registry>,
    pub(crate) media: MediaLink,
    pub(crate) inboxes: Inboxes,
    pub(crate) signed_in: SignedIn,
    pub(crate) limits: Limits,
    pub(crate) gate: Gate,
    pub(crate) holders: Holders,
    pub(crate) post_office: PostOffice,
    pub(crate) courier: Courier,
    /// With whose accounts people can sign in, if there is one.
    pub(crate) oidc: Option<Provider>,
    pub(crate) announcer: Announcer,
    pub(crate) uploads: Desk,
    pub(crate) box_office: BoxOffice,
    pub(crate) forgetting: Forgetting,
    /// What is told of rooms once more.
    pub(crate) replays: Replays,
    /// The public pages of events.
    pub(crate) pages: Shelf,
    /// Made when the server is whole: it holds the server, too.
    pub(crate) api: OnceLock<Api>,
    /// How many realtime connections stand.
    pub(crate) connections: AtomicUsize,
    /// The tasks of requests and connections; a shutdown waits for them.
    pub(crate) tasks: TaskTracker,
    /// Set when the server is about to stop: everyone is told to come back later.
    pub(crate) draining: CancellationToken,
    /// Set when what the server before did not live to take in is taken back: until then nothing else is taken in.
    pub(crate) taken_back: CancellationToken,
    /// Set when another server has taken the database: this one has to stop.
    pub(crate) ousted: CancellationToken,
}

impl App {
    /// The API.
    pub(crate) fn api(self: &Arc<Self>) -> &Api {
        self.api.get_or_init(|| Api::of(self))
    }

    /// A letter, or what webhooks are told, was written: whoever carries it looks at once.
    pub(crate) fn ring(&self) {
        self.post_office.wake();
        self.courier.wake();
    }

    /// Everything counted, as Prometheus reads it.
    pub(crate) fn counted(&self) -> String {
        self.metrics.render(&self.media.figures())
    }

    /// Somebody was turned away of whom nobody knows who it is. It is logged with all others of a minute.
    pub(crate) fn stranger_refused(&self) {
        self.metrics.strangers_refused.increment(1);
        self.limits.turned_away();
    }

    /// Who a token stands for; otherwise why not, and when to try again.
    pub(crate) async fn who_is(&self, token: &str) -> Result<Arc<Identity>, (Refusal, Option<u32>)> {
        let identity = self.who_was(token).await?;
        if identity.expires <= clock::now() {
            Err((Refusal::TokenExpired, None))
        } else if identity.is_banned {
            Err((Refusal::Banned, None))
        } else {
            Ok(identity)
        }
    }

    /// As [`who_is`](Self::who_is), whether or not the login has run out.
    pub(crate) async fn who_was(&self, token: &str) -> Result<Arc<Identity>, (Refusal, Option<u32>)> {
        let login = LoginId::of(token);
        loop {
            if let Some(known) = self.signed_in.known(&login) {
                return Ok(known);
            }
            let log_outs = self.signed_in.log_outs();
            let stored = self.store.login(&login).await.map_err(|error| {
                warn!(%error, "a login cannot be read");
                (Refusal::StorageUnavailable, Some(1_000))
            })?;
            let stored = stored.ok_or((Refusal::TokenInvalid, None))?;
            match self.signed_in.recall(Arc::new(stored), log_outs) {
                Recalled::Standing(identity) => return Ok(identity),
                Recalled::Replaced => return Err((Refusal::TokenInvalid, None)),
                Recalled::Unsure => {}
            }
        }
    }

    /// A login began. Where a ticket is good for one device, it is the only one of its participant from now on, and connection and media of the
    /// one before end.
    pub(crate) fn login_began(&self, identity: &Arc<Identity>) {
        self.signed_in.log_in(Arc::clone(identity));
        if identity.one_device {
            self.media.login_began(identity.who.participant, &identity.login);
        }
    }

    /// A login is over, in the store too: so are its connection and its media.
    pub(crate) fn login_ended(&self, identity: &Identity) {
        self.signed_in.log_out(&identity.login);
        self.media.login_ended(identity.who.participant, &identity.login);
    }

    /// A person's own sign-in is over, and the store knows: what it opened is closed.
    pub(crate) fn close(&self, opened: &[Opened]) {
        for Opened { login, participant } in opened {
            self.signed_in.log_out(login);
            self.media.login_ended(*participant, login);
        }
    }

    /// Somebody is not let in any more, and the store knows: their logins, connections and media end.
    pub(crate) fn participant_ended(&self, participant: ParticipantId) {
        self.signed_in.end(participant);
        self.media.participant_ended(participant);
    }

    /// Somebody is banned from their event, and the store knows: on each of their devices, in whichever room. What their logins were remembered as is
    /// read again.
    pub(crate) fn banned(self: &Arc<Self>, participant: ParticipantId) {
        self.signed_in.ban(participant);
        self.media.participant_ended(participant);
        // Not here: the room that bans may be waiting for whoever calls.
        let rooms = Arc::clone(&self.rooms);
        self.tasks.spawn(async move { rooms.expel(participant).await });
    }

    /// Somebody is not banned any more, and the store knows.
    pub(crate) fn unbanned(&self, participant: ParticipantId) {
        self.signed_in.change(participant);
    }

    /// Somebody comes in. That it is the first time is noted, where the store can write; they come in all the same.
    pub(crate) async fn came_in(&self, identity: &Identity) {
        if identity.has_come.swap(true, Ordering::Relaxed) {
            return;
        }
        if let Err(error) = self.store.note_arrival(identity.who.participant, clock::now()).await {
            warn!(%error, "it is not noted that somebody came");
            identity.has_come.store(false, Ordering::Relaxed);
        }
    }

    /// A room lies in the trash, and the store knows: whoever is there is sent away, and comes in again once it is taken back.
    pub(crate) fn taken_down(&self, event: EventId, room: RoomId) {
        let told = Refused { refusal: Refusal::TakenDown, retry_after_ms: None, opens_at: None };
        self.send_away(event, |_, at| (at == room).then_some(told));
        self.inboxes.muted().forget(event, room);
    }

    /// Something that decides who may be in an event's rooms is different now, and the store knows: whoever may not be there any more is sent
    /// away.
    pub(crate) fn doors_changed(&self, event: EventId, doors: Doors) {
        let now = clock::now();
        self.send_away(event, |role, _| doors::parting(doors, role, now));
    }

    /// Events that nobody ended end by themselves. Whoever is still there is sent away.
    pub(crate) async fn end_what_is_over(&self) {
        let now = clock::now();
        match self.store.end_what_is_over(now.minus(ENDS_BY_ITSELF_AFTER), now).await {
            Ok(ended) => ended.into_iter().for_each(|(event, doors)| self.doors_changed(event, doors)),
            Err(error) => warn!(%error, "events that are over do not end for now"),
        }
    }

    /// What is planned for these events' shows may be something else now, and the store knows: the rooms that somebody is in look.
    pub(crate) fn plans_changed(self: &Arc<Self>, events: Vec<EventId>) {
        if events.is_empty() || self.rooms.is_empty() {
            return;
        }
        let app = Arc::clone(self);
        self.tasks.spawn(async move {
            match app.store.rooms_of(events).await {
                Ok(rooms) => app.rooms.replan(rooms.into_iter().map(|room| room.id)).await,
                Err(error) => warn!(%error, "rooms do not learn what is planned"),
            }
        });
    }

    fn send_away(&self, event: EventId, why: impl Fn(Role, RoomId) -> Option<Refused>) {
        for (participant, login) in self.signed_in.send_away(event, why) {
            self.media.login_ended(participant, &login);
        }
    }

    /// Forgets who somebody was. False where they are the only owner of an organisation: nothing was changed.
    pub(crate) async fn forget(&self, traces: Traces<'_>) -> Result<bool, StoreError> {
        let mut known = WrittenOut::default();
        let erased = self.store.erase_person(traces, &mut known).await;
        // Also where only a part of it was done.
        self.replays.forget();
        let Some(places) = erased? else { return Ok(false) };
        for place in &places {
            self.participant_ended(place.participant);
        }
        self.inboxes.forget(places.clone()).await;
        let rooms = self.store.rooms_of(places.iter().map(|place| place.event)).await?;
        let rooms: Vec<_> = rooms.iter().map(|room| room.id).collect();
        // What they said meanwhile, and what rooms wrote of what they held: once they have read their logs there is no more of it.
        loop {
            self.rooms.reread(&rooms).await;
            let erased = self.store.erase_from_logs(&places, &mut known).await;
            self.replays.forget();
            if !erased? {
                break;
            }
        }
        self.forgetting.forget(&self.store).await;
        // What they were paying for is nobody's.
        self.box_office.wake();
        Ok(true)
    }
}
