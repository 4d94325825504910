//! RTCP between the server and a subscriber: sender reports out (RFC 3550, section 6.4.1), feedback in (RFC 4585, RFC 5104).

const SENDER_REPORT: u8 = 200;
const SOURCE_DESCRIPTION: u8 = 202;
const TRANSPORT_FEEDBACK: u8 = 205;
const PAYLOAD_FEEDBACK: u8 = 206;
const NACK: u8 = 1;
const PICTURE_LOSS: u8 = 1;
const FULL_INTRA_REQUEST: u8 = 4;

/// Seconds from the epoch of NTP to that of Unix (RFC 5905, figure 4). The server's clock begins near the latter, because ends convert.
const UNIX_EPOCH: u64 = 2_208_988_800;

/// Whether a datagram is RTCP and not RTP, where both share a port (RFC 5761, section 4).
pub(crate) fn is_report(bytes: &[u8]) -> bool {
    matches!(bytes, [128..=191, 192..=223, ..])
}

/// Whether it is RTP.
pub(crate) fn is_media(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(128..=191)) && !is_report(bytes)
}

/// So much may be wished in one compound: far more than a subscriber that lost everything of a second.
const MAX_WISHES: usize = 256;

/// What a subscriber asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// A packet again.
    Again { ssrc: u32, seq: u16 },
    /// A key frame.
    KeyFrame { ssrc: u32 },
    /// That its own streams be understood: a sender reports on them.
    Hearing,
}

/// Reads a compound packet as far as it is whole.
pub(crate) fn wishes(mut compound: &[u8], mut act: impl FnMut(Wish)) {
    let mut left = MAX_WISHES;
    let mut wish = |wish| {
        if let Some(fewer) = left.checked_sub(1) {
            left = fewer;
            act(wish);
        }
    };
    while let Some((head, rest)) = compound.split_first_chunk::<4>() {
        let [first, kind, high, low] = *head;
        let length = 4 * usize::from(u16::from_be_bytes([high, low]));
        let Some((body, rest)) = rest.split_at_checked(length).filter(|_| first >> 6 == 2) else { return };
        compound = rest;
        if kind == SENDER_REPORT {
            wish(Wish::Hearing);
        }
        // Who asks, about which stream, and what.
        let Some((media, details)) = body.get(4..).and_then(<[u8]>::split_first_chunk) else { continue };
        let ssrc = u32::from_be_bytes(*media);
        match (kind, first & 0x1f) {
            (TRANSPORT_FEEDBACK, NACK) => missing(ssrc, details, &mut wish),
            (PAYLOAD_FEEDBACK, PICTURE_LOSS) => wish(Wish::KeyFrame { ssrc }),
            (PAYLOAD_FEEDBACK, FULL_INTRA_REQUEST) => {
                for (ssrc, _) in details.chunks_exact(8).filter_map(<[u8]>::split_first_chunk) {
                    wish(Wish::KeyFrame { ssrc: u32::from_be_bytes(*ssrc) });
                }
            }
            _ => {}
        }
    }
}

/// Each entry names a packet, and in a bit mask which of the sixteen that follow it (RFC 4585, section 6.2.1).
fn missing(ssrc: u32, entries: &[u8], wish: &mut impl FnMut(Wish)) {
    for entry in entries.chunks_exact(4) {
        let [high, low, mask_high, mask_low] = *entry else { continue };
        let first = u16::from_be_bytes([high, low]);
        let mask = u16::from_be_bytes([mask_high, mask_low]);
        wish(Wish::Again { ssrc, seq: first });
        for bit in (0..16).filter(|bit| mask & (1 << bit) != 0) {
            wish(Wish::Again { ssrc, seq: first.wrapping_add(bit + 1) });
        }
    }
}

