//! No number of statements grows with rows: every field that stands below a list is asked for with few rows and with many.
//!
//! The schema itself is asked which fields there are.

use std::{collections::BTreeMap, time::Duration};

use houselights_tests::{
    api::{Api, text},
    server::TestServer,
    tickets::Sale,
    within,
};
use serde_json::{Value, json};

/// What the server does by itself meanwhile counts little beside so many.
const REGISTRATIONS: u16 = 20;
/// Fields of a request.
const FIELDS: usize = 4;

/// What the schema says of the fields of each type: their name, the type that they come to, and whether they take pages.
struct Schema(BTreeMap<String, Vec<(String, String, bool)>>);

impl Schema {
    async fn ask(api: &Api) -> Self {
        let kind = "kind name ofType { kind name ofType { kind name ofType { kind name } } }";
        let document =
            format!("{{ __schema {{ types {{ kind name fields {{ name args {{ name }} type {{ {kind} }} }} }} }} }}");
        let types = api.ask(&document, json!({})).await["__schema"]["types"].clone();
        let objects = types.as_array().unwrap().iter().filter(|of| of["kind"] == "OBJECT");
        let fields = |of: &Value| -> Vec<_> {
            let has_pages =
                |field: &Value| field["args"].as_array().unwrap().iter().any(|argument| argument["name"] == "first");
            let known = |field: &Value| (text(&field["name"]), innermost(&field["type"]), has_pages(field));
            of["fields"].as_array().unwrap().iter().map(known).collect()
        };
        Self(objects.map(|of| (text(&of["name"]), fields(of))).collect())
    }

    /// Requests for all that is below an object, each for a few fields, as selections and how they are called. Of what is above already only the plain
    /// fields are asked for, and of a page its rows once.
    fn below(&self, of: &str, above: &[&str]) -> Vec<(String, String)> {
        let fields = &self.0[of];
        let plain: Vec<_> =
            fields.iter().filter(|(_, to, _)| !self.0.contains_key(to)).map(|(name, ..)| name.as_str()).collect();
        let mut all: Vec<_> = plain.chunks(FIELDS).map(|some| (some.join("+"), some.join(" "))).collect();
        if !above.contains(&of) {
            let above: Vec<_> = above.iter().copied().chain([of]).collect();
            for (name, to, has_pages) in fields.iter().filter(|(name, to, _)| self.0.contains_key(to) && name != "edges") {
                let page = if *has_pages { "(first: 2)" } else { "" };
                let within = self.below(to, &above).into_iter();
                all.extend(
                    within.map(|(path, selection)| (format!("{name}.{path}"), format!("{name}{page} {{ {selection} }}"))),
                );
            }
        }
        all
    }
}

fn innermost(of: &Value) -> String {
    match of["kind"].as_str().unwrap() {
        "NON_NULL" | "LIST" => innermost(&of["ofType"]),
        _ => text(&of["name"]),
    }
}

/// How many statements a request reads with. What the server reads by itself meanwhile does not count: the least of some is taken.
async fn reads(server: &TestServer, api: &Api, document: &str) -> Result<f64, String> {
    let count = || server.metric("houselights_store_statements_total{kind=\"read\"}");
    let mut least = f64::MAX;
    for _ in 0..3 {
        let before = count();
        api.try_ask(document, json!({})).await.map_err(|error| error.code)?;
        least = least.min(count() - before);
    }
    Ok(least)
}

async fn all_reads(server: &TestServer, api: &Api, requests: &[(String, String)]) -> BTreeMap<String, Result<f64, String>> {
    let mut all = BTreeMap::new();
    for (path, document) in requests {
        all.insert(path.clone(), reads(server, api, document).await);
    }
    all
}

