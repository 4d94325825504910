//! The RTP header of a packet to a subscriber (RFC 3550, section 5.1), with one-byte extensions (RFC 8285, section 4.2).

/// Under which ids a section's header extensions were negotiated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extensions {
    pub(crate) level: Option<u8>,
    pub(crate) sequence: Option<u8>,
    pub(crate) mid: Option<u8>,
}

/// The marker of one-byte extensions.
const ONE_BYTE: [u8; 2] = [0xbe, 0xde];
/// Ids of one-byte extensions.
const IDS: std::ops::RangeInclusive<u8> = 1..=14;

impl Extensions {
    /// Reads them from a section of an answer.
    pub(crate) fn of(section: &str) -> Self {
        let mut read = Self::default();
        for line in section.lines() {
            let Some((id, name)) = line.strip_prefix("a=extmap:").and_then(|line| line.split_once(' ')) else { continue };
            let id = id.split('/').next().unwrap_or(id).parse().ok().filter(|id| IDS.contains(id));
            match name.split(' ').next().unwrap_or(name) {
                "urn:ietf:params:rtp-hdrext:ssrc-audio-level" => read.level = id,
                "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01" => read.sequence = id,
                "urn:ietf:params:rtp-hdrext:sdes:mid" => read.mid = id,
                _ => {}
            }
        }
        read
    }
}

/// What stands in a header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header<'a> {
    pub(crate) payload_type: u8,
    pub(crate) marker: bool,
    pub(crate) seq: u16,
    pub(crate) time: u32,
    pub(crate) ssrc: u32,
    /// The packet's number among all to the subscriber (transport-wide congestion control, draft-holmer-rmcat).
    pub(crate) sequence: u16,
    /// One to sixteen octets.
    pub(crate) mid: &'a str,
    /// Loudness in dB below full scale, and whether it is a voice (RFC 6464).
    pub(crate) level: Option<(u8, bool)>,
}

impl Header<'_> {
    /// Writes the header into `out`, instead of what was there.
    pub(crate) fn write(&self, ids: Extensions, out: &mut Vec<u8>) {
        out.clear();
        out.extend([0x90, u8::from(self.marker) << 7 | self.payload_type & 0x7f]);
        out.extend(self.seq.to_be_bytes());
        out.extend(self.time.to_be_bytes());
        out.extend(self.ssrc.to_be_bytes());
        out.extend(ONE_BYTE);
        out.extend([0, 0]);
        let begin = out.len();
        if let Some(id) = ids.sequence {
            out.push(id << 4 | 1);
            out.extend(self.sequence.to_be_bytes());
        }
        if let Some(id) = ids.mid {
            out.push(id << 4 | (self.mid.len().saturating_sub(1) as u8 & 0x0f));
            out.extend(self.mid.as_bytes());
        }
        if let (Some(id), Some((level, voice))) = (ids.level, self.level) {
            out.extend([id << 4, u8::from(voice) << 7 | level.min(127)]);
        }
        while !out.len().is_multiple_of(4) {
            out.push(0);
        }
        let words = (out.len() - begin) / 4;
        if let Some(length) = out.get_mut(begin - 1) {
            *length = words as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_the_answer() {
        let section = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n\
            a=extmap:3 urn:ietf:params:rtp-hdrext:ssrc-audio-level vad=on\r\n\
            a=extmap:7/recvonly http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n\
            a=extmap:15 urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
            a=extmap:x urn:ietf:params:rtp-hdrext:sdes:mid\r\n";
        assert_eq!(Extensions::of(section), Extensions { level: Some(3), sequence: Some(7), mid: None });
    }

    #[test]
    fn a_header_has_its_extensions_padded_to_words() {
        let header = Header {
            payload_type: 96,
            marker: true,
            seq: 0x0102,
            time: 0x0304_0506,
            ssrc: 0x0708_090a,
            sequence: 0x0b0c,
            mid: "a3",
            level: Some((30, true)),
        };
        let mut out = vec![1, 2, 3];
        header.write(Extensions { level: Some(1), sequence: Some(3), mid: Some(4) }, &mut out);
        assert_eq!(
            out,
            [
                0x90, 0xe0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0xbe, 0xde, 0, 2, // eight octets of extensions
                0x31, 0x0b, 0x0c, 0x41, b'a', b'3', 0x10, 0x9e
            ]
        );
        header.write(Extensions::default(), &mut out);
        assert_eq!(out.len(), 16);
    }
}
