//! What one subscriber is sent: an egress of its own beside the session.
//!
//! A session (`peer`) is ICE, DTLS and what someone publishes, and goes through `str0m`. What is forwarded to it does not: a packet is
//! given its numbers and sealed here, straight from the payload that all subscribers share, because that is done for every packet
//! times every viewer. Feedback comes back here too.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use houselights_shared::VIDEO_SLOTS;
use str0m::{
    crypto::CryptoProvider,
    media::{MediaKind, Pt},
    rtp::Ssrc,
};

use crate::{
    clock::Clock,
    handshake::Keys,
    header::{Extensions, Header},
    peer::Sink,
    publication::{Forward, clock_rate},
    report::{SenderReport, Wish, wishes},
    resend::{Resend, Sent},
    slot::{Place, Rewriter},
    srtp::{Number, Srtp},
};

/// Reports go out once a second on each slot that flows, so that sound and picture align soon.
const REPORT_INTERVAL: Duration = Duration::from_secs(1);

/// The stream over which a slot's packets go out again (RFC 4588).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rtx {
    pub(crate) ssrc: Ssrc,
    pub(crate) pt: Pt,
}

/// A standing slot, as it was negotiated.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) kind: MediaKind,
    pub(crate) mid: String,
    pub(crate) ssrc: Ssrc,
    pub(crate) pt: Pt,
    pub(crate) rtx: Option<Rtx>,
    /// The canonical name of its source.
    pub(crate) name: String,
}

struct Slot {
    standing: Standing,
    rewriter: Rewriter,
    flow: Option<Flow>,
}

/// What a slot needs once it has carried something; others cost nothing.
struct Flow {
    resend: Option<(Rtx, Resend)>,
    /// Packets that went out again.
    again: u64,
    packets: u32,
    octets: u32,
    /// The RTP time of a capture time.
    latest: (i64, u32),
}

/// A place to write to, kept so that nothing is allocated for a packet.
#[derive(Default)]
struct Scratch {
    header: Vec<u8>,
    plain: Vec<u8>,
    sealed: Vec<u8>,
}

/// What a report was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// Not the subscriber's.
    Nothing,
    /// All of it was feedback on what it is sent.
    Feedback,
    /// A publisher reports on what it sends, too.
    Publisher,
}

/// The packets to one subscriber.
pub(crate) struct Subscriber {
    slots: Vec<Slot>,
    video: Extensions,
    audio: Extensions,
    srtp: Option<Srtp>,
    /// Where the subscriber is, while it consents.
    to: Option<SocketAddr>,
    sequence: u16,
    reported_at: Option<Instant>,
    /// A slot flows that no report has told of.
    unreported: bool,
    scratch: Scratch,
}

impl Subscriber {
    pub(crate) fn new(slots: Vec<Standing>, video: Extensions, audio: Extensions) -> Self {
        let stand = |standing: Standing| Slot { rewriter: Rewriter::new(clock_rate(standing.kind)), standing, flow: None };
        Self {
            slots: slots.into_iter().map(stand).collect(),
            video,
            audio,
            srtp: None,
            to: None,
            sequence: 0,
            reported_at: None,
            unreported: false,
            scratch: Scratch::default(),
        }
    }

    /// The handshake is done. False: its profile is unknown.
    pub(crate) fn open(&mut self, keys: &Keys, crypto: &CryptoProvider) -> bool {
        self.srtp = Srtp::new(keys, crypto);
        self.srtp.is_some()
    }

    /// Where packets go from now on, if anywhere.
    pub(crate) fn lead_to(&mut self, path: Option<SocketAddr>) {
        self.to = path;
    }

    /// Forgets what is too old to go out again in slots that carry nothing now.
    pub(crate) fn tidy(&mut self, now: Instant) {
        for (_, resend) in self.slots.iter_mut().filter_map(|slot| slot.flow.as_mut()?.resend.as_mut()) {
            resend.tidy(now);
        }
    }

    /// The slot's carriage changed.
    pub(crate) fn release(&mut self, kind: MediaKind, index: usize) {
        if let Some(slot) = self.slots.get_mut(position(kind, index)) {
            slot.rewriter.release();
        }
    }

    /// Sends a packet in a slot. True: it opened the slot, so that what came before it out of order may follow.
    pub(crate) fn forward(&mut self, now: Instant, index: usize, packet: &Forward, sink: Sink<'_>) -> bool {
        let (Some(to), Some(srtp)) = (self.to, &mut self.srtp) else { return false };
        let Some(slot) = self.slots.get_mut(position(packet.kind, index)) else { return false };
        let Some(place) = slot.rewriter.admit(&packet.arrival) else { return false };
        let Slot { standing, flow, .. } = slot;
        self.unreported |= flow.is_none() || place.opened;
        let flow = flow.get_or_insert_with(|| Flow::new(standing, packet.arrival.captured_at, place.time));
        self.sequence = self.sequence.wrapping_add(1);
        let header = Header {
            payload_type: *standing.pt,
            marker: packet.marker,
            seq: place.seq as u16,
            time: place.time,
            ssrc: *standing.ssrc,
            sequence: self.sequence,
            mid: &standing.mid,
            level: packet.audio_level.map(|level| (level.unsigned_abs(), packet.voice_activity == Some(true))),
        };
        let extensions = if packet.kind == MediaKind::Video { self.video } else { self.audio };
        let head = &mut self.scratch.header;
        header.write(extensions, head);
        let number = Number { ssrc: *standing.ssrc, index: place.seq };
        let length = head.len() + packet.payload.len() + srtp.overhead();
        sink.write(to, length, &mut |out| srtp.seal(number, head, &packet.payload, out).is_some());
        flow.count(now, packet, place);
        place.opened
    }

