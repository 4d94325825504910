//! What happened second by second, all processes together.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;

use super::{
    orders::Second,
    progress::Progress,
    samples::{Percentiles, Samples},
};

/// The seconds of a run.
pub(super) struct Timeline {
    processes: usize,
    seconds: BTreeMap<u64, Gathered>,
    pub(super) progress: Progress,
}

/// What the processes said of one second.
#[derive(Default)]
struct Gathered {
    inside: u32,
    delivered: u64,
    delivery: Samples,
    from: HashSet<usize>,
}

/// A second, as the report has it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    /// Seconds since the beginning.
    pub second: u64,
    /// Who was in the room at its end.
    pub inside: u32,
    /// Messages that arrived, counted once a client.
    pub delivered: u64,
    /// How long those were under way.
    pub delivery_ms: Percentiles,
}

impl Timeline {
    pub(super) fn new(processes: usize) -> Self {
        Self { processes, seconds: BTreeMap::new(), progress: Progress::silent() }
    }

    /// What a process says of a second. Said aloud as soon as all have.
    #[allow(clippy::needless_pass_by_value, reason = "what a process said of it is not needed any more")]
    pub(super) fn take(&mut self, process: usize, second: Second) {
        let gathered = self.seconds.entry(second.at).or_default();
        // A process whose timer was late tells of a second twice: who is inside is inside once.
        if gathered.from.insert(process) {
            gathered.inside += second.inside;
        }
        gathered.delivered += second.delivered;
        gathered.delivery.merge(&second.delivery);
        if gathered.from.len() == self.processes {
            self.progress.tell(gathered.inside, gathered.delivered, gathered.delivery.percentiles());
        }
    }

    /// All seconds of which every process told, in order.
    pub(super) fn points(&self) -> Vec<Point> {
        let whole = self.seconds.iter().filter(|(_, gathered)| gathered.from.len() == self.processes);
        let mut began = None;
        let point = |(at, gathered): (&u64, &Gathered)| Point {
            second: at - *began.get_or_insert(*at),
            inside: gathered.inside,
            delivered: gathered.delivered,
            delivery_ms: gathered.delivery.percentiles(),
        };
        whole.map(point).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(at: u64, inside: u32, took: u64) -> Second {
        let mut delivery = Samples::default();
        delivery.record(took);
        Second { at, inside, delivered: 1, delivery }
    }

    #[test]
    fn seconds_of_all_processes_add_up_and_half_told_ones_are_left_out() {
        let mut timeline = Timeline::new(2);
        timeline.take(0, second(100, 10, 1_000));
        timeline.take(0, second(101, 20, 1_000));
        timeline.take(1, second(101, 30, 3_000));
        timeline.take(1, second(103, 30, 1_000));
        timeline.take(0, second(103, 30, 1_000));
        let points = timeline.points();
        assert_eq!(points.iter().map(|point| (point.second, point.inside)).collect::<Vec<_>>(), [(0, 50), (2, 60)]);
        assert_eq!((points[0].delivered, points[0].delivery_ms.max), (2, 3.0));
    }
}
