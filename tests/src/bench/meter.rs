//! What a process costs, read from `/proc` (Linux): CPU time and memory, of the process and all its descendants.

use std::{collections::HashMap, fs, io, time::Duration};

/// Linux counts CPU time in hundredths of a second, whatever its real resolution.
const MICROS_PER_TICK: u64 = 10_000;

/// A process and its descendants.
pub fn tree(root: u32) -> io::Result<Vec<u32>> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in fs::read_dir("/proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        if let Some(parent) = field(pid, 1) {
            children.entry(parent as u32).or_default().push(pid);
        }
    }
    let mut found = vec![root];
    let mut next = 0;
    while let Some(pid) = found.get(next) {
        found.extend(children.remove(pid).unwrap_or_default());
        next += 1;
    }
    Ok(found)
}

/// CPU time, user and system, of the whole tree since it began, in microseconds.
pub fn cpu_micros(root: u32) -> io::Result<u64> {
    let ticks = tree(root)?.into_iter().filter_map(|pid| Some(field(pid, 11)? + field(pid, 12)?)).sum::<u64>();
    Ok(ticks * MICROS_PER_TICK)
}

/// CPU time of the whole tree, thread by thread, as the scheduler counts it (`/proc/<pid>/task/<tid>/schedstat`): exact where hundredths of a second
/// are coarse.
#[derive(Debug)]
pub struct Spent(HashMap<u32, u64>);

/// What the tree has spent until now.
pub fn spent(root: u32) -> io::Result<Spent> {
    let mut nanos = HashMap::new();
    for pid in tree(root)? {
        // What is gone meanwhile has nothing to say.
        for thread in fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten() {
            let path = thread?.path();
            let Some(tid) = path.file_name().and_then(|name| name.to_str()?.parse().ok()) else { continue };
            let counted = fs::read_to_string(path.join("schedstat")).unwrap_or_default();
            let spent: Option<u64> = counted.split_whitespace().next().and_then(|nanos| nanos.parse().ok());
            nanos.extend(spent.map(|spent| (tid, spent)));
        }
    }
    Ok(Spent(nanos))
}

impl Spent {
    /// What was spent since. Of a thread that has ended meanwhile, nothing is known.
    #[must_use]
    pub fn since(&self, before: &Self) -> Duration {
        let of = |tid: &u32| before.0.get(tid).copied().unwrap_or(0);
        Duration::from_nanos(self.0.iter().map(|(tid, nanos)| nanos.saturating_sub(of(tid))).sum())
    }
}

/// The most memory that the tree held in RAM at a time (RSS, the sum of each process's own most), in kilobytes.
pub fn peak_kb(root: u32) -> io::Result<u64> {
    Ok(tree(root)?.into_iter().filter_map(|pid| status_kb(pid, "VmHWM:")).sum())
}

/// From now on [`peak_kb`] is of what comes (`/proc/<pid>/clear_refs`, proc(5)).
pub fn forget_peak(root: u32) -> io::Result<()> {
    tree(root)?.into_iter().try_for_each(|pid| fs::write(format!("/proc/{pid}/clear_refs"), "5"))
}

/// Memory that the tree holds in RAM (RSS), in kilobytes.
pub fn rss_kb(root: u32) -> io::Result<u64> {
    Ok(tree(root)?.into_iter().filter_map(|pid| status_kb(pid, "VmRSS:")).sum())
}

fn status_kb(pid: u32, key: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix(key))?.split_whitespace().next()?.parse().ok()
}

/// A field of `/proc/<pid>/stat`, counted after the name in parentheses, which may itself hold spaces (proc(5)): 0 is the
/// state, 1 the parent, 11 and 12 the time in user and in system mode. Nothing where the process is gone.
fn field(pid: u32, index: usize) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(index)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_process_computes_is_counted_to_the_moment() {
        let before = spent(std::process::id()).unwrap();
        let began = std::time::Instant::now();
        let mut number = 0_u64;
        while began.elapsed() < Duration::from_millis(3) {
            number = std::hint::black_box(number + 1);
        }
        let spent = spent(std::process::id()).unwrap().since(&before);
        assert!(spent > Duration::ZERO, "{number}");
        assert_eq!(before.since(&before), Duration::ZERO);
    }
}
