//! A peer: the WebRTC session with one of a participant's machines, over `str0m`, and what is forwarded to it.
//!
//! The network speaks to `str0m` here and nowhere else, behind a guard: a panic ends this peer and no other.

use std::{
    collections::HashMap,
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use houselights_shared::{ParticipantId, Refusal, VIDEO_SLOTS};
use str0m::{
    Candidate, Event, IceConnectionState, Input, Output, Rtc, RtcConfig,
    change::SdpOffer,
    config::{CryptoProvider, DtlsCert},
    format::PayloadParams,
    ice::{IceCreds, StunMessage},
    media::{KeyframeRequestKind, MediaKind, Mid, Pt, SenderFeedback},
    net::{Protocol, Receive},
    rtp::{Extension, ExtensionMap, RtpPacket, Ssrc},
};
use tracing::{debug, warn};

use crate::{
    account::Seat,
    answer,
    clock::Clock,
    handshake::{self, Agreed},
    header::Extensions,
    offer::{Offer, Offered},
    outlet::Outlet,
    paths::Paths,
    police::Police,
    publication::{Forward, Publication},
    report::{is_media, is_report},
    subscriber::{Heard, Rtx, Standing, Subscriber},
};

/// What may come from a peer, in bits a second: beyond what the app ever sends (2.5 Mbit/s and resends).
const INGRESS_BITS: u64 = 8_000_000;
/// A datagram counts for at least this many bytes, because it costs as much.
const LEAST_BYTES: usize = 200;
/// The streams that a peer may send: two, their resends, and what a restart of its encoders brings. `str0m` forgets none.
const MAX_STREAMS: usize = 32;
/// Whoever published this recently is a publisher.
const PUBLISHING: Duration = Duration::from_secs(10);

/// Where datagrams go.
pub type Sink<'a> = &'a mut dyn Outlet;

/// What all peers share.
#[derive(Debug)]
pub(crate) struct Setup {
    pub(crate) crypto: Arc<CryptoProvider>,
    pub(crate) certificate: DtlsCert,
    pub(crate) candidates: Vec<SocketAddr>,
    pub(crate) clock: Clock,
}

/// Who a peer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// In which room, who, on which device.
    pub seat: Seat,
    /// Whether one is of the crew, who see those backstage and may publish without being on stage.
    pub crew: bool,
}

/// What came over the network.
#[derive(Clone, Copy, Debug)]
pub struct Datagram<'a> {
    /// From where.
    pub from: SocketAddr,
    /// What.
    pub bytes: &'a [u8],
}

/// What came of pumping a peer.
// As large as a packet, because a packet is what it nearly always is: a box would be one more allocation a packet.
#[allow(clippy::large_enum_variant)]
pub(crate) enum Happened {
    Connected,
    Media(RtpPacket, MediaKind),
    Report(SenderFeedback),
    /// The subscriber cannot decode the video slot without a key frame.
    KeyFrameWanted(usize),
}

/// A session.
pub(crate) struct Peer {
    pub(crate) id: Identity,
    rtc: Rtc,
    ufrag: String,
    password: String,
    pub(crate) paths: Paths,
    streams: Vec<u32>,
    published_at: Option<Instant>,
    local: SocketAddr,
    crypto: Arc<CryptoProvider>,
    published: [(Mid, Pt); 2],
    agreed: Agreed,
    pub(crate) subscriber: Subscriber,
    connected: bool,
    broken: bool,
    panicked: bool,
    /// When `str0m` wants to be woken.
    pub(crate) due: Instant,
    pub(crate) began: Instant,
    pub(crate) heard_at: Instant,
    clock: Clock,
    police: Police,
}

impl Peer {
    /// Accepts an offer. The answer's SDP comes with the peer.
    pub(crate) fn accept(now: Instant, id: Identity, offer: &Offer, setup: &Setup) -> Result<(Self, String), Refusal> {
        let made = catch_unwind(AssertUnwindSafe(|| Self::try_accept(now, id, offer, setup)));
        match made {
            Ok(Some(made)) => Ok(made),
            Ok(None) => Err(Refusal::MediaUnacceptable),
            Err(_panic) => {
                warn!(room.id = %id.seat.room, "an offer made the session panic");
                Err(Refusal::MediaUnacceptable)
            }
        }
    }

