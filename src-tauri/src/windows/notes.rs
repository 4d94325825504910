//! Notes of the system, outside of any window.

use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt;

use crate::desk::Notifier;

/// Shows them.
pub(super) struct Notes(pub(super) AppHandle);

impl Notifier for Notes {
    fn show(&self, title: &str, body: &str) {
        if let Err(error) = self.0.notification().builder().title(title).body(body).show() {
            tracing::warn!(%error, "a reminder was not shown");
        }
    }
}