/// What a sender reports of a stream.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SenderReport<'a> {
    pub(crate) ssrc: u32,
    /// On the server's clock, in microseconds.
    pub(crate) now: i64,
    /// The RTP time of that moment.
    pub(crate) time: u32,
    pub(crate) packets: u32,
    pub(crate) octets: u32,
    /// The stream's canonical name.
    pub(crate) name: &'a str,
}

impl SenderReport<'_> {
    /// Writes the report and the source's description, without which no compound is whole (RFC 3550, section 6.1).
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.clear();
        out.extend([0x80, SENDER_REPORT, 0, 6]);
        out.extend(self.ssrc.to_be_bytes());
        let since = self.now.max(0).unsigned_abs();
        out.extend(((since / 1_000_000 + UNIX_EPOCH) as u32).to_be_bytes());
        out.extend((((since % 1_000_000) << 32) / 1_000_000).to_be_bytes().iter().skip(4));
        for number in [self.time, self.packets, self.octets] {
            out.extend(number.to_be_bytes());
        }
        let begin = out.len();
        out.extend([0x81, SOURCE_DESCRIPTION, 0, 0]);
        out.extend(self.ssrc.to_be_bytes());
        out.extend([1, self.name.len() as u8]);
        out.extend(self.name.as_bytes());
        out.push(0);
        while !out.len().is_multiple_of(4) {
            out.push(0);
        }
        let words = (out.len() - begin) / 4 - 1;
        if let Some(length) = out.get_mut(begin + 3) {
            *length = words as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<Wish> {
        let mut read = Vec::new();
        wishes(bytes, |wish| read.push(wish));
        read
    }

    #[test]
    fn every_kind_of_wish_is_read_out_of_a_compound() {
        let mut compound = vec![0x80, 200, 0, 6];
        compound.extend([0; 24]);
        compound.extend([0x80, 201, 0, 1, 0, 0, 0, 9]); // an empty receiver report
        compound.extend([0x81, 205, 0, 3, 0, 0, 0, 9, 0, 0, 0, 5, 0xff, 0xff, 0x80, 0x01]);
        compound.extend([0x81, 206, 0, 2, 0, 0, 0, 9, 0, 0, 0, 6]);
        compound.extend([0x84, 206, 0, 4, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 7, 1, 0, 0, 0]);
        assert_eq!(
            read(&compound),
            [
                Wish::Hearing,
                Wish::Again { ssrc: 5, seq: 65_535 },
                Wish::Again { ssrc: 5, seq: 0 },
                Wish::Again { ssrc: 5, seq: 15 },
                Wish::KeyFrame { ssrc: 6 },
                Wish::KeyFrame { ssrc: 7 },
            ]
        );
        for length in 0..compound.len() {
            read(&compound[..length]);
        }
        let mut greedy = vec![0x81, 205, 1, 115, 0, 0, 0, 9, 0, 0, 0, 5];
        greedy.resize(4 + 371 * 4, 0xff);
        assert_eq!(read(&greedy).len(), MAX_WISHES);
        assert_eq!(read(&[0x81, 205, 255, 255, 0, 0]), [], "longer than what came");
        assert_eq!(read(&[0x01, 206, 0, 2, 0, 0, 0, 9, 0, 0, 0, 6]), [], "of another version");
    }

    #[test]
    fn a_report_tells_which_moment_an_rtp_time_is() {
        let report = SenderReport { ssrc: 1, now: 3_500_000, time: 90, packets: 4, octets: 5, name: "slot-10" };
        let mut out = Vec::new();
        report.write(&mut out);
        assert_eq!(
            out[..28],
            [0x80, 200, 0, 6, 0, 0, 0, 1, 0x83, 0xaa, 0x7e, 0x83, 0x80, 0, 0, 0, 0, 0, 0, 90, 0, 0, 0, 4, 0, 0, 0, 5]
        );
        assert_eq!(out[28..38], [0x81, 202, 0, 4, 0, 0, 0, 1, 1, 7]);
        assert_eq!(&out[38..45], b"slot-10");
        assert_eq!(out.len(), 28 + 4 + 4 * 4);
    }
}