    fn try_accept(now: Instant, id: Identity, offer: &Offer, setup: &Setup) -> Option<(Self, String)> {
        let local = *setup.candidates.first()?;
        let (mut rtc, agreed) = handshake::begin(|| config(setup).build(now))?;
        for address in &setup.candidates {
            rtc.add_local_candidate(Candidate::host(*address, "udp").ok()?);
        }
        let parsed = SdpOffer::from_sdp_string(&offer.published).ok()?;
        let answer = rtc.sdp_api().accept_offer(parsed).ok()?.to_sdp_string();
        let [video, audio, receiving @ ..] = offer.sections.as_slice() else { return None };
        let negotiated = |section: &Offered| {
            let mid = Mid::from(section.mid.as_str());
            Some((mid, *rtc.media(mid)?.remote_pts().first()?))
        };
        let published = [negotiated(video)?, negotiated(audio)?];
        let slots = stand_slots(&mut rtc, receiving, published)?;
        let parts @ [_, video, audio] = answer::parts(&answer)?;
        let (video, audio) = (Extensions::of(video), Extensions::of(audio));
        let answer = answer::complete(parts, &offer.bundle, &slots);
        let IceCreds { ufrag, pass: password } = rtc.direct_api().local_ice_credentials();
        let peer = Self {
            id,
            rtc,
            ufrag,
            password,
            paths: Paths::new(now),
            streams: Vec::new(),
            published_at: None,
            local,
            crypto: Arc::clone(&setup.crypto),
            published,
            agreed,
            subscriber: Subscriber::new(slots, video, audio),
            connected: false,
            broken: false,
            panicked: false,
            due: now,
            began: now,
            heard_at: now,
            clock: setup.clock,
            police: Police::new(now, INGRESS_BITS),
        };
        Some((peer, answer))
    }

    pub(crate) fn ufrag(&self) -> &str {
        &self.ufrag
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.connected
    }

    pub(crate) fn is_broken(&self) -> bool {
        self.broken
    }

    pub(crate) fn has_panicked(&self) -> bool {
        self.panicked
    }

    /// Whether a request carries the password of this session.
    pub(crate) fn vouches(&self, request: &StunMessage<'_>) -> bool {
        let hmac = self.crypto.sha1_hmac_provider;
        let verified = || request.verify(self.password.as_bytes(), |key, parts| hmac.sha1_hmac(key, parts));
        catch_unwind(AssertUnwindSafe(verified)).unwrap_or(false)
    }

    /// An authentic request came over a path of this peer.
    pub(crate) fn step(&mut self, now: Instant, from: SocketAddr, nominates: bool) {
        self.heard_at = now;
        let publishes = self.published_at.is_some_and(|at| now.saturating_duration_since(at) < PUBLISHING);
        if nominates {
            self.paths.nominate(from);
        } else if self.paths.moves(now, from) {
            // `str0m` sends to the old path what a publisher needs, so that one has to begin anew; a viewer is followed.
            self.broken |= publishes;
            self.paths.nominate(from);
        }
    }

    /// Whether RTP is of one of the few streams that a peer has.
    fn has_stream(&mut self, bytes: &[u8]) -> bool {
        let Some(ssrc) = bytes.get(8..12).and_then(|ssrc| Some(u32::from_be_bytes(ssrc.try_into().ok()?))) else {
            return false;
        };
        if !self.streams.contains(&ssrc) {
            if self.streams.len() >= MAX_STREAMS {
                return false;
            }
            self.streams.push(ssrc);
        }
        true
    }

    /// Takes a datagram that belongs to this peer. False: it was more than the peer may send.
    pub(crate) fn receive(&mut self, now: Instant, datagram: Datagram<'_>, sink: Sink<'_>, out: &mut Vec<Happened>) -> bool {
        let Datagram { from, bytes } = datagram;
        if !self.police.passes(now, bytes.len().max(LEAST_BYTES)) || (is_media(bytes) && !self.has_stream(bytes)) {
            return false;
        }
        self.guard(|peer| {
            if is_report(bytes) && peer.hear(now, bytes, sink, out) == Heard::Feedback {
                return;
            }
            let Ok(received) = Receive::new(Protocol::Udp, from, peer.local, bytes) else { return };
            if let Err(error) = peer.rtc.handle_input(Input::Receive(now, received)) {
                debug!(room.id = %peer.id.seat.room, %error, "a datagram was refused");
            }
            peer.drain(now, sink, out);
        });
        true
    }