/// What costs otherwise with many rows, or cannot be asked for at all.
fn growing(few: &BTreeMap<String, Result<f64, String>>, many: &BTreeMap<String, Result<f64, String>>) -> Vec<String> {
    let grows = |path: &&String| match (&few[*path], &many[*path]) {
        (Ok(few), Ok(many)) => (few - many).abs() > 0.5,
        (Err(_), _) | (_, Err(_)) => true,
    };
    few.keys().filter(grows).map(|path| format!("{path}: {:?}, then {:?}", few[path], many[path])).collect()
}

/// An event with one of each that is listed of it.
async fn full_event(api: &Api, organisation: &str, number: usize) {
    let event = api.event(organisation, "panel").await;
    let make = async |what: &str, arguments: &str| {
        let document = format!("mutation($event: ID!) {{ {what}(event: $event, {arguments}) {{ id }} }}");
        text(&api.ask(&document, json!({ "event": event })).await[what]["id"])
    };
    let ticket = make("createTicketType", "ticket: { title: \"T\", amount: 500, currency: \"EUR\" }").await;
    make("createCode", &format!("code: {{ code: \"FRIENDS\", percentOff: 10, ticket: \"{ticket}\" }}")).await;
    make("createQuestion", "question: { label: \"Q\", kind: TEXT }").await;
    let track = make("createTrack", "title: \"T\", colour: \"#112233\"").await;
    let speaker = make("createSpeaker", "speaker: { name: \"S\", email: \"s@example.com\" }").await;
    let times = "startsAt: \"2030-06-01T12:00:00Z\", endsAt: \"2030-06-01T12:30:00Z\"";
    make("createSession", &format!("session: {{ title: \"S\", {times}, track: \"{track}\", speakers: [\"{speaker}\"] }}"))
        .await;
    let off = make("createSession", &format!("session: {{ title: \"O\", {times} }}")).await;
    api.ask("mutation($id: ID!) { deleteSession(id: $id) { id } }", json!({ "id": off })).await;
    for guest in 0..2 {
        make("addRegistration", &format!("ticket: \"{ticket}\", name: \"G\", email: \"g{number}-{guest}@example.com\"")).await;
    }
}

#[tokio::test]
async fn whatever_is_asked_of_twenty_events_takes_as_many_statements_as_of_two() {
    let server = TestServer::with(|config| config.graphql_introspection = true).await;
    let ada = server.person("ada@example.com").await;
    let organisation = ada.organisation("The Globe").await;
    let schema = Schema::ask(&ada).await;
    let requests: Vec<_> = schema
        .below("Event", &["Organisation"])
        .into_iter()
        .map(|(path, selection)| {
            let of =
                format!("{{ organisation(id: \"{organisation}\") {{ events(first: 20) {{ nodes {{ {selection} }} }} }} }}");
            (path, of)
        })
        .collect();
    let mut reads = Vec::new();
    for (from, to) in [(0, 2), (2, 20)] {
        for number in from..to {
            full_event(&ada, &organisation, number).await;
        }
        reads.push(all_reads(&server, &ada, &requests).await);
    }
    assert_eq!(growing(&reads[0], &reads[1]), Vec::<String>::new());
    server.stop().await;
}

/// One more kind of what the public sees of an event, of each.
async fn more_of_the_agenda(api: &Api, event: &str, number: usize) {
    let make = async |what: &str, arguments: &str| {
        let document = format!("mutation($event: ID!) {{ {what}(event: $event, {arguments}) {{ id }} }}");
        text(&api.ask(&document, json!({ "event": event })).await[what]["id"])
    };
    let track = make("createTrack", &format!("title: \"T{number}\", colour: \"#112233\"")).await;
    let room = make("createRoom", &format!("title: \"R{number}\", kind: LOUNGE")).await;
    let speaker = make("createSpeaker", &format!("speaker: {{ name: \"S{number}\" }}")).await;
    let times = "startsAt: \"2030-06-01T12:00:00Z\", endsAt: \"2030-06-01T12:30:00Z\"";
    let parts = format!("track: \"{track}\", room: \"{room}\", speakers: [\"{speaker}\"]");
    make("createSession", &format!("session: {{ title: \"S{number}\", {times}, {parts} }}")).await;
    make("createTicketType", &format!("ticket: {{ title: \"T{number}\", amount: 0, currency: \"EUR\" }}")).await;
    make("createQuestion", &format!("question: {{ label: \"Q{number}\", kind: TEXT }}")).await;
}

