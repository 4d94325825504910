//! What the API and the pages cost: a database with 200 events, one of them with 300 sessions and 20,000 registrations, asked over HTTP.
//!
//! Reads come at a fixed rate, whether or not the answers before are there; how long one took counts from when it was due. Registrations
//! come as fast as they are answered, and each is answered when the ticket is stored.

mod fill;

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use self::fill::House;
use super::{child::Server, meter};

/// For how long each operation is measured.
const WINDOW: Duration = Duration::from_secs(10);
/// Asked before it is measured, so that the server's caches are warm.
const WARM_UP: u32 = 50;
/// Registrations under way at once.
const AT_THE_DESK: u32 = 64;

/// A request that can be made again and again, and what its answer has to hold: an empty one would cost nothing.
#[derive(Clone)]
enum Call {
    Page(String),
    Ask {
        document: &'static str,
        variables: Value,
        /// So many items at least.
        items: (&'static str, usize),
    },
    /// Each with an address of its own.
    Register,
}

/// As the agenda's editor asks.
const AGENDA: &str = "query($id: ID!) { event(id: $id) { id startsAt endsAt timeZone rooms { id title kind } tracks { id title colour } \
                      speakers { id name } sessions { id title description startsAt endsAt capacity picked cancelledAt version \
                      track { id } room { id } speakers { id name } } } }";
/// As the list of people asks.
const PEOPLE: &str = "query($id: ID!, $search: String) { event(id: $id) { timeZone tickets { id title } \
                      registrations(first: 50, search: $search) { totalCount pageInfo { hasNextPage endCursor } \
                      nodes { id name email state mail registeredAt usedAt paid { amount currency } ticket { id title } \
                      answers { question { id label } values } } } } }";
const REGISTER: &str = "mutation($event: ID!, $ticket: ID!, $email: String!) { register(event: $event, registration: { ticket: $ticket, \
                        name: \"Vera Viewer\", email: $email }) { state } }";

/// Measures every operation at `rate` reads a second. What goes on is said on standard error.
pub async fn rows(rate: u32) -> Result<Vec<Value>> {
    let (server, house) = fill::house().await?;
    let bench = Bench { http: crate::client::http(), server: &server, house: Arc::new(house) };
    let asks = |document, variables, items| Call::Ask { document, variables, items };
    let (event, searched) = (json!({ "id": bench.house.event }), json!({ "id": bench.house.event, "search": "grace hopper" }));
    let (sessions, people) = (("/data/event/sessions", fill::SESSIONS as usize), ("/data/event/registrations/nodes", 50));
    let reads = [
        ("event_page", Call::Page(bench.house.slug.clone())),
        ("agenda_300_sessions", asks(AGENDA, event.clone(), sessions)),
        ("attendees_first_page", asks(PEOPLE, event, people)),
        ("attendees_search", asks(PEOPLE, searched, people)),
    ];
    let mut rows = Vec::new();
    for (operation, call) in reads {
        rows.push(bench.read(operation, &call, rate).await?);
    }
    rows.push(bench.register().await?);
    Ok(rows)
}

struct Bench<'a> {
    http: Client,
    server: &'a Server,
    house: Arc<House>,
}

/// What has been counted so far.
struct Reading {
    cpu: u64,
    statements: f64,
}

