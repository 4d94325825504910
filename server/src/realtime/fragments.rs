//! Counts the parts of a message as they come in. The WebSocket's reader joins them and tells nobody how many there were, so a message
//! of countless empty parts would cost the server without being a message (RFC 6455, section 5.4).

/// The most parts of one message. Clients that are in their senses send one.
const PARTS: u32 = 16;

/// Follows the frames of a stream by their headers (RFC 6455, section 5.2).
#[derive(Default)]
pub(super) struct Fragments {
    /// The header so far.
    header: [u8; 10],
    has: usize,
    /// What is still to come of the mask and the payload.
    body: u64,
    parts: u32,
}

impl Fragments {
    /// Takes in what was read. False where a message has too many parts.
    pub(super) fn bears(&mut self, mut bytes: &[u8]) -> bool {
        while let Some((first, rest)) = bytes.split_first() {
            if self.body > 0 {
                let passed = usize::try_from(self.body).unwrap_or(usize::MAX).min(bytes.len());
                self.body -= passed as u64;
                bytes = bytes.get(passed..).unwrap_or_default();
                continue;
            }
            if let Some(place) = self.header.get_mut(self.has) {
                *place = *first;
                self.has += 1;
            }
            bytes = rest;
            if self.has == self.header_length() && !self.open() {
                return false;
            }
        }
        true
    }

    /// How long this header is, without the mask.
    fn header_length(&self) -> usize {
        match (self.has, self.header) {
            (0 | 1, _) => 2,
            (_, [_, length, ..]) => match length & 0x7F {
                126 => 4,
                127 => 10,
                _ => 2,
            },
        }
    }

    /// A header is whole: a frame begins.
    fn open(&mut self) -> bool {
        let [first, second, long @ ..] = self.header;
        let payload = match (second & 0x7F, long) {
            (126, [high, low, ..]) => u64::from(u16::from_be_bytes([high, low])),
            (127, length) => u64::from_be_bytes(length),
            (short, _) => u64::from(short),
        };
        let mask = if second & 0x80 == 0 { 0 } else { 4 };
        (self.body, self.has) = (payload.saturating_add(mask), 0);
        let (is_last, is_control) = (first & 0x80 != 0, first & 0x08 != 0);
        if !is_control {
            self.parts = if is_last { 0 } else { self.parts + 1 };
        }
        self.parts < PARTS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: u8 = 0x01;
    const CONTINUES: u8 = 0x00;
    const LAST: u8 = 0x80;
    const PING: u8 = 0x89;

    /// A masked frame.
    fn frame(first: u8, payload: usize) -> Vec<u8> {
        let mut out = vec![first];
        match payload {
            0..126 => out.push(0x80 | payload as u8),
            126..65_536 => {
                out.push(0xFE);
                out.extend((payload as u16).to_be_bytes());
            }
            _ => {
                out.push(0xFF);
                out.extend((payload as u64).to_be_bytes());
            }
        }
        // Whatever it is, it is not read as a header.
        out.extend(std::iter::repeat_n(0, 4 + payload));
        out
    }

    fn stream(frames: &[(u8, usize)]) -> Vec<u8> {
        frames.iter().flat_map(|(first, payload)| frame(*first, *payload)).collect()
    }

    #[test]
    fn whole_messages_of_any_length_and_number_are_borne() {
        let mut fragments = Fragments::default();
        for payload in [0, 1, 125, 126, 65_535, 65_536, 300_000] {
            let bytes = frame(TEXT | LAST, payload);
            for _ in 0..40 {
                assert!(bytes.chunks(1_000).all(|chunk| fragments.bears(chunk)), "{payload}");
            }
        }
        assert_eq!((fragments.has, fragments.body, fragments.parts), (0, 0, 0));
    }

    #[test]
    fn a_message_of_a_few_parts_is_borne_and_pings_in_between_do_not_count() {
        let mut fragments = Fragments::default();
        let mut frames = vec![(TEXT, 3)];
        for _ in 0..PARTS - 2 {
            frames.extend([(PING, 0), (CONTINUES, 200)]);
        }
        frames.push((CONTINUES | LAST, 0));
        for _ in 0..10 {
            assert!(fragments.bears(&stream(&frames)));
        }
    }

    #[test]
    fn a_message_of_countless_parts_is_not_borne_however_it_comes() {
        let mut frames = vec![(TEXT, 0)];
        frames.extend(std::iter::repeat_n((CONTINUES, 0), PARTS as usize));
        let bytes = stream(&frames);
        assert!(!Fragments::default().bears(&bytes));
        let mut fragments = Fragments::default();
        assert!(!bytes.iter().all(|byte| fragments.bears(&[*byte])), "byte by byte");
    }
}
