//! The database that is measured: made by the server's own hands as far as it goes, and filled with rows where that would take an hour.

use anyhow::{Context, Result};
use rusqlite::{Connection, params};
use serde_json::{Value, json};

use crate::bench::child::Server;

/// Events beside the large one.
const EVENTS: u32 = 199;
pub(super) const SESSIONS: u32 = 300;
/// Its title, as the page has it.
pub(super) const LAST_SESSION: &str = "Session 299";
const REGISTRATIONS: u32 = 20_000;
const FIRST: [&str; 8] = ["Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Margaret", "Tim"];
const LAST: [&str; 8] = ["Lovelace", "Hopper", "Turing", "Dijkstra", "Liskov", "Knuth", "Hamilton", "Berners-Lee"];
/// 2030-06-01, noon UTC.
const START: i64 = 1_906_545_600_000_000;
const MINUTE: i64 = 60_000_000;

/// What there is to ask for.
pub(super) struct House {
    /// Of an owner.
    pub(super) token: String,
    /// The large event.
    pub(super) event: String,
    pub(super) slug: String,
    /// One that people register for, without a bound.
    pub(super) open_event: String,
    pub(super) open_ticket: String,
}

/// A server on such a database.
pub(super) async fn house() -> Result<(Server, House)> {
    let mut server = Server::start(&["--logins-per-minute", "1000000", "--letters-per-minute", "1000000"])?;
    let owner = Owner { base: format!("http://{}", server.address()), token: server.sign_in("owner@example.com").await? };
    let organisation = owner.ask("mutation { createOrganisation(name: \"The Globe\") { id } }", json!({})).await?;
    let organisation = text(&organisation, "/createOrganisation/id")?;
    let mut event = String::new();
    for number in 0..=EVENTS {
        let made = owner.ask(
            "mutation($o: ID!, $title: String!) { createEvent(organisation: $o, template: \"one-day-conference\", title: $title, \
             startsAt: \"2030-06-01T12:00:00Z\", timeZone: \"Europe/Berlin\") { id } }",
            json!({ "o": organisation, "title": format!("Night {number}") }),
        );
        let made = made.await?;
        event = text(&made, "/createEvent/id")?;
        owner.ask("mutation($id: ID!) { publishEvent(id: $id) { id } }", json!({ "id": event })).await?;
    }
    let open = owner.ask(
        "mutation($o: ID!) { createEvent(organisation: $o, template: \"happy-hour\", title: \"Open doors\", \
         startsAt: \"2030-06-01T12:00:00Z\", timeZone: \"UTC\") { id } }",
        json!({ "o": organisation }),
    );
    let open = open.await?;
    let open_event = text(&open, "/createEvent/id")?;
    let ticket = owner.ask(
        "mutation($id: ID!) { createTicketType(event: $id, ticket: { title: \"Free\", amount: 0, currency: \"EUR\" }) { id } }",
        json!({ "id": open_event }),
    );
    let ticket = ticket.await?;
    let open_ticket = text(&ticket, "/createTicketType/id")?;
    let open = owner.ask(
        "mutation($id: ID!) { updateEvent(id: $id, version: 1, change: { capacity: null }) { id } publishEvent(id: $id) { slug } }",
        json!({ "id": open_event }),
    );
    open.await.context("the event of those who register cannot be opened")?;
    let slug = owner.ask("query($id: ID!) { event(id: $id) { slug } }", json!({ "id": event })).await?;
    let slug = text(&slug, "/event/slug")?;
    server.stop()?;
    fill(&server, &event)?;
    server.start_again()?;
    Ok((server, House { token: owner.token, event, slug, open_event, open_ticket }))
}

