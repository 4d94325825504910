//! Whoever is signed in as a person: signing in by mail or with an account of a provider, and asking the server on their behalf, with what
//! is kept on this computer where the server cannot be reached.

mod api;
mod asking;
mod files;
mod own;
mod provider;
mod reminding;
mod signing;

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use houselights_shared::{Timestamp, Token};
use tokio::sync::{Mutex, Notify, watch};
use tokio_util::sync::CancellationToken;

use self::api::Api;
pub(crate) use self::files::Progress;
pub use self::reminding::Notifier;
use crate::{
    house::House,
    ipc::{Account, ApiCode, ApiProblem, NativeEvent},
    session::{Keeper, PersonSecret},
    store::{Asked, KeptAccount, Store},
};

/// A handle.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

struct Inner {
    house: House,
    store: Store,
    api: Api,
    keeper: Keeper<PersonSecret>,
    standing: watch::Sender<Standing>,
    /// One change of who is signed in at a time.
    changing: Mutex<()>,
    /// The secret of the link that was used last in this run: two pages may hand in the same one.
    used: Mutex<Option<Token>>,
    /// What one is registered for may have changed, or can be asked for again.
    look: Notify,
    /// Whether the server answered the last time.
    reached: watch::Sender<bool>,
    /// Stops the file that is being saved.
    saving: std::sync::Mutex<CancellationToken>,
}

/// Who is signed in, and who waits for a link.
#[derive(Clone, Default)]
struct Standing {
    /// It is known what was kept from the last run.
    settled: bool,
    login: Option<Login>,
    asked: Option<Asked>,
    /// Why what was asked for last came to nothing. What is kept of it stays: whoever says so may be wrong, and its link may come yet.
    failed: Option<ApiCode>,
}

/// Whoever signed in.
#[derive(Clone)]
struct Login {
    account: KeptAccount,
    /// None where the login is over.
    token: Option<Token>,
}

impl Desk {
    /// Nothing is read yet: see [`begin`](Self::begin).
    pub fn new(house: House) -> Self {
        let parts = house.parts();
        let (store, api) = (house.store().clone(), Api::new(parts.logins.http()));
        let keeper = Keeper::default();
        let keeping = parts.profile.person_entry().map(|entry| keeper.work(parts.keys.clone(), entry));
        if let Some(keeping) = keeping {
            house.spawn(keeping);
        }
        Self(Arc::new(Inner {
            house,
            store,
            api,
            keeper,
            standing: watch::Sender::default(),
            changing: Mutex::default(),
            used: Mutex::default(),
            look: Notify::new(),
            reached: watch::Sender::new(true),
            saving: std::sync::Mutex::default(),
        }))
    }

    /// Finds out who was signed in, and who waits for a link, when the app ran last. `link` is one to sign in with at once.
    ///
    /// # Errors
    /// Why the link could not be used.
    pub async fn begin(&self, link: Option<String>) -> Result<(), ApiProblem> {
        let one = self.0.changing.lock().await;
        let kept = self.0.store.kept().await.unwrap_or_default();
        let parts = self.0.house.parts();
        let secret = match parts.profile.person_entry().filter(|_| kept.account.is_some()) {
            Some(entry) => parts.keys.load::<PersonSecret>(&entry).await,
            None => None,
        };
        let login = kept.account.map(|account| {
            let own = |secret: &PersonSecret| secret.person == account.person.id && secret.server == account.server;
            Login { token: secret.filter(own).map(|secret| secret.token), account }
        });
        let asked = kept.asked.filter(|asked| asked.expires > now());
        if let Some(asked) = &asked {
            self.end_in_time(asked);
        }
        self.stand(|standing| *standing = Standing { settled: true, login, asked, failed: None });
        drop(one);
        match link {
            Some(link) => self.confirm_sign_in(&link, true).await,
            None => Ok(()),
        }
    }

    /// Changes who is signed in or waits, and tells the pages.
    fn stand(&self, change: impl FnOnce(&mut Standing)) {
        self.0.standing.send_modify(change);
        let Standing { login, asked, failed, .. } = self.0.standing.borrow().clone();
        let account = login.map(|Login { account: KeptAccount { server, person }, token }| Account {
            server,
            person,
            ended: token.is_none(),
        });
        let waiting_for = asked.filter(|_| failed.is_none()).map(|asked| asked.by);
        self.0.house.pages().account_is(NativeEvent::Account { account, waiting_for, failed });
        self.0.look.notify_one();
    }

    /// How it stands, once that is known.
    async fn standing(&self) -> Standing {
        let mut standing = self.0.standing.subscribe();
        // An error is the end of the process's work.
        standing.wait_for(|standing| standing.settled).await.map(|standing| standing.clone()).unwrap_or_default()
    }

    /// Whoever is signed in, or was until their login ended.
    async fn login(&self) -> Result<Login, ApiProblem> {
        self.standing().await.login.ok_or_else(nobody)
    }
}

fn nobody() -> ApiProblem {
    ApiProblem::new(ApiCode::Unauthenticated, "nobody is signed in")
}

fn not_kept() -> ApiProblem {
    ApiProblem::new(ApiCode::NotKept, "this computer did not keep it")
}

/// The system's clock.
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::default().plus(since)
}

/// The same, in milliseconds since the epoch.
fn now_ms() -> i64 {
    now().micros() / 1_000
}

#[cfg(test)]
mod tests;
