//! A peer: the WebRTC session with one participant's machine, over `str0m`.
//!
//! The network speaks to `str0m` here and nowhere else, behind a guard: a panic ends this peer and no other.

use std::{
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use houselights_shared::{ParticipantId, Refusal, RoomId, VIDEO_SLOTS};
use str0m::{
    Candidate, Event, IceConnectionState, Input, Output, Rtc, RtcConfig,
    change::SdpOffer,
    config::{CryptoProvider, DtlsCert},
    media::{KeyframeRequestKind, MediaKind, Mid, Pt, SenderFeedback},
    net::{Protocol, Receive},
    rtp::{Extension, ExtensionMap, ExtensionValues, RtpPacket, RtpWrite, Ssrc},
};
use tracing::{debug, warn};

use crate::{
    answer::{self, Standing},
    clock::Clock,
    offer::{Offer, Offered},
    police::Police,
    publication::{Forward, Publication, clock_rate},
    slot::Rewriter,
};

/// What a subscriber may ask for again: this many packets of a slot, this old; a third of a second at 2.5 Mbit/s. `str0m` keeps 2,000
/// for 3 s, which would be most of the memory of a peer; these lost nothing at 5 % loss.
const RESEND_PACKETS: usize = 96;
const RESEND_AGE: Duration = Duration::from_millis(800);
/// Resends are dropped beyond this share of what goes out.
const RESEND_SHARE: f32 = 0.25;
/// The addresses that a peer may have proven at a time; the oldest goes.
const MAX_PATHS: usize = 8;
/// What may come from a peer, in bits a second: beyond what the app ever sends (2.5 Mbit/s and resends).
const INGRESS_BITS: u64 = 8_000_000;
/// Both kinds send reports once a second, so that sound and picture align soon.
const REPORT_INTERVAL: Duration = Duration::from_secs(1);

/// Takes datagrams to send, each to an address from which an authenticated STUN request came.
pub type Sink<'a> = &'a mut dyn FnMut(SocketAddr, &[u8]);

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
    /// In which room.
    pub room: RoomId,
    /// Who.
    pub who: ParticipantId,
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
    /// An address proved to be the peer's; if it has too many, the second one no longer counts.
    Path(SocketAddr, Option<SocketAddr>),
}

/// A standing slot: the section it goes over, and the stream in it.
struct Slot {
    mid: Mid,
    kind: MediaKind,
    ssrc: Ssrc,
    rtx: Option<Ssrc>,
    pt: Pt,
    /// A stream and its section cost memory and time in each turn of `str0m`: slots that never carried anything have none. Once made it stays,
    /// because a second stream under the same number would use nonces again.
    made: bool,
    rewriter: Rewriter,
}

