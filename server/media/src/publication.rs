//! What one participant publishes: which streams, when a key frame was asked for, and how its clock stands to the server's.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use houselights_shared::ParticipantId;
use str0m::media::MediaKind;

use crate::{
    room::PeerId,
    slot::{Arrival, LARGEST_GAP},
};

/// Key frames are asked for at most this often.
pub(crate) const KEY_FRAME_INTERVAL: Duration = Duration::from_secs(1);
/// For how long a stream must be silent before another one of the same section is believed.
const STREAM_CHANGE: Duration = Duration::from_millis(500);
/// Whoever has sent no picture for this long (a camera that is off) is not asked for key frames.
const FLOWING: Duration = Duration::from_secs(2);
/// How many video packets are kept for slots that open with a packet which arrived late. Full: the oldest goes.
const RECENT_PACKETS: usize = 128;
/// Capture times are told this much in the past, so that jitter never puts one into the future.
const CAPTURE_MARGIN: i64 = 200_000;

/// A capture time further than this from the arrival, in microseconds, is a mistake or a lie.
const CREDIBLE: u64 = 10_000_000;

/// A packet to forward.
#[derive(Clone, Debug)]
pub(crate) struct Forward {
    pub(crate) from: ParticipantId,
    /// From which of their devices.
    pub(crate) peer: PeerId,
    pub(crate) kind: MediaKind,
    pub(crate) arrival: Arrival,
    /// The order of arrival in the room.
    pub(crate) order: u64,
    pub(crate) marker: bool,
    pub(crate) audio_level: Option<i8>,
    pub(crate) voice_activity: Option<bool>,
    pub(crate) payload: Arc<[u8]>,
}

impl Forward {
    /// Whether somebody's peer gets it. Of one's own media another device gets the picture; the sound would howl.
    pub(crate) fn is_for(&self, who: ParticipantId, peer: PeerId) -> bool {
        self.from != who || (self.kind == MediaKind::Video && self.peer != peer)
    }
}

/// A stream within a section.
#[derive(Debug)]
struct Stream {
    ssrc: u32,
    number: u64,
    heard_at: Instant,
    highest: u64,
    /// NTP time in microseconds since 1970 and RTP time of the last sender report.
    report: Option<(i64, u32)>,
}

/// What a participant publishes.
#[derive(Debug, Default)]
pub(crate) struct Publication {
    peer: PeerId,
    video: Option<Stream>,
    audio: Option<Stream>,
    /// What to add to the publisher's clock to get the server's, in microseconds: one for sound and picture.
    clock_offset: Option<i64>,
    key_frame_wanted: bool,
    key_frame_asked_at: Option<Instant>,
    recent: VecDeque<Forward>,
}

/// What is known of a packet before it has a place among the streams.
pub(crate) struct Packet {
    pub(crate) kind: MediaKind,
    pub(crate) ssrc: u32,
    pub(crate) seq: u64,
    pub(crate) time: u32,
    /// In microseconds of the server's clock.
    pub(crate) arrived_at: i64,
    pub(crate) opens: bool,
}

impl Publication {
    /// Which peer publishes it.
    pub(crate) fn peer(&self) -> PeerId {
        self.peer
    }

    /// It comes from this peer from now on: what another one sent until now does not continue.
    pub(crate) fn comes_from(&mut self, peer: PeerId) {
        if self.peer != peer {
            *self = Self { peer, ..Self::default() };
        }
    }

    /// Whether a picture has ever come.
    pub(crate) fn has_video(&self) -> bool {
        self.video.is_some()
    }

    /// Finds the packet's stream. None: it belongs to a second stream of the section, while the first one flows.
    pub(crate) fn take(&mut self, now: Instant, packet: &Packet, streams: &mut u64) -> Option<Arrival> {
        let offset = self.clock_offset;
        let stream = match packet.kind {
            MediaKind::Video => &mut self.video,
            MediaKind::Audio => &mut self.audio,
        };
        let stale = stream
            .as_ref()
            .is_none_or(|stream| stream.ssrc != packet.ssrc && now.saturating_duration_since(stream.heard_at) >= STREAM_CHANGE);
        if stale {
            *streams += 1;
            *stream = Some(Stream { ssrc: packet.ssrc, number: *streams, heard_at: now, highest: packet.seq, report: None });
        }
        let stream = stream.as_mut().filter(|stream| stream.ssrc == packet.ssrc)?;
        stream.heard_at = now;
        let captured_at = match (stream.report, offset) {
            (Some((ntp, time)), Some(offset)) => {
                let since = i64::from(packet.time.wrapping_sub(time).cast_signed());
                let told = ntp.saturating_add(since * 1_000_000 / i64::from(clock_rate(packet.kind))).saturating_add(offset);
                // What a publisher says of its clock is believed within reason.
                if told.abs_diff(packet.arrived_at) <= CREDIBLE { told } else { packet.arrived_at }
            }
            (Some(_) | None, _) => packet.arrived_at,
        };
        let leaps = stale || packet.seq > stream.highest + LARGEST_GAP;
        stream.highest = stream.highest.max(packet.seq);
        if packet.kind == MediaKind::Video {
            // No slot follows a new stream, or one that leapt, before its next key frame.
            self.key_frame_wanted = !packet.opens && (self.key_frame_wanted || leaps);
        }
        Some(Arrival {
            stream: stream.number,
            seq: packet.seq,
            time: packet.time,
            captured_at: captured_at - CAPTURE_MARGIN,
            opens: packet.opens,
        })
    }

