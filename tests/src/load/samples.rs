//! How long things took, counted in buckets: millions of samples take a few kilobytes, and those of many processes add up.

use serde::{Deserialize, Serialize};

/// Each doubling is divided into so many buckets (a power of two): a sample is known to 1.6 %.
const BUCKETS_A_DOUBLING: u64 = 64;

/// Samples, in microseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Sparse", into = "Sparse")]
pub struct Samples {
    /// How many fell into each bucket.
    buckets: Vec<u64>,
    count: u64,
    longest: u64,
}

/// As it is written down: only the buckets that hold something.
#[derive(Serialize, Deserialize)]
struct Sparse {
    buckets: Vec<(usize, u64)>,
    longest: u64,
}

/// What is told of samples, in milliseconds. All zero where there are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Percentiles {
    /// How many there were.
    pub count: u64,
    /// Half took no longer.
    pub p50: f64,
    /// Nine of ten took no longer.
    pub p90: f64,
    /// Ninety-nine of a hundred took no longer.
    pub p99: f64,
    /// All but one of a thousand took no longer.
    pub p999: f64,
    /// The longest.
    pub max: f64,
}

impl Samples {
    /// Counts one.
    pub fn record(&mut self, micros: u64) {
        self.add(bucket(micros), 1);
        self.longest = self.longest.max(micros);
    }

    /// Counts those of another, too.
    pub fn merge(&mut self, other: &Self) {
        for (bucket, count) in other.filled() {
            self.add(bucket, count);
        }
        self.longest = self.longest.max(other.longest);
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// What this part of all took at most, in microseconds; never less than it was, and at most 1.6 % more. Zero where there are none.
    #[must_use]
    pub fn quantile(&self, part: f64) -> u64 {
        let rank = ((self.count as f64 * part).ceil() as u64).max(1);
        let mut passed = 0;
        for (bucket, count) in self.filled() {
            passed += count;
            if passed >= rank {
                return longest_in(bucket).min(self.longest);
            }
        }
        self.longest
    }

    /// The part of all that took no longer than this.
    #[must_use]
    pub fn within(&self, micros: u64) -> f64 {
        let passed: u64 = self
            .filled()
            .take_while(|(bucket, _)| longest_in(*bucket).min(self.longest) <= micros)
            .map(|(_, count)| count)
            .sum();
        passed as f64 / self.count.max(1) as f64
    }

    /// What is told of them.
    #[must_use]
    pub fn percentiles(&self) -> Percentiles {
        let millis = |part| tenths(self.quantile(part));
        Percentiles {
            count: self.count,
            p50: millis(0.5),
            p90: millis(0.9),
            p99: millis(0.99),
            p999: millis(0.999),
            max: tenths(self.longest),
        }
    }

    fn add(&mut self, bucket: usize, count: u64) {
        if self.buckets.len() <= bucket {
            self.buckets.resize(bucket + 1, 0);
        }
        if let Some(place) = self.buckets.get_mut(bucket) {
            *place += count;
        }
        self.count += count;
    }

    fn filled(&self) -> impl Iterator<Item = (usize, u64)> {
        self.buckets.iter().copied().enumerate().filter(|(_, count)| *count > 0)
    }
}

impl From<Sparse> for Samples {
    fn from(sparse: Sparse) -> Self {
        let mut samples = Self { longest: sparse.longest, ..Self::default() };
        for (bucket, count) in sparse.buckets {
            samples.add(bucket, count);
        }
        samples
    }
}

impl From<Samples> for Sparse {
    fn from(samples: Samples) -> Self {
        Self { buckets: samples.filled().collect(), longest: samples.longest }
    }
}

/// Milliseconds, to a tenth.
fn tenths(micros: u64) -> f64 {
    (micros as f64 / 100.0).round() / 10.0
}

/// Below the first doubling each number has a bucket of its own; above, a bucket is as wide as a 64th of the doubling that it lies in.
fn bucket(micros: u64) -> usize {
    let width = width_at(micros);
    let doublings = u64::from(width.trailing_zeros());
    (doublings * BUCKETS_A_DOUBLING + micros / width) as usize
}

/// The buckets in a doubling beyond the first are numbered from 64 to 127, on top of what lies before them.
fn longest_in(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    let doublings = (bucket / BUCKETS_A_DOUBLING).saturating_sub(1);
    let within = bucket - doublings * BUCKETS_A_DOUBLING;
    ((within + 1) << doublings) - 1
}

fn width_at(micros: u64) -> u64 {
    (micros / BUCKETS_A_DOUBLING).checked_ilog2().map_or(1, |doublings| 1 << doublings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(micros: impl IntoIterator<Item = u64>) -> Samples {
        let mut samples = Samples::default();
        micros.into_iter().for_each(|micros| samples.record(micros));
        samples
    }

    #[test]
    fn every_number_falls_into_a_bucket_that_is_as_wide_as_promised() {
        let mut before = 0;
        for micros in (0..5_000).chain([65_535, 65_536, 1_000_000, 59_999_999, 3_600_000_000]) {
            let bucket = bucket(micros);
            assert!(bucket >= before, "{micros}");
            before = bucket;
            let longest = longest_in(bucket);
            assert!(micros <= longest && longest as f64 <= micros as f64 * 1.016, "{micros} is told as {longest}");
        }
    }

    #[test]
    fn a_quantile_is_what_so_many_took_at_most() {
        let samples = of(1..=100);
        assert_eq!([0.0, 0.01, 0.5, 0.99, 1.0].map(|part| samples.quantile(part)), [1, 1, 50, 99, 100]);
        assert_eq!(of([7]).quantile(0.5), 7);
        assert_eq!(of([10, 1_000_000]).quantile(0.51), 1_000_000, "nothing is told that is longer than the longest");
        assert_eq!(Samples::default().quantile(0.99), 0);
    }

    #[test]
    fn one_late_sample_of_a_thousand_is_told_in_the_last_place_alone() {
        let told = of(std::iter::repeat_n(2_000, 1_999).chain([900_000])).percentiles();
        assert!(told.p99 <= 2.1 && told.p999 <= 2.1, "{told:?}");
        assert!((told.max - 900.0).abs() < f64::EPSILON && told.count == 2_000, "{told:?}");
    }

    #[test]
    fn what_took_no_longer_is_the_other_way_round() {
        let samples = of(1..=100);
        assert!((samples.within(50) - 0.5).abs() < f64::EPSILON);
        assert!((samples.within(1_000) - 1.0).abs() < f64::EPSILON);
        assert!(samples.within(0).abs() < f64::EPSILON && Samples::default().within(1).abs() < f64::EPSILON);
    }

    #[test]
    fn those_of_many_processes_add_up_to_those_of_one() {
        let (odd, even) = (of((1..20_000).step_by(2)), of((0..20_000).step_by(2)));
        let mut both = odd.clone();
        both.merge(&even);
        assert_eq!(both, of(0..20_000));
        let written = serde_json::to_string(&both).unwrap();
        assert_eq!(serde_json::from_str::<Samples>(&written).unwrap(), both);
        both.merge(&Samples::default());
        assert_eq!(both.count(), 20_000);
    }
}