#[tokio::test]
async fn whatever_a_stranger_asks_of_an_event_with_many_sessions_takes_as_many_statements_as_with_few() {
    let server = TestServer::with(|config| config.graphql_introspection = true).await;
    let ada = server.person("ada@example.com").await;
    let event = ada.event(&ada.organisation("The Globe").await, "panel").await;
    let publish = "mutation($id: ID!) { publishEvent(id: $id) { slug } }";
    let slug = text(&ada.ask(publish, json!({ "id": event })).await["publishEvent"]["slug"]);
    let schema = Schema::ask(&ada).await;
    let requests: Vec<_> = schema
        .below("PublicEvent", &[])
        .into_iter()
        .map(|(path, selection)| (path, format!("{{ publicEvent(slug: \"{slug}\") {{ {selection} }} }}")))
        .collect();
    assert!(requests.iter().any(|(path, _)| path.starts_with("sessions.speakers.")), "{requests:?}");
    let stranger = server.stranger();
    let mut reads = Vec::new();
    for (from, to) in [(0, 2), (2, 20)] {
        for number in from..to {
            more_of_the_agenda(&ada, &event, number).await;
        }
        reads.push(all_reads(&server, &stranger, &requests).await);
    }
    assert_eq!(growing(&reads[0], &reads[1]), Vec::<String>::new());
    server.stop().await;
}

#[tokio::test]
async fn whatever_is_asked_of_twenty_registrations_of_ones_own_takes_as_many_statements_as_of_two() {
    let server = TestServer::with(|config| config.graphql_introspection = true).await;
    let (ada, vera) = (server.person("ada@example.com").await, server.person("vera@example.com").await);
    let organisation = ada.organisation("The Globe").await;
    let schema = Schema::ask(&ada).await;
    let requests: Vec<_> = schema
        .below("MyRegistration", &[])
        .into_iter()
        .map(|(path, selection)| (path, format!("{{ myRegistrations(first: 20) {{ nodes {{ {selection} }} }} }}")))
        .collect();
    for path in ["event.sessions.speakers.", "pickedSessions.speakers.", "clashes."] {
        assert!(requests.iter().any(|(asked, _)| asked.starts_with(path)), "{path} is not in {requests:?}");
    }
    let mut reads = Vec::new();
    for (from, to) in [(0, 2), (2, 20)] {
        for number in from..to {
            let event = ada.event(&organisation, "panel").await;
            for part in 0..2 {
                more_of_the_agenda(&ada, &event, part).await;
            }
            let publish = "mutation($id: ID!) { publishEvent(id: $id) { sessions { id } tickets { id } } }";
            let known = ada.ask(publish, json!({ "id": event })).await["publishEvent"].clone();
            let add = "mutation($event: ID!, $ticket: ID!) { addRegistration(event: $event, ticket: $ticket, name: \"Vera\", email: \"vera@example.com\") { id } }";
            let added = ada.ask(add, json!({ "event": event, "ticket": known["tickets"][0]["id"] })).await;
            let sessions = known["sessions"].as_array().expect("a list");
            assert!(sessions.len() > 2, "{number}: {known}");
            for session in sessions {
                let pick = "mutation($id: ID!, $session: ID!) { pickSession(registration: $id, session: $session, picked: true) { id } }";
                vera.ask(pick, json!({ "id": added["addRegistration"]["id"], "session": session["id"] })).await;
            }
        }
        reads.push(all_reads(&server, &vera, &requests).await);
    }
    assert_eq!(growing(&reads[0], &reads[1]), Vec::<String>::new());
    server.stop().await;
}