/// A session.
pub(crate) struct Peer {
    pub(crate) id: Identity,
    rtc: Rtc,
    ufrag: String,
    paths: Vec<SocketAddr>,
    local: SocketAddr,
    published: [(Mid, Pt); 2],
    slots: Vec<Slot>,
    connected: bool,
    broken: bool,
    panicked: bool,
    /// When `str0m` wants to be woken.
    pub(crate) due: Instant,
    /// Under which time the peer is in the queue of timers.
    pub(crate) scheduled: Option<Instant>,
    pub(crate) heard_at: Instant,
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
                warn!(room.id = %id.room, "an offer made the session panic");
                Err(Refusal::MediaUnacceptable)
            }
        }
    }

    fn try_accept(now: Instant, id: Identity, offer: &Offer, setup: &Setup) -> Option<(Self, String)> {
        let local = *setup.candidates.first()?;
        let mut rtc = config(setup).build(now);
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
        let standing: Vec<_> = slots
            .iter()
            .zip(receiving)
            .map(|(slot, section)| Standing { mid: &section.mid, kind: slot.kind, ssrc: slot.ssrc, rtx: slot.rtx })
            .collect();
        let answer = answer::complete(&answer, &offer.bundle, &standing)?;
        let ufrag = rtc.direct_api().local_ice_credentials().ufrag;
        let peer = Self {
            id,
            rtc,
            ufrag,
            paths: Vec::new(),
            local,
            published,
            slots,
            connected: false,
            broken: false,
            panicked: false,
            due: now,
            scheduled: None,
            heard_at: now,
            police: Police::new(now, INGRESS_BITS),
        };
        Some((peer, answer))
    }

    pub(crate) fn ufrag(&self) -> &str {
        &self.ufrag
    }

    pub(crate) fn paths(&self) -> &[SocketAddr] {
        &self.paths
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

    /// Takes a datagram that belongs to this peer. False: it was more than the peer may send.
    pub(crate) fn receive(&mut self, now: Instant, datagram: Datagram<'_>, sink: Sink<'_>, out: &mut Vec<Happened>) -> bool {
        let Datagram { from, bytes } = datagram;
        // A stranger's requests, who knows the user name but not the password, do not use up the peer's share.
        if self.paths.contains(&from) && !self.police.passes(now, bytes.len()) {
            return false;
        }
        let local = self.local;
        self.guard(|peer| {
            let Ok(received) = Receive::new(Protocol::Udp, from, local, bytes) else { return };
            if let Err(error) = peer.rtc.handle_input(Input::Receive(now, received)) {
                debug!(room.id = %peer.id.room, %error, "a datagram was refused");
            }
            peer.drain(sink, out);
        });
        if self.paths.contains(&from) {
            self.heard_at = now;
        }
        true
    }

    /// Lets time pass: what was written goes out.
    pub(crate) fn pump(&mut self, now: Instant, sink: Sink<'_>, out: &mut Vec<Happened>) {
        self.guard(|peer| {
            if let Err(error) = peer.rtc.handle_input(Input::Timeout(now)) {
                debug!(room.id = %peer.id.room, %error, "a session failed");
                peer.broken = true;
            }
            peer.drain(sink, out);
        });
    }

    fn guard(&mut self, work: impl FnOnce(&mut Self)) {
        if self.broken {
            return;
        }
        if catch_unwind(AssertUnwindSafe(|| work(self))).is_err() {
            warn!(room.id = %self.id.room, "a session panicked and ends");
            self.broken = true;
            self.panicked = true;
        }
    }

    fn drain(&mut self, sink: Sink<'_>, out: &mut Vec<Happened>) {
        loop {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(due)) => {
                    self.due = due;
                    break;
                }
                Ok(Output::Transmit(transmit)) => {
                    self.prove(transmit.destination, out);
                    sink(transmit.destination, &transmit.contents);
                }
                Ok(Output::Event(event)) => self.tell(event, out),
                Err(error) => {
                    debug!(room.id = %self.id.room, %error, "a session failed");
                    self.broken = true;
                    break;
                }
            }
        }
        self.broken |= !self.rtc.is_alive();
    }

    /// `str0m` sends only to where an authenticated request came from: what it sends to is the peer's.
    fn prove(&mut self, address: SocketAddr, out: &mut Vec<Happened>) {
        if self.paths.contains(&address) {
            return;
        }
        let oldest = (self.paths.len() >= MAX_PATHS).then(|| self.paths.remove(0));
        self.paths.push(address);
        out.push(Happened::Path(address, oldest));
    }

    // `str0m` adds events in its own time; those not named here do not concern a forwarder.
    #[allow(clippy::wildcard_enum_match_arm)]
    fn tell(&mut self, event: Event, out: &mut Vec<Happened>) {
        match event {
            Event::Connected => {
                self.connected = true;
                out.push(Happened::Connected);
            }
            Event::IceConnectionStateChange(IceConnectionState::Disconnected) => {
                debug!(room.id = %self.id.room, "a peer is out of reach");
            }
            Event::RtpPacket(packet) => {
                let [(_, video), (_, audio)] = self.published;
                let pt = packet.header.payload_type;
                if pt == video {
                    out.push(Happened::Media(packet, MediaKind::Video));
                } else if pt == audio {
                    out.push(Happened::Media(packet, MediaKind::Audio));
                }
            }
            Event::SenderFeedback(report) => out.push(Happened::Report(report)),
            Event::KeyframeRequest(request) => {
                if let Some(slot) = self.slots.iter().position(|slot| slot.mid == request.mid) {
                    out.push(Happened::KeyFrameWanted(slot));
                }
            }
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

    fn slot_at(&mut self, kind: MediaKind, index: usize) -> Option<&mut Slot> {
        let index = match kind {
            MediaKind::Video => index,
            MediaKind::Audio => index + VIDEO_SLOTS,
        };
        self.slots.get_mut(index)
    }

    /// The slot's carriage changed.
    pub(crate) fn release(&mut self, kind: MediaKind, index: usize) {
        if let Some(slot) = self.slot_at(kind, index) {
            slot.rewriter.release();
        }
    }

    /// Puts a packet into a slot. Goes out with the next pump.
    pub(crate) fn forward(&mut self, index: usize, packet: &Forward, from: Option<&Publication>, clock: Clock) {
        self.guard(|peer| {
            let Some(opened) = peer.write(index, packet, clock) else { return };
            if opened && packet.kind == MediaKind::Video {
                for earlier in from.into_iter().flat_map(|publication| publication.arrived_before(packet)) {
                    peer.write(index, earlier, clock);
                }
            }
        });
    }

    /// Tells whether the packet opened the slot; nothing where it has no place in it.
    fn write(&mut self, index: usize, packet: &Forward, clock: Clock) -> Option<bool> {
        let video = packet.kind == MediaKind::Video;
        let slot = self.slot_at(packet.kind, index)?;
        let place = slot.rewriter.admit(&packet.arrival)?;
        let (ssrc, rtx, mid, pt) = (slot.ssrc, slot.rtx, slot.mid, slot.pt);
        let make = !std::mem::replace(&mut slot.made, true);
        let mut direct = self.rtc.direct_api();
        let stream = if make {
            direct.declare_media(mid, packet.kind);
            let stream = direct.declare_stream_tx(ssrc, rtx, mid, None);
            if video {
                stream.set_rtx_cache(RESEND_PACKETS, RESEND_AGE, Some(RESEND_SHARE));
            } else {
                // Sound is never sent again: it would come too late.
                stream.set_rtx_cache(1, RESEND_AGE, None);
            }
            stream
        } else {
            direct.stream_tx(&ssrc)?
        };
        let extensions = ExtensionValues {
            audio_level: packet.audio_level,
            voice_activity: packet.voice_activity,
            ..ExtensionValues::default()
        };
        let captured_at = clock.instant(packet.arrival.captured_at);
        let packet = RtpWrite::new(pt, place.seq.into(), place.time, captured_at, Arc::clone(&packet.payload))
            .marker(packet.marker)
            .ext_vals(extensions)
            .nackable(video);
        stream.write_rtp(packet);
        Some(place.opened)
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
        .set_rtcp_report_interval_audio(REPORT_INTERVAL)
        .set_rtcp_report_interval_video(REPORT_INTERVAL)
        .set_send_buffer_video(RESEND_PACKETS)
        .set_send_buffer_audio(1)
}

/// Gives each slot its numbers. Nothing of them is known to `str0m` until the slot first carries something.
fn stand_slots(rtc: &mut Rtc, sections: &[Offered], published: [(Mid, Pt); 2]) -> Option<Vec<Slot>> {
    let [(_, video), (_, audio)] = published;
    let resends = rtc.codec_config().params().iter().any(|params| params.pt() == video && params.resend().is_some());
    let mut slots: Vec<Slot> = Vec::with_capacity(sections.len());
    for (index, section) in sections.iter().enumerate() {
        let (kind, pt) = if index < VIDEO_SLOTS { (MediaKind::Video, video) } else { (MediaKind::Audio, audio) };
        if !section.takes(*pt) {
            return None;
        }
        let mut fresh = |slots: &[Slot], other: Option<Ssrc>| {
            std::iter::repeat_with(|| rtc.direct_api().new_ssrc())
                .find(|new| Some(*new) != other && slots.iter().all(|slot| slot.ssrc != *new && slot.rtx != Some(*new)))
        };
        let ssrc = fresh(&slots, None)?;
        let rtx = if resends && kind == MediaKind::Video { fresh(&slots, Some(ssrc)) } else { None };
        let rewriter = Rewriter::new(clock_rate(kind));
        slots.push(Slot { mid: Mid::from(section.mid.as_str()), kind, ssrc, rtx, pt, made: false, rewriter });
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
        let crypto = str0m::crypto::from_feature_flags();
        let certificate = crypto.dtls_provider.generate_certificate().unwrap();
        let candidates = vec!["127.0.0.1:9".parse().unwrap()];
        let setup = Setup { crypto: Arc::new(crypto), certificate, candidates, clock: Clock::new(now) };
        let id = Identity { room: RoomId::random(), who: ParticipantId::random(), crew: true };
        let (mut peer, answer) = Peer::accept(now, id, &offered(now), &setup).unwrap();
        assert!(answer.contains("a=ice-lite"));
        assert!(peer.slots.iter().all(|slot| !slot.made), "a slot costs nothing until it carries something");
        peer.guard(|_| panic!("as a parser might"));
        assert!(peer.is_broken() && peer.has_panicked());
        let mut out = Vec::new();
        peer.pump(now, &mut |_, _| panic!("a broken session sends nothing"), &mut out);
        assert!(out.is_empty());
    }
}
