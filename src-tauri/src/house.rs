//! The native core: who is signed in, what runs for them, and the windows that show it.

mod front;
mod history;
mod inbox;
mod leaving;
mod people;
mod replay;
mod rooms;
mod showing;
mod trust;

use std::{
    sync::{Arc, Mutex as Lock, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use houselights_shared::{CommandBody, CommandId, InviteCard, Login, Outcome, Reaction};
use tokio::{
    runtime::Handle,
    sync::{Mutex, watch},
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use self::front::{Front, Sends, View};
use self::trust::Trust;
use crate::{
    attendance::{Attendance, Surroundings},
    cli::Sources,
    ipc::{Attached, Destination, MediaStatus, NativeEvent, Problem, SessionCard},
    pages::{Pages, Sink},
    session::{Keeper, Keys, Link, Logins, Profile, Secret, SignInLink},
    store::Store,
};

/// Signing in by `--invite` may take this long before the window asks instead.
const SIGN_IN_WITHIN: Duration = Duration::from_secs(5);
/// Quitting may take this long.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);

/// The label of the window in which one signs in. It never shows who is signed in.
pub const WELCOME: &str = "welcome";

/// The label of the window of whoever holds events. It is about no running room.
pub const DASHBOARD: &str = "dashboard";

/// What the house is built from.
pub struct Parts {
    /// Where data lies.
    pub profile: Profile,
    /// Where tokens lie.
    pub keys: Keys,
    /// Signs in and out.
    pub logins: Logins,
    /// What was named at the start.
    pub sources: Sources,
    /// Runs what is spawned from outside of it.
    pub runtime: Handle,
}

/// How it begins.
#[derive(Default)]
pub struct Beginning {
    /// A link that was opened.
    pub link: Option<String>,
    /// An invite to sign in with at once.
    pub invite: Option<String>,
    /// The name for it.
    pub name: Option<String>,
    /// Where nothing leads elsewhere, the window of whoever holds events comes first.
    pub dashboard: bool,
}

/// A handle to the native core.
#[derive(Clone)]
pub struct House(Arc<Inner>);

struct Inner {
    parts: Parts,
    pages: Pages,
    front: OnceLock<Box<dyn Front>>,
    tasks: TaskTracker,
    stop: CancellationToken,
    current: watch::Sender<Current>,
    /// A link that was opened and not used yet; the latest counts.
    link: Lock<Option<String>>,
    trust: Trust,
    store: Store,
    keeper: Keeper,
    /// One change of who is signed in at a time.
    changing: Mutex<()>,
}

/// Who is signed in.
#[derive(Clone)]
enum Current {
    /// Not known yet.
    Settling,
    /// Nobody.
    Nobody,
    /// Somebody.
    Somebody(Arc<Attendance>),
}

impl House {
    /// Nothing runs yet.
    pub fn new(parts: Parts) -> Self {
        let (keeper, trust) = (Keeper::default(), Trust::new(parts.profile.clone()));
        let store = Store::open(parts.profile.desk());
        let keeping = parts.profile.entry().map(|entry| keeper.work(parts.keys.clone(), entry.to_owned()));
        let house = Self(Arc::new(Inner {
            parts,
            pages: Pages::default(),
            front: OnceLock::new(),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            current: watch::channel(Current::Settling).0,
            link: Lock::default(),
            trust,
            store,
            keeper,
            changing: Mutex::new(()),
        }));
        if let Some(keeping) = keeping {
            house.spawn(keeping);
        }
        house.spawn(tell_keeping(house.0.parts.keys.clone(), house.pages().clone()));
        house
    }

    /// Says where windows are opened; only the first call counts.
    pub fn set_front(&self, front: impl Front) {
        let _ = self.0.front.set(Box::new(front));
    }

    /// Everything that is told to pages.
    pub fn pages(&self) -> &Pages {
        &self.0.pages
    }

    /// Runs something that ends with the house.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stop = self.0.stop.clone();
        self.0.tasks.spawn_on(async move { stop.run_until_cancelled(work).await }, &self.0.parts.runtime);
    }

    /// Decides who is signed in at the start and opens their window.
    ///
    /// # Errors
    /// Why the invite of `beginning` could not be used; the welcome window is open then.
    pub async fn begin(&self, beginning: Beginning) -> Result<(), Problem> {
        let _one = self.0.changing.lock().await;
        let Beginning { link, invite, name, dashboard } = beginning;
        let wanted = invite.as_deref().or(link.as_deref()).and_then(Link::read);
        let kept = self.0.parts.profile.load();
        if let Some(card) = kept.filter(|card| wanted.as_ref().is_none_or(|wanted| wanted.server() == card.server)) {
            if wanted.is_none() {
                self.show(View::of(card.role));
            }
            if let Some(secret) = self.kept_secret().await.filter(|secret| secret.participant == card.participant)
                && wanted.as_ref().is_none_or(|wanted| wanted.invite() == secret.invite.as_str())
                && self.enter(card, secret).await.is_ok()
            {
                return Ok(());
            }
        }
        let Some(invite) = invite else {
            if dashboard && link.is_none() {
                self.0.current.send_replace(Current::Nobody);
                self.open(View::Dashboard);
            } else {
                self.nobody(link);
            }
            return Ok(());
        };
        let signed_in = match wanted {
            Some(link) => timeout(SIGN_IN_WITHIN, self.trade(&link, name)).await.unwrap_or(Err(Problem::Unreachable)),
            None => Err(Problem::NotALink),
        };
        signed_in.map(|_| ()).inspect_err(|_| self.nobody(Some(invite)))
    }

    /// A page attaches.
    pub async fn attach(&self, label: &str, sink: Sink) -> Attached {
        let mut current = self.0.current.subscribe();
        let current = match current.wait_for(|current| !matches!(current, Current::Settling)).await {
            Ok(current) => current.clone(),
            Err(_closed) => Current::Nobody,
        };
        let keeping = self.0.parts.keys.keeping().await;
        let complete = self.0.pages.attach(label, sink);
        let (attendance, beside) = match current {
            Current::Somebody(beside) if label == WELCOME => (None, Some(beside)),
            Current::Somebody(_) if label == DASHBOARD => (None, None),
            Current::Somebody(attendance) => (Some(attendance), None),
            Current::Nobody | Current::Settling => (None, None),
        };
        let link = self.waiting_link().clone().filter(|_| attendance.is_none() && label != DASHBOARD);
        if let Some(attendance) = attendance.as_ref().or(beside.as_ref()).filter(|_| !complete) {
            attendance.realtime().refresh().await;
        }
        Attached {
            session: attendance.as_ref().map(|attendance| attendance.card()),
            beside: beside.map(|attendance| attendance.card()),
            keeping,
            connection: self.0.pages.connection(),
            media: attendance.as_ref().map_or_else(MediaStatus::default, |attendance| attendance.media()),
            unsent: attendance.as_ref().map(|attendance| attendance.unsent().all()).unwrap_or_default(),
            letters: attendance.as_ref().map(|attendance| attendance.unsent().letters()).unwrap_or_default(),
            frames_url: attendance.as_ref().map(|attendance| attendance.engine().frames_url()).unwrap_or_default(),
            link,
        }
    }

    /// Where a link leads. Sends nothing.
    ///
    /// # Errors
    /// [`Problem::NotALink`].
    pub fn destination(&self, link: &str) -> Result<Destination, Problem> {
        if let Some(link) = Link::read(link) {
            return Ok(self.0.trust.destination(link.server(), link.is_plain()));
        }
        let SignInLink { server, .. } = SignInLink::read(link).ok_or(Problem::NotALink)?;
        Ok(self.0.trust.destination(server.as_str(), server.is_plain()))
    }

    /// What an invite is for. `confirmed`: the person has seen where it leads, and wants to ask there.
    ///
    /// # Errors
    /// [`Problem::NotALink`], [`Problem::Unconfirmed`], [`Problem::Unreachable`] or the server's refusal.
    pub async fn look_up(&self, link: &str, confirmed: bool) -> Result<(String, InviteCard), Problem> {
        let link = Link::read(link).ok_or(Problem::NotALink)?;
        if confirmed {
            self.0.trust.confirm(link.server());
        }
        self.0.trust.check(link.server(), link.is_plain())?;
        let card = self.0.parts.logins.look_up(&link).await?;
        Ok((link.server().to_owned(), card))
    }

    /// Signs in, in place of whoever is signed in.
    ///
    /// # Errors
    /// As [`House::look_up`], which has to confirm a new server first; whoever is signed in stays so.
    pub async fn sign_in(&self, link: &str, name: Option<String>) -> Result<SessionCard, Problem> {
        let link = Link::read(link).ok_or(Problem::NotALink)?;
        self.0.trust.check(link.server(), link.is_plain())?;
        let _one = self.0.changing.lock().await;
        self.trade(&link, name).await
    }

    /// Asks the room for something.
    ///
    /// # Errors
    /// [`Problem::SignedOut`] where nobody is signed in any more, [`Problem::Offline`] where there is no connection for what
    /// does not wait for one.
    pub async fn send(&self, body: CommandBody) -> Result<Outcome, Problem> {
        self.send_as(CommandId::random(), body).await
    }

    /// The same under an id: the same one again gets the answer of the first time.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn send_as(&self, id: CommandId, body: CommandBody) -> Result<Outcome, Problem> {
        self.attendance()?.ask(id, body).await
    }

    /// What was not sent is not wanted any more.
    ///
    /// # Errors
    /// [`Problem::SignedOut`] where nobody is signed in any more.
    pub async fn discard_unsent(&self, id: CommandId) -> Result<(), Problem> {
        self.attendance()?.unsent().discard(id).await;
        Ok(())
    }

    /// Throws something at the stage; nothing comes of it where there is no connection.
    ///
    /// # Errors
    /// [`Problem::SignedOut`] where nobody is signed in any more.
    pub fn react(&self, reaction: Reaction) -> Result<(), Problem> {
        self.attendance()?.realtime().react(reaction);
        Ok(())
    }

    /// What runs for whoever is signed in.
    ///
    /// # Errors
    /// [`Problem::SignedOut`] where nobody is.
    pub fn attendance(&self) -> Result<Arc<Attendance>, Problem> {
        match &*self.0.current.borrow() {
            Current::Somebody(attendance) => Ok(Arc::clone(attendance)),
            Current::Nobody | Current::Settling => Err(Problem::SignedOut),
        }
    }

    /// Which servers may be spoken to.
    pub(crate) fn trust(&self) -> &Trust {
        &self.0.trust
    }

    /// What is kept on this computer.
    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    /// What it is built from.
    pub(crate) fn parts(&self) -> &Parts {
        &self.0.parts
    }

    /// Ends everything; what does not end in time is left to the end of the process.
    pub async fn close(&self) {
        let attendance = self.attendance();
        self.0.stop.cancel();
        self.0.tasks.close();
        let ended = async {
            if let Ok(attendance) = attendance {
                attendance.stop().await;
            }
            self.0.tasks.wait().await;
        };
        if timeout(CLOSE_WITHIN, ended).await.is_err() {
            tracing::warn!("something did not end in time");
        }
    }

    fn waiting_link(&self) -> MutexGuard<'_, Option<String>> {
        self.0.link.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn kept_secret(&self) -> Option<Secret> {
        self.0.parts.keys.load(self.0.parts.profile.entry()?).await
    }

    async fn trade(&self, link: &Link, name: Option<String>) -> Result<SessionCard, Problem> {
        let Login { token, participant, name, role, event, event_title, room } =
            self.0.parts.logins.sign_in(link, name).await?;
        let server = link.server().to_owned();
        let card = SessionCard { server, participant, name, role, event, event_title, room };
        let someone_left = self.attendance().is_ok();
        self.leave().await;
        let secret = Secret { participant, token, invite: link.invite().into() };
        if let Err(error) = self.enter(card.clone(), secret.clone()).await {
            tracing::error!(%error, "signed in, but nothing can run");
            self.nobody(None);
            return Err(Problem::Unreachable);
        }
        if let (true, Some(front)) = (someone_left, self.0.front.get()) {
            front.renew(View::of(card.role));
        }
        self.keep(&card, secret);
        Ok(card)
    }

    /// Keeps who is signed in, beside everything else: a key store may take its time.
    fn keep(&self, card: &SessionCard, secret: Secret) {
        let profile = &self.0.parts.profile;
        if let Err(error) = profile.keep(card).and_then(|()| profile.know(&card.server)) {
            tracing::warn!(%error, "who is signed in cannot be kept");
        }
        self.0.keeper.keep(secret);
    }

    async fn enter(&self, card: SessionCard, secret: Secret) -> anyhow::Result<()> {
        let view = View::of(card.role);
        let Parts { profile, sources, .. } = &self.0.parts;
        let store = self.store();
        // What was said to whoever was here before is not theirs.
        let _ = store.forget_messages_but(card.login()).await;
        let around = Surroundings { pages: &self.0.pages, stop: &self.0.stop, sources, profile, store };
        let attendance = Attendance::start(card, secret, around).await?;
        *self.waiting_link() = None;
        self.0.current.send_replace(Current::Somebody(Arc::new(attendance)));
        self.show(view);
        Ok(())
    }

    fn nobody(&self, link: Option<String>) {
        *self.waiting_link() = link;
        self.0.current.send_replace(Current::Nobody);
        self.show(View::Welcome);
    }

    fn show(&self, view: View) {
        if let Some(front) = self.0.front.get() {
            front.show(view);
        }
    }
}

/// Tells the pages when the key store turns out to keep nothing, or to keep it again.
async fn tell_keeping(keys: Keys, pages: Pages) {
    let mut turns = keys.turns();
    while turns.changed().await.is_ok() {
        pages.tell(&NativeEvent::Keeping { keeping: keys.keeping().await });
    }
}

#[cfg(test)]
mod tests;
