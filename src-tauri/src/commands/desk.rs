//! What the page may call about people, their organisations and their events.

use std::sync::Arc;

use houselights_shared::SignInWays;
use serde_json::Value;
use tauri::{
    Manager, State, WebviewWindow,
    ipc::{Channel, InvokeBody, Request},
};

use crate::{
    desk::{Desk, Progress},
    files,
    house::{House, View},
    ipc::{
        ApiCode, ApiProblem, Changed, DeskWindow, Fetched, FileProgress, FileTaken, ImageUse, ImportedFile, KeptDraft,
        RoomsReport, ServerFile, UploadedImage,
    },
    store::Question,
};

/// The name that is proposed for the file of one's own data.
const OWN_DATA: &str = "houselights-data.json";

/// A query: answered by the server, or by what it answered last.
#[tauri::command]
pub(crate) async fn ask(
    operation: String,
    document: String,
    variables: Value,
    desk: State<'_, Desk>,
) -> Result<Fetched, ApiProblem> {
    desk.ask(Question { operation, document, variables }).await
}

/// A mutation: sent once, and not later.
#[tauri::command]
pub(crate) async fn change(
    operation: String,
    document: String,
    variables: Value,
    desk: State<'_, Desk>,
) -> Result<Changed, ApiProblem> {
    desk.change(Question { operation, document, variables }).await
}

/// Keeps what was typed and is not saved yet.
#[tauri::command]
pub(crate) async fn keep_draft(key: String, text: String, desk: State<'_, Desk>) -> Result<(), ApiProblem> {
    desk.keep_draft(key, text).await
}

/// What was typed and not saved.
#[tauri::command]
pub(crate) async fn drafts(desk: State<'_, Desk>) -> Result<Vec<KeptDraft>, ApiProblem> {
    desk.drafts().await
}

/// It was saved, or is not wanted.
#[tauri::command]
pub(crate) async fn drop_draft(key: String, desk: State<'_, Desk>) -> Result<(), ApiProblem> {
    desk.drop_draft(key).await
}

/// Has a link sent to an address.
#[tauri::command]
pub(crate) async fn start_sign_in(server: String, email: String, desk: State<'_, Desk>) -> Result<(), ApiProblem> {
    desk.start_sign_in(&server, &email).await
}

/// How one can sign in to a server.
#[tauri::command]
pub(crate) async fn sign_in_ways(server: String, desk: State<'_, Desk>) -> Result<SignInWays, ApiProblem> {
    desk.sign_in_ways(&server).await
}

/// Opens the page of the server's provider of accounts in the browser.
#[tauri::command]
pub(crate) async fn start_provider_sign_in(server: String, desk: State<'_, Desk>) -> Result<(), ApiProblem> {
    desk.start_provider_sign_in(&server).await
}

/// Signs in with the link from the mail. `confirmed`: the person has seen where a link leads that was not asked for here.
#[tauri::command]
pub(crate) async fn confirm_sign_in(link: String, confirmed: Option<bool>, desk: State<'_, Desk>) -> Result<(), ApiProblem> {
    desk.confirm_sign_in(&link, confirmed.unwrap_or(false)).await
}

/// Forgets an address that waits for its link, or signs the person out.
#[tauri::command]
pub(crate) async fn sign_out_person(desk: State<'_, Desk>) -> Result<(), ApiProblem> {
    desk.sign_out_person().await
}

/// Gives the person another name.
#[tauri::command]
pub(crate) async fn rename_me(name: String, desk: State<'_, Desk>) -> Result<(), ApiProblem> {
    desk.rename_me(&name).await
}

/// Asks where to, and writes there what the server knows of the person; whether it was written.
#[tauri::command]
pub(crate) async fn export_my_data(window: WebviewWindow, desk: State<'_, Desk>) -> Result<bool, ApiProblem> {
    files::export(&window, OWN_DATA, desk.own_data().await?).await
}

/// Has the server and this computer forget the person; `email` says once more who is meant.
#[tauri::command]
pub(crate) async fn erase_me(email: String, desk: State<'_, Desk>) -> Result<(), ApiProblem> {
    desk.erase_me(&email).await
}

