//! A slot: the packets to one subscriber at one of its standing receive positions.
//!
//! What a slot carries may change at any time, and the subscriber must see one unbroken RTP stream all the same. So each slot
//! has sequence numbers and a timeline of its own: sequence numbers begin at 1 for every subscriber (a number beyond 65,535
//! would set an SRTP rollover counter that the subscriber cannot know, RFC 3711, section 3.3.1), and time runs on the
//! server's clock, so that sender reports stay true when the publisher in the slot changes.

/// The first sequence number that a subscriber sees.
const FIRST_SEQ: u64 = 1;
/// A jump of the publisher's numbers beyond this is taken for a new stream.
pub(crate) const LARGEST_GAP: u64 = 3_000;

/// What a packet brings along for its place in a slot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    /// One number for each unbroken stream of a publisher.
    pub(crate) stream: u64,
    /// The publisher's extended sequence number.
    pub(crate) seq: u64,
    /// The publisher's RTP time.
    pub(crate) time: u32,
    /// When it was captured, in microseconds of the server's clock.
    pub(crate) captured_at: i64,
    /// Whether a slot may begin with this packet: the first of a key frame, or any of audio.
    pub(crate) opens: bool,
}

/// Where a packet goes in the subscriber's stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The subscriber's extended sequence number.
    pub(crate) seq: u64,
    /// The subscriber's RTP time.
    pub(crate) time: u32,
    /// The slot has just opened with this packet: what came before it out of order may follow.
    pub(crate) opened: bool,
}

/// Rewrites what publishers send into one stream.
#[derive(Debug)]
pub(crate) struct Rewriter {
    clock_rate: u32,
    feed: Option<Feed>,
    next_seq: u64,
    timeline: Option<Timeline>,
    last_time: u32,
    given: Given,
}

/// The numbers that were given, so that none is given twice: two packets under one number would share a nonce.
#[derive(Clone, Copy, Debug, Default)]
struct Given {
    highest: u64,
    /// A bit for each number, from the highest down.
    latest: u128,
}

impl Given {
    /// Whether the number is new, and not too old to tell.
    fn give(&mut self, seq: u64) -> bool {
        let ahead = seq.saturating_sub(self.highest);
        if ahead > 0 {
            self.latest = u32::try_from(ahead).ok().and_then(|ahead| self.latest.checked_shl(ahead)).unwrap_or(0) | 1;
            self.highest = seq;
            return true;
        }
        let Some(bit) = u32::try_from(self.highest - seq).ok().and_then(|behind| 1_u128.checked_shl(behind)) else {
            return false;
        };
        let fresh = self.latest & bit == 0;
        self.latest |= bit;
        fresh
    }
}

/// The stream that the slot follows.
#[derive(Clone, Copy, Debug)]
struct Feed {
    stream: u64,
    first_in: u64,
    first_out: u64,
    highest_in: u64,
    time_shift: u32,
}

/// Which capture time has which RTP time; set by the first packet ever.
#[derive(Clone, Copy, Debug)]
struct Timeline {
    captured_at: i64,
    time: u32,
}

impl Rewriter {
    pub(crate) fn new(clock_rate: u32) -> Self {
        Self { clock_rate, feed: None, next_seq: FIRST_SEQ, timeline: None, last_time: 0, given: Given::default() }
    }

    /// The slot carries nothing any more; the next stream, be it the same one, opens it anew.
    pub(crate) fn release(&mut self) {
        self.feed = None;
    }

    /// The packet's place, or nothing where it has none: the slot waits for a key frame, the packet is older than the slot's beginning,
    /// or it came before.
    pub(crate) fn admit(&mut self, packet: &Arrival) -> Option<Place> {
        match &mut self.feed {
            Some(feed) if feed.stream == packet.stream && packet.seq <= feed.highest_in + LARGEST_GAP => {
                let seq = feed.first_out + packet.seq.checked_sub(feed.first_in)?;
                let time = packet.time.wrapping_add(feed.time_shift);
                self.given.give(seq).then_some(())?;
                if packet.seq > feed.highest_in {
                    feed.highest_in = packet.seq;
                    self.next_seq = seq + 1;
                    self.last_time = time;
                }
                Some(Place { seq, time, opened: false })
            }
            Some(_) | None if packet.opens => Some(self.open(packet)),
            Some(_) | None => None,
        }
    }

