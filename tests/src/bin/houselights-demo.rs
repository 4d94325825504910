//! The hands of the demo: calls the show, and talks in the stalls. `cargo xtask demo` runs it once the speaker's app sends.

use std::{collections::HashMap, net::SocketAddr, time::Duration};

use anyhow::{Context, Result};
use clap::Parser;
use houselights_shared::{CommandBody, CrewMember, ParticipantId, Role, ServerFrame, UpdateBody};
use houselights_tests::connection::Connection;

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
    let http = reqwest::Client::new();
    let mut producer = Connection::open(&http, arguments.server, &arguments.producer, "Pat").await?;
    let speaker =
        tokio::time::timeout(PATIENCE, first_speaker(&mut producer)).await.context("no speaker sends a picture")??;
    producer.command(CommandBody::BringOnStage { participant: speaker }).await?;
    producer.command(CommandBody::GoLive).await?;
    producer.command(CommandBody::SendMessage { text: "Good evening, and welcome. We are live.".to_owned() }).await?;
    let mut audience: HashMap<&str, Connection> = HashMap::new();
    for (name, text) in TALK {
        if !audience.contains_key(name) {
            audience.insert(name, Connection::enter(&http, arguments.server, &arguments.attendee, name).await?);
        }
        let person = audience.get_mut(name).context("nobody of that name")?;
        person.command(CommandBody::SendMessage { text: text.to_owned() }).await?;
    }
    Ok(())
}

/// The first speaker in the green room whose camera is on.
async fn first_speaker(producer: &mut Connection) -> Result<ParticipantId> {
    let mut crew: HashMap<ParticipantId, CrewMember> = HashMap::new();
    loop {
        let frame = producer.hear(Some).await?;
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
