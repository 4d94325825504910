//! The hands of the demo: calls the show, and talks in the stalls. `cargo xtask demo` runs it once the speaker's app sends.

use std::{collections::HashMap, net::SocketAddr, time::Duration};

use anyhow::{Context, Result, bail};
use clap::Parser;
use futures_util::{SinkExt, StreamExt};
use houselights_shared::{
    ClientFrame, Command, CommandBody, CommandId, CrewMember, Hello, Login, LoginRequest, Outcome, ParticipantId, Role, RoomId,
    ServerFrame, UpdateBody, Version,
};
use tokio::net::TcpStream;
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

/// How long the speaker may take to come and to send.
const PATIENCE: Duration = Duration::from_mins(1);

/// What the audience says.
const TALK: [(&str, &str); 3] =
    [("Mara", "Hello from Lisbon!"), ("Jo", "The picture is lovely"), ("Mara", "Is that the rabbit from the poster?")];

/// Waits for a speaker who sends a picture, brings them on and goes live.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where the server is.
    #[arg(long)]
    server: SocketAddr,
    /// The secret of the producer's invite.
    #[arg(long)]
    producer: String,
    /// The secret of the audience's invite.
    #[arg(long)]
    attendee: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    // `reqwest` wants to know whose TLS it is, even where none is spoken. A second installation would be refused: harmless.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let arguments = Arguments::parse();
    let mut producer = Person::sign_in(arguments.server, &arguments.producer, "Pat").await?;
    let speaker = tokio::time::timeout(PATIENCE, producer.first_speaker()).await.context("no speaker sends a picture")??;
    producer.ask(CommandBody::BringOnStage { participant: speaker }).await?;
    producer.ask(CommandBody::GoLive).await?;
    producer.ask(CommandBody::SendMessage { text: "Good evening, and welcome. We are live.".to_owned() }).await?;
    let mut audience: HashMap<&str, Person> = HashMap::new();
    for (name, text) in TALK {
        if !audience.contains_key(name) {
            audience.insert(name, Person::sign_in(arguments.server, &arguments.attendee, name).await?);
        }
        let person = audience.get_mut(name).context("nobody of that name")?;
        person.ask(CommandBody::SendMessage { text: text.to_owned() }).await?;
    }
    Ok(())
}

/// Someone who is signed in and connected.
struct Person {
    socket: WebSocketStream<TcpStream>,
    room: RoomId,
}

impl Person {
    async fn sign_in(server: SocketAddr, secret: &str, name: &str) -> Result<Self> {
        let request = LoginRequest { invite: secret.to_owned(), name: Some(name.to_owned()) };
        let answer = reqwest::Client::new()
            .post(format!("http://{server}/api/logins"))
            .header("content-type", "application/json")
            .body(serde_json::to_vec(&request)?)
            .send()
            .await?
            .error_for_status()
            .context("signing in was refused")?;
        let login: Login = serde_json::from_slice(&answer.bytes().await?)?;
        let (socket, _) = client_async(format!("ws://{server}/realtime"), TcpStream::connect(server).await?).await?;
        let mut person = Self { socket, room: login.room };
        let client = "houselights-demo".to_owned();
        person
            .say(&ClientFrame::Hello(Hello { version: Version::CURRENT, token: login.token, client, rooms: Vec::new() }))
            .await?;
        Ok(person)
    }

    async fn say(&mut self, frame: &ClientFrame) -> Result<()> {
        Ok(self.socket.send(Message::text(serde_json::to_string(frame)?)).await?)
    }

    async fn hear(&mut self) -> Result<ServerFrame> {
        loop {
            if let Message::Text(text) = self.socket.next().await.context("the server hung up")?? {
                return Ok(serde_json::from_str(text.as_str())?);
            }
        }
    }

    async fn ask(&mut self, body: CommandBody) -> Result<()> {
        let id = CommandId::random();
        self.say(&ClientFrame::Command(Command { id, room: self.room, body })).await?;
        loop {
            let ServerFrame::Reply(reply) = self.hear().await? else { continue };
            match reply.outcome {
                _ if reply.id != id => {}
                Outcome::Accepted { .. } => return Ok(()),
                Outcome::Refused { .. } | Outcome::Unknown => bail!("the room said {:?}", reply.outcome),
            }
        }
    }

    /// The first speaker in the green room whose camera is on.
    async fn first_speaker(&mut self) -> Result<ParticipantId> {
        let mut crew: HashMap<ParticipantId, CrewMember> = HashMap::new();
        loop {
            let frame = self.hear().await?;
            if let ServerFrame::Snapshot(snapshot) = &frame {
                let backstage = snapshot.crew.iter().flat_map(|crew| crew.backstage.iter().cloned());
                crew = backstage.map(|member| (member.participant, member)).collect();
            }
            if let ServerFrame::Updates(batch) = frame {
                for update in batch.updates {
                    if let UpdateBody::CrewArrived { member } = update.body {
                        crew.insert(member.participant, member);
                    } else if let UpdateBody::SendingChanged { participant, sending, .. } = update.body
                        && let Some(member) = crew.get_mut(&participant)
                    {
                        member.sending = sending;
                    }
                }
            }
            if let Some(ready) = crew.values().find(|member| member.role == Role::Speaker && member.sending.camera) {
                return Ok(ready.participant);
            }
        }
    }
}
