//! From packets to what is shown and heard: one task a slot.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use houselights_shared::VIDEO_SLOTS;
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::rtp;
use tokio::sync::Notify;
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};

use super::Wiring;
use super::assembly::{Assembly, Frame};
use super::reports::Reports;
use crate::media::capture::SAMPLE_RATE;
use crate::media::link::PageFrame;
use crate::media::sync::StreamClock;
use crate::media::time::{self, Unwrapped};

/// Frames that are held back for the sound. Full: the oldest goes at once.
const HELD: usize = 24;
/// Between two requests for a key frame that the page caused, in microseconds.
const ASK_EVERY: i64 = 500_000;

/// The page's wishes about a video slot.
#[derive(Debug, Default)]
pub(crate) struct SlotWish {
    key: AtomicBool,
    bell: Notify,
}

impl SlotWish {
    /// The page needs a key frame.
    pub(crate) fn ask(&self) {
        self.key.store(true, Relaxed);
        self.bell.notify_one();
    }
}

/// A frame waiting for the sound that goes with it.
struct Held {
    frame: Frame,
    /// When it goes to the page, and when it is meant to be seen if sound goes with it.
    release: i64,
    meant: Option<i64>,
}

/// One video slot.
pub(super) struct VideoSlot {
    slot: usize,
    wiring: Wiring,
    assembly: Assembly,
    reports: Arc<Reports>,
    clock: StreamClock,
    held: VecDeque<Held>,
    lost: u64,
    /// The publisher's turn in this slot, by [`Lips::turn`](crate::media::sync::Lips::turn).
    turn: u64,
    /// The page's clock of this slot: grows although publishers change.
    shown: i64,
    shift: i64,
    asked: i64,
    ssrc: u32,
}

impl VideoSlot {
    pub(super) fn new(slot: usize, wiring: Wiring, reports: Arc<Reports>) -> Self {
        Self {
            slot,
            wiring,
            reports,
            assembly: Assembly::default(),
            clock: StreamClock::default(),
            held: VecDeque::new(),
            lost: 0,
            turn: 0,
            shown: 0,
            shift: 0,
            asked: i64::MIN / 2,
            ssrc: 0,
        }
    }

    pub(super) async fn run(mut self, track: Arc<dyn TrackRemote>) {
        let wishes = self.wiring.slots.clone();
        let Some(wish) = wishes.get(self.slot) else { return };
        loop {
            let next = [self.held.front().map(|held| held.release), self.assembly.deadline()].into_iter().flatten().min();
            let timer = async {
                match next {
                    Some(at) => tokio::time::sleep(time::until(at)).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                event = track.poll() => match event {
                    Some(TrackRemoteEvent::OnRtpPacket(packet)) => self.arrived(&packet),
                    Some(TrackRemoteEvent::OnEnded) | None => return,
                    Some(_) => {}
                },
                () = timer => {}
                () = wish.bell.notified() => {}
            }
            self.work();
            if self.wants_key(wish) {
                let request = PictureLossIndication { sender_ssrc: 0, media_ssrc: self.ssrc };
                let _ = track.write_rtcp(vec![Box::new(request)]).await;
            }
        }
    }

    fn arrived(&mut self, packet: &rtp::Packet) {
        self.ssrc = packet.header.ssrc;
        let about = (packet.header.timestamp, packet.header.marker);
        self.assembly.insert(time::now(), packet.header.sequence_number, about, &packet.payload);
    }

    fn wants_key(&mut self, wish: &SlotWish) -> bool {
        let now = time::now();
        let for_page = wish.key.load(Relaxed) && now - self.asked > ASK_EVERY;
        let asks = (self.assembly.asks(now) || for_page) && self.ssrc != 0;
        if asks {
            self.asked = now;
            wish.key.store(false, Relaxed);
        }
        asks
    }

    fn work(&mut self) {
        let now = time::now();
        while let Some(frame) = self.assembly.take(now) {
            self.wiring.figures.received.fetch_add(1, Relaxed);
            self.hold(frame, now);
        }
        let lost = self.assembly.lost();
        self.wiring.figures.lost.fetch_add(lost - self.lost, Relaxed);
        self.lost = lost;
        while self.held.front().is_some_and(|held| held.release <= now || self.held.len() > HELD) {
            if let Some(held) = self.held.pop_front() {
                self.show(held);
            }
        }
    }

    fn hold(&mut self, frame: Frame, now: i64) {
        let lips = &self.wiring.lips;
        let turn = lips.turn(self.slot);
        if turn != self.turn {
            (self.turn, self.clock) = (turn, StreamClock::default());
        }
        self.clock.arrived(now, frame.at);
        let report = self.reports.of(self.ssrc);
        if let Some((captured, own)) = report.and_then(|report| Some((report.captured, self.assembly.own(report.time)?))) {
            self.clock.reported(captured, own);
        }
        let meant = lips.meant(self.slot, &self.clock, (now, frame.at));
        let release = meant.map_or(now, |meant| meant - lips.drawing()).max(now);
        // Never before the one in front of it.
        let release = self.held.back().map_or(release, |last| release.max(last.release));
        self.held.push_back(Held { frame, release, meant });
    }

    fn show(&mut self, held: Held) {
        let frame = held.frame;
        if frame.at + self.shift <= self.shown {
            self.shift = self.shown + 1 - frame.at;
        }
        self.shown = frame.at + self.shift;
        let source = self.slot.min(VIDEO_SLOTS) as u8;
        let page = PageFrame { source, key: frame.key, width: frame.width, height: frame.height, timestamp: self.shown };
        self.wiring.link.push_meant(page, &frame.bytes, held.meant);
    }
}

/// One audio slot: packets go to the mix.
pub(super) async fn hear(slot: usize, wiring: Wiring, track: Arc<dyn TrackRemote>, reports: Arc<Reports>) {
    let mut unwrapped = Unwrapped::default();
    let micros = |time: i64| time * 1_000_000 / SAMPLE_RATE;
    // The numbers of the connection before mean nothing now.
    wiring.playout.clear(slot);
    while let Some(event) = track.poll().await {
        if matches!(event, TrackRemoteEvent::OnEnded) {
            break;
        }
        let TrackRemoteEvent::OnRtpPacket(packet) = event else { continue };
        if packet.payload.is_empty() {
            continue;
        }
        let own = micros(unwrapped.of_32(packet.header.timestamp));
        let report = reports.of(packet.header.ssrc);
        let report = report.and_then(|report| Some((report.captured, micros(unwrapped.nearest_32(report.time)?))));
        wiring.lips.sound_arrived(slot, (time::now(), own), report);
        wiring.playout.insert(slot, packet.header.sequence_number, packet.header.timestamp, packet.payload);
    }
    wiring.playout.clear(slot);
}
