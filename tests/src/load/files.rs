//! How many files a process may have open: each connection is one.

use anyhow::{Result, bail};

/// More clients than this are not put into one process, however many files it may have: one thread serves them all.
const MOST_CLIENTS: u32 = 5_000;
/// What a process opens beside its connections: signing in, its lines, its timers.
const BESIDE: u64 = 300;

/// Raises the limit of this process, and of those that it starts from now on, as far as it may: how many files it may have open then.
pub(super) fn limit() -> u64 {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        let raised = Rlimit { current: maximum, maximum };
        // Where that is refused, what was allowed before still is.
        let allowed = if setrlimit(Resource::Nofile, raised).is_ok() { maximum } else { current };
        allowed.unwrap_or(u64::MAX)
    }
    #[cfg(not(unix))]
    u64::MAX
}

/// How many clients each process takes: as many processes as are wanted, or as few as do, each with about as many.
pub(super) fn divide(clients: u32, wanted: Option<u32>, limit: u64) -> Result<Vec<u32>> {
    let room = u32::try_from(limit.saturating_sub(BESIDE)).unwrap_or(u32::MAX);
    let most = room.min(MOST_CLIENTS);
    if most == 0 {
        bail!("a process may have {limit} files open, which is too few: raise it with `ulimit -n 20000`");
    }
    let processes = wanted.unwrap_or_else(|| clients.div_ceil(most)).clamp(1, clients.max(1));
    let largest = clients.div_ceil(processes);
    if largest > room {
        bail!(
            "{processes} processes would have {largest} connections each, and a process may have {limit} files open: \
             take --processes {}, or raise it with `ulimit -n`",
            clients.div_ceil(room)
        );
    }
    Ok((0..processes).map(|number| clients / processes + u32::from(number < clients % processes)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_is_divided_so_that_no_process_has_too_many_files() {
        assert_eq!(divide(10, None, 20_000).unwrap(), [10]);
        assert_eq!(divide(10_001, None, 20_000).unwrap(), [3_334, 3_334, 3_333]);
        assert_eq!(divide(1_500, None, 1_024).unwrap(), [500, 500, 500]);
        assert_eq!(divide(7, Some(3), 20_000).unwrap(), [3, 2, 2]);
        assert_eq!(divide(2, Some(8), 20_000).unwrap(), [1, 1], "nobody starts a process for nobody");
        for clients in [1, 19_999, 100_000] {
            let divided = divide(clients, None, 20_000).unwrap();
            assert!(divided.iter().all(|count| *count <= MOST_CLIENTS) && divided.iter().sum::<u32>() == clients);
        }
    }

    #[test]
    fn too_few_processes_are_refused_with_how_many_would_do() {
        let told = divide(50_000, Some(2), 20_000).unwrap_err().to_string();
        assert!(told.contains("--processes 3"), "{told}");
        assert!(divide(1, None, 200).unwrap_err().to_string().contains("ulimit"));
    }

    #[test]
    fn this_process_may_open_files() {
        assert!(limit() > BESIDE);
    }
}
