//! `cargo xtask load`: a crowd for any server that one runs, and what it met there.
//!
//! A director (`run`) divides the crowd over processes of this program (`worker`), since a process may have so many files and no more. They talk by lines
//! (`orders`). Each client signs in through the open invite, keeps a connection, comes back as the app does, and knows
//! its place in the room's log: what it lacks is counted, not guessed. The fan-out bench is the same crowd ([`crowd`]) beside a floor.

mod backoff;
mod client;
pub mod crowd;
mod files;
mod invitation;
mod options;
mod orders;
mod progress;
mod reading;
pub mod report;
mod run;
pub mod samples;
mod talking;
mod tally;
mod target;
mod timeline;
mod trouble;
mod worker;

pub use invitation::Invitation;
pub use options::{Options, Plan};
pub use run::run;
pub use worker::work;

/// How this program is called when it is one of the crowd's processes.
pub const WORKER: &str = "load-worker";
