//! Runs Tauri's code generation for the configuration, the capabilities and the icons.

/// Every command of `src/commands.rs` and `src/commands/desk.rs`; a window may call those that its capability file names, and no others.
const COMMANDS: &[&str] = &[
    "attach",
    "read_link",
    "look_up_invite",
    "sign_in",
    "sign_out",
    "send",
    "react",
    "send_to_inbox",
    "conversation",
    "discard_unsent",
    "older_messages",
    "search_messages",
    "audit",
    "votes",
    "rooms",
    "go_to_room",
    "devices",
    "choose_device",
    "set_sending",
    "check_devices",
    "raise_hand",
    "lower_hand",
    "leave_stage",
    "set_volume",
    "hear_myself",
    "media_stats",
    "quit",
    "close_heard",
    "ask",
    "change",
    "keep_draft",
    "drafts",
    "drop_draft",
    "start_sign_in",
    "sign_in_ways",
    "start_provider_sign_in",
    "confirm_sign_in",
    "sign_out_person",
    "rename_me",
    "export_my_data",
    "erase_me",
    "enter_event",
    "upload",
    "export_file",
    "import_file",
    "save_file",
    "save_report",
    "stop_saving",
    "send_file",
    "open_window",
];

fn main() {
    let attributes = tauri_build::Attributes::new().app_manifest(tauri_build::AppManifest::new().commands(COMMANDS));
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}
