//! The WebRTC connection to the event server: made anew whenever it is lost, as long as it is wanted.

mod assembly;
mod peer;
mod receive;
mod reports;
mod send;
mod tap;
mod vp8;

use std::sync::Arc;
use std::time::Duration;

use houselights_shared::{AUDIO_SLOTS, MAX_SDP_BYTES, VIDEO_SLOTS};
use rtc::rtp_transceiver::RTCRtpTransceiverId;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};
use webrtc::peer_connection::{RTCPeerConnectionState, RTCSessionDescription};

use super::audio::playout::Playout;
use super::encode::{OUTGOING, Outlet, Studio};
use super::figures::Figures;
use super::link::Link;
use super::standing::Standing;
use super::sync::Lips;
use super::{OfferRefused, Signalling};
use crate::ipc::MediaRefused;
use peer::Peer;
use receive::VideoSlot;
use reports::Reports;
use send::{Layout, Sender};

pub(crate) use receive::SlotWish;

/// Pauses between two attempts: the first, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
/// How long an offer may go unanswered, and how long the connection may take after that.
const ANSWER: Duration = Duration::from_secs(10);
const CONNECT: Duration = Duration::from_secs(10);

/// What a connection is wired to.
#[derive(Clone)]
pub(crate) struct Wiring {
    pub(crate) studio: Studio,
    pub(crate) outlet: Arc<Outlet>,
    pub(crate) slots: Arc<[SlotWish; VIDEO_SLOTS]>,
    pub(crate) playout: Playout,
    pub(crate) lips: Arc<Lips>,
    pub(crate) link: Link,
    pub(crate) figures: Arc<Figures>,
    pub(crate) standing: Standing,
    pub(crate) tracker: TaskTracker,
    /// What the line may carry, for the figures.
    pub(crate) bitrate: Arc<std::sync::atomic::AtomicU64>,
}

impl Wiring {
    fn connected(&self, connected: bool) {
        self.standing.change(|status| {
            status.connected = connected;
            // What stands was not refused.
            status.refused.take_if(|_| connected);
        });
    }

    fn refused(&self, why: MediaRefused) {
        self.standing.change(|status| status.refused = Some(why));
    }
}

/// Keeps a connection until `stop`.
pub(crate) async fn keep(signalling: Arc<dyn Signalling>, wiring: Wiring, stop: CancellationToken) {
    let mut pause = FIRST_PAUSE;
    loop {
        let ended = tokio::select! {
            () = stop.cancelled() => break,
            ended = connection(&*signalling, &wiring, &stop) => ended,
        };
        wiring.outlet.set(None);
        wiring.connected(false);
        match ended {
            // It stood: the next one may come at once.
            Ok(()) => pause = FIRST_PAUSE,
            Err(error) => {
                tracing::info!(%error, "no media connection");
                if let Some(OfferRefused(why)) = error.downcast_ref() {
                    wiring.refused(*why);
                    pause = pause.max(Duration::from_millis(why.retry_after_ms.unwrap_or_default().into()));
                }
            }
        }
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(pause) => {}
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    wiring.outlet.set(None);
    wiring.connected(false);
}

/// One connection from offer to end. `Ok` if it ever stood.
async fn connection(signalling: &dyn Signalling, wiring: &Wiring, stop: &CancellationToken) -> anyhow::Result<()> {
    let peer = Box::pin(peer::build(wiring.studio.wishes.clone(), wiring.bitrate.clone())).await?;
    let over = stop.child_token();
    // Whatever way this ends, tasks end and the connection is closed.
    let _ending = over.clone().drop_guard();
    let connection = peer.connection.clone();
    let closing = over.clone();
    wiring.tracker.spawn(async move {
        closing.cancelled().await;
        if let Err(error) = connection.close().await {
            tracing::debug!(%error, "closing the media connection");
        }
    });
    negotiate_and_run(signalling, wiring, peer, &over).await
}

async fn negotiate_and_run(
    signalling: &dyn Signalling,
    wiring: &Wiring,
    peer: Peer,
    over: &CancellationToken,
) -> anyhow::Result<()> {
    let offer = peer.connection.create_offer(None).await?;
    let sdp = offer.sdp.clone();
    anyhow::ensure!(sdp.len() <= MAX_SDP_BYTES, "the offer has {} bytes", sdp.len());
    let layout = Layout::of_offer(&sdp);
    peer.connection.set_local_description(offer).await?;
    // Our candidates need not be told: the server answers from where packets come.
    let answer = tokio::time::timeout(ANSWER, signalling.offer(sdp)).await??;
    peer.connection.set_remote_description(RTCSessionDescription::answer(answer)?).await?;
    wiring.figures.restart();
    let mut state = peer.state;
    tokio::time::timeout(CONNECT, until(&mut state, |state| *state == RTCPeerConnectionState::Connected)).await??;
    let (outgoing, queue) = mpsc::channel(OUTGOING);
    wiring.outlet.set(Some(outgoing));
    wiring.studio.want_key();
    wiring.connected(true);
    let tracks = route(wiring, (peer.tracks, peer.reports), over);
    tokio::select! {
        () = over.cancelled() => {}
        () = tracks => {}
        () = Sender::new(peer.picture, peer.sound, layout, peer.moments).run(queue) => {}
        _ = until(&mut state, |state| {
            matches!(state, RTCPeerConnectionState::Failed | RTCPeerConnectionState::Closed | RTCPeerConnectionState::Disconnected)
        }) => {}
    }
    Ok(())
}

async fn until(
    state: &mut watch::Receiver<RTCPeerConnectionState>,
    wanted: impl Fn(&RTCPeerConnectionState) -> bool,
) -> anyhow::Result<()> {
    let failed = |state: &RTCPeerConnectionState| *state == RTCPeerConnectionState::Failed;
    let reached = *state.wait_for(|state| wanted(state) || failed(state)).await?;
    anyhow::ensure!(wanted(&reached), "the connection failed");
    Ok(())
}

/// Gives each track that arrives a task of its own.
async fn route(
    wiring: &Wiring,
    (mut tracks, reports): (mpsc::Receiver<Arc<dyn TrackRemote>>, Arc<Reports>),
    over: &CancellationToken,
) {
    while let Some(track) = tracks.recv().await {
        let (wiring, over, reports) = (wiring.clone(), over.clone(), reports.clone());
        wiring.tracker.clone().spawn(async move {
            tokio::select! {
                () = over.cancelled() => {}
                () = follow(wiring, track, reports) => {}
            }
        });
    }
    // The connection outlives this sender only while it closes.
    std::future::pending::<()>().await;
}

/// Which slot a track is, from where its section stands in the offer: two that send, then video, then audio.
async fn follow(wiring: Wiring, track: Arc<dyn TrackRemote>, reports: Arc<Reports>) {
    let section = loop {
        match track.poll().await {
            Some(TrackRemoteEvent::OnOpen(init)) => break RTCRtpTransceiverId::from(init.receiver_id),
            Some(_) => {}
            None => return,
        }
    };
    let Some(slot) = section.checked_sub(2) else { return };
    if slot < VIDEO_SLOTS {
        VideoSlot::new(slot, wiring, reports).run(track).await;
    } else if slot < VIDEO_SLOTS + AUDIO_SLOTS {
        receive::hear(slot - VIDEO_SLOTS, wiring, track, reports).await;
    }
}
