//! A real PostgreSQL, of Debian's package, for as long as the tests run: started at the first need, on a socket of its own, and
//! ended when this process ends, however it ends. The server's own tests use this file, too.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

/// Starts the cluster, says so, waits until nobody holds its standard input any more, ends the cluster and tidies up.
const KEEPER: &str = r#"
set -e
"$0/initdb" -D "$1/data" -U houselights --auth=trust --no-locale -E UTF8 --no-sync > "$1/initdb.log" 2>&1
"$0/pg_ctl" -D "$1/data" -w -l "$1/server.log" -o "-k $1 -c listen_addresses='' -c fsync=off -c max_connections=200" start > /dev/null
echo ready
cat > /dev/null
"$0/pg_ctl" -D "$1/data" -m immediate stop > /dev/null
rm -rf "$1"
"#;

struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    user: Option<(u32, u32)>,
    /// Its standard input is what keeps the cluster running.
    _keeper: Child,
}

/// A new and empty database: its URL.
#[must_use]
pub fn new_database() -> String {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let cluster = CLUSTER.get_or_init(start);
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let mut create = Command::new(cluster.programs.join("createdb"));
    create.args(["-U", "houselights", "-h"]).arg(&cluster.folder).arg(&name);
    let made = as_user(&mut create, cluster.user).status().expect("createdb runs");
    assert!(made.success(), "createdb ended with {made}");
    let host = cluster.folder.to_str().expect("a plain path").replace('/', "%2F");
    format!("postgres://houselights@{host}/{name}?sslmode=disable")
}

fn start() -> Cluster {
    let programs = programs().expect("PostgreSQL is installed: `cargo xtask test` does it");
    // A socket's path has to be short.
    let folder = PathBuf::from(format!("/tmp/houselights-pg-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir(&folder).expect("a folder for the cluster");
    let user = is_root().then(|| id_of("postgres").expect("Debian's package makes the user"));
    if let Some((uid, gid)) = user {
        chown(&folder, Some(uid), Some(gid)).expect("the folder is given away");
    }
    let mut keeper = Command::new("sh");
    keeper.args(["-c", KEEPER]).arg(&programs).arg(&folder).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut keeper = as_user(&mut keeper, user).spawn().expect("a shell");
    let mut said = String::new();
    let read = BufReader::new(keeper.stdout.take().expect("piped")).read_line(&mut said);
    assert!(read.is_ok() && said == "ready\n", "PostgreSQL does not start: see {}", folder.display());
    Cluster { folder, programs, user, _keeper: keeper }
}

/// PostgreSQL refuses to run as root.
fn as_user(command: &mut Command, user: Option<(u32, u32)>) -> &mut Command {
    match user {
        Some((uid, gid)) => command.uid(uid).gid(gid).current_dir("/"),
        None => command,
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

fn id_of(user: &str) -> Option<(u32, u32)> {
    let passwd = fs::read_to_string("/etc/passwd").ok()?;
    let line = passwd.lines().find(|line| line.split(':').next() == Some(user))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

/// Where Debian puts them, the newest version first; else wherever they are found.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort_by_key(|folder| std::cmp::Reverse(version(folder)));
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    folders.into_iter().find(|folder| folder.join("initdb").exists() && folder.join("createdb").exists())
}

fn version(folder: &Path) -> Option<u32> {
    folder.parent()?.file_name()?.to_str()?.parse().ok()
}
