//! A media file as camera and microphone: `WebM` with VP8 and Opus, played in a loop in real time.
//!
//! Where in the clip one is follows from the engine's clock alone, so a clip's picture and sound go together without knowing
//! of each other.

use std::collections::VecDeque;
use std::fs::File as Disk;
use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use houselights_picture::vp8::Decoder;
use matroska_demuxer::{Frame, MatroskaFile, TrackType};

use crate::ipc::FaultCause;

use super::{AudioSource, BLOCK_FRAMES, BLOCK_MICROS, Block, SAMPLE_RATE, Shot, SourceError, VideoSource};

/// The largest clip that is read: it is kept in memory.
const MAX_BYTES: u64 = 64 << 20;
/// Who is further behind than this goes on at the present, from the next key frame.
const PATIENCE: i64 = 1_500_000;
/// Sound is decoded from this much earlier, so that the decoder has settled where playing starts.
const PRE_ROLL: i64 = 80_000;

/// The longest Opus packet, in sample frames: 120 ms.
const LONGEST: usize = 5_760;

type File = MatroskaFile<Cursor<Arc<[u8]>>>;

/// A clip in memory, checked to the end.
#[derive(Clone, Debug)]
pub(crate) struct Clip {
    bytes: Arc<[u8]>,
    scale: u64,
    video: Option<u64>,
    audio: Option<u64>,
    span: i64,
    rate: u32,
}

impl Clip {
    /// Reads and checks a file. What is cut off at its end plays as far as it goes.
    pub(crate) fn read(path: &Path) -> Result<Self, SourceError> {
        let missing = |error| SourceError::of(FaultCause::ClipMissing, error);
        // Asked before it is opened: a pipe would wait for whoever writes to it.
        if !std::fs::metadata(path).map_err(missing)?.is_file() {
            return Err(SourceError::new(FaultCause::ClipUnplayable));
        }
        let mut bytes = Vec::new();
        Disk::open(path).map_err(missing)?.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(missing)?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(SourceError::new(FaultCause::ClipTooLarge));
        }
        Self::parse(bytes.into())
    }

    /// From the file's bytes.
    pub(crate) fn parse(mut bytes: Arc<[u8]>) -> Result<Self, SourceError> {
        if open(&bytes).is_err() {
            bytes = without_index(&bytes);
        }
        let mut file = open(&bytes)?;
        let track = |kind: TrackType, codec: &str| {
            let found = file.tracks().iter().find(|track| track.track_type() == kind && track.codec_id() == codec);
            found.map(|track| track.track_number().get())
        };
        let (video, audio) = (track(TrackType::Video, "V_VP8"), track(TrackType::Audio, "A_OPUS"));
        if video.is_none() && audio.is_none() {
            return Err(SourceError::new(FaultCause::ClipUnplayable));
        }
        let scale = file.info().timestamp_scale().get();
        let (mut pictures, mut last_picture, mut last_sound) = (0, 0, 0);
        let mut frame = Frame::default();
        while let Ok(true) = file.next_frame(&mut frame) {
            let at = to_micros(frame.timestamp, scale);
            if Some(frame.track) == video {
                pictures += 1;
                last_picture = last_picture.max(at);
            } else if Some(frame.track) == audio {
                last_sound = last_sound.max(at);
            }
        }
        if last_picture.max(last_sound) == 0 {
            return Err(SourceError::new(FaultCause::ClipUnplayable));
        }
        let pace = if pictures > 1 { last_picture / (pictures - 1) } else { 40_000 };
        let span = (last_picture + pace).max(last_sound + BLOCK_MICROS);
        let rate = u32::try_from((1_000_000 + pace / 2) / pace.max(1)).unwrap_or(25).clamp(1, 60);
        Ok(Self { bytes, scale, video, audio, span, rate })
    }
}

