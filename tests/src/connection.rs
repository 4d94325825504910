//! Signing in over HTTP and speaking the realtime WebSocket: what the test client, the benches and the demo's hands share.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use houselights_shared::{
    ClientFrame, Command, CommandBody, CommandId, Hello, Login, LoginRequest, MediaOffer, MediaOutcome, Outcome, RoomPosition,
    Seq, ServerFrame, Version,
};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message},
};

/// A WebSocket to a server.
pub type Socket = WebSocketStream<TcpStream>;

/// Asks for a login; the answer is as the server gave it.
pub async fn request_login(
    http: &reqwest::Client,
    server: SocketAddr,
    invite: &str,
    name: Option<&str>,
) -> reqwest::Result<reqwest::Response> {
    let request = LoginRequest { invite: invite.into(), name: name.map(str::to_owned) };
    http.post(format!("http://{server}/api/logins")).json(&request).send().await
}

/// Opens a WebSocket on which nothing is said yet.
pub async fn dial(server: SocketAddr, receive_buffer: Option<u32>) -> Result<Socket, Error> {
    let tcp = if server.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    if let Some(bytes) = receive_buffer {
        tcp.set_recv_buffer_size(bytes)?;
    }
    let stream = tcp.connect(server).await?;
    stream.set_nodelay(true)?;
    client_async(format!("ws://{server}/realtime"), stream).await.map(|(socket, _)| socket)
}

/// What a client says first, with the position that it has.
#[must_use]
pub fn hello(login: &Login, client: &str, after: Option<Seq>) -> Hello {
    Hello {
        version: Version::CURRENT,
        token: login.token.clone(),
        client: client.to_owned(),
        rooms: vec![RoomPosition { room: login.room, after }],
        inbox_after: None,
    }
}

/// A frame as a message.
pub fn message(frame: &ClientFrame) -> serde_json::Result<Message> {
    serde_json::to_string(frame).map(Message::text)
}

/// A signed-in connection.
pub struct Connection {
    socket: Socket,
    /// Whose it is.
    pub login: Login,
}

impl Connection {
    /// Signs in, connects and says Hello. The answer is still to be heard.
    pub async fn open(http: &reqwest::Client, server: SocketAddr, invite: &str, name: &str) -> Result<Self> {
        let answer = request_login(http, server, invite, Some(name)).await?;
        let answer = answer.error_for_status().context("signing in was refused")?;
        let login: Login = serde_json::from_slice(&answer.bytes().await?)?;
        let mut connection = Self { socket: dial(server, None).await?, login };
        let hello = hello(&connection.login, concat!("tests/", env!("CARGO_PKG_VERSION")), None);
        connection.say(&ClientFrame::Hello(hello)).await?;
        Ok(connection)
    }

    /// As [`open`](Self::open), until the room is there.
    pub async fn enter(http: &reqwest::Client, server: SocketAddr, invite: &str, name: &str) -> Result<Self> {
        let mut connection = Self::open(http, server, invite, name).await?;
        connection.hear(|frame| matches!(frame, ServerFrame::Snapshot(_)).then_some(())).await?;
        Ok(connection)
    }

    /// Sends a frame.
    pub async fn say(&mut self, frame: &ClientFrame) -> Result<()> {
        Ok(self.socket.send(message(frame)?).await?)
    }

    /// Reads until a frame says what is waited for.
    pub async fn hear<T>(&mut self, mut wanted: impl FnMut(ServerFrame) -> Option<T>) -> Result<T> {
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
    pub async fn negotiate(&mut self, sdp: String) -> Result<String> {
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

    /// Asks the room for something that it must accept.
    pub async fn command(&mut self, body: CommandBody) -> Result<()> {
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
    pub async fn keep(mut self) {
        while let Some(Ok(_)) = self.socket.next().await {}
    }

    /// The socket alone, for who reads it in another way.
    #[must_use]
    pub fn into_socket(self) -> Socket {
        self.socket
    }
}
