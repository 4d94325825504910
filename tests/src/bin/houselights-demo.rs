//! The hands of the demo, which `cargo xtask demo` runs: calls the show and talks in the stalls once the speaker's app sends; or makes
//! an event that people register for.

use std::{collections::HashMap, net::SocketAddr, time::Duration};

use anyhow::{Context, Result, anyhow};
use chrono::{Days, NaiveTime, Utc};
use clap::{Parser, Subcommand};
use houselights_shared::{
    CommandBody, CrewMember, ParticipantId, Role, ServerFrame, SignInConfirmation, SignedIn, Token, UpdateBody,
};
use houselights_tests::{api::Api, connection::Connection};
use serde_json::{Value, json};
use url::Url;

/// How long the speaker may take to come and to send.
const PATIENCE: Duration = Duration::from_mins(1);

/// What the audience says.
const TALK: [(&str, &str); 3] =
    [("Mara", "Hello from Lisbon!"), ("Jo", "The picture is lovely"), ("Mara", "Is that the rabbit from the poster?")];

/// Who speaks at the event, and on what.
const SPEAKERS: [(&str, &str); 3] = [
    ("Ines Duarte", "Makes programs small, and says how"),
    ("Tomasz Wilk", "Wrote the queue that your bank uses"),
    ("Amara Okafor", "Teaches people to read other people's code"),
];

/// Who registers.
const GUESTS: [&str; 7] = ["Mara Lind", "Jo Baptiste", "Wen Zhao", "Petra Novak", "Sam Okoro", "Lucía Ferrer", "Aki Tanaka"];

/// Does what a demo needs done.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where the server is.
    #[arg(long)]
    server: SocketAddr,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Waits for a speaker who sends a picture, brings them on and goes live.
    Show {
        /// The secret of the producer's invite.
        #[arg(long)]
        producer: String,
        /// The secret of the audience's invite.
        #[arg(long)]
        attendee: String,
    },
    /// Makes an organisation with a conference, and registers people for it.
    Conference {
        /// A link that signs the organizer in on any device.
        #[arg(long)]
        sign_in: Url,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    // `reqwest` wants to know whose TLS it is, even where none is spoken. A second installation would be refused: harmless.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let Arguments { server, what } = Arguments::parse();
    match what {
        What::Show { producer, attendee } => show(server, &producer, &attendee).await,
        What::Conference { sign_in } => conference(server, &sign_in).await,
    }
}

async fn show(server: SocketAddr, producer: &str, attendee: &str) -> Result<()> {
    let http = reqwest::Client::new();
    let mut producer = Connection::open(&http, server, producer, "Pat").await?;
    let speaker =
        tokio::time::timeout(PATIENCE, first_speaker(&mut producer)).await.context("no speaker sends a picture")??;
    producer.command(CommandBody::BringOnStage { participant: speaker }).await?;
    producer.command(CommandBody::GoLive).await?;
    producer.command(CommandBody::say("Good evening, and welcome. We are live.".to_owned())).await?;
    let mut audience: HashMap<&str, Connection> = HashMap::new();
    for (name, text) in TALK {
        if !audience.contains_key(name) {
            audience.insert(name, Connection::enter(&http, server, attendee, name).await?);
        }
        let person = audience.get_mut(name).context("nobody of that name")?;
        person.command(CommandBody::say(text.to_owned())).await?;
    }
    Ok(())
}

/// A month and a half from now, as its organizer left it last night.
async fn conference(server: SocketAddr, link: &Url) -> Result<()> {
    let api = signed_in(server, link).await?;
    let made = ask(&api, "mutation { createOrganisation(name: \"The Globe\") { id } }", json!({})).await?;
    let organisation = made.pointer("/createOrganisation/id").cloned();
    let day = Utc::now().date_naive().checked_add_days(Days::new(45)).context("no such day")?;
    let starts = day.and_time(NaiveTime::from_hms_opt(8, 0, 0).context("no such time")?).and_utc();
    let document = "mutation($organisation: ID!, $startsAt: DateTime!) { createEvent(organisation: $organisation, template: \
                    \"one-day-conference\", title: \"Small Programs, Long Lives\", startsAt: $startsAt, timeZone: \"Europe/Berlin\") \
                    { id tickets { id } } }";
    let made = ask(&api, document, json!({ "organisation": organisation, "startsAt": starts })).await?;
    let event = made.pointer("/createEvent/id").context("an event without an id")?;
    let tickets = made.pointer("/createEvent/tickets").and_then(Value::as_array).context("an event without tickets")?;
    for (name, headline) in SPEAKERS {
        let document =
            "mutation($event: ID!, $speaker: NewSpeaker!) { createSpeaker(event: $event, speaker: $speaker) { id } }";
        let speaker = json!({ "name": name, "headline": headline });
        ask(&api, document, json!({ "event": event, "speaker": speaker })).await?;
    }
    ask(&api, "mutation($event: ID!) { publishEvent(id: $event) { id } }", json!({ "event": event })).await?;
    let document = "mutation($event: ID!, $ticket: ID!, $name: String!, $email: String!) \
                    { addRegistration(event: $event, ticket: $ticket, name: $name, email: $email) { id } }";
    for (number, (name, ticket)) in GUESTS.iter().zip(tickets.iter().cycle()).enumerate() {
        let email = format!("guest-{number}@show.example");
        let variables = json!({ "event": event, "ticket": ticket.get("id"), "name": name, "email": email });
        ask(&api, document, variables).await?;
    }
    Ok(())
}

async fn signed_in(server: SocketAddr, link: &Url) -> Result<Api> {
    let part = |name: &str| -> Result<Token> {
        let value = link.query_pairs().find(|(key, _)| key == name).map(|(_, value)| Token::from(value.into_owned()));
        value.with_context(|| format!("a link without `{name}`"))
    };
    let confirmation = SignInConfirmation { secret: part("secret")?, device: part("device")? };
    let url = format!("http://{server}/api/sign-ins/confirm");
    let answer = reqwest::Client::new().post(url).json(&confirmation).send().await?.error_for_status()?;
    let SignedIn { token, .. } = answer.json().await?;
    Ok(Api::new(server, Some(token.as_str().to_owned())))
}

async fn ask(api: &Api, document: &str, variables: Value) -> Result<Value> {
    api.try_ask(document, variables).await.map_err(|refusal| anyhow!("{refusal:?} to {document}"))
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