/// Comes into an event by an invite link.
#[tauri::command]
pub(crate) async fn enter_event(link: String, desk: State<'_, Desk>) -> Result<(), ApiProblem> {
    desk.enter_event(&link).await
}

/// Hands a picture over: its bytes are the body, and what it is for and whose stand in the headers.
#[tauri::command]
pub(crate) async fn upload(request: Request<'_>, desk: State<'_, Desk>) -> Result<UploadedImage, ApiProblem> {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let use_: ImageUse = serde_json::from_value(Value::String(header("use")))
        .map_err(|_| ApiProblem::bad("use", "a picture is for a logo, a cover or a person"))?;
    let bytes = match request.body() {
        InvokeBody::Raw(bytes) => bytes.clone(),
        // Where the web view hands over no bytes, it hands over their numbers.
        InvokeBody::Json(numbers) => serde_json::from_value(numbers.clone())
            .map_err(|_| ApiProblem::new(ApiCode::FileUnreadable, "this is no picture"))?,
    };
    desk.upload(bytes, use_, &header("organisation")).await
}

/// Asks where to, and writes a text there; whether it was written.
#[tauri::command]
pub(crate) async fn export_file(window: WebviewWindow, name: String, text: String) -> Result<bool, ApiProblem> {
    files::export(&window, &name, text).await
}

/// Asks for a file of one of these kinds.
#[tauri::command]
pub(crate) async fn import_file(window: WebviewWindow, kinds: Vec<String>) -> Result<Option<ImportedFile>, ApiProblem> {
    files::import(&window, &kinds).await
}

/// Asks where to, and writes one of the server's files there; whether it was written.
#[tauri::command]
pub(crate) async fn save_file(
    window: WebviewWindow,
    file: ServerFile,
    id: String,
    name: String,
    channel: Channel<FileProgress>,
) -> Result<bool, ApiProblem> {
    let desk = window.state::<Desk>();
    let Some(path) = files::where_to(&window, &name).await else { return Ok(false) };
    desk.save_file(file, &id, &path, told(channel)).await
}

/// Asks where to, and writes a report on an event's rooms there; whether it was written.
#[tauri::command]
pub(crate) async fn save_report(
    window: WebviewWindow,
    report: RoomsReport,
    name: String,
    channel: Channel<FileProgress>,
) -> Result<bool, ApiProblem> {
    let desk = window.state::<Desk>();
    let Some(path) = files::where_to(&window, &name).await else { return Ok(false) };
    desk.save_report(report, &path, told(channel)).await
}

/// The file that is being saved is not wanted any more.
#[tauri::command]
pub(crate) async fn stop_saving(desk: State<'_, Desk>) -> Result<(), ApiProblem> {
    desk.stop_saving();
    Ok(())
}

/// Asks for a file and hands it over to the server; nothing where the person chose none.
#[tauri::command]
pub(crate) async fn send_file(
    window: WebviewWindow,
    file: ServerFile,
    id: String,
    channel: Channel<FileProgress>,
    desk: State<'_, Desk>,
) -> Result<Option<FileTaken>, ApiProblem> {
    let kinds: &[&str] = match file {
        ServerFile::Attendees => &["csv"],
        ServerFile::Agenda => &["csv", "ics"],
        ServerFile::Calendar => &["ics"],
        ServerFile::Archive => &["jsonl"],
        ServerFile::Person => &["json"],
    };
    let Some(path) = files::which(&window, kinds).await else { return Ok(None) };
    desk.send_file(file, &id, &path, told(channel)).await.map(Some)
}

/// A page that is gone hears nothing.
fn told(channel: Channel<FileProgress>) -> Progress {
    Arc::new(move |progress| {
        let _ = channel.send(progress);
    })
}

/// Opens a window that is about no running room, or brings it to the front.
#[tauri::command]
pub(crate) async fn open_window(window: DeskWindow, house: State<'_, House>) -> Result<(), ApiProblem> {
    house.open(match window {
        DeskWindow::Welcome => View::Welcome,
        DeskWindow::Dashboard => View::Dashboard,
    });
    Ok(())
}