/// Sessions with their speakers, and people, straight into the file.
fn fill(server: &Server, event: &str) -> Result<()> {
    let mut database = Connection::open(server.database())?;
    let one = |sql: &str, database: &Connection| database.query_row(sql, [event], |row| row.get::<_, String>(0));
    let ticket = one("SELECT id FROM ticket_types WHERE event_id = $1 ORDER BY position LIMIT 1", &database)?;
    let rooms: Vec<String> = database
        .prepare("SELECT id FROM rooms WHERE event_id = $1 ORDER BY position")?
        .query_map([event], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let track = one("SELECT id FROM agenda_tracks WHERE event_id = $1 ORDER BY position LIMIT 1", &database)?;
    database.execute("DELETE FROM sessions WHERE event_id = $1", [event])?;
    let questions = [id(5, 0), id(5, 1)];
    let answers = json!({ &questions[0]: ["The Globe"], &questions[1]: ["Soup"] }).to_string();
    let write = database.transaction()?;
    for (question, label) in questions.iter().zip(["Company", "Lunch"]) {
        write.execute(
            "INSERT INTO questions (id, event_id, label, kind, options, required, position, created_at) \
             VALUES (?1, ?2, ?3, 'text', '[]', 0, 1, 0)",
            params![question, event, label],
        )?;
    }
    for number in 0..SESSIONS {
        let (session, speaker) = (id(1, number), id(2, number));
        let begins = START + i64::from(number / 4) * 30 * MINUTE;
        let room = rooms.get(number as usize % rooms.len().max(1));
        write.execute(
            "INSERT INTO sessions (id, event_id, room_id, track_id, title, description, starts_at, ends_at, created_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, 'What there is to hear.', ?6, ?7, 0)",
            params![session, event, room, track, format!("Session {number}"), begins, begins + 25 * MINUTE],
        )?;
        write.execute(
            "INSERT INTO speakers (id, event_id, name, headline, biography, position, created_at) VALUES (?1, ?2, ?3, 'Speaker', '', ?4, 0)",
            params![speaker, event, name(number), number],
        )?;
        write.execute(
            "INSERT INTO session_speakers (session_id, speaker_id, position) VALUES (?1, ?2, 0)",
            params![session, speaker],
        )?;
    }
    for number in 0..REGISTRATIONS {
        let (participant, registration, name) = (id(3, number), id(4, number), name(number));
        let email = format!("person-{number}@example.com");
        write.execute(
            "INSERT INTO participants (id, event_id, name, role, created_at) VALUES (?1, ?2, ?3, 'attendee', 0)",
            params![participant, event, name],
        )?;
        write.execute(
            "INSERT INTO registrations (id, event_id, ticket_type_id, participant_id, email, name, search, state, amount, currency, answers, \
             created_at, confirmed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'confirmed', 0, 'EUR', ?8, 0, 0)",
            params![registration, event, ticket, participant, email, name, format!("{} {email}", name.to_lowercase()), answers],
        )?;
        write.execute(
            "INSERT INTO outbox (id, event_id, registration_id, recipient, message, state, due_at, created_at, sent_at) \
             VALUES (?1, ?2, ?3, ?4, '{}', 'sent', 0, 0, 0)",
            params![format!("confirmation:{registration}"), event, registration, email],
        )?;
    }
    write.execute("UPDATE events SET taken = ?1 WHERE id = ?2", params![REGISTRATIONS, event])?;
    write.execute("UPDATE ticket_types SET taken = ?1 WHERE id = ?2", params![REGISTRATIONS, ticket])?;
    write.commit()?;
    Ok(())
}

fn name(number: u32) -> String {
    let pick = |from: [&'static str; 8], of: u32| from.get(of as usize % 8).copied().unwrap_or_default();
    format!("{} {} {number}", pick(FIRST, number), pick(LAST, number / 8))
}

/// An id that tells what it is of, for the eye.
fn id(kind: u32, number: u32) -> String {
    format!("01900000-0000-7000-8{kind:03x}-{number:012x}")
}

struct Owner {
    base: String,
    token: String,
}

impl Owner {
    async fn ask(&self, document: &str, variables: Value) -> Result<Value> {
        let request = crate::client::http().post(format!("{}/graphql", self.base)).bearer_auth(&self.token);
        let answer: Value = request.json(&json!({ "query": document, "variables": variables })).send().await?.json().await?;
        answer.get("data").filter(|data| !data.is_null()).cloned().with_context(|| format!("{answer}"))
    }
}

fn text(answer: &Value, path: &str) -> Result<String> {
    let found = answer.pointer(path).and_then(Value::as_str);
    found.map(str::to_owned).with_context(|| format!("no {path} in {answer}"))
}
