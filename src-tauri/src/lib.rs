//! The Houselights desktop app.
pub mod ipc;
