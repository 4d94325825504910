//! What a process costs, read from `/proc` (Linux): CPU time and memory, of the process and all its descendants.

use std::{collections::HashMap, fs, io};

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
