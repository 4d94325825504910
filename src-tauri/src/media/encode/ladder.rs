//! Which size is sent: as large as source, network and processor allow.

/// A rung: the largest size, what it should have, and what it takes at least, in bits a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rung {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) good: u32,
    pub(super) least: u32,
}

/// From the largest down.
const RUNGS: [Rung; 4] = [
    Rung { width: 1280, height: 720, good: 2_200_000, least: 900_000 },
    Rung { width: 960, height: 540, good: 1_400_000, least: 550_000 },
    Rung { width: 640, height: 360, good: 900_000, least: 250_000 },
    Rung { width: 320, height: 180, good: 250_000, least: 80_000 },
];
/// On a machine with this few processors 640x360 is the most: decoding and drawing take what is left.
const FEW: usize = 2;
/// Pictures in a row that must agree before it goes down, and up.
const DOWN_AFTER: u32 = 45;
const UP_AFTER: u32 = 300;

/// Steps down when a picture takes more than 60 % of the time until the next, or the network gives less than the rung needs;
/// and up again, slowly, to where it started at most.
#[derive(Debug)]
pub(super) struct Ladder {
    top: usize,
    rung: usize,
    bad: u32,
    fine: u32,
}

impl Ladder {
    pub(super) fn new(processors: usize) -> Self {
        let top = if processors <= FEW { 2 } else { 0 };
        Self { top, rung: top, bad: 0, fine: 0 }
    }

    pub(super) fn rung(&self) -> Rung {
        RUNGS.get(self.rung).copied().unwrap_or(RUNGS[2])
    }

    /// After each picture: how much of the time until the next one encoding took, and what the network gives. Whether the
    /// rung changed.
    pub(super) fn note(&mut self, busy: f32, bitrate: u32) -> bool {
        let rung = self.rung();
        let above = self.rung.checked_sub(1).filter(|&above| above >= self.top).and_then(|above| RUNGS.get(above));
        self.bad = if busy > 0.6 || bitrate < rung.least { self.bad + 1 } else { 0 };
        let room = above.is_some_and(|above| busy < 0.2 && bitrate > above.least + above.least / 2);
        self.fine = if room { self.fine + 1 } else { 0 };
        let step = if self.bad >= DOWN_AFTER && self.rung + 1 < RUNGS.len() {
            self.rung + 1
        } else if self.fine >= UP_AFTER {
            self.rung - 1
        } else {
            return false;
        };
        *self = Self { top: self.top, rung: step, bad: 0, fine: 0 };
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_machine_sends_a_smaller_picture_and_comes_back_later() {
        let mut ladder = Ladder::new(8);
        assert_eq!(ladder.rung().width, 1280);
        assert_eq!((0..DOWN_AFTER).filter(|_| ladder.note(0.9, 3_000_000)).count(), 1);
        assert_eq!(ladder.rung().width, 960);
        assert_eq!((0..UP_AFTER).filter(|_| ladder.note(0.1, 3_000_000)).count(), 1);
        assert_eq!(ladder.rung().width, 1280);
    }

    #[test]
    fn a_narrow_network_makes_it_smaller_and_never_leaves_the_ladder() {
        let mut ladder = Ladder::new(8);
        for _ in 0..1000 {
            ladder.note(0.1, 10_000);
        }
        assert_eq!(ladder.rung().width, 320);
    }

    #[test]
    fn two_processors_never_send_more_than_360_lines() {
        let mut ladder = Ladder::new(2);
        for _ in 0..2000 {
            ladder.note(0.05, 9_000_000);
        }
        assert_eq!(ladder.rung().height, 360);
    }
}