    /// A sender report (RFC 3550, section 6.4.1) tells what time on the publisher's clock an RTP time is.
    pub(crate) fn report(&mut self, ssrc: u32, ntp: SystemTime, time: u32, arrived_at: i64) {
        let Ok(ntp) = ntp.duration_since(SystemTime::UNIX_EPOCH) else { return };
        let Ok(ntp) = i64::try_from(ntp.as_micros()) else { return };
        let Some(stream) = self.video.iter_mut().chain(&mut self.audio).find(|stream| stream.ssrc == ssrc) else { return };
        stream.report = Some((ntp, time));
        let sample = arrived_at.saturating_sub(ntp);
        self.clock_offset = Some(match self.clock_offset {
            // The quickest report tells most; slow ones pull only a little, so that drift is still followed.
            Some(offset) if sample < offset => offset - offset.saturating_sub(sample) / 2,
            Some(offset) if sample.saturating_sub(offset) < 1_000_000 => offset + (sample - offset) / 16,
            Some(_) | None => sample,
        });
    }

    /// Asks for a key frame, soon.
    pub(crate) fn want_key_frame(&mut self) {
        self.key_frame_wanted = true;
    }

    /// When a key frame is to be asked for.
    pub(crate) fn key_frame_due(&self, now: Instant) -> Option<Instant> {
        let next = self.key_frame_asked_at.map_or(now, |asked| asked + KEY_FRAME_INTERVAL);
        let flows = self.video.as_ref().is_some_and(|video| now.saturating_duration_since(video.heard_at) < FLOWING);
        (self.key_frame_wanted && flows).then_some(next)
    }

    /// Whether to ask now; counts as asked. The wish stands until a key frame comes.
    pub(crate) fn ask_key_frame(&mut self, now: Instant) -> bool {
        let due = self.key_frame_due(now).is_some_and(|due| due <= now);
        if due {
            self.key_frame_asked_at = Some(now);
        }
        due
    }

    pub(crate) fn remember(&mut self, forward: &Forward) {
        if self.recent.len() >= RECENT_PACKETS {
            self.recent.pop_front();
        }
        self.recent.push_back(forward.clone());
    }

    /// Packets that follow `opening` in the stream but arrived before it.
    pub(crate) fn arrived_before(&self, opening: &Forward) -> impl Iterator<Item = &Forward> {
        let (order, arrival) = (opening.order, opening.arrival);
        self.recent.iter().filter(move |other| {
            other.order < order && other.arrival.stream == arrival.stream && other.arrival.seq > arrival.seq
        })
    }
}

/// RTP clock of the only codecs there are, VP8 (RFC 7741) and Opus (RFC 7587).
pub(crate) const fn clock_rate(kind: MediaKind) -> u32 {
    match kind {
        MediaKind::Video => 90_000,
        MediaKind::Audio => 48_000,
    }
}

/// Whether a VP8 payload begins a key frame (RFC 7741, sections 4.2 and 4.3).
pub(crate) fn begins_key_frame(payload: &[u8]) -> bool {
    let Some((first, rest)) = payload.split_first() else { return false };
    // S set and partition 0: the first packet of a frame.
    if first & 0x17 != 0x10 {
        return false;
    }
    let extended = first & 0x80 != 0;
    let frame = if extended { after_extension(rest) } else { Some(rest) };
    // The P bit of the payload header is 0 in key frames.
    frame.and_then(<[u8]>::first).is_some_and(|header| header & 1 == 0)
}

