//! Notes of the system, outside of any window.

use std::sync::{Arc, Mutex, PoisonError};

use tauri::{AppHandle, Manager};
use tauri_plugin_notification::NotificationExt;

use crate::{
    desk::Notifier,
    house::House,
    ipc::NativeEvent,
    notifying::{Note, Notifying},
};

/// As which the notes listen, beside the windows.
const LISTENER: &str = "notes";

/// Shows them.
pub(super) struct Notes(pub(super) AppHandle);

impl Notifier for Notes {
    fn show(&self, title: &str, body: &str) {
        if let Err(error) = self.0.notification().builder().title(title).body(body).show() {
            tracing::warn!(%error, "a note was not shown");
        }
    }
}

/// Tells of what comes into the inbox while no window is looked at.
pub(super) fn tell_of_the_inbox(app: &AppHandle, house: &House) {
    let (notes, showing, notifying) = (Arc::new(Notes(app.clone())), house.clone(), Mutex::new(Notifying::default()));
    let listen = move |event: &NativeEvent| {
        let NativeEvent::Frame { frame } = event else { return true };
        let told = notifying.lock().unwrap_or_else(PoisonError::into_inner).hear(frame);
        if !told.is_empty() {
            // The connection goes on meanwhile.
            let notes = Arc::clone(&notes);
            showing.spawn(async move { notes.show_unless_looked_at(&told) });
        }
        true
    };
    house.pages().attach(LISTENER, Box::new(listen));
}

impl Notes {
    fn show_unless_looked_at(&self, told: &[Note]) {
        if self.0.webview_windows().values().any(|window| window.is_focused().unwrap_or(false)) {
            return;
        }
        for Note { title, body } in told {
            self.show(title, body);
        }
    }
}
