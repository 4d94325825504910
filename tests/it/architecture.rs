//! Who may import whom, as ARCHITECTURE.md draws it. What holds among the parts of the page is in `ui/src/shape.test.ts`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::Command,
};

use houselights_tests::codegen::root;
use serde::Deserialize;

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// Absent for a normal dependency.
    kind: Option<String>,
}

/// What each crate may use of the others. What it uses in its own tests is its affair; the tests and the tasks stand outside.
const MAY_IMPORT: [(&str, &[&str]); 6] = [
    ("houselights-shared", &[]),
    ("houselights-domain", &["houselights-shared"]),
    ("houselights-media", &["houselights-shared"]),
    ("houselights-server", &["houselights-domain", "houselights-media", "houselights-shared"]),
    ("houselights-picture", &[]),
    ("houselights-app", &["houselights-picture", "houselights-shared"]),
];

fn packages() -> BTreeMap<String, Vec<Dependency>> {
    let arguments = ["metadata", "--format-version", "1", "--no-deps", "--offline"];
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().expect("cargo runs");
    let metadata: Metadata = serde_json::from_slice(&output.stdout).expect("cargo answers");
    metadata.packages.into_iter().map(|package| (package.name, package.dependencies)).collect()
}

#[test]
fn crates_import_each_other_only_as_drawn() {
    let packages = packages();
    for (name, dependencies) in &packages {
        let ours: BTreeSet<&str> = dependencies
            .iter()
            .filter(|dependency| dependency.kind.as_deref() != Some("dev"))
            .map(|dependency| dependency.name.as_str())
            .filter(|name| packages.contains_key(*name))
            .collect();
        match MAY_IMPORT.iter().find(|(of, _)| of == name) {
            Some((_, allowed)) => {
                let wrong: Vec<_> = ours.iter().filter(|dependency| !allowed.contains(*dependency)).collect();
                assert!(wrong.is_empty(), "{name} may not import {wrong:?}");
            }
            None => assert!(["houselights-tests", "xtask"].contains(&name.as_str()), "{name} has no place in the drawing"),
        }
    }
    assert!(MAY_IMPORT.iter().all(|(name, _)| packages.contains_key(*name)), "the drawing names a crate that is not there");
}

#[test]
fn the_rules_depend_on_the_protocol_alone() {
    let packages = packages();
    let normal: Vec<_> = packages["houselights-domain"]
        .iter()
        .filter(|dependency| dependency.kind.is_none())
        .map(|dependency| &dependency.name)
        .collect();
    assert_eq!(normal, ["houselights-shared"]);
}

#[test]
fn neither_the_protocol_nor_the_forwarding_core_knows_a_runtime() {
    let packages = packages();
    for name in ["houselights-shared", "houselights-media"] {
        let normal = packages[name].iter().filter(|dependency| dependency.kind.is_none());
        let runtime: Vec<_> = normal
            .map(|dependency| dependency.name.as_str())
            .filter(|dependency| {
                dependency.starts_with("tokio") || ["axum", "hyper", "rusqlite", "quinn-udp"].contains(dependency)
            })
            .collect();
        assert!(runtime.is_empty(), "{name} does no I/O, so it needs no {runtime:?}");
    }
}

/// Every Rust file below a directory, tests aside: its words and marks, in order.
fn sources(folder: &Path, found: &mut Vec<(String, Vec<String>)>) {
    for entry in fs::read_dir(folder).expect("a directory").map(|entry| entry.expect("an entry").path()) {
        let name = entry.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if entry.is_dir() {
            if name != "tests" {
                sources(&entry, found);
            }
        } else if entry.extension().is_some_and(|extension| extension == "rs") && name != "tests.rs" {
            let text = fs::read_to_string(&entry).expect("readable");
            found.push((entry.display().to_string(), production(&words(&text))));
        }
    }
}

/// The words and marks of a source: no comments, and of literals only that there is one. Enough of Rust's lexical rules to find out where
/// those end.
fn words(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let at = |place: usize| chars.get(place).copied().unwrap_or_default();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let (mut found, mut place) = (Vec::new(), 0);
    while place < chars.len() {
        let begun = place;
        match at(place) {
            c if c.is_whitespace() => place += 1,
            '/' if at(place + 1) == '/' => {
                while place < chars.len() && at(place) != '\n' {
                    place += 1;
                }
            }
            '/' if at(place + 1) == '*' => place = after_comment(&chars, place),
            '"' => place = after_string(&chars, place),
            // A character, not a lifetime.
            '\'' if at(place + 1) == '\\' => {
                place += 3;
                while place < chars.len() && at(place) != '\'' {
                    place += 1;
                }
                place += 1;
            }
            '\'' if at(place + 2) == '\'' => place += 3,
            'r' | 'b' | 'c' if raw_hashes(&chars, place).is_some() => {
                let (quote, hashes) = raw_hashes(&chars, place).expect("as was asked");
                place = after_raw(&chars, quote, hashes);
            }
            c if is_word(c) => {
                while is_word(at(place)) {
                    place += 1;
                }
                found.push(chars[begun..place].iter().collect());
            }
            ':' if at(place + 1) == ':' => {
                place += 2;
                found.push("::".to_owned());
            }
            mark => {
                place += 1;
                found.push(mark.to_string());
            }
        }
    }
    found
}

