//! Closing a window with its own button.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use tauri::{AppHandle, Manager, WebviewWindow, WindowEvent};

use crate::{
    house::{House, View},
    ipc::NativeEvent,
};

/// A page that did not say within this time that it heard the question is dead: whoever presses again then ends the app. A double click
/// is quicker.
const HEARS_WITHIN: Duration = Duration::from_millis(1_500);

/// Since when a page owes a word that it heard the question.
#[derive(Default)]
pub(crate) struct Asked(Mutex<Option<Instant>>);

impl Asked {
    /// The button is pressed. Whether it was before, and nobody heard it.
    fn again(&self, now: Instant) -> bool {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = *asked.get_or_insert(now);
        now.saturating_duration_since(since) >= HEARS_WITHIN
    }

    /// The page heard it, and sees to it.
    pub(crate) fn heard(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Close {
    /// The window alone; the last one ends the app by itself.
    Window,
    /// The app ends: nobody is on air, or hears a show, without a window.
    App,
    /// The page asks the person where it has to, and then ends the app.
    Ask,
}

fn close(view: View, unheard: bool) -> Close {
    match view {
        View::Welcome | View::Dashboard => Close::Window,
        View::Attendee | View::Studio | View::Control if unheard => Close::App,
        View::Attendee | View::Studio | View::Control => Close::Ask,
    }
}

/// From now on closing the window does what it should. A page that does not listen asks nothing.
pub(super) fn watch(window: &WebviewWindow, view: View) {
    let app = window.app_handle().clone();
    window.on_window_event(move |event| {
        let WindowEvent::CloseRequested { api, .. } = event else { return };
        match close(view, app.state::<Asked>().again(Instant::now())) {
            Close::Window => {}
            Close::Ask if asks(&app, view) => api.prevent_close(),
            Close::Ask | Close::App => app.exit(0),
        }
    });
}

fn asks(app: &AppHandle, view: View) -> bool {
    app.try_state::<House>().is_some_and(|house| house.pages().tell_one(view.label(), &NativeEvent::CloseAsked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_stays_on_air_without_a_window_and_the_page_is_asked_once() {
        for view in [View::Welcome, View::Dashboard] {
            assert_eq!(close(view, false), Close::Window, "what runs beside it goes on");
        }
        for view in [View::Attendee, View::Studio, View::Control] {
            assert_eq!((close(view, false), close(view, true)), (Close::Ask, Close::App));
        }
    }

    #[test]
    fn only_a_page_that_does_not_hear_the_question_is_passed_over() {
        let (asked, start) = (Asked::default(), Instant::now());
        let at = |millis| start + Duration::from_millis(millis);
        assert!(!asked.again(at(0)) && !asked.again(at(300)), "a double click");
        asked.heard();
        assert!(!asked.again(at(5_000)), "stayed, and pressed again: that is asked anew");
        assert!(asked.again(at(7_000)), "nobody heard it");
    }
}
