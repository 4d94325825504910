//! What the page may call. Each window's capability file lists which of these it may.

pub(crate) mod desk;
pub(crate) mod people;

use std::{sync::OnceLock, time::Instant};

use houselights_shared::{
    AuditPage, CommandBody, CommandId, EventRooms, InboxCommandBody, InboxPage, InviteCard, MessagePage, Outcome,
    ParticipantId, PollId, Reaction, ReplayOutline, ReplayPage, RoomId, Sending, Seq, Snapshot, Timestamp, VotesPage,
};
use serde::Serialize;
use tauri::{AppHandle, State, WebviewWindow, ipc::Channel};

use crate::{
    house::House,
    ipc::{Attached, Destination, DeviceKind, Devices, MediaStats, NativeEvent, Problem, SessionCard},
    windows::{closing::Asked, reveal},
};

/// When the process began, for the log's line about how long the first page took.
pub(crate) static STARTED: OnceLock<Instant> = OnceLock::new();

/// What an invite is for, and where.
#[derive(Debug, Serialize)]
pub(crate) struct Invitation {
    server: String,
    card: InviteCard,
}

/// The page listens from now on. What it missed, and then everything that happens, comes on `channel`.
#[tauri::command]
pub(crate) async fn attach(
    window: WebviewWindow,
    channel: Channel<NativeEvent>,
    house: State<'_, House>,
) -> Result<Attached, Problem> {
    if let Some(started) = STARTED.get() {
        tracing::info!(window = window.label(), since_start_ms = started.elapsed().as_millis(), "a page attached");
    }
    reveal(&window);
    Ok(house.attach(window.label(), Box::new(move |event| channel.send(event.clone()).is_ok())).await)
}

/// Where a link leads. Sends nothing.
#[tauri::command]
pub(crate) async fn read_link(link: String, house: State<'_, House>) -> Result<Destination, Problem> {
    house.destination(&link)
}

/// What an invite is for. `confirmed`: the person has seen where the link leads and wants to ask there.
#[tauri::command]
pub(crate) async fn look_up_invite(link: String, confirmed: bool, house: State<'_, House>) -> Result<Invitation, Problem> {
    let (server, card) = house.look_up(&link, confirmed).await?;
    Ok(Invitation { server, card })
}

/// Signs in; the role's window opens and the others close.
#[tauri::command]
pub(crate) async fn sign_in(link: String, name: Option<String>, house: State<'_, House>) -> Result<SessionCard, Problem> {
    house.sign_in(&link, name).await
}

/// Signs out; the welcome window opens and the others close.
#[tauri::command]
pub(crate) async fn sign_out(house: State<'_, House>) -> Result<(), Problem> {
    house.sign_out().await;
    Ok(())
}

/// Asks the room for something. A message survives a lost connection, and the end of the app: the answer comes when the server has given it.
/// `id`: what it is to be known by; the same one again gets the first answer.
#[tauri::command]
pub(crate) async fn send(body: CommandBody, id: Option<CommandId>, house: State<'_, House>) -> Result<Outcome, Problem> {
    house.send_as(id.unwrap_or_else(CommandId::random), body).await
}

/// What was not sent is not wanted any more.
#[tauri::command]
pub(crate) async fn discard_unsent(id: CommandId, house: State<'_, House>) -> Result<(), Problem> {
    house.discard_unsent(id).await
}

/// What was said in a room before a position, oldest first; or what the crew noted.
#[tauri::command]
pub(crate) async fn older_messages(
    room: RoomId,
    before: Option<Seq>,
    limit: usize,
    notes: bool,
    house: State<'_, House>,
) -> Result<MessagePage, Problem> {
    house.older_messages(room, (before, limit, notes)).await
}

/// The messages, or notes, before a position in which all words of a text are; newest first.
#[tauri::command]
pub(crate) async fn search_messages(
    room: RoomId,
    query: String,
    before: Option<Seq>,
    notes: bool,
    house: State<'_, House>,
) -> Result<MessagePage, Problem> {
    house.search_messages(room, &query, (before, notes)).await
}

/// Asks one's own inbox for something; it waits for a connection and is done once.
#[tauri::command]
pub(crate) async fn send_to_inbox(
    id: Option<CommandId>,
    body: InboxCommandBody,
    house: State<'_, House>,
) -> Result<Outcome, Problem> {
    house.send_to_inbox(id, body).await
}

/// A part of one's conversation with somebody: its end, or what stands before a position.
#[tauri::command]
pub(crate) async fn conversation(
    with: ParticipantId,
    before: Option<Seq>,
    house: State<'_, House>,
) -> Result<InboxPage, Problem> {
    house.conversation(with, before).await
}

/// What was done before a position to keep a room in order; newest first.
#[tauri::command]
pub(crate) async fn audit(room: RoomId, before: Option<Seq>, house: State<'_, House>) -> Result<AuditPage, Problem> {
    house.audit(room, before).await
}