fn open(bytes: &Arc<[u8]>) -> Result<File, SourceError> {
    MatroskaFile::open(Cursor::new(bytes.clone())).map_err(|error| SourceError::of(FaultCause::ClipUnplayable, error))
}

/// A file that breaks off points to an index and to tags that it has lost, and the demuxer insists on them: this hides the
/// pointers. They stand in the head, as entries whose id (RFC 9559, section 5.1.1) is made one that nobody knows.
fn without_index(bytes: &[u8]) -> Arc<[u8]> {
    const ENTRY: [u8; 3] = [0x53, 0xAB, 0x84];
    const LOST: [[u8; 4]; 3] = [[0x1C, 0x53, 0xBB, 0x6B], [0x12, 0x54, 0xC3, 0x67], [0x10, 0x43, 0xA7, 0x70]];
    let mut bytes = bytes.to_vec();
    for at in 0..bytes.len().min(4_096) {
        if let Some([a, b, c, id @ ..]) = bytes.get_mut(at..at + 7)
            && [*a, *b, *c] == ENTRY
            && LOST.iter().any(|lost| lost == id)
        {
            id.copy_from_slice(&[0x1F, 0xFF, 0xFF, 0x01]);
        }
    }
    bytes.into()
}

fn to_micros(timestamp: u64, scale: u64) -> i64 {
    i64::try_from(timestamp.saturating_mul(scale) / 1000).unwrap_or(i64::MAX)
}

/// The frames of one track, lap after lap.
struct Laps {
    clip: Clip,
    track: u64,
    file: File,
    lap: i64,
}

impl Laps {
    fn new(clip: Clip, track: Option<u64>, now: i64) -> Result<Self, SourceError> {
        let track = track.ok_or(SourceError { cause: FaultCause::ClipLacks, detail: None })?;
        let file = open(&clip.bytes)?;
        let lap = now / clip.span;
        Ok(Self { clip, track, file, lap })
    }

    /// The next frame and when it is due on the engine's clock. `None` once at the end of each lap.
    fn next(&mut self) -> Result<Option<(i64, Vec<u8>)>, SourceError> {
        let mut frame = Frame::default();
        // What is broken in the middle ends the lap there, as a cut-off end does.
        while let Ok(true) = self.file.next_frame(&mut frame) {
            if frame.track == self.track {
                let at = to_micros(frame.timestamp, self.clip.scale).min(self.clip.span);
                return Ok(Some((self.lap * self.clip.span + at, frame.data)));
            }
        }
        self.file = open(&self.clip.bytes)?;
        self.lap += 1;
        Ok(None)
    }
}

/// A clip's pictures.
pub(crate) struct ClipVideo {
    laps: Laps,
    decoder: Decoder,
    next: (i64, Vec<u8>),
    skipping: bool,
}

impl ClipVideo {
    pub(crate) fn open(clip: Clip, now: i64) -> Result<Self, SourceError> {
        let track = clip.video;
        let mut laps = Laps::new(clip, track, now)?;
        let decoder = Decoder::new().map_err(|error| SourceError::of(FaultCause::Internal, error))?;
        let next = laps.next()?.ok_or_else(|| SourceError::new(FaultCause::ClipLacks))?;
        let mut probe = Decoder::new().map_err(|error| SourceError::of(FaultCause::Internal, error))?;
        probe.decode(&next.1).map_err(|error| SourceError::of(FaultCause::ClipUnplayable, error))?;
        Ok(Self { laps, decoder, next, skipping: true })
    }

    fn advance(&mut self) -> Result<(i64, Vec<u8>), SourceError> {
        let next = match self.laps.next()? {
            Some(next) => next,
            None => self.laps.next()?.ok_or_else(|| SourceError::new(FaultCause::ClipLacks))?,
        };
        Ok(std::mem::replace(&mut self.next, next))
    }
}

impl VideoSource for ClipVideo {
    fn rate(&self) -> u32 {
        self.laps.clip.rate
    }

