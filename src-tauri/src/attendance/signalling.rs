//! Keeps the media connection, which the realtime connection signals.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use houselights_shared::CommandId;
use tokio::sync::watch;

use super::ear::Welcomed;
use crate::{
    ipc::MediaRefused,
    media::{Engine, OfferRefused, Signalling},
    realtime::{Realtime, Unanswered},
};

/// Offers go over the realtime connection.
struct OverRealtime {
    realtime: Realtime,
    /// The last offer that was answered.
    answered: watch::Sender<Option<CommandId>>,
}

impl Signalling for OverRealtime {
    fn offer(&self, sdp: String) -> BoxFuture<'_, anyhow::Result<String>> {
        Box::pin(async {
            let answer = self.realtime.offer(sdp).await.map_err(|unanswered| match unanswered {
                Unanswered::Refused { refusal, retry_after_ms } => {
                    anyhow::Error::new(OfferRefused(MediaRefused { refusal, retry_after_ms }))
                }
                Unanswered::Disconnected => unanswered.into(),
            })?;
            self.answered.send_replace(Some(answer.id));
            Ok(answer.sdp)
        })
    }
}

/// At each welcome the media connection is made anew, unless it stands here and the server says that it stands there: then
/// sound and pictures have gone on meanwhile, and go on. Whoever is not in the room has none.
pub(super) async fn connect_media(
    engine: Engine,
    realtime: Realtime,
    mut welcomed: watch::Receiver<Welcomed>,
    mut inside: watch::Receiver<bool>,
) {
    let signalling = Arc::new(OverRealtime { realtime, answered: watch::channel(None).0 });
    loop {
        let changed = tokio::select! {
            changed = welcomed.changed() => changed,
            changed = inside.changed() => changed,
        };
        if changed.is_err() {
            return;
        }
        let there = welcomed.borrow_and_update().media;
        if !*inside.borrow_and_update() {
            engine.disconnect().await;
        } else if there.is_some() && there == *signalling.answered.borrow() && engine.status().borrow().connected {
            tracing::debug!("the media connection outlived the other one");
        } else {
            engine.connect(signalling.clone()).await;
        }
    }
}