    fn hear(&mut self, now: Instant, bytes: &[u8], sink: Sink<'_>, out: &mut Vec<Happened>) -> Heard {
        self.subscriber.hear(now, bytes, sink, |slot| out.push(Happened::KeyFrameWanted(slot)))
    }

    /// Lets time pass.
    pub(crate) fn pump(&mut self, now: Instant, sink: Sink<'_>, out: &mut Vec<Happened>) {
        self.guard(|peer| {
            if let Err(error) = peer.rtc.handle_input(Input::Timeout(now)) {
                debug!(room.id = %peer.id.seat.room, %error, "a session failed");
                peer.broken = true;
            }
            peer.drain(now, sink, out);
        });
    }

    fn guard(&mut self, work: impl FnOnce(&mut Self)) {
        if self.broken {
            return;
        }
        if catch_unwind(AssertUnwindSafe(|| work(self))).is_err() {
            warn!(room.id = %self.id.seat.room, "a session panicked and ends");
            self.broken = true;
            self.panicked = true;
        }
    }

    fn drain(&mut self, now: Instant, sink: Sink<'_>, out: &mut Vec<Happened>) {
        loop {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(due)) => {
                    self.due = due;
                    break;
                }
                Ok(Output::Transmit(transmit)) => {
                    // `str0m` sends to where an authentic request came from, however long ago.
                    if self.paths.consents(now, transmit.destination) {
                        sink.send(transmit.destination, &transmit.contents);
                    }
                }
                Ok(Output::Event(event)) => self.tell(event, out),
                Err(error) => {
                    debug!(room.id = %self.id.seat.room, %error, "a session failed");
                    self.broken = true;
                    break;
                }
            }
        }
        self.broken |= !self.rtc.is_alive();
    }

    // `str0m` adds events in its own time; those not named here do not concern a forwarder.
    #[allow(clippy::wildcard_enum_match_arm)]
    fn tell(&mut self, event: Event, out: &mut Vec<Happened>) {
        match event {
            Event::Connected => {
                let crypto = &self.crypto;
                self.connected = self.agreed.get().is_some_and(|keys| self.subscriber.open(keys, crypto));
                self.broken |= !self.connected;
                out.push(Happened::Connected);
            }
            Event::IceConnectionStateChange(IceConnectionState::Disconnected) => {
                debug!(room.id = %self.id.seat.room, "a peer is out of reach");
            }
            Event::RtpPacket(packet) => {
                self.published_at = Some(packet.timestamp);
                let [(_, video), (_, audio)] = self.published;
                let pt = packet.header.payload_type;
                if pt == video {
                    out.push(Happened::Media(packet, MediaKind::Video));
                } else if pt == audio {
                    out.push(Happened::Media(packet, MediaKind::Audio));
                }
            }
            Event::SenderFeedback(report) => out.push(Happened::Report(report)),
            _ => {}
        }
    }

    /// Asks what this peer publishes for a key frame. Goes out with the next pump.
    pub(crate) fn ask_key_frame(&mut self) {
        self.guard(|peer| {
            let [(video, _), _] = peer.published;
            if let Some(stream) = peer.rtc.direct_api().stream_rx_by_mid(video, None) {
                stream.request_keyframe(KeyframeRequestKind::Pli);
            }
        });
    }

    /// Sends what a batch has for this peer.
    pub(crate) fn deliver<'a>(
        &mut self,
        now: Instant,
        packets: impl Iterator<Item = &'a (usize, Forward)>,
        publications: &HashMap<ParticipantId, Publication>,
        sink: Sink<'_>,
    ) {
        self.guard(|peer| {
            peer.subscriber.lead_to(peer.paths.to(now));
            for (slot, packet) in packets {
                if !peer.subscriber.forward(now, *slot, packet, sink) || packet.kind == MediaKind::Audio {
                    continue;
                }
                let publication = publications.get(&packet.from);
                for earlier in publication.into_iter().flat_map(|publication| publication.arrived_before(packet)) {
                    peer.subscriber.forward(now, *slot, earlier, sink);
                }
            }
            peer.subscriber.report(now, peer.clock, sink);
        });
    }
}