/// Behind a comment, with those within it.
fn after_comment(chars: &[char], mut place: usize) -> usize {
    let mut depth = 0;
    loop {
        match (chars.get(place), chars.get(place + 1)) {
            (Some('/'), Some('*')) => (depth, place) = (depth + 1, place + 2),
            (Some('*'), Some('/')) => (depth, place) = (depth - 1, place + 2),
            (Some(_), _) => place += 1,
            (None, _) => return place,
        }
        if depth == 0 {
            return place;
        }
    }
}

fn after_string(chars: &[char], quote: usize) -> usize {
    let mut place = quote + 1;
    while place < chars.len() && chars[place] != '"' {
        place += if chars[place] == '\\' { 2 } else { 1 };
    }
    place + 1
}

/// Where the quote of a raw string is, and how many hashes it has; nothing where this is another word.
fn raw_hashes(chars: &[char], begun: usize) -> Option<(usize, usize)> {
    let before = begun.checked_sub(1).and_then(|before| chars.get(before));
    if before.is_some_and(|c| c.is_alphanumeric() || *c == '_') {
        return None;
    }
    let prefix = chars[begun..].iter().take_while(|c| "rbc".contains(**c)).count();
    let hashes = chars[begun + prefix..].iter().take_while(|c| **c == '#').count();
    let is_raw = chars[begun..begun + prefix].contains(&'r');
    let quote = begun + prefix + hashes;
    (is_raw && prefix <= 2 && chars.get(quote) == Some(&'"')).then_some((quote, hashes))
}

fn after_raw(chars: &[char], quote: usize, hashes: usize) -> usize {
    let ends = |place: &usize| chars[*place] == '"' && (1..=hashes).all(|hash| chars.get(place + hash) == Some(&'#'));
    (quote + 1..chars.len()).find(ends).map_or(chars.len(), |end| end + 1 + hashes)
}

/// Without what is compiled for tests alone. Where an item ends is guessed so that rather too much is left than too little.
fn production(words: &[String]) -> Vec<String> {
    let marker = ["#", "[", "cfg", "(", "test", ")", "]"];
    let (mut left, mut rest) = (Vec::new(), words);
    while let Some((first, behind)) = rest.split_first() {
        if rest.len() >= marker.len() && rest.iter().zip(marker).all(|(word, marker)| word == marker) {
            rest = after_item(&rest[marker.len()..]);
        } else {
            left.push(first.clone());
            rest = behind;
        }
    }
    left
}

/// Behind one item, field, variant or arm: after its braces, or after the mark that ends it.
fn after_item(words: &[String]) -> &[String] {
    let ends_with_semicolon =
        words.first().is_some_and(|word| ["use", "static", "const", "type", "let"].contains(&word.as_str()));
    let mut depth = 0_i32;
    for (place, word) in words.iter().enumerate() {
        depth += i32::from(["(", "[", "{"].contains(&word.as_str()));
        depth -= i32::from([")", "]", "}"].contains(&word.as_str()));
        let ended = match word.as_str() {
            ";" => depth == 0,
            "," | "}" => depth == 0 && !ends_with_semicolon,
            _ => false,
        };
        if ended {
            return &words[place + 1..];
        }
        // What it stands in ends.
        if depth < 0 {
            return &words[place..];
        }
    }
    &[]
}

/// The words that a pure crate does without, however they are imported.
const IMPURE: [&str; 24] = [
    "TcpListener",
    "TcpStream",
    "UdpSocket",
    "UnixDatagram",
    "UnixListener",
    "UnixStream",
    "ToSocketAddrs",
    "File",
    "OpenOptions",
    "fs",
    "io",
    "thread",
    "env",
    "process",
    "tokio",
    "mio",
    "socket2",
    "rustix",
    "libc",
    "rand",
    "getrandom",
    "sleep",
    "now_v7",
    "new_v4",
];
/// And those that it may have as names, but not follow or be followed by these.
const IMPURE_TOGETHER: [&[&str]; 9] = [
    &["::", "now"],
    &["::", "elapsed"],
    &[".", "elapsed", "("],
    &["::", "random", "("],
    &[".", "recv", "("],
    &["extern", "crate"],
    &["#", "[", "path"],
    &["include", "!"],
    &["std", "::", "*"],
];

