//! The integration tests: one binary, so that what they share is linked once.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "in a test, what does not hold ends the test"
)]

mod frames;
mod generated;
mod media;
mod protocol;
mod realtime;
mod signing_in;