    fn due(&self) -> i64 {
        self.next.0
    }

    fn take(&mut self, now: i64) -> Result<Option<Shot>, SourceError> {
        let mut shown = None;
        loop {
            let (at, frame) = self.advance()?;
            let key = frame.first().is_some_and(|byte| byte & 1 == 0);
            let late = now - at > PATIENCE;
            self.skipping = late || self.skipping && !key;
            if !self.skipping
                && let Ok(Some(picture)) = self.decoder.decode(&frame)
            {
                shown = Some(Shot { picture, at });
            }
            if self.next.0 > now {
                return Ok(shown);
            }
        }
    }
}

/// A clip's sound.
pub(crate) struct ClipAudio {
    laps: Laps,
    decoder: opus::Decoder,
    /// Decoded and not yet taken, interleaved; its first sample is due at `next`. Bounded by a block and a packet.
    ready: VecDeque<f32>,
    next: i64,
    /// Where a packet is decoded to: 120 ms, the longest there is.
    pcm: Box<[f32]>,
}

impl ClipAudio {
    pub(crate) fn open(clip: Clip, now: i64) -> Result<Self, SourceError> {
        let track = clip.audio;
        let laps = Laps::new(clip, track, now)?;
        let decoder = opus::Decoder::new(SAMPLE_RATE as u32, opus::Channels::Stereo)
            .map_err(|error| SourceError::of(FaultCause::Internal, error))?;
        Ok(Self { laps, decoder, ready: VecDeque::new(), next: now, pcm: vec![0.0; LONGEST * 2].into() })
    }

    /// Decodes until a block is ready. Gaps in the clip, its end among them, become silence.
    fn fill(&mut self) -> Result<(), SourceError> {
        let mut ends = 0;
        while self.ready.len() < BLOCK_FRAMES * 2 {
            let Some((at, packet)) = self.laps.next()? else {
                // Two ends without a packet between them: a whole lap holds none.
                ends += 1;
                if ends > 1 {
                    return Err(SourceError::new(FaultCause::ClipLacks));
                }
                continue;
            };
            ends = 0;
            let ahead = self.next + frames_to_micros(self.ready.len() / 2);
            if at + PRE_ROLL < ahead {
                continue;
            }
            let frames = self.decoder.decode_float(&packet, &mut self.pcm, false).unwrap_or(0);
            let gap = micros_to_frames(at - ahead).min(micros_to_frames(self.laps.clip.span));
            let skipped = micros_to_frames(ahead - at).min(frames);
            // A few milliseconds either way are the rounding of the container's timestamps.
            if gap > BLOCK_FRAMES / 4 {
                self.ready.extend(std::iter::repeat_n(0.0, gap * 2));
            }
            let skipped = if skipped > BLOCK_FRAMES / 4 { skipped } else { 0 };
            self.ready.extend(self.pcm.get(skipped * 2..frames * 2).unwrap_or_default());
        }
        Ok(())
    }
}

fn frames_to_micros(frames: usize) -> i64 {
    frames as i64 * 1_000_000 / SAMPLE_RATE
}

fn micros_to_frames(micros: i64) -> usize {
    (micros.max(0) * SAMPLE_RATE / 1_000_000) as usize
}

impl AudioSource for ClipAudio {
    fn due(&self) -> i64 {
        self.next + BLOCK_MICROS
    }

    fn take(&mut self, now: i64, block: &mut Block) -> Result<i64, SourceError> {
        if now > self.due() + PATIENCE {
            self.ready.clear();
            self.next = now - BLOCK_MICROS;
        }
        self.fill()?;
        for (to, from) in block.iter_mut().zip(self.ready.drain(..BLOCK_FRAMES * 2)) {
            *to = from;
        }
        let at = self.next;
        self.next += BLOCK_MICROS;
        Ok(at)
    }
}

#[cfg(test)]
#[path = "clip_tests.rs"]
mod tests;