#[tokio::test]
async fn a_list_of_templates_takes_as_many_statements_with_many_as_with_few() {
    let server = TestServer::with(|config| config.graphql_introspection = true).await;
    let ada = server.person("ada@example.com").await;
    let organisation = ada.organisation("The Globe").await;
    let event = ada.event(&organisation, "ama").await;
    let schema = Schema::ask(&ada).await;
    let requests: Vec<_> = schema
        .below("Template", &[])
        .into_iter()
        .map(|(path, selection)| (path, format!("{{ templates(organisation: \"{organisation}\") {{ {selection} }} }}")))
        .collect();
    let mut reads = Vec::new();
    for (from, to) in [(0, 2), (2, 20)] {
        for number in from..to {
            let save = "mutation($event: ID!, $title: String!) { saveAsTemplate(event: $event, title: $title) { id } }";
            ada.ask(save, json!({ "event": event, "title": format!("T{number}") })).await;
        }
        reads.push(all_reads(&server, &ada, &requests).await);
    }
    assert_eq!(growing(&reads[0], &reads[1]), Vec::<String>::new());
    server.stop().await;
}

#[tokio::test]
async fn whatever_is_asked_of_twenty_organisations_takes_as_many_statements_as_of_two() {
    let server = TestServer::with(|config| config.graphql_introspection = true).await;
    let ada = server.person("ada@example.com").await;
    let schema = Schema::ask(&ada).await;
    let requests: Vec<_> = schema
        .below("Organisation", &["Event"])
        .into_iter()
        .map(|(path, selection)| (path, format!("{{ me {{ memberships {{ organisation {{ {selection} }} }} }} }}")))
        .collect();
    let mut reads = Vec::new();
    for (from, to) in [(0, 2), (2, 20)] {
        for number in from..to {
            let organisation = ada.organisation("The Globe").await;
            let on = json!({ "organisation": organisation });
            let key = "mutation($organisation: ID!) { createApiKey(organisation: $organisation, name: \"K\", scopes: [EVENTS_READ]) { secret } }";
            ada.ask(key, on.clone()).await;
            let hook = "mutation($organisation: ID!) { createWebhook(organisation: $organisation, url: \"https://a.invalid/\", \
                        kinds: [EVENT_PUBLISHED]) { secret } }";
            ada.ask(hook, on).await;
            full_event(&ada, &organisation, number).await;
        }
        reads.push(all_reads(&server, &ada, &requests).await);
    }
    assert_eq!(growing(&reads[0], &reads[1]), Vec::<String>::new());
    server.stop().await;
}

#[tokio::test]
async fn a_registration_for_a_free_ticket_takes_few_statements() {
    let server = TestServer::start().await;
    let sale = Sale::of(&server).await;
    let (ticket, stranger) = (sale.ticket(json!({})).await, server.stranger());
    let count = |kind: &str| server.metric(&format!("houselights_store_statements_total{{kind=\"{kind}\"}}"));
    // What the server does by itself now and then is not a registration's: the fewest of some is.
    let (mut fewest_read, mut fewest_written) = (f64::MAX, f64::MAX);
    for number in 0..REGISTRATIONS {
        let (read, written) = (count("read"), count("write"));
        sale.register(&stranger, &ticket, &format!("g{number}@example.com")).await.expect("a place");
        // What it wakes counts, too: the courier's look whether something is due.
        let looks = async {
            while count("read") < read + 5.0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        within("what a registration wakes", looks).await;
        fewest_read = fewest_read.min(count("read") - read);
        fewest_written = fewest_written.min(count("write") - written);
    }
    // The event, the ticket, the questions, whether the address has a place, or is banned; and by the courier, whether something is due.
    assert!((5.0..7.0).contains(&fewest_read), "{fewest_read}");
    // A seat of the event and one of the ticket, the participant, the registration, the letter, what webhooks are told.
    assert!((5.5..6.5).contains(&fewest_written), "{fewest_written}");
    server.stop().await;
}