/// What of a room can be seen once more.
#[tauri::command]
pub(crate) async fn replay_outline(room: RoomId, house: State<'_, House>) -> Result<ReplayOutline, Problem> {
    house.replay_outline(room).await
}

/// A room as it stood at a moment that is over.
#[tauri::command]
pub(crate) async fn replay_at(room: RoomId, at: Timestamp, house: State<'_, House>) -> Result<Snapshot, Problem> {
    house.replay_at(room, at).await
}

/// What came behind a position of a room's log, as far as it is over.
#[tauri::command]
pub(crate) async fn replay_updates(room: RoomId, after: Seq, house: State<'_, House>) -> Result<ReplayPage, Problem> {
    house.replay_updates(room, after).await
}

/// Who voted for what in a poll that is named: the first page, or the one behind somebody.
#[tauri::command]
pub(crate) async fn votes(
    room: RoomId,
    poll: PollId,
    after: Option<ParticipantId>,
    house: State<'_, House>,
) -> Result<VotesPage, Problem> {
    house.votes((room, poll), after).await
}

/// The rooms of the event, with what is on in them.
#[tauri::command]
pub(crate) async fn rooms(house: State<'_, House>) -> Result<EventRooms, Problem> {
    house.rooms().await
}

/// Throws something at the stage.
#[tauri::command]
#[allow(clippy::needless_pass_by_value, reason = "Tauri hands it over so")]
pub(crate) fn react(reaction: Reaction, house: State<'_, House>) -> Result<(), Problem> {
    house.react(reaction)
}

/// Goes to another room of the event.
#[tauri::command]
pub(crate) async fn go_to_room(room: RoomId, house: State<'_, House>) -> Result<(), Problem> {
    house.go_to(room).await
}

/// The devices there are.
#[tauri::command]
pub(crate) async fn devices(house: State<'_, House>) -> Result<Devices, Problem> {
    Ok(house.attendance()?.engine().devices().await)
}

/// Chooses a device of one kind. No `id`: no camera and no microphone, and the system's own choice of a loudspeaker.
#[tauri::command]
pub(crate) async fn choose_device(kind: DeviceKind, id: Option<String>, house: State<'_, House>) -> Result<(), Problem> {
    house.attendance()?.choose(kind, id).await
}

/// Switches camera and microphone on and off.
#[tauri::command]
pub(crate) async fn set_sending(sending: Sending, house: State<'_, House>) -> Result<(), Problem> {
    house.attendance()?.set_sending(sending).await
}

/// Opens the devices of one of the audience, or closes them: what one looks at before one raises the hand.
#[tauri::command]
pub(crate) async fn check_devices(on: bool, house: State<'_, House>) -> Result<(), Problem> {
    house.attendance()?.check_devices(on).await;
    Ok(())
}

/// Raises the hand, or changes its note. When it is taken one is heard at once.
#[tauri::command]
pub(crate) async fn raise_hand(note: String, house: State<'_, House>) -> Result<Outcome, Problem> {
    house.attendance()?.raise_hand(note).await
}

/// Takes the hand down.
#[tauri::command]
pub(crate) async fn lower_hand(house: State<'_, House>) -> Result<Outcome, Problem> {
    house.attendance()?.lower_hand().await
}

/// Goes back to the audience from the stage.
#[tauri::command]
pub(crate) async fn leave_stage(house: State<'_, House>) -> Result<Outcome, Problem> {
    house.attendance()?.leave_stage().await
}

/// How loud everything is: 0 is silence, 1 as it came.
#[tauri::command]
pub(crate) async fn set_volume(volume: f32, house: State<'_, House>) -> Result<(), Problem> {
    house.attendance()?.engine().set_volume(volume.clamp(0.0, 1.0));
    Ok(())
}

/// Whether one hears oneself.
#[tauri::command]
pub(crate) async fn hear_myself(on: bool, house: State<'_, House>) -> Result<(), Problem> {
    house.attendance()?.engine().hear_myself(on);
    Ok(())
}

/// The page heard [`NativeEvent::CloseAsked`] and sees to it.
#[tauri::command]
#[allow(clippy::needless_pass_by_value, reason = "so commands are given it")]
pub(crate) fn close_heard(asked: State<'_, Asked>) {
    asked.heard();
}

/// Ends the app: the answer to [`NativeEvent::CloseAsked`].
#[tauri::command]
#[allow(clippy::needless_pass_by_value, reason = "so commands are given it")]
pub(crate) fn quit(app: AppHandle) {
    app.exit(0);
}

/// How well media goes.
#[tauri::command]
pub(crate) async fn media_stats(house: State<'_, House>) -> Result<MediaStats, Problem> {
    Ok(house.attendance()?.engine().stats())
}
