//! Benches of the server, each in processes of its own. The app's bench, `glass`, is a script in `tests/e2e/bench`, since it
//! drives real windows.

pub mod api;
pub mod child;
pub mod cores;
pub mod fanout;
pub mod floor;
pub mod forward;
pub mod hands;
pub mod meter;
pub mod storm;

use std::io::{BufRead, stdin};

use tokio::sync::mpsc;

/// The lines that the process's starter says.
pub(crate) fn lines() -> mpsc::Receiver<String> {
    let (send, receive) = mpsc::channel(1); // full: the starter waits, it says one thing at a time anyway
    std::thread::spawn(move || {
        for line in stdin().lock().lines().map_while(Result::ok) {
            if send.blocking_send(line).is_err() {
                return;
            }
        }
    });
    receive
}
