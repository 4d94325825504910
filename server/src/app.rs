//! What every request and every connection of one server shares.

use std::sync::{Arc, atomic::AtomicUsize};

use houselights_shared::Refusal;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::warn;

use crate::{
    actor::Registry,
    clock,
    config::Config,
    limits::Limits,
    media_link::MediaLink,
    metrics::Metrics,
    signed_in::{Recalled, SignedIn},
    store::{Identity, Store, hashed},
};

/// A server's shared parts.
pub(crate) struct App {
    pub(crate) config: Config,
    /// How clients reach this server.
    pub(crate) base_url: String,
    pub(crate) store: Store,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) rooms: Arc<Registry>,
    pub(crate) media: MediaLink,
    pub(crate) signed_in: SignedIn,
    pub(crate) limits: Limits,
    /// How many realtime connections stand.
    pub(crate) connections: AtomicUsize,
    /// The tasks of requests and connections; a shutdown waits for them.
    pub(crate) tasks: TaskTracker,
    /// Set when the server is about to stop: everyone is told to come back later.
    pub(crate) draining: CancellationToken,
}

impl App {
    /// Everything counted, as Prometheus reads it.
    pub(crate) fn counted(&self) -> String {
        self.metrics.render(&self.media.figures())
    }

    /// Who a token stands for; otherwise why not, and when to try again.
    pub(crate) async fn who_is(&self, token: &str) -> Result<Arc<Identity>, (Refusal, Option<u32>)> {
        let hash = hashed(token);
        let identity = loop {
            if let Some(known) = self.signed_in.known(&hash) {
                break known;
            }
            let log_outs = self.signed_in.log_outs();
            let stored = self.store.login(&hash).await.map_err(|error| {
                warn!(%error, "a login cannot be read");
                (Refusal::StorageUnavailable, Some(1_000))
            })?;
            let stored = stored.ok_or((Refusal::TokenInvalid, None))?;
            match self.signed_in.recall(&hash, Arc::new(stored), log_outs) {
                Recalled::Standing(identity) => break identity,
                Recalled::Replaced => return Err((Refusal::TokenInvalid, None)),
                Recalled::Unsure => {}
            }
        };
        if identity.expires <= clock::now() { Err((Refusal::TokenExpired, None)) } else { Ok(identity) }
    }
}
