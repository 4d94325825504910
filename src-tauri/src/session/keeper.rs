//! Brings the key store to what is wanted last, one wish after the other: a slow store that is still keeping a token when the
//! person signs out forgets it afterwards, and not before.

use serde::Serialize;
use tokio::sync::watch;

use super::keys::{Keys, Secret};

/// What the store shall hold. Wishes that were overtaken before their turn are passed over.
#[derive(Clone)]
struct Wish<S> {
    number: u64,
    secret: Option<S>,
}

/// A handle; [`Keeper::work`] has to run for anything to happen. Without it nothing is kept.
pub struct Keeper<S = Secret> {
    wanted: watch::Sender<Wish<S>>,
    done: watch::Sender<u64>,
}

impl<S> Default for Keeper<S> {
    fn default() -> Self {
        Self { wanted: watch::channel(Wish { number: 0, secret: None }).0, done: watch::Sender::default() }
    }
}

impl<S: Clone + Serialize + Send + Sync> Keeper<S> {
    /// Carries wishes out.
    pub fn work(&self, keys: Keys, entry: String) -> impl Future<Output = ()> + Send + use<S> {
        let (mut wanted, done) = (self.wanted.subscribe(), self.done.clone());
        async move {
            while wanted.changed().await.is_ok() {
                let Wish { number, secret } = wanted.borrow_and_update().clone();
                match secret {
                    Some(secret) => keys.keep(&entry, secret).await,
                    None => keys.forget(&entry).await,
                }
                done.send_replace(number);
            }
        }
    }

    /// Keeps a secret, by and by.
    pub fn keep(&self, secret: S) {
        self.wish(Some(secret));
    }

    /// Forgets what is kept or being kept, from now on; what comes back waits for that.
    pub fn forget(&self) -> impl Future<Output = ()> + Send + use<S> {
        let number = self.wish(None);
        let (works, mut done) = (self.wanted.receiver_count() > 0, self.done.subscribe());
        async move {
            if works {
                // An error is the end of the process's work.
                let _ = done.wait_for(|done| *done >= number).await;
            }
        }
    }

    fn wish(&self, secret: Option<S>) -> u64 {
        let mut number = 0;
        self.wanted.send_modify(|wish| {
            number = wish.number + 1;
            *wish = Wish { number, secret };
        });
        number
    }
}

#[cfg(test)]
mod tests {
    use tokio_util::task::TaskTracker;

    use super::*;

    fn secret(token: &str) -> Secret {
        Secret {
            participant: "01990000-0000-7000-8000-000000000001".parse().unwrap(),
            token: token.into(),
            invite: "invite".into(),
        }
    }

    #[tokio::test]
    async fn what_was_wanted_last_stands_however_slow_the_store_is() {
        let (open, keys) = Keys::slow_mock();
        let keeper = Keeper::default();
        TaskTracker::new().spawn(keeper.work(keys.clone(), "default".into()));
        keeper.keep(secret("one"));
        // The store has begun to take it, and is not done.
        tokio::task::yield_now().await;
        let forgotten = keeper.forget();
        open.send(()).unwrap();
        forgotten.await;
        assert!(keys.load::<Secret>("default").await.is_none(), "signed out: nothing is left");
        keeper.keep(secret("two"));
        keeper.keep(secret("three"));
        while keys.load("default").await != Some(secret("three")) {
            tokio::task::yield_now().await;
        }
    }
}
