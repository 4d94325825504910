//! The page's side of it, generated.

use ts_rs::{Config, TS};

use super::{
    Account, ApiCode, ApiProblem, Attached, Changed, ConnectionState, DeskWindow, Destination, Device, DeviceChoice,
    DeviceFault, DeviceKind, Devices, FaultCause, Fetched, FileFault, FileLine, FileProgress, FileReport, FileTaken, ImageUse,
    ImportedFile, KeptDraft, LineFate, MediaRefused, MediaStats, MediaStatus, NativeEvent, Person, Problem, ReportFormat,
    ReportOn, RoomsReport, ServerFile, SessionCard, TokenKeeping, UnsentLetter, UnsentMessage, UploadedImage, Waiting,
};

/// The content of `ui/src/protocol/native.ts`.
#[must_use]
pub fn declarations() -> String {
    let config = &Config::default();
    let mut out = String::from(
        "// Generated from `src-tauri/src/ipc` by `cargo xtask codegen`. Do not edit.\n\n\
         import type { CommandBody, CommandId, EventId, ParticipantId, Refusal, Role, RoomId, Sending, ServerFrame, Timestamp } from \"./index\";\n\n",
    );
    macro_rules! declare {
        ($($ty:ty),* $(,)?) => { $(
            if let Some(docs) = <$ty as TS>::docs() { out.push_str(&docs); }
            out.push_str("export ");
            out.push_str(&<$ty as TS>::decl(config));
            out.push_str("\n\n");
        )* };
    }
    declare!(
        NativeEvent,
        ConnectionState,
        SessionCard,
        TokenKeeping,
        Attached,
        UnsentMessage,
        UnsentLetter,
        Problem,
        Destination,
        DeviceKind,
        Device,
        Devices,
        DeviceChoice,
        MediaStatus,
        MediaRefused,
        DeviceFault,
        FaultCause,
        MediaStats,
        ApiCode,
        ApiProblem,
        Fetched,
        Changed,
        Person,
        Account,
        Waiting,
        KeptDraft,
        ImageUse,
        UploadedImage,
        ImportedFile,
        ServerFile,
        ReportOn,
        ReportFormat,
        RoomsReport,
        FileProgress,
        LineFate,
        FileLine,
        FileFault,
        FileReport,
        FileTaken,
        DeskWindow,
    );
    out
}