    /// Reports on the slots that flow, when it is time.
    pub(crate) fn report(&mut self, now: Instant, clock: Clock, sink: Sink<'_>) {
        if !self.unreported && self.reported_at.is_some_and(|at| now.saturating_duration_since(at) < REPORT_INTERVAL) {
            return;
        }
        let (Some(to), Some(srtp)) = (self.to, &mut self.srtp) else { return };
        self.reported_at = Some(now);
        self.unreported = false;
        for Slot { standing, flow, .. } in &mut self.slots {
            let Some(flow) = flow else { continue };
            let (captured_at, time) = flow.latest;
            let micros = clock.micros(now);
            let since = micros.saturating_sub(captured_at).saturating_mul(clock_rate(standing.kind).into()) / 1_000_000;
            let report = SenderReport {
                ssrc: *standing.ssrc,
                now: micros,
                time: time.wrapping_add(since as u32),
                packets: flow.packets,
                octets: flow.octets,
                name: &standing.name,
            };
            report.write(&mut self.scratch.plain);
            if srtp.seal_report(&self.scratch.plain, &mut self.scratch.sealed).is_some() {
                sink.send(to, &self.scratch.sealed);
            }
        }
    }

    /// Takes a report: sends again what the subscriber misses, and tells in which video slots it needs a key frame.
    pub(crate) fn hear(&mut self, now: Instant, report: &[u8], sink: Sink<'_>, mut wanted: impl FnMut(usize)) -> Heard {
        let mut plain = std::mem::take(&mut self.scratch.plain);
        let opened = self.srtp.as_mut().and_then(|srtp| srtp.open_report(report, &mut plain)).is_some();
        let mut heard = Heard::Feedback;
        if opened {
            wishes(&plain, |wish| match wish {
                Wish::Again { ssrc, seq } => self.send_again(now, ssrc.into(), seq, sink),
                Wish::KeyFrame { ssrc } => {
                    let slot = self.slots.iter().position(|slot| *slot.standing.ssrc == ssrc);
                    slot.into_iter().filter(|slot| *slot < VIDEO_SLOTS).for_each(&mut wanted);
                }
                Wish::Hearing => heard = Heard::Publisher,
            });
        }
        self.scratch.plain = plain;
        if opened { heard } else { Heard::Nothing }
    }

    fn send_again(&mut self, now: Instant, ssrc: Ssrc, seq: u16, sink: Sink<'_>) {
        let Some(to) = self.to else { return };
        let Some(slot) = self.slots.iter_mut().find(|slot| slot.standing.ssrc == ssrc) else { return };
        let Slot { standing, flow: Some(flow), .. } = slot else { return };
        let Some((rtx, resend)) = &mut flow.resend else { return };
        let (Some(sent), Some(srtp)) = (resend.again(now, seq), &mut self.srtp) else { return };
        flow.again += 1;
        self.sequence = self.sequence.wrapping_add(1);
        let header = Header {
            payload_type: *rtx.pt,
            marker: sent.marker,
            seq: flow.again as u16,
            time: sent.time,
            ssrc: *rtx.ssrc,
            sequence: self.sequence,
            mid: &standing.mid,
            level: None,
        };
        header.write(self.video, &mut self.scratch.header);
        // The original number goes before the payload (RFC 4588, section 4).
        let payload = &mut self.scratch.sealed;
        payload.clear();
        payload.extend(seq.to_be_bytes());
        payload.extend(sent.payload.iter());
        let number = Number { ssrc: *rtx.ssrc, index: flow.again };
        let head = &self.scratch.header;
        let length = head.len() + payload.len() + srtp.overhead();
        sink.write(to, length, &mut |out| srtp.seal(number, head, payload, out).is_some());
    }
}

/// Video slots come first.
fn position(kind: MediaKind, index: usize) -> usize {
    match kind {
        MediaKind::Video => index,
        MediaKind::Audio => index + VIDEO_SLOTS,
    }
}

impl Flow {
    fn new(standing: &Standing, captured_at: i64, time: u32) -> Self {
        // Sound is never sent again: it would come too late. Nor is a picture without a stream for it: a packet is sealed once.
        let rtx = standing.rtx.filter(|_| standing.kind == MediaKind::Video);
        Self { resend: rtx.map(|rtx| (rtx, Resend::new())), again: 0, packets: 0, octets: 0, latest: (captured_at, time) }
    }

    fn count(&mut self, now: Instant, packet: &Forward, place: Place) {
        self.packets = self.packets.wrapping_add(1);
        self.octets = self.octets.wrapping_add(packet.payload.len() as u32);
        self.latest = (packet.arrival.captured_at, place.time);
        if let Some((_, resend)) = &mut self.resend {
            let payload = Arc::clone(&packet.payload);
            resend.keep(Sent { seq: place.seq, time: place.time, marker: packet.marker, at: now, payload });
        }
    }
}
