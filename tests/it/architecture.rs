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

/// Every Rust file below a directory, tests aside.
fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a directory").map(|entry| entry.expect("an entry").path()) {
        let name = entry.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if entry.is_dir() {
            if name != "tests" {
                sources(&entry, found);
            }
        } else if entry.extension().is_some_and(|extension| extension == "rs") && name != "tests.rs" {
            let text = fs::read_to_string(&entry).expect("readable");
            let production = text.split("#[cfg(test)]").next().unwrap_or_default();
            let code = production.lines().filter(|line| !line.trim_start().starts_with("//"));
            found.push((entry.display().to_string(), code.collect::<Vec<_>>().join("\n")));
        }
    }
}

#[test]
fn pure_crates_read_no_clock_and_touch_no_socket_file_or_thread() {
    let impure = [
        "Instant::now",
        "SystemTime::now",
        "std::net::Tcp",
        "std::net::Udp",
        "UdpSocket",
        "TcpStream",
        "std::fs",
        "std::thread",
        "std::env",
        "std::process",
        "random()",
        "now_v7",
    ];
    for folder in ["server/domain/src", "server/media/src"] {
        let mut found = Vec::new();
        sources(&root().join(folder), &mut found);
        assert!(found.len() > 3, "{folder} has sources");
        for (path, code) in found {
            let wrong: Vec<_> = impure.iter().filter(|word| code.contains(**word)).collect();
            assert!(wrong.is_empty(), "{path} uses {wrong:?}");
        }
    }
}

#[test]
fn access_is_asked_in_the_rules_alone() {
    let mut found = Vec::new();
    sources(&root().join("server/src"), &mut found);
    for (path, code) in found {
        let imported = code.split("houselights_domain::").skip(1).filter_map(|rest| rest.split(';').next());
        let asks = imported
            .flat_map(|names| names.split(|c: char| !c.is_alphanumeric()))
            .any(|name| ["may", "Action"].contains(&name));
        assert!(!asks, "{path} decides who may do what");
    }
}
