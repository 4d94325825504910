//! Whether anybody has a secret that somebody shows. It is found out before they take a place at the gate, so that what is made up takes none; and from
//! wherever they come, so that nobody with a good one is held up by those who share their address.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use houselights_shared::Refusal;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};
use tracing::warn;

use crate::{
    app::App,
    store::{Holder, LoginId, StoreError},
};

/// So many secrets that somebody has are remembered. More: all are looked up again.
const REMEMBERED: usize = 100_000;
/// So many are looked up at once.
const AT_ONCE: usize = 16;
/// And of addresses that showed too many which nobody has, all together: their rubbish takes no more of the store than this.
const AT_ONCE_OF_NOISY: usize = 2;
/// So long one waits to be looked up. Longer: whoever shows it comes again.
const PATIENCE: Duration = Duration::from_secs(2);
const COME_AGAIN_MS: u32 = 1_000;

/// Of whom it cannot be told now, and in how many milliseconds they come again.
pub(crate) type Untold = (Refusal, u32);

/// What the store said of secrets.
pub(crate) struct Holders {
    known: Mutex<HashMap<u64, Holder>>,
    /// Nobody can choose a secret that is taken for another.
    keys: RandomState,
    looked_up: Semaphore,
    of_noisy: Semaphore,
}

impl Default for Holders {
    fn default() -> Self {
        let (looked_up, of_noisy) = (Semaphore::new(AT_ONCE), Semaphore::new(AT_ONCE_OF_NOISY));
        Self { known: Mutex::default(), keys: RandomState::new(), looked_up, of_noisy }
    }
}

impl Holders {
    fn known(&self) -> MutexGuard<'_, HashMap<u64, Holder>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a place among those who are looked up.
    async fn turn(&self, is_noisy: bool) -> Result<SemaphorePermit<'_>, Untold> {
        let lane = if is_noisy { &self.of_noisy } else { &self.looked_up };
        // It is never closed.
        timeout(PATIENCE, lane.acquire()).await.ok().and_then(Result::ok).ok_or((Refusal::Overloaded, COME_AGAIN_MS))
    }

    /// Who has the secret with this hash, where anybody does.
    async fn of(
        &self,
        hash: &str,
        is_noisy: bool,
        look: impl Future<Output = Result<Option<Holder>, StoreError>>,
    ) -> Result<Option<Holder>, Untold> {
        let key = self.keys.hash_one(hash);
        if let Some(holder) = self.known().get(&key).copied() {
            return Ok(Some(holder));
        }
        let _turn = self.turn(is_noisy).await?;
        let found = look.await.map_err(|error| {
            warn!(%error, "a secret cannot be looked up");
            (Refusal::StorageUnavailable, COME_AGAIN_MS)
        })?;
        if let Some(holder) = found {
            let mut known = self.known();
            if known.len() >= REMEMBERED {
                known.clear();
            }
            known.insert(key, holder);
        }
        Ok(found)
    }
}

impl App {
    /// Who has the invite with the secret of this hash, as far as it was ever made: whether it still leads anywhere is another question.
    pub(crate) async fn holder_of_invite(&self, hash: &str, from: Option<IpAddr>) -> Result<Option<Holder>, Untold> {
        self.holders.of(hash, self.is_noisy(from), self.store.holder_of_invite(hash)).await
    }

    /// Whether anybody has the login with this token. Whose it is, is remembered from then on.
    pub(crate) async fn is_login(&self, token: &str, from: Option<IpAddr>) -> Result<bool, Untold> {
        if self.signed_in.known(&LoginId::of(token)).is_some() {
            return Ok(true);
        }
        let _turn = self.holders.turn(self.is_noisy(from)).await?;
        match self.who_was(token).await {
            Ok(_) => Ok(true),
            Err((refusal, Some(retry_after_ms))) => Err((refusal, retry_after_ms)),
            Err((_, None)) => Ok(false),
        }
    }

    fn is_noisy(&self, from: Option<IpAddr>) -> bool {
        from.is_some_and(|from| self.limits.attempts.is_noisy(from, Instant::now()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_secret_that_somebody_has_is_looked_up_once_and_rubbish_each_time() {
        let (holders, looks) = (Holders::default(), AtomicU32::new(0));
        let look = async |holder| {
            looks.fetch_add(1, Ordering::Relaxed);
            Ok(holder)
        };
        for _ in 0..3 {
            assert_eq!(holders.of("ada", false, look(Some(Holder::One))).await, Ok(Some(Holder::One)));
            assert_eq!(holders.of("rubbish", false, look(None)).await, Ok(None));
        }
        assert_eq!(looks.load(Ordering::Relaxed), 4);
    }

    #[tokio::test]
    async fn rubbish_of_a_noisy_address_waits_for_itself_alone_and_is_told_to_come_again() {
        let holders = Holders::default();
        let stuck = async || holders.of("rubbish", true, std::future::pending()).await;
        let others = async {
            tokio::task::yield_now().await;
            assert_eq!(holders.of("late", true, async { Ok(None) }).await, Err((Refusal::Overloaded, COME_AGAIN_MS)));
            holders.of("ada", false, async { Ok(Some(Holder::One)) }).await
        };
        let ada = tokio::select! {
            biased;
            _ = stuck() => None,
            _ = stuck() => None,
            ada = others => Some(ada),
        };
        assert_eq!(ada, Some(Ok(Some(Holder::One))));
    }
}
