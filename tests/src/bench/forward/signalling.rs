//! Signing in and negotiating, over the real HTTP and WebSocket ends of the server.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use houselights_shared::{
    ClientFrame, Command, CommandBody, CommandId, Hello, Login, LoginRequest, MediaOffer, MediaOutcome, Outcome, ServerFrame,
    Version,
};
use tokio::net::TcpStream;
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

/// A signed-in connection.
pub(super) struct Connection {
    socket: WebSocketStream<TcpStream>,
    pub(super) login: Login,
}

impl Connection {
    pub(super) async fn open(http: &reqwest::Client, server: SocketAddr, invite: &str, name: String) -> Result<Self> {
        let request = LoginRequest { invite: invite.to_owned(), name: Some(name) };
        let answer = http
            .post(format!("http://{server}/api/logins"))
            .header("content-type", "application/json")
            .body(serde_json::to_vec(&request)?)
            .send()
            .await?
            .error_for_status()
            .context("signing in was refused")?;
        let login: Login = serde_json::from_slice(&answer.bytes().await?)?;
        let stream = TcpStream::connect(server).await?;
        let (socket, _) = client_async(format!("ws://{server}/realtime"), stream).await?;
        let mut connection = Self { socket, login };
        let token = connection.login.token.clone();
        let hello = Hello { version: Version::CURRENT, token, client: "bench".to_owned(), rooms: Vec::new() };
        connection.say(&ClientFrame::Hello(hello)).await?;
        connection.hear(|frame| matches!(frame, ServerFrame::Snapshot(_)).then_some(())).await?;
        Ok(connection)
    }

    async fn say(&mut self, frame: &ClientFrame) -> Result<()> {
        Ok(self.socket.send(Message::text(serde_json::to_string(frame)?)).await?)
    }

    /// Reads until a frame says what is waited for.
    async fn hear<T>(&mut self, mut wanted: impl FnMut(ServerFrame) -> Option<T>) -> Result<T> {
        loop {
            let message = self.socket.next().await.context("the server hung up")??;
            let Message::Text(text) = message else { continue };
            let frame = serde_json::from_str(&text)?;
            if let ServerFrame::Refused(refused) = &frame {
                bail!("refused: {refused:?}");
            }
            if let Some(heard) = wanted(frame) {
                return Ok(heard);
            }
        }
    }

    /// Offers media; answers with the SDP.
    pub(super) async fn negotiate(&mut self, sdp: String) -> Result<String> {
        let id = CommandId::random();
        self.say(&ClientFrame::Media(MediaOffer { id, room: self.login.room, sdp })).await?;
        let outcome = self
            .hear(|frame| {
                let ServerFrame::Media(answer) = frame else { return None };
                (answer.id == id).then_some(answer.outcome)
            })
            .await?;
        match outcome {
            MediaOutcome::Answered { sdp } => Ok(sdp),
            MediaOutcome::Refused { refusal, .. } => bail!("the offer was refused: {refusal:?}"),
            MediaOutcome::Unknown => bail!("an answer of a newer server"),
        }
    }

    /// Asks the room for something.
    pub(super) async fn command(&mut self, body: CommandBody) -> Result<()> {
        let id = CommandId::random();
        let text = format!("{body:?}");
        self.say(&ClientFrame::Command(Command { id, room: self.login.room, body })).await?;
        let outcome = self
            .hear(|frame| {
                let ServerFrame::Reply(reply) = frame else { return None };
                (reply.id == id).then_some(reply.outcome)
            })
            .await?;
        match outcome {
            Outcome::Accepted { .. } => Ok(()),
            Outcome::Refused { .. } | Outcome::Unknown => bail!("{text}: {outcome:?}"),
        }
    }

    /// Keeps the connection, and reads what comes without looking at it.
    pub(super) async fn keep(mut self) {
        while let Some(Ok(_)) = self.socket.next().await {}
    }
}
