//! What the tests of Houselights stand on: a server to start, clients to drive it with, and what is generated from the
//! protocol.

#[allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what does not hold ends the test that asked for it"
)]
pub mod api;
pub mod bench;
#[allow(clippy::expect_used, clippy::panic, reason = "what does not hold ends the test that asked for it")]
pub mod client;
pub mod codegen;
pub mod connection;
pub mod fixture;
pub mod load;
pub mod media_peer;
#[allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "what does not hold ends the test that asked for it"
)]
pub mod oidc;
#[cfg(unix)]
#[allow(clippy::expect_used, clippy::panic, reason = "what does not hold ends the test that asked for it")]
pub mod postgres;
#[allow(clippy::expect_used, clippy::panic, reason = "what does not hold ends the test that asked for it")]
pub mod server;
pub mod sim;
#[allow(clippy::expect_used, clippy::panic, reason = "what does not hold ends the test that asked for it")]
pub mod smtp;
#[allow(clippy::expect_used, reason = "what does not hold ends the test that asked for it")]
pub mod stripe;
#[allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what does not hold ends the test that asked for it"
)]
pub mod tickets;

use std::time::Duration;

/// How long anything may take before a test gives up on it.
const PATIENCE: Duration = Duration::from_mins(2);

/// Waits for something, but not for ever.
#[allow(clippy::panic, reason = "what does not come ends the test that waits for it")]
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    let Ok(output) = tokio::time::timeout(PATIENCE, future).await else { panic!("waited {PATIENCE:?} for {what}") };
    output
}