fn impurities(words: &[String], borne: &[&str]) -> Vec<String> {
    let single = words.iter().filter(|word| IMPURE.contains(&word.as_str()) && !borne.contains(&word.as_str())).cloned();
    let together = IMPURE_TOGETHER.iter().filter(|together| words.windows(together.len()).any(|window| window == **together));
    single.chain(together.map(|together| together.concat())).collect()
}

#[test]
fn pure_crates_read_no_clock_and_touch_no_socket_file_or_thread() {
    // An id is made of the time at which it was made, and that by `uuid`: nobody sees the clock.
    let crates: [(&str, &[&str]); 3] = [("server/domain/src", &[]), ("server/media/src", &[]), ("shared/src", &["now_v7"])];
    for (folder, borne) in crates {
        let mut found = Vec::new();
        sources(&root().join(folder), &mut found);
        assert!(found.len() > 3, "{folder} has sources");
        for (path, words) in found {
            let impurities = impurities(&words, borne);
            assert!(impurities.is_empty(), "{path} uses {impurities:?}");
        }
    }
}

#[test]
fn no_way_of_writing_it_gets_past_the_look_at_pure_crates() {
    for source in [
        "use std::{fs, thread};",
        "use std::{env, process};",
        "use std::{\n    time::Duration,\n    fs::{self as disk},\n};",
        "use std::time::Instant as Clock; fn f() { Clock::now(); }",
        "fn f() -> Instant { <Instant>::now() }",
        "const F: fn() -> Instant = Instant :: now;",
        "fn f() { UNIX_EPOCH.elapsed(); }",
        "fn f() { SystemTime::elapsed(&UNIX_EPOCH); }",
        "#[cfg(test)]\nmod tests;\nuse std::net::UdpSocket;",
        "#[cfg(test)]\nuse a::{b, c};\nuse std::net::UdpSocket;",
        "#[cfg(test)] mod tests { fn f() { let c = '{'; let s = \"}\"; } }\nuse std::fs;",
        "enum A { #[cfg(test)] B, C(std::net::TcpStream) }",
        "use mio::net::UdpSocket as Wire;",
        "extern crate std as other;",
        "const S: &str = r#\"\"#; use std::fs;",
        "use std::*;",
    ] {
        assert!(!impurities(&production(&words(source)), &[]).is_empty(), "{source}");
    }
    for source in [
        "use std::{net::SocketAddr, time::{Duration, Instant}}; fn f(now: Instant) { let elapsed = now; }",
        "// std::fs\n/* std::thread /* nested */ env */ fn f() {}",
        "const S: &str = \"std::fs \\\" tokio\"; const R: &str = r#\"std::env\"#; const C: char = '\"'; fn f<'a>(a: &'a str) {}",
        "#[cfg(test)]\nmod tests { use std::fs; }",
        "#[cfg(test)]\nuse std::fs;\nfn f() {}",
    ] {
        let found = impurities(&production(&words(source)), &[]);
        assert!(found.is_empty(), "{source}: {found:?}");
    }
}

/// Who asks the table of rights, looks for an action in somebody's, or gives the rules another name so that one does not see it.
/// Handing on the whole row (`rights`) is no question.
fn asks(words: &[String]) -> bool {
    let named = |crate_name: &str, hidden: &[&str]| {
        words.iter().enumerate().filter(|(_, word)| *word == crate_name).any(|(place, _)| {
            let path = words[place + 1..].iter().take_while(|word| *word != ";" && *word != "(" && *word != ")");
            let path: Vec<&str> = path.map(String::as_str).collect();
            path.first() != Some(&"::") || hidden.iter().any(|word| path.contains(word))
        })
    };
    named("houselights_domain", &["*", "self", "may", "permits", "scope_permits"])
        || named("houselights_shared", &["*", "self", "Action"])
}

#[test]
fn access_is_asked_in_the_rules_alone() {
    let mut found = Vec::new();
    sources(&root().join("server/src"), &mut found);
    // Whoever comes through the API comes through one door, which asks for all.
    let door = Path::new("server/src/graphql/guard.rs");
    for (path, words) in found {
        assert_eq!(asks(&words), Path::new(&path).ends_with(door), "{path} decides who may do what");
    }
    for source in [
        "use houselights_domain::{Room, may};",
        "use houselights_domain as rules; fn f() { rules::may(role, action); }",
        "use houselights_domain::{self as rules}; ",
        "use houselights_domain::*;",
        "fn f() -> bool { houselights_domain::may(role, action) }",
        "use houselights_domain::rights; use houselights_shared::{Action, Role};",
        "use houselights_domain::rights; fn f() -> bool { rights(role).contains(&houselights_shared::Action::CallShow) }",
    ] {
        assert!(asks(&words(source)), "{source}");
    }
    assert!(!asks(&words("use houselights_domain::rights; use houselights_shared::Role; fn f() { rights(Role::Speaker); }")));
    assert!(!asks(&words("use houselights_domain::{Actor, View}; fn f() { houselights_domain::name(may); }")));
}
