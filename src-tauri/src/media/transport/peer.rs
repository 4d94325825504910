//! Making a WebRTC connection with the standing slots of `houselights_shared::MediaOffer`.

use std::net::{Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use async_trait::async_trait;
use houselights_shared::{AUDIO_SLOTS, VIDEO_SLOTS};
use rtc::interceptor::{
    CongestionControlBuilder, Gcc, NackGeneratorBuilder, NackResponderBuilder, TwccReceiverBuilder, TwccSenderBuilder,
};
use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::configuration::interceptor_registry::{Slot, configure_rtcp_reports};
use rtc::peer_connection::configuration::media_engine::{MIME_TYPE_OPUS, MIME_TYPE_RTX, MIME_TYPE_VP8};
use rtc::rtp_transceiver::rtp_sender::{
    RTCPFeedback, RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters,
    RTCRtpHeaderExtensionCapability, RTCRtpRtxParameters, RtpCodecKind,
};
use rtc::rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit};
use tokio::sync::{mpsc, watch};
use webrtc::media_stream::track_local::TrackLocal;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::media_stream::track_remote::TrackRemote;
use webrtc::peer_connection::{
    MediaEngine, PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCPeerConnectionState, Registry,
    SettingEngineBuilder,
};

use super::reports::{Moments, Reports};
use super::tap::{Estimate, Tap};
use crate::media::encode::Wishes;

pub(super) const VP8: u8 = 96;
const RTX: u8 = 97;
pub(super) const OPUS: u8 = 111;
pub(super) const AUDIO_LEVEL: &str = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
pub(super) const SEND_TIME: &str = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";
pub(super) const MID: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";
const TRANSPORT_CC: &str = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
/// An address in the internet: `a.root-servers.net`.
const ROOT_SERVER: Ipv6Addr = Ipv6Addr::new(0x2001, 0x503, 0xba3e, 0, 0, 0, 2, 0x30);
/// Where the estimate of the line starts, and its bounds, in bits a second.
const START: f64 = 1_200_000.0;
const LEAST: f64 = 300_000.0;
const MOST: f64 = 3_000_000.0;
/// What sound takes, with headers.
const SOUND: u64 = 90_000;
/// Missing packets are asked for again this often, and this many times.
const NACK_EVERY: Duration = Duration::from_millis(20);
const NACKS: u16 = 8;

/// A connection before its offer was answered.
pub(super) struct Peer {
    pub(super) connection: Arc<dyn PeerConnection>,
    pub(super) state: watch::Receiver<RTCPeerConnectionState>,
    /// The receive slots' tracks, as their first packets arrive.
    pub(super) tracks: mpsc::Receiver<Arc<dyn TrackRemote>>,
    /// What the server reports of its streams, and what is reported of ours.
    pub(super) reports: Arc<Reports>,
    pub(super) moments: Arc<Moments>,
    pub(super) picture: (Arc<TrackLocalStaticRTP>, u32),
    pub(super) sound: (Arc<TrackLocalStaticRTP>, u32),
}

struct Events {
    state: watch::Sender<RTCPeerConnectionState>,
    tracks: mpsc::Sender<Arc<dyn TrackRemote>>,
}

#[async_trait]
impl PeerConnectionEventHandler for Events {
    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        self.state.send_replace(state);
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        // There is room for every slot, so nothing is lost.
        let _ = self.tracks.try_send(track);
    }
}

/// Builds the connection with its twelve slots and two tracks.
pub(super) async fn build(wishes: Arc<Wishes>, bitrate: Arc<AtomicU64>) -> anyhow::Result<Peer> {
    let mut media = engine()?;
    let (reports, moments): (Arc<Reports>, Arc<Moments>) = Default::default();
    let registry = interceptors(wishes, bitrate, (reports.clone(), moments.clone()));
    let (state, states) = watch::channel(RTCPeerConnectionState::New);
    let (tracks, arriving) = mpsc::channel(VIDEO_SLOTS + AUDIO_SLOTS);
    let timeouts = (Some(Duration::from_secs(3)), Some(Duration::from_secs(3)), Some(Duration::from_secs(1)));
    let settings = SettingEngineBuilder::new().with_ice_timeouts(timeouts.0, timeouts.1, timeouts.2).build();
    for kind in [RtpCodecKind::Video, RtpCodecKind::Audio] {
        for uri in [MID, SEND_TIME, TRANSPORT_CC] {
            media.register_header_extension(RTCRtpHeaderExtensionCapability { uri: uri.into() }, kind, None)?;
        }
    }
    let level = RTCRtpHeaderExtensionCapability { uri: AUDIO_LEVEL.into() };
    media.register_header_extension(level, RtpCodecKind::Audio, None)?;
    let building = PeerConnectionBuilder::new()
        .with_media_engine(media)
        .with_setting_engine(settings)
        .with_interceptor_registry(registry)
        .with_handler(Arc::new(Events { state, tracks }))
        .with_udp_addrs(addresses())
        .build();
    let connection: Arc<dyn PeerConnection> = Arc::new(Box::pin(building).await?);
    let picture = add_sender(&*connection, RtpCodecKind::Video).await?;
    let sound = add_sender(&*connection, RtpCodecKind::Audio).await?;
    for (kind, count) in [(RtpCodecKind::Video, VIDEO_SLOTS), (RtpCodecKind::Audio, AUDIO_SLOTS)] {
        for _ in 0..count {
            let init = RTCRtpTransceiverInit {
                direction: RTCRtpTransceiverDirection::Recvonly,
                streams: Vec::new(),
                send_encodings: Vec::new(),
            };
            connection.add_transceiver_from_kind(kind, Some(init)).await?;
        }
    }
    Ok(Peer { connection, state: states, tracks: arriving, reports, moments, picture, sound })
}

