//! Sender reports (RFC 3550, section 6.4.1): which moment an RTP time stands for.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use rtc::rtcp::sender_report::SenderReport;
use rtc::shared::time::SystemInstant;

use crate::media::{locked, time};

/// Streams of which something is remembered. Full: what is new is not remembered; a connection has twelve slots.
const STREAMS: usize = 32;
/// A stream's clock that is off by more than this was set anew, in microseconds: it is not approached, it is taken over.
const SET_ANEW: i64 = 100_000;

/// What the server said of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Report {
    /// In microseconds on the server's clock.
    pub(super) captured: i64,
    /// The RTP time of that moment.
    pub(super) time: u32,
}

/// The server's last report of each stream.
#[derive(Debug, Default)]
pub(super) struct Reports(Mutex<HashMap<u32, Report>>);

impl Reports {
    /// A report came. One of a stream that has carried nothing says nothing.
    pub(super) fn note(&self, report: &SenderReport) {
        if report.packet_count == 0 {
            return;
        }
        // Which year it is does not matter: times are only compared with each other.
        let (seconds, fraction) = (report.ntp_time >> 32, report.ntp_time & u64::from(u32::MAX));
        let captured = seconds.cast_signed() * 1_000_000 + ((fraction * 1_000_000) >> 32).cast_signed();
        let mut reports = locked(&self.0);
        if reports.len() < STREAMS || reports.contains_key(&report.ssrc) {
            reports.insert(report.ssrc, Report { captured, time: report.rtp_time });
        }
    }

    /// The last one of a stream.
    pub(super) fn of(&self, ssrc: u32) -> Option<Report> {
        locked(&self.0).get(&ssrc).copied()
    }
}

/// How the RTP times of a stream of ours stand to the engine's clock.
#[derive(Clone, Copy, Debug)]
struct Moment {
    rate: i64,
    /// An RTP time, and when that was; smoothed, since sound devices hand over their blocks unevenly.
    time: u32,
    at: i64,
}

impl Moment {
    /// The RTP time of a moment.
    fn time_at(&self, at: i64) -> u32 {
        self.time.wrapping_add(((at - self.at) * self.rate / 1_000_000) as u32)
    }

    /// The moment of an RTP time.
    fn at_time(&self, time: u32) -> i64 {
        self.at + i64::from(time.wrapping_sub(self.time).cast_signed()) * 1_000_000 / self.rate
    }
}

/// When what is sent was captured, stream by stream.
#[derive(Debug, Default)]
pub(super) struct Moments(Mutex<HashMap<u32, Moment>>);

impl Moments {
    /// What is sent with an RTP time was captured then, on the engine's clock.
    pub(super) fn note(&self, ssrc: u32, rate: i64, (time, at): (u32, i64)) {
        let mut moments = locked(&self.0);
        let before = moments.get(&ssrc).map(|moment| moment.at_time(time));
        let at = match before {
            Some(before) if (at - before).abs() < SET_ANEW => before + (at - before) / 16,
            Some(_) | None => at,
        };
        if moments.len() < STREAMS || before.is_some() {
            moments.insert(ssrc, Moment { rate, time, at });
        }
    }

    /// The report with the moments of capture, where they are known.
    pub(super) fn set_right(&self, report: &SenderReport) -> Option<SenderReport> {
        let moment = locked(&self.0).get(&report.ssrc).copied()?;
        let wall = Duration::from_micros(time::wall().unsigned_abs());
        let (ntp_time, rtp_time) = (SystemInstant::unix2ntp(wall), moment.time_at(time::now()));
        Some(SenderReport { ntp_time, rtp_time, ..report.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(ssrc: u32, rtp_time: u32) -> SenderReport {
        let ntp_time = SystemInstant::unix2ntp(Duration::from_millis(1_700_000_000_250));
        SenderReport { ssrc, ntp_time, rtp_time, packet_count: 1, ..SenderReport::default() }
    }

    #[test]
    fn the_last_report_of_each_stream_counts() {
        let reports = Reports::default();
        reports.note(&report(1, 7));
        reports.note(&report(2, 8));
        reports.note(&report(1, 9));
        let first = reports.of(1).unwrap();
        assert_eq!(first.time, 9);
        let later = first.captured + 250_000;
        reports.note(&SenderReport { ntp_time: report(1, 9).ntp_time + (1 << 30), ..report(1, 9) });
        assert!((reports.of(1).unwrap().captured - later).abs() <= 1);
        assert_eq!(reports.of(2).map(|report| report.time), Some(8));
        assert_eq!(reports.of(3), None);
    }

    #[test]
    fn reports_that_say_nothing_are_left_out_and_there_is_an_end_to_them() {
        let reports = Reports::default();
        reports.note(&SenderReport { packet_count: 0, ..report(1, 7) });
        assert_eq!(reports.of(1), None);
        for ssrc in 0..1_000 {
            reports.note(&report(ssrc, 7));
        }
        assert_eq!(locked(&reports.0).len(), STREAMS);
    }

    #[test]
    fn what_leaves_tells_when_something_was_captured() {
        let moments = Moments::default();
        assert!(moments.set_right(&report(1, 7)).is_none());
        // Captured 30 ms ago, whenever it is sent.
        moments.note(1, 90_000, (u32::MAX, time::now() - 30_000));
        let before = time::now();
        let right = moments.set_right(&report(1, 7)).unwrap();
        let since = i64::from(right.rtp_time.wrapping_add(1));
        let most = (time::now() - before + 30_000) * 9 / 100 + 90;
        assert!((2_690..=most.max(2_700)).contains(&since), "{since}");
        assert_eq!((right.ssrc, right.packet_count), (1, 1));
    }

    #[test]
    fn uneven_blocks_do_not_shake_the_clock_and_a_new_start_is_followed_at_once() {
        let moments = Moments::default();
        for block in 0..200_i64 {
            let late = if block % 2 == 0 { 9_000 } else { 0 };
            moments.note(1, 48_000, ((block * 960) as u32, block * 20_000 + late));
        }
        let moment = *locked(&moments.0).get(&1).unwrap();
        let off = moment.at_time(199 * 960) - 199 * 20_000;
        assert!((3_500..5_500).contains(&off), "{off}");
        moments.note(1, 48_000, (200 * 960, 60_000_000));
        assert_eq!(locked(&moments.0).get(&1).unwrap().at, 60_000_000);
    }
}
