//! On how many cores a bench runs: what is asked of two is not shown by eight.

use std::{num::NonZero, thread::available_parallelism};

/// Keeps this process, and all that it starts from here on, to so many of the cores that it has; how many it has then.
///
/// # Errors
/// The kernel does not let it.
pub fn keep_to(most: NonZero<usize>) -> std::io::Result<usize> {
    #[cfg(target_os = "linux")]
    {
        use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
        let has = sched_getaffinity(None)?;
        let mut kept = CpuSet::new();
        let cores = (0..CpuSet::MAX_CPU).filter(|core| has.is_set(*core));
        cores.take(most.get()).for_each(|core| kept.set(core));
        sched_setaffinity(None, &kept)?;
    }
    Ok(available_parallelism()?.get())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_kept_to_one_core_has_one() {
        // A thread of its own: the others keep theirs.
        let one = std::thread::spawn(|| keep_to(NonZero::<usize>::MIN)).join();
        assert_eq!(one.ok().and_then(Result::ok), Some(1));
    }
}
