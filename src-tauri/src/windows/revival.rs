//! A page whose process died is loaded again: the core has gone on meanwhile and tells it where everything stands.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use tauri::WebviewWindow;

/// A page that dies more often than this within [`LATELY`] is left dead: it would take the machine with it.
const MOST: usize = 5;
const LATELY: Duration = Duration::from_mins(1);

/// When the page died.
#[derive(Default)]
struct Deaths(VecDeque<Instant>);

impl Deaths {
    /// It died. Whether it is worth another try.
    fn again(&mut self, now: Instant) -> bool {
        self.0.retain(|death| now.saturating_duration_since(*death) < LATELY);
        self.0.push_back(now);
        self.0.len() <= MOST
    }
}

/// Loads the window's page again whenever its process ends by itself: out of memory, or a fault of the webview.
#[cfg(target_os = "linux")]
pub(super) fn watch(window: &WebviewWindow) {
    use std::cell::RefCell;

    use webkit2gtk::WebViewExt;

    let label = window.label().to_owned();
    let watching = window.with_webview(move |webview| {
        let deaths = RefCell::new(Deaths::default());
        webview.inner().connect_web_process_terminated(move |webview, reason| {
            let again = deaths.borrow_mut().again(Instant::now());
            tracing::error!(window = label, ?reason, again, "the page's process ended");
            if again {
                webview.reload();
            }
        });
    });
    if let Err(error) = watching {
        tracing::warn!(%error, window = window.label(), "a page that dies will not be loaded again");
    }
}

/// On macOS the app's builder is told; on Windows nobody is.
#[cfg(not(target_os = "linux"))]
pub(super) fn watch(_: &WebviewWindow) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_dies_again_and_again_is_left_alone() {
        let (mut deaths, start) = (Deaths::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!((0..5).all(|second| deaths.again(at(second))));
        assert!(!deaths.again(at(6)));
        assert!(deaths.again(at(70)), "that was long ago");
    }
}