fn after_extension(rest: &[u8]) -> Option<&[u8]> {
    let (flags, rest) = rest.split_first()?;
    let mut skip = 0;
    if flags & 0x80 != 0 {
        skip += if rest.first()? & 0x80 != 0 { 2 } else { 1 };
    }
    if flags & 0x40 != 0 {
        skip += 1;
    }
    if flags & 0x30 != 0 {
        skip += 1;
    }
    rest.get(skip..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_frames_are_told_from_others() {
        assert!(begins_key_frame(&[0x10, 0x00, 1, 2]));
        assert!(!begins_key_frame(&[0x10, 0x01, 1, 2]), "an interframe");
        assert!(!begins_key_frame(&[0x00, 0x00, 1, 2]), "not the first packet");
        assert!(!begins_key_frame(&[0x11, 0x00, 1, 2]), "another partition");
        assert!(begins_key_frame(&[0x90, 0x80, 0x05, 0x00]), "short picture id");
        assert!(begins_key_frame(&[0x90, 0xf0, 0x85, 0x01, 0x02, 0x03, 0x00]), "all extensions");
        assert!(!begins_key_frame(&[0x90, 0xf0, 0x85, 0x01, 0x02, 0x03, 0x01]));
        for cut in 0..6 {
            assert!(!begins_key_frame(&[0x90, 0xf0, 0x85, 0x01, 0x02, 0x03][..cut]));
        }
    }

    fn packet(kind: MediaKind, ssrc: u32, time: u32, arrived_at: i64) -> Packet {
        Packet { kind, ssrc, seq: 1, time, arrived_at, opens: false }
    }

    #[test]
    fn sound_and_picture_of_one_moment_have_one_capture_time() {
        let now = Instant::now();
        let (mut publication, mut streams) = (Publication::default(), 0);
        publication.take(now, &packet(MediaKind::Video, 1, 0, 0), &mut streams);
        publication.take(now, &packet(MediaKind::Audio, 2, 0, 0), &mut streams);
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        publication.report(1, at(100), 900_000, 7_000_000);
        publication.report(2, at(101), 480_000, 8_030_000);
        // One second after each report's moment, and two after.
        let video = publication.take(now, &packet(MediaKind::Video, 1, 900_000 + 180_000, 9_050_000), &mut streams).unwrap();
        let audio = publication.take(now, &packet(MediaKind::Audio, 2, 480_000 + 48_000, 9_020_000), &mut streams).unwrap();
        assert_eq!(video.captured_at, audio.captured_at);
    }

    #[test]
    fn a_clock_beyond_belief_is_not_followed() {
        let now = Instant::now();
        let (mut publication, mut streams) = (Publication::default(), 0);
        for seconds in [0, 1, u32::MAX.into(), 9_000_000_000] {
            publication.take(now, &packet(MediaKind::Video, 1, 0, 5_000_000), &mut streams);
            publication.report(1, SystemTime::UNIX_EPOCH + Duration::from_secs(seconds), 0, 5_000_000);
            for time in [0, 1, u32::MAX, u32::MAX / 2] {
                let arrival = publication.take(now, &packet(MediaKind::Video, 1, time, 5_000_000), &mut streams).unwrap();
                assert!(arrival.captured_at.abs_diff(5_000_000) <= CREDIBLE + CAPTURE_MARGIN.unsigned_abs());
            }
        }
    }

    #[test]
    fn key_frames_are_asked_for_once_a_second_until_one_comes() {
        let start = Instant::now();
        let (mut publication, mut streams) = (Publication::default(), 0);
        publication.want_key_frame();
        assert!(!publication.ask_key_frame(start), "nothing is published yet");
        publication.take(start, &packet(MediaKind::Video, 1, 0, 0), &mut streams);
        let asked = (0..50)
            .filter(|tenth| {
                let now = start + Duration::from_millis(tenth * 100);
                publication.take(now, &packet(MediaKind::Video, 1, 0, 0), &mut streams);
                publication.want_key_frame();
                publication.ask_key_frame(now)
            })
            .count();
        assert_eq!(asked, 5);
        publication.take(start, &Packet { opens: true, ..packet(MediaKind::Video, 1, 0, 0) }, &mut streams);
        publication.take(start + Duration::from_mins(1), &packet(MediaKind::Video, 1, 0, 0), &mut streams);
        assert!(!publication.ask_key_frame(start + Duration::from_mins(1)));
    }

    #[test]
    fn a_stream_that_leaps_is_asked_for_a_key_frame() {
        let now = Instant::now();
        let (mut publication, mut streams) = (Publication::default(), 0);
        let at = |seq, opens| Packet { seq, opens, ..packet(MediaKind::Video, 1, 0, 0) };
        publication.take(now, &at(1, true), &mut streams);
        publication.take(now, &at(2 + LARGEST_GAP, false), &mut streams);
        assert!(publication.key_frame_due(now).is_some(), "the first leap is beyond the largest gap");
        publication.take(now, &at(3 + LARGEST_GAP, true), &mut streams);
        publication.take(now, &at(4 + LARGEST_GAP, false), &mut streams);
        assert!(publication.key_frame_due(now).is_none());
    }

    #[test]
    fn a_second_stream_is_believed_only_when_the_first_is_silent() {
        let now = Instant::now();
        let (mut publication, mut streams) = (Publication::default(), 0);
        publication.take(now, &packet(MediaKind::Video, 1, 0, 0), &mut streams).unwrap();
        assert!(publication.take(now, &packet(MediaKind::Video, 9, 0, 0), &mut streams).is_none());
        let later = now + STREAM_CHANGE;
        let changed = publication.take(later, &packet(MediaKind::Video, 9, 0, 0), &mut streams).unwrap();
        assert_eq!(changed.stream, 2);
    }
}
