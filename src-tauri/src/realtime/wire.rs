//! Frames over a WebSocket.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use houselights_shared::{ClientFrame, MAX_CLIENT_FRAME_BYTES, ServerFrame};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Message, protocol::CloseFrame, protocol::frame::coding::CloseCode};

use super::Wire;

/// Why a frame could not be sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unsent {
    /// It is larger than the server reads; the connection is none the worse.
    TooLarge,
    /// The connection is lost.
    Lost,
}

/// Sends one frame.
pub(super) async fn send(wire: &mut Wire, frame: &ClientFrame, within: Duration) -> Result<(), Unsent> {
    let text = serde_json::to_string(frame).map_err(|_| Unsent::TooLarge)?;
    if text.len() > MAX_CLIENT_FRAME_BYTES {
        return Err(Unsent::TooLarge);
    }
    match timeout(within, wire.send(Message::text(text))).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Unsent::Lost),
    }
}

/// The next frame; [`ServerFrame::Unknown`] for what is none (control frames, binary, what cannot be read), which is a sign of
/// life all the same. None: the connection is lost.
pub(super) async fn receive(wire: &mut Wire) -> Option<ServerFrame> {
    match wire.next().await?.ok()? {
        Message::Text(text) => Some(serde_json::from_str(&text).unwrap_or_else(|error| {
            tracing::warn!(%error, "a frame of the server cannot be read");
            ServerFrame::Unknown
        })),
        Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Some(ServerFrame::Unknown),
        Message::Close(_) => None,
    }
}

/// Says goodbye, so that the server need not find out by itself.
pub(super) async fn close(mut wire: Wire, within: Duration) {
    let _ = timeout(within, wire.close(Some(CloseFrame { code: CloseCode::Normal, reason: "".into() }))).await;
}