impl Bench<'_> {
    async fn read(&self, operation: &str, call: &Call, rate: u32) -> Result<Value> {
        for _ in 0..WARM_UP {
            self.asker().ask(call, 0).await?;
        }
        let before = self.reading().await?;
        let begun = Instant::now();
        let mut under_way = JoinSet::new();
        let count = rate * u32::try_from(WINDOW.as_secs())?;
        for number in 0..count {
            let due = begun + Duration::from_secs(1) * number / rate;
            tokio::time::sleep_until(due.into()).await;
            let (asker, call) = (self.asker(), call.clone());
            under_way.spawn(async move { asker.ask(&call, number).await.map(|()| due.elapsed()) });
        }
        let took = under_way.join_all().await.into_iter().collect::<Result<Vec<_>>>()?;
        let done = f64::from(count) / begun.elapsed().as_secs_f64();
        self.row(operation, done, &before, took).await
    }

    async fn register(&self) -> Result<Value> {
        let before = self.reading().await?;
        let (begun, next) = (Instant::now(), Arc::new(AtomicU32::new(0)));
        let mut desks = JoinSet::new();
        for _ in 0..AT_THE_DESK {
            let (client, next) = (self.asker(), Arc::clone(&next));
            desks.spawn(async move {
                let mut took = Vec::new();
                while begun.elapsed() < WINDOW {
                    let asked = Instant::now();
                    client.ask(&Call::Register, next.fetch_add(1, Ordering::Relaxed)).await?;
                    took.push(asked.elapsed());
                }
                anyhow::Ok(took)
            });
        }
        let took = desks.join_all().await.into_iter().collect::<Result<Vec<_>>>()?.concat();
        let rate = took.len() as f64 / begun.elapsed().as_secs_f64();
        self.row("register", rate, &before, took).await
    }

    async fn row(&self, operation: &str, rate: f64, before: &Reading, mut took: Vec<Duration>) -> Result<Value> {
        let after = self.reading().await?;
        let count = took.len().max(1) as f64;
        took.sort_unstable();
        let percentile =
            |of: usize| took.get((took.len() * of / 100).min(took.len().saturating_sub(1))).copied().unwrap_or_default();
        let row = json!({
            "operation": operation,
            "rate": rounded(rate),
            "cpu_us": rounded((after.cpu - before.cpu) as f64 / count),
            "p50_ms": rounded(percentile(50).as_secs_f64() * 1_000.0),
            "p99_ms": rounded(percentile(99).as_secs_f64() * 1_000.0),
            "statements": rounded((after.statements - before.statements) / count),
        });
        eprintln!("api: {row}");
        Ok(row)
    }

    async fn reading(&self) -> Result<Reading> {
        let metrics = self.http.get(format!("http://{}/metrics", self.server.address())).send().await?.text().await?;
        let of: HashMap<&str, f64> = metrics
            .lines()
            .filter_map(|line| line.rsplit_once(' '))
            .filter_map(|(name, value)| Some((name, value.parse().ok()?)))
            .collect();
        let statements = ["read", "write"]
            .iter()
            .filter_map(|kind| of.get(format!("houselights_store_statements_total{{kind=\"{kind}\"}}").as_str()))
            .sum();
        Ok(Reading { cpu: meter::cpu_micros(self.server.pid())?, statements })
    }

    fn asker(&self) -> Asker {
        Asker { http: self.http.clone(), base: format!("http://{}", self.server.address()), house: Arc::clone(&self.house) }
    }
}

struct Asker {
    http: Client,
    base: String,
    house: Arc<House>,
}

impl Asker {
    async fn ask(&self, call: &Call, number: u32) -> Result<()> {
        let request = match call {
            Call::Page(slug) => self.http.get(format!("{}/e/{slug}", self.base)),
            Call::Ask { document, variables, .. } => {
                let request = self.http.post(format!("{}/graphql", self.base)).bearer_auth(&self.house.token);
                request.json(&json!({ "query": document, "variables": variables }))
            }
            Call::Register => {
                let variables = json!({
                    "event": self.house.open_event,
                    "ticket": self.house.open_ticket,
                    "email": format!("new-{number}@example.com"),
                });
                self.http.post(format!("{}/graphql", self.base)).json(&json!({ "query": REGISTER, "variables": variables }))
            }
        };
        let response = request.send().await.context("the server does not answer")?;
        let status = response.status();
        let body = response.text().await?;
        ensure!(status.is_success(), "{status}: {body:.300}");
        match call {
            Call::Page(_) => ensure!(body.contains(fill::LAST_SESSION), "the page lacks its last session"),
            Call::Ask { items: (path, least), .. } => {
                let answer: Value = serde_json::from_str(&body)?;
                let found = answer.pointer(path).and_then(Value::as_array).map_or(0, Vec::len);
                ensure!(found >= *least, "{found} at {path} where there are {least}: {body:.300}");
            }
            Call::Register => ensure!(body.contains("\"CONFIRMED\""), "no ticket: {body:.300}"),
        }
        Ok(())
    }
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
