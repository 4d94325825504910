//! Files that are generated from the protocol and committed. `cargo xtask codegen` writes them, the integration tests
//! compare them.

use std::{fs, io, path::PathBuf};

/// The native core's contract with the page, compiled in as it stands: so that generating its TypeScript needs neither the
/// app nor a webview.
#[path = "../../src-tauri/src/ipc/mod.rs"]
#[allow(dead_code, unreachable_pub, unused_imports, reason = "only its declarations are of use here")]
mod ipc;

/// A generated file.
#[derive(Debug)]
pub struct Generated {
    /// Where it lies, from the repository's root.
    pub path: &'static str,
    /// What it holds.
    pub content: String,
}

/// All of them.
#[must_use]
pub fn files() -> Vec<Generated> {
    vec![
        Generated { path: "ui/src/protocol/index.ts", content: houselights_shared::typescript::declarations() },
        Generated { path: "ui/src/protocol/limits.ts", content: houselights_shared::typescript::limits() },
        Generated { path: "ui/src/protocol/bounds.ts", content: houselights_server::bounds_typescript() },
        Generated { path: "ui/src/protocol/native.ts", content: ipc::declarations() },
        Generated { path: "ui/src/protocol/currencies.ts", content: houselights_server::currencies() },
        Generated { path: "server/schema.graphql", content: houselights_server::sdl() },
        Generated { path: "tests/fixtures/rights.json", content: crate::fixture::rights() },
        Generated { path: "tests/fixtures/room-log.json", content: crate::fixture::room_log() },
    ]
}

/// The repository's root.
#[must_use]
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or_else(|| here.clone(), PathBuf::from)
}

impl Generated {
    /// Whether the committed file is the same.
    pub fn is_current(&self) -> io::Result<bool> {
        Ok(fs::read_to_string(root().join(self.path))? == self.content)
    }

    /// Writes the file.
    pub fn write(&self) -> io::Result<()> {
        let path = root().join(self.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, &self.content)
    }
}