/// Where to send from. A wildcard stands for all addresses of its family but loopback, through which a server on this machine
/// is reached; where a family has none it would stand for itself, and be offered as an address that nobody can answer.
fn addresses() -> Vec<&'static str> {
    let mut all = vec!["0.0.0.0:0", "127.0.0.1:0"];
    // Asks for a way only: nothing is sent.
    let way = |from: &str, to: SocketAddr| UdpSocket::bind(from).and_then(|socket| socket.connect(to)).is_ok();
    if way("[::]:0", (ROOT_SERVER, 53).into()) {
        all.push("[::]:0");
    }
    if way("[::1]:0", (Ipv6Addr::LOCALHOST, 9).into()) {
        all.push("[::1]:0");
    }
    all
}

fn feedback(typ: &str, parameter: &str) -> RTCPFeedback {
    RTCPFeedback { typ: typ.into(), parameter: parameter.into() }
}

fn picture_codec() -> RTCRtpCodec {
    RTCRtpCodec {
        mime_type: MIME_TYPE_VP8.into(),
        clock_rate: 90_000,
        channels: 0,
        sdp_fmtp_line: String::new(),
        rtcp_feedback: vec![
            feedback("nack", ""),
            feedback("nack", "pli"),
            feedback("ccm", "fir"),
            feedback("transport-cc", ""),
        ],
    }
}

fn sound_codec() -> RTCRtpCodec {
    RTCRtpCodec {
        mime_type: MIME_TYPE_OPUS.into(),
        clock_rate: 48_000,
        channels: 2,
        sdp_fmtp_line: "minptime=10;useinbandfec=1".into(),
        rtcp_feedback: vec![feedback("transport-cc", "")],
    }
}

fn engine() -> anyhow::Result<MediaEngine> {
    let mut media = MediaEngine::default();
    let rtx = RTCRtpCodec {
        mime_type: MIME_TYPE_RTX.into(),
        clock_rate: 90_000,
        channels: 0,
        sdp_fmtp_line: format!("apt={VP8}"),
        rtcp_feedback: Vec::new(),
    };
    for (rtp_codec, payload_type, kind) in [
        (picture_codec(), VP8, RtpCodecKind::Video),
        (rtx, RTX, RtpCodecKind::Video),
        (sound_codec(), OPUS, RtpCodecKind::Audio),
    ] {
        media.register_codec(RTCRtpCodecParameters { rtp_codec, payload_type }, kind)?;
    }
    Ok(media)
}

/// Retransmission both ways, reports, congestion control without its pacer (a picture is a handful of packets, and the
/// pacer's queue drops), and the tap.
fn interceptors(wishes: Arc<Wishes>, bitrate: Arc<AtomicU64>, told: (Arc<Reports>, Arc<Moments>)) -> Registry {
    let estimate = Estimate::new(Gcc::new(START, LEAST, MOST), wishes.clone(), bitrate, SOUND);
    let generator = NackGeneratorBuilder::new().with_interval(NACK_EVERY).with_max_nacks_per_packet(NACKS).build();
    configure_rtcp_reports(Registry::new())
        .with(Slot::NackResponder, NackResponderBuilder::new().build())
        .with(Slot::NackGenerator, generator)
        .with(Slot::CongestionControl, CongestionControlBuilder::new(estimate).build())
        .with(Slot::TwccSender, TwccSenderBuilder::new().build())
        .with(Slot::TwccReceiver, TwccReceiverBuilder::new().build())
        // Nearest to the wire: it also sees the reports that the library makes.
        .with(Slot::from(500), Tap::new(wishes, told))
}

async fn add_sender(connection: &dyn PeerConnection, kind: RtpCodecKind) -> anyhow::Result<(Arc<TrackLocalStaticRTP>, u32)> {
    let mut random = [0_u8; 8];
    getrandom::fill(&mut random).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    let random = u64::from_be_bytes(random);
    let (ssrc, repair) = ((random >> 32) as u32, random as u32);
    let is_picture = kind == RtpCodecKind::Video;
    let name = if is_picture { "picture" } else { "sound" };
    let coding = RTCRtpEncodingParameters {
        rtp_coding_parameters: RTCRtpCodingParameters {
            ssrc: Some(ssrc),
            rtx: is_picture.then_some(RTCRtpRtxParameters { ssrc: repair }),
            ..RTCRtpCodingParameters::default()
        },
        active: true,
        codec: if is_picture { picture_codec() } else { sound_codec() },
        ..RTCRtpEncodingParameters::default()
    };
    let track = MediaStreamTrack::new("houselights".into(), name.into(), name.into(), kind, vec![coding]);
    let track = Arc::new(TrackLocalStaticRTP::new(track));
    let init = RTCRtpTransceiverInit {
        direction: RTCRtpTransceiverDirection::Sendonly,
        streams: Vec::new(),
        send_encodings: Vec::new(),
    };
    connection.add_transceiver_from_track(track.clone() as Arc<dyn TrackLocal>, Some(init)).await?;
    Ok((track, ssrc))
}
