//! From encoded frames to packets.

use std::sync::Arc;

use bytes::Bytes;
use rtc::rtp;
use tokio::sync::mpsc;
use webrtc::media_stream::track_local::TrackLocal;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;

use super::peer::{AUDIO_LEVEL, MID, OPUS, SEND_TIME, VP8};
use super::reports::Moments;
use super::vp8::Packetizer;
use crate::media::encode::Outgoing;
use crate::media::time;

/// Louder than this (in dB below full scale) counts as voice.
const VOICE: u8 = 45;

/// Numbers of the header extensions and names of the sections, from our own offer.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    level: Option<u8>,
    send_time: Option<u8>,
    mid: Option<u8>,
    picture: Bytes,
    sound: Bytes,
}

impl Layout {
    pub(super) fn of_offer(sdp: &str) -> Self {
        let extension = |uri: &str| {
            let lines = sdp.lines().filter_map(|line| line.strip_prefix("a=extmap:"));
            let mut found =
                lines.filter_map(|line| line.split_once(' ')).filter(|(_, rest)| rest.split(' ').next() == Some(uri));
            found.find_map(|(number, _)| number.split('/').next()?.parse().ok())
        };
        let mut mids = sdp.lines().filter_map(|line| line.strip_prefix("a=mid:"));
        let mut mid = || mids.next().map_or_else(Bytes::new, |mid| Bytes::copy_from_slice(mid.trim().as_bytes()));
        Self {
            level: extension(AUDIO_LEVEL),
            send_time: extension(SEND_TIME),
            mid: extension(MID),
            picture: mid(),
            sound: mid(),
        }
    }
}

/// One of the two tracks.
struct Lane {
    track: Arc<TrackLocalStaticRTP>,
    ssrc: u32,
    sequence: u16,
    payload_type: u8,
    mid: Bytes,
}

/// Sends both tracks.
pub(super) struct Sender {
    picture: Lane,
    sound: Lane,
    packetizer: Packetizer,
    layout: Layout,
    moments: Arc<Moments>,
}

impl Sender {
    pub(super) fn new(
        picture: (Arc<TrackLocalStaticRTP>, u32),
        sound: (Arc<TrackLocalStaticRTP>, u32),
        layout: Layout,
        moments: Arc<Moments>,
    ) -> Self {
        let lane = |(track, ssrc): (Arc<TrackLocalStaticRTP>, u32), payload_type, mid| Lane {
            track,
            ssrc,
            // Not near the end of the range: SRTP's rollover counter starts at zero.
            sequence: (ssrc & 0x3FFF) as u16,
            payload_type,
            mid,
        };
        Self {
            picture: lane(picture, VP8, layout.picture.clone()),
            sound: lane(sound, OPUS, layout.sound.clone()),
            packetizer: Packetizer::default(),
            layout,
            moments,
        }
    }

    /// Sends what comes until the other side of the queue is gone.
    pub(super) async fn run(mut self, mut queue: mpsc::Receiver<Outgoing>) {
        while let Some(frame) = queue.recv().await {
            match frame {
                Outgoing::Picture { bytes, at } => self.send_picture(&bytes, at).await,
                Outgoing::Sound { bytes, timestamp, at, level } => {
                    self.moments.note(self.sound.ssrc, 48_000, (timestamp, at));
                    self.send_sound(bytes, timestamp, level).await;
                }
            }
        }
    }

    async fn send_picture(&mut self, frame: &[u8], at: i64) {
        let timestamp = (at * 9 / 100) as u32;
        self.moments.note(self.picture.ssrc, 90_000, (timestamp, at));
        let parts = self.packetizer.cut(frame);
        let last = parts.len().saturating_sub(1);
        for (i, part) in parts.into_iter().enumerate() {
            let packet = packet(&mut self.picture, &self.layout, (timestamp, i == last), part);
            write(&self.picture.track, packet).await;
        }
    }

    async fn send_sound(&mut self, bytes: Bytes, timestamp: u32, level: u8) {
        let mut packet = packet(&mut self.sound, &self.layout, (timestamp, false), bytes);
        if let Some(id) = self.layout.level {
            // RFC 6464, section 3: voice activity, then the level.
            let voice = if level < VOICE { 0x80 } else { 0 };
            let _ = packet.header.set_extension(id, Bytes::copy_from_slice(&[voice | level.min(127)]));
        }
        write(&self.sound.track, packet).await;
    }
}

fn packet(lane: &mut Lane, layout: &Layout, (timestamp, marker): (u32, bool), payload: Bytes) -> rtp::Packet {
    let mut header = rtp::Header {
        version: 2,
        marker,
        payload_type: lane.payload_type,
        sequence_number: lane.sequence,
        timestamp,
        ssrc: lane.ssrc,
        ..rtp::Header::default()
    };
    lane.sequence = lane.sequence.wrapping_add(1);
    // Setting fails only for numbers and lengths that one-byte headers cannot hold; the packet goes without then.
    if let Some(id) = layout.mid {
        let _ = header.set_extension(id, lane.mid.clone());
    }
    if let Some(id) = layout.send_time {
        // 24 bits of seconds with 18 after the point.
        let fixed = ((i128::from(time::wall()) << 18) / 1_000_000) as u32;
        let [_, a, b, c] = fixed.to_be_bytes();
        let _ = header.set_extension(id, Bytes::copy_from_slice(&[a, b, c]));
    }
    rtp::Packet { header, payload }
}

async fn write(track: &TrackLocalStaticRTP, packet: rtp::Packet) {
    if let Err(error) = track.write_rtp(packet).await {
        tracing::debug!(%error, "a packet could not be sent");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_is_read_from_the_offer() {
        let sdp = "v=0\r\nm=video 9\r\na=mid:0\r\na=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
                   a=extmap:2/sendonly http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\nm=audio 9\r\na=mid:1\r\n\
                   a=extmap:5 urn:ietf:params:rtp-hdrext:ssrc-audio-level vad=on\r\n";
        let layout = Layout::of_offer(sdp);
        let wanted = Layout {
            level: Some(5),
            send_time: Some(2),
            mid: Some(3),
            picture: Bytes::from_static(b"0"),
            sound: Bytes::from_static(b"1"),
        };
        assert_eq!(layout, wanted);
        assert_eq!(Layout::of_offer("nonsense"), Layout::default());
    }
}