fn config(setup: &Setup) -> RtcConfig {
    let mut extensions = ExtensionMap::empty();
    extensions.set(1, Extension::AudioLevel);
    extensions.set(2, Extension::AbsoluteSendTime);
    extensions.set(3, Extension::TransportSequenceNumber);
    extensions.set(4, Extension::RtpMid);
    RtcConfig::new()
        .set_crypto_provider(Arc::clone(&setup.crypto))
        .set_dtls_cert(setup.certificate.clone())
        .set_ice_lite(true)
        .set_rtp_mode(true)
        .clear_codecs()
        .enable_vp8(true)
        .enable_opus(true, false)
        .set_extension_map(extensions)
}

/// Gives each slot its numbers.
fn stand_slots(rtc: &mut Rtc, sections: &[Offered], published: [(Mid, Pt); 2]) -> Option<Vec<Standing>> {
    let [(_, video), (_, audio)] = published;
    let params = rtc.codec_config().params().iter().find(|params| params.pt() == video);
    let resend = params.and_then(PayloadParams::resend);
    let mut taken: Vec<Ssrc> = Vec::new();
    let mut fresh = || {
        let ssrc = std::iter::repeat_with(|| rtc.direct_api().new_ssrc()).find(|ssrc| !taken.contains(ssrc))?;
        taken.push(ssrc);
        Some(ssrc)
    };
    let mut slots = Vec::with_capacity(sections.len());
    for (index, section) in sections.iter().enumerate() {
        let (kind, pt, resend) =
            if index < VIDEO_SLOTS { (MediaKind::Video, video, resend) } else { (MediaKind::Audio, audio, None) };
        if !section.takes(*pt) {
            return None;
        }
        let ssrc = fresh()?;
        let rtx = match resend {
            Some(pt) => Some(Rtx { ssrc: fresh()?, pt }),
            None => None,
        };
        slots.push(Standing { kind, mid: section.mid.clone(), ssrc, pt, rtx, name: format!("slot-{index}") });
    }
    Some(slots)
}

#[cfg(test)]
mod tests {
    use super::*;
    use houselights_shared::AUDIO_SLOTS;
    use str0m::media::Direction;

    fn offered(now: Instant) -> Offer {
        let mut rtc = RtcConfig::new().clear_codecs().enable_vp8(true).enable_opus(true, false).build(now);
        let mut change = rtc.sdp_api();
        for (kind, direction) in [(MediaKind::Video, Direction::SendOnly), (MediaKind::Audio, Direction::SendOnly)] {
            change.add_media(kind, direction, None, None, None);
        }
        for (kind, count) in [(MediaKind::Video, VIDEO_SLOTS), (MediaKind::Audio, AUDIO_SLOTS)] {
            for _ in 0..count {
                change.add_media(kind, Direction::RecvOnly, None, None, None);
            }
        }
        Offer::read(&change.apply().unwrap().0.to_sdp_string()).unwrap()
    }

    #[test]
    fn a_panic_ends_the_session_and_nothing_else() {
        let now = Instant::now();
        let crypto = handshake::provider();
        let certificate = crypto.dtls_provider.generate_certificate().unwrap();
        let candidates = vec!["127.0.0.1:9".parse().unwrap()];
        let setup = Setup { crypto: Arc::new(crypto), certificate, candidates, clock: Clock::new(now) };
        let seat = Seat { room: houselights_shared::RoomId::random(), who: ParticipantId::random(), device: None };
        let id = Identity { seat, crew: true };
        let (mut peer, answer) = Peer::accept(now, id, &offered(now), &setup).unwrap();
        assert!(answer.contains("a=ice-lite"));
        peer.guard(|_| panic!("as a parser might"));
        assert!(peer.is_broken() && peer.has_panicked());
        let mut out = Vec::new();
        peer.pump(now, &mut |_: SocketAddr, _: &[u8]| panic!("a broken session sends nothing"), &mut out);
        assert!(out.is_empty());
    }
}
