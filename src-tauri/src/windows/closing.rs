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

/// Who closes a window twice within this time means it.
const INSISTS_WITHIN: Duration = Duration::from_secs(10);

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

fn close(view: View, insists: bool) -> Close {
    match view {
        View::Welcome => Close::Window,
        View::Attendee | View::Studio | View::Control if insists => Close::App,
        View::Attendee | View::Studio | View::Control => Close::Ask,
    }
}

/// From now on closing the window does what it should. A page that does not listen asks nothing.
pub(super) fn watch(window: &WebviewWindow, view: View) {
    let (app, asked) = (window.app_handle().clone(), Mutex::new(None::<Instant>));
    window.on_window_event(move |event| {
        let WindowEvent::CloseRequested { api, .. } = event else { return };
        let before = asked.lock().unwrap_or_else(PoisonError::into_inner).replace(Instant::now());
        match close(view, before.is_some_and(|before| before.elapsed() < INSISTS_WITHIN)) {
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
        assert_eq!(close(View::Welcome, false), Close::Window, "what runs beside it goes on");
        for view in [View::Attendee, View::Studio, View::Control] {
            assert_eq!((close(view, false), close(view, true)), (Close::Ask, Close::App));
        }
    }
}
