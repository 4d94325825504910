//! What the engine reads of the RTCP that arrives, and sets right in the RTCP that leaves. The library's own interceptors act
//! on the rest.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use rtc::interceptor::{BandwidthEstimator, EstimatorStats, Gcc, Interceptor, Packet, PacketReport, StreamInfo, TaggedPacket};
use rtc::rtcp::payload_feedbacks::full_intra_request::FullIntraRequest;
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::rtcp::sender_report::SenderReport;
use rtc::sansio::Protocol;
use rtc::shared::error::Error;

use super::reports::{Moments, Reports};
use crate::media::encode::Wishes;

/// Sees every packet and passes it on. A request for a key frame becomes a wish, and sender reports are kept: inbound RTCP
/// does not reach the application otherwise. The reports that leave tell when something was captured, not when it was sent.
pub(super) struct Tap {
    wishes: Arc<Wishes>,
    reports: Arc<Reports>,
    moments: Arc<Moments>,
    inbound: VecDeque<TaggedPacket>,
    outbound: VecDeque<TaggedPacket>,
}

impl Tap {
    pub(super) fn new(wishes: Arc<Wishes>, (reports, moments): (Arc<Reports>, Arc<Moments>)) -> Self {
        Self { wishes, reports, moments, inbound: VecDeque::new(), outbound: VecDeque::new() }
    }
}

impl Protocol<TaggedPacket, TaggedPacket, ()> for Tap {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = Instant;

    fn handle_read(&mut self, message: TaggedPacket) -> Result<(), Self::Error> {
        if let Packet::Rtcp(packets) = &message.message.packet {
            // One picture is sent, so the request can only be for that.
            let asks = packets
                .iter()
                .any(|packet| packet.as_any().is::<PictureLossIndication>() || packet.as_any().is::<FullIntraRequest>());
            if asks {
                self.wishes.key.store(true, Relaxed);
            }
            for report in packets.iter().filter_map(|packet| packet.as_any().downcast_ref::<SenderReport>()) {
                self.reports.note(report);
            }
        }
        self.inbound.push_back(message);
        Ok(())
    }

    fn poll_read(&mut self) -> Option<Self::Rout> {
        self.inbound.pop_front()
    }

    fn handle_write(&mut self, mut message: TaggedPacket) -> Result<(), Self::Error> {
        if let Packet::Rtcp(packets) = &mut message.message.packet {
            for packet in packets {
                let report = packet.as_any().downcast_ref::<SenderReport>();
                if let Some(report) = report.and_then(|report| self.moments.set_right(report)) {
                    *packet = Box::new(report);
                }
            }
        }
        self.outbound.push_back(message);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<Self::Wout> {
        self.outbound.pop_front()
    }
}

impl Interceptor for Tap {
    fn bind_local_stream(&mut self, _: &StreamInfo) {}
    fn unbind_local_stream(&mut self, _: &StreamInfo) {}
    fn bind_remote_stream(&mut self, _: &StreamInfo) {}
    fn unbind_remote_stream(&mut self, _: &StreamInfo) {}
}

/// Google congestion control that tells its target.
pub(super) struct Estimate {
    inner: Gcc,
    wishes: Arc<Wishes>,
    /// The target, for the figures.
    target: Arc<AtomicU64>,
    /// What sound takes of the target.
    sound: u64,
}

impl Estimate {
    pub(super) fn new(inner: Gcc, wishes: Arc<Wishes>, target: Arc<AtomicU64>, sound: u64) -> Self {
        let estimate = Self { inner, wishes, target, sound };
        estimate.tell();
        estimate
    }

    fn tell(&self) {
        let target = self.inner.target_bitrate() as u64;
        self.target.store(target, Relaxed);
        // A tenth for retransmission and headers.
        self.wishes.target.store((target * 9 / 10).saturating_sub(self.sound), Relaxed);
    }
}

impl BandwidthEstimator for Estimate {
    fn on_reports(&mut self, now: Instant, reports: &[PacketReport]) {
        self.inner.on_reports(now, reports);
        self.tell();
    }

    fn target_bitrate(&self) -> f64 {
        self.inner.target_bitrate()
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.inner.handle_timeout(now);
        self.tell();
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.inner.poll_timeout()
    }

    fn stats(&self) -> EstimatorStats {
        self.inner.stats()
    }
}
