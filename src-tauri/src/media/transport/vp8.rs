//! VP8 in RTP (RFC 7741): the payload descriptor, and cutting a frame into packets.

use bytes::{BufMut, Bytes, BytesMut};

/// The most of a frame that goes into one packet; with all headers it stays below 1,200 bytes.
pub(crate) const MAX_PART: usize = 1_100;
/// Picture ids count to here and start again.
const PICTURE_IDS: u16 = 1 << 15;

/// What a packet says about the part of a frame that it carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Descriptor {
    /// The first packet of a frame.
    pub(crate) start: bool,
    /// The frame's number, if it is told: 7 or 15 bits.
    pub(crate) picture: Option<PictureId>,
}

/// A frame's number and how far it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PictureId {
    value: u16,
    long: bool,
}

impl PictureId {
    /// Whether `next` is the number after this one.
    pub(crate) fn precedes(self, next: Self) -> bool {
        let mask = if next.long { PICTURE_IDS - 1 } else { 0x7F };
        self.value.wrapping_add(1) & mask == next.value & mask
    }
}

/// Reads the descriptor; what follows it is the frame's part. Nothing if the packet is too short for what it claims.
pub(crate) fn parse(payload: &Bytes) -> Option<(Descriptor, Bytes)> {
    let mut at = 0;
    let mut next = || {
        at += 1;
        payload.get(at - 1).copied()
    };
    let first = next()?;
    let start = first & 0x10 != 0 && first % 16 == 0;
    let mut picture = None;
    if first & 0x80 != 0 {
        let has = next()?;
        if has & 0x80 != 0 {
            let high = next()?;
            picture = Some(if high & 0x80 == 0 {
                PictureId { value: u16::from(high), long: false }
            } else {
                PictureId { value: u16::from(high & 0x7F) << 8 | u16::from(next()?), long: true }
            });
        }
        if has & 0x40 != 0 {
            next()?;
        }
        if has & 0x30 != 0 {
            next()?;
        }
    }
    let part = payload.slice(at..);
    (!part.is_empty()).then_some((Descriptor { start, picture }, part))
}

/// Cuts frames into packets and numbers them.
#[derive(Debug, Default)]
pub(crate) struct Packetizer {
    picture: u16,
}

impl Packetizer {
    /// The payloads of a frame, in order; the last one gets the marker. Parts are of about equal size.
    pub(crate) fn cut(&mut self, frame: &[u8]) -> Vec<Bytes> {
        let count = frame.len().div_ceil(MAX_PART).max(1);
        let size = frame.len().div_ceil(count).max(1);
        let picture = self.picture;
        self.picture = (self.picture + 1) % PICTURE_IDS;
        let packet = |(i, part): (usize, &[u8])| {
            let mut out = BytesMut::with_capacity(4 + part.len());
            out.put_u8(0x80 | if i == 0 { 0x10 } else { 0 });
            out.put_u8(0x80);
            out.put_u16(0x8000 | picture);
            out.put_slice(part);
            out.freeze()
        };
        frame.chunks(size).enumerate().map(packet).collect()
    }
}

/// Width and height that a key frame tells (RFC 6386, section 9.1); nothing for other frames.
pub(crate) fn size_of_key(frame: &[u8]) -> Option<(u16, u16)> {
    let header = frame.get(..10)?;
    let [tag, _, _, 0x9D, 0x01, 0x2A, a, b, c, d] = *header else { return None };
    (tag & 1 == 0).then_some((u16::from_le_bytes([a, b]) & 0x3FFF, u16::from_le_bytes([c, d]) & 0x3FFF))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_comes_out_as_it_went_in() {
        let frame: Vec<u8> = (0..5_000_u32).map(|i| (i % 251) as u8).collect();
        let mut packetizer = Packetizer { picture: PICTURE_IDS - 1 };
        let packets = packetizer.cut(&frame);
        assert_eq!(packets.len(), 5);
        let parts: Vec<_> = packets.iter().map(|packet| parse(packet).unwrap()).collect();
        assert_eq!(parts.iter().filter(|(descriptor, _)| descriptor.start).count(), 1);
        assert!(parts[0].0.start);
        assert_eq!(parts.iter().flat_map(|(_, part)| part.to_vec()).collect::<Vec<_>>(), frame);
        let next = parse(&packetizer.cut(&frame)[0]).unwrap().0.picture.unwrap();
        assert!(parts[0].0.picture.unwrap().precedes(next));
    }

    #[test]
    fn every_descriptor_of_the_standard_is_read() {
        let parsed = |bytes: &[u8]| parse(&Bytes::copy_from_slice(bytes));
        let (plain, part) = parsed(&[0x10, 7]).unwrap();
        assert_eq!((plain.start, plain.picture, part.as_ref()), (true, None, &[7][..]));
        // A second partition is no start of a frame.
        assert!(!parsed(&[0x11, 7]).unwrap().0.start);
        let (short, _) = parsed(&[0x90, 0x80, 0x7F, 7]).unwrap();
        let (after, _) = parsed(&[0x90, 0x80, 0x00, 7]).unwrap();
        assert!(short.picture.unwrap().precedes(after.picture.unwrap()));
        let (_, part) = parsed(&[0x90, 0xF0, 0x81, 0x02, 3, 4, 9]).unwrap();
        assert_eq!(part.as_ref(), [9]);
    }

    #[test]
    fn what_is_cut_short_is_refused() {
        let whole = [0x90, 0xF0, 0x81, 0x02, 3, 4];
        for length in 0..=whole.len() {
            assert_eq!(parse(&Bytes::copy_from_slice(&whole[..length])), None, "{length} bytes");
        }
    }
}