    fn open(&mut self, packet: &Arrival) -> Place {
        let time = match self.timeline {
            None => {
                self.timeline = Some(Timeline { captured_at: packet.captured_at, time: packet.time });
                packet.time
            }
            Some(timeline) => {
                let elapsed = packet.captured_at.saturating_sub(timeline.captured_at);
                let elapsed = elapsed.saturating_mul(self.clock_rate.into()) / 1_000_000;
                let time = timeline.time.wrapping_add(elapsed as u32);
                // Time never runs back, whatever the clocks of two publishers say.
                let ahead = time.wrapping_sub(self.last_time).cast_signed();
                if ahead > 0 { time } else { self.last_time.wrapping_add(self.clock_rate / 100) }
            }
        };
        let seq = self.next_seq;
        self.feed = Some(Feed {
            stream: packet.stream,
            first_in: packet.seq,
            first_out: seq,
            highest_in: packet.seq,
            time_shift: time.wrapping_sub(packet.time),
        });
        self.next_seq = seq + 1;
        self.last_time = time;
        self.given.give(seq);
        Place { seq, time, opened: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(stream: u64, seq: u64, time: u32, captured_at: i64, opens: bool) -> Arrival {
        Arrival { stream, seq, time, captured_at, opens }
    }

    #[test]
    fn a_slot_begins_at_one_however_far_the_publisher_is() {
        let mut slot = Rewriter::new(90_000);
        let place = slot.admit(&packet(1, 200_000, 5, 0, true)).unwrap();
        assert_eq!(place, Place { seq: 1, time: 5, opened: true });
        assert_eq!(slot.admit(&packet(1, 200_002, 9, 0, false)).unwrap().seq, 3);
        assert_eq!(slot.admit(&packet(1, 200_001, 9, 0, false)).unwrap().seq, 2, "late packets find their gap");
        assert!(slot.admit(&packet(1, 199_999, 1, 0, false)).is_none(), "older than the beginning");
    }

    #[test]
    fn a_number_is_given_once() {
        let mut slot = Rewriter::new(90_000);
        for seq in [10, 11, 13, 400] {
            assert!(slot.admit(&packet(1, seq, 0, 0, true)).is_some());
            assert!(slot.admit(&packet(1, seq, 0, 0, true)).is_none(), "the same packet again");
        }
        assert!(slot.admit(&packet(1, 12, 0, 0, false)).is_none(), "too old to tell");
        assert!(slot.admit(&packet(1, 399, 0, 0, false)).is_some());
        assert!(slot.admit(&packet(1, 399, 0, 0, false)).is_none());
    }

    #[test]
    fn a_switch_waits_for_a_key_frame_and_is_continuous() {
        let mut slot = Rewriter::new(90_000);
        slot.admit(&packet(1, 10, 1_000, 0, true));
        slot.admit(&packet(1, 11, 4_000, 33_333, false));
        assert!(slot.admit(&packet(2, 700, 77, 66_666, false)).is_none());
        let place = slot.admit(&packet(2, 701, 77, 100_000, true)).unwrap();
        assert_eq!(place, Place { seq: 3, time: 1_000 + 9_000, opened: true });
        assert_eq!(
            slot.admit(&packet(2, 702, 77 + 3_000, 133_333, false)).unwrap(),
            Place { seq: 4, time: 13_000, opened: false }
        );
    }

    #[test]
    fn time_never_runs_back() {
        let mut slot = Rewriter::new(48_000);
        slot.admit(&packet(1, 10, 1_000, 1_000_000, true));
        let place = slot.admit(&packet(2, 10, 50, 900_000, true)).unwrap();
        assert_eq!(place.time, 1_480);
    }

    #[test]
    fn a_released_slot_does_not_leave_a_gap_when_the_same_stream_returns() {
        let mut slot = Rewriter::new(90_000);
        slot.admit(&packet(1, 10, 0, 0, true));
        slot.release();
        assert!(slot.admit(&packet(1, 500, 0, 0, false)).is_none());
        assert_eq!(slot.admit(&packet(1, 900, 0, 10, true)).unwrap().seq, 2);
    }

    #[test]
    fn a_leap_of_the_publisher_is_a_new_beginning() {
        let mut slot = Rewriter::new(90_000);
        slot.admit(&packet(1, 10, 0, 0, true));
        assert!(slot.admit(&packet(1, 10 + LARGEST_GAP + 1, 0, 0, false)).is_none());
        assert_eq!(slot.admit(&packet(1, 10 + LARGEST_GAP + 2, 0, 10, true)).unwrap().seq, 2);
    }
}
