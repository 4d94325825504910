//! What is one organisation's does not exist for anybody else: tried with every field of the API that takes an id, and every route.
//!
//! The schema itself is asked which fields there are, so a field that is not in the table fails the test. To teach it a new one is a line
//! in [`FIELDS`]; a new kind of thing is a variant of [`Kind`] and a line in [`house`].

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use houselights_shared::PollId;
use houselights_tests::{
    api::{Api, text},
    client::http,
    codegen::root,
    server::TestServer,
};
use rusqlite::{Connection, OpenFlags, types::Value as Cell};
use serde_json::{Map, Value, json};

use self::Kind::{
    ApiKey, Code, Delivery, Event, Image, Login, Organisation, Participant, Person, Question, Registration, Room, Session,
    Speaker, Template, TicketType, Track, Webhook,
};

/// What an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Organisation,
    Event,
    /// Somebody who can come into the event's rooms.
    Participant,
    /// A member besides the owner.
    Person,
    /// Of the owner.
    Login,
    ApiKey,
    Webhook,
    Delivery,
    Image,
    /// Of the organisation's own.
    Template,
    Track,
    Room,
    Session,
    Speaker,
    TicketType,
    Code,
    Question,
    /// Of the owner, for the event.
    Registration,
}

/// Which arguments hold ids, and of what: those of a list are called as the list, those within an input object `argument.field`.
type Ids = &'static [(&'static str, Kind)];

/// Ids that are found nowhere but in the list that they stand in, and lead to nothing: a scene's, a cue's and a poll's, within their event's plan.
const LABELS: &[&str] = &["change.scenes.id", "change.cues.id", "change.polls.id"];

/// The fields of queries and mutations that take ids. Their owner may call them in this order: what takes something away comes last.
const FIELDS: &[(&str, Ids)] = &[
    ("organisation", &[("id", Organisation)]),
    ("event", &[("id", Event)]),
    ("renameOrganisation", &[("id", Organisation)]),
    ("addMember", &[("organisation", Organisation)]),
    ("erasePerson", &[("organisation", Organisation)]),
    ("changeMember", &[("organisation", Organisation), ("person", Person)]),
    ("createEvent", &[("organisation", Organisation), ("template", Template)]),
    ("updateEvent", &[("id", Event), ("change.logo", Image), ("change.cover", Image)]),
    ("templates", &[("organisation", Organisation)]),
    ("template", &[("organisation", Organisation), ("id", Template)]),
    ("importTemplate", &[("organisation", Organisation)]),
    ("saveAsTemplate", &[("event", Event)]),
    ("duplicateEvent", &[("id", Event)]),
    ("rescheduleEvent", &[("id", Event)]),
    (
        "updateShowPlan",
        &[
            ("event", Event),
            ("change.scenes.room", Room),
            ("change.cues.session", Session),
            ("change.cues.room", Room),
            ("change.polls.session", Session),
            ("change.lengths.session", Session),
        ],
    ),
    ("createTrack", &[("event", Event)]),
    ("updateTrack", &[("id", Track)]),
    ("createRoom", &[("event", Event)]),
    ("renameRoom", &[("id", Room)]),
    ("createSession", &[("event", Event), ("session.track", Track), ("session.room", Room), ("session.speakers", Speaker)]),
    ("updateSession", &[("id", Session), ("change.track", Track), ("change.room", Room), ("change.speakers", Speaker)]),
    ("createSpeaker", &[("event", Event)]),
    ("updateSpeaker", &[("id", Speaker), ("change.picture", Image)]),
    ("inviteSpeaker", &[("id", Speaker)]),
    ("revokeInvitation", &[("id", Speaker)]),
    ("enterEvent", &[("id", Event), ("room", Room)]),
    ("createTicketType", &[("event", Event)]),
    ("updateTicketType", &[("id", TicketType)]),
    ("createCode", &[("event", Event), ("code.ticket", TicketType)]),
    ("createQuestion", &[("event", Event)]),
    ("updateQuestion", &[("id", Question)]),
    ("orderQuestions", &[("event", Event), ("order", Question)]),
    ("addRegistration", &[("event", Event), ("ticket", TicketType)]),
    ("pickSession", &[("registration", Registration), ("session", Session)]),
    ("giveBackPlace", &[("registration", Registration)]),
    ("admitRegistration", &[("id", Registration)]),
    ("resendTicket", &[("id", Registration)]),
    ("liftBan", &[("event", Event), ("participant", Participant)]),
    ("refundRegistration", &[("id", Registration)]),
    ("cancelRegistration", &[("id", Registration)]),
    ("cancelSession", &[("id", Session)]),
    ("deleteSession", &[("id", Session)]),
    ("deleteSpeaker", &[("id", Speaker)]),
    ("deleteTrack", &[("id", Track)]),
    ("deleteRoom", &[("id", Room)]),
    ("deleteCode", &[("id", Code)]),
    ("deleteQuestion", &[("id", Question)]),
    ("deleteTicketType", &[("id", TicketType)]),
    ("publishEvent", &[("id", Event)]),
    ("unpublishEvent", &[("id", Event)]),
    ("startEvent", &[("id", Event)]),
    ("endEvent", &[("id", Event)]),
    ("unstartEvent", &[("id", Event)]),
    ("resumeEvent", &[("id", Event)]),
    ("archiveEvent", &[("id", Event)]),
    ("cancelEvent", &[("id", Event)]),
    ("deleteEvent", &[("id", Event)]),
    // Of the kinds of what lies in the trash the first is an event; all of them are tried by a test of their own.
    ("restore", &[("event", Event), ("id", Event)]),
    ("deleteTemplate", &[("id", Template)]),
    ("restoreTemplate", &[("id", Template)]),
    ("createApiKey", &[("organisation", Organisation)]),
    ("createWebhook", &[("organisation", Organisation)]),
    ("retryDelivery", &[("id", Delivery)]),
    ("deleteWebhook", &[("id", Webhook)]),
    ("restoreWebhook", &[("id", Webhook)]),
    ("revokeApiKey", &[("id", ApiKey)]),
    ("removeMember", &[("organisation", Organisation), ("person", Person)]),
    ("revokeLogin", &[("id", Login)]),
];

/// What somebody who is registered for an event, and works for nobody, may do with it all the same, with the reason.
const ATTENDEES: &[(&str, &str)] = &[("enterEvent", "it is their own place that they come in with")];

/// Words that arguments and fields of input objects take as plain text. An id is an `ID`; one that came as text would be tried by nothing here.
const TEXTS: &[&str] = &[
    "accent",
    "after",
    "background",
    "biography",
    "body",
    "code",
    "colour",
    "currency",
    "description",
    "email",
    "headline",
    "label",
    "name",
    "notes",
    "options",
    "question",
    "reason",
    "scene",
    "search",
    "slug",
    "source",
    "subject",
    "summary",
    "timeZone",
    "title",
    "url",
    "values",
];

/// What may be said below the fields of queries and mutations: how much of a list, and which of it. A cursor is no way to what it names.
const BELOW: &[&str] = &["after", "deleted", "first", "phase", "search", "state"];

/// Fields that take an id and are everybody's, with the reason.
const PUBLIC: &[(&str, &str)] =
    &[("register", "whoever wants to come: what it names has to be of one event that is published")];

/// What is said to whom it does not concern.
const REFUSALS: [&str; 3] = ["NOT_FOUND", "UNAUTHENTICATED", "FORBIDDEN"];

/// An organisation with one of each kind of thing.
struct House {
    owner: Api,
    ids: BTreeMap<Kind, String>,
    /// A key with all scopes.
    key: Api,
    /// Somebody who is registered for the event, and works for nobody.
    attendee: Api,
    /// What the event's page would be, if it were published.
    slug: String,
    /// One of each kind of what lies in the trash, by the names that the API has for them.
    trash: BTreeMap<&'static str, String>,
}

async fn house(server: &TestServer, owner: &str, member: &str) -> House {
    let api = server.person(owner).await;
    let organisation = api.organisation("A house").await;
    let event = api.event(&organisation, "panel").await;
    let on = json!({ "organisation": organisation, "email": member });
    let add = "mutation($organisation: ID!, $email: String!) { addMember(organisation: $organisation, email: $email, name: \"M\", \
               role: PRODUCER) { members { person { id email } } } }";
    let members = api.ask(add, on.clone()).await["addMember"]["members"].clone();
    let members = members.as_array().unwrap().iter().find(|listed| listed["person"]["email"] == member).cloned().unwrap();
    let login = text(&api.ask("{ me { logins { id } } }", json!({})).await["me"]["logins"][0]["id"]);
    let make_key = "mutation($organisation: ID!) { createApiKey(organisation: $organisation, name: \"K\", scopes: [EVENTS_READ, \
                    EVENTS_WRITE, PEOPLE_READ, PEOPLE_WRITE]) { secret key { id } } }";
    let key = api.ask(make_key, json!({ "organisation": organisation })).await["createApiKey"].clone();
    let make_hook = "mutation($organisation: ID!) { createWebhook(organisation: $organisation, url: \"https://a.invalid/\", \
                     kinds: [EVENT_PUBLISHED]) { webhook { id } } }";
    let webhook = api.ask(make_hook, json!({ "organisation": organisation })).await["createWebhook"]["webhook"]["id"].clone();
    let another = api.event(&organisation, "ama").await;
    api.ask("mutation($id: ID!) { publishEvent(id: $id) { id } }", json!({ "id": another })).await;
    let told = "query($id: ID!) { organisation(id: $id) { webhooks { deliveries { nodes { id } } } } }";
    let told = api.ask(told, json!({ "id": organisation })).await;
    let delivery = text(&told["organisation"]["webhooks"][0]["deliveries"]["nodes"][0]["id"]);
    let save = "mutation($event: ID!) { saveAsTemplate(event: $event, title: \"T\") { id } }";
    let template = text(&api.ask(save, json!({ "event": event })).await["saveAsTemplate"]["id"]);
    let parts = parts(&api, &event, owner).await;
    let image = houselights_shared::ImageId::random().to_string();
    let picture = "INSERT INTO images (id, organisation_id, content_type, width, height, bytes, created_at) \
                   VALUES (?1, ?2, 'image/png', 1, 1, x'00', 0)";
    database(server).execute(picture, [&image, &organisation]).unwrap();
    let key_api = Api::new(server.http(), Some(text(&key["secret"])));
    // Its use is written down once, here.
    key_api.ask("{ me { id } }", json!({})).await;
    let attendee = format!("vera-{owner}");
    let add = "mutation($event: ID!, $ticket: ID!, $email: String!) \
               { addRegistration(event: $event, ticket: $ticket, name: \"Vera\", email: $email) { id } }";
    let (_, ticket) = parts.iter().find(|(kind, _)| *kind == TicketType).unwrap();
    api.ask(add, json!({ "event": event, "ticket": ticket, "email": attendee })).await;
    let attendee = server.person(&attendee).await;
    let who = "SELECT id FROM participants WHERE event_id = ?1 ORDER BY id LIMIT 1";
    let participant: String = database(server).query_row(who, [&event], |row| row.get(0)).unwrap();
    let slug = text(&api.ask("query($id: ID!) { event(id: $id) { slug } }", json!({ "id": event })).await["event"]["slug"]);
    let trash = trash(&api, &organisation, &event).await;
    let ids = [
        (Organisation, organisation),
        (Event, event),
        (Participant, participant),
        (Person, text(&members["person"]["id"])),
        (Login, login),
        (ApiKey, text(&key["key"]["id"])),
        (Webhook, text(&webhook)),
        (Delivery, delivery),
        (Image, image),
        (Template, template),
    ];
    House { owner: api, ids: ids.into_iter().chain(parts).collect(), key: key_api, attendee, slug, trash }
}

/// One of each that can lie in the trash, in it.
async fn trash(api: &Api, organisation: &str, event: &str) -> BTreeMap<&'static str, String> {
    let times = "startsAt: \"2030-06-01T12:00:00Z\", endsAt: \"2030-06-01T12:30:00Z\"";
    let mut trash = BTreeMap::new();
    for (kind, make, arguments, delete) in [
        ("TRACK", "createTrack", "title: \"Gone\", colour: \"#112233\"", "deleteTrack"),
        ("ROOM", "createRoom", "title: \"Gone\", kind: BREAKOUT", "deleteRoom"),
        ("SESSION", "createSession", &*format!("session: {{ title: \"Gone\", {times} }}"), "deleteSession"),
        ("SPEAKER", "createSpeaker", "speaker: { name: \"Gone\" }", "deleteSpeaker"),
        ("TICKET_TYPE", "createTicketType", "ticket: { title: \"Gone\", amount: 0, currency: \"EUR\" }", "deleteTicketType"),
        ("CODE", "createCode", "code: { code: \"GONE\", percentOff: 10 }", "deleteCode"),
        ("QUESTION", "createQuestion", "question: { label: \"Gone\", kind: TEXT }", "deleteQuestion"),
    ] {
        let document = format!("mutation($event: ID!) {{ {make}(event: $event, {arguments}) {{ id }} }}");
        let id = text(&api.ask(&document, json!({ "event": event })).await[make]["id"]);
        api.ask(&format!("mutation($id: ID!) {{ {delete}(id: $id) {{ id }} }}"), json!({ "id": id })).await;
        trash.insert(kind, id);
    }
    let gone = api.event(organisation, "ama").await;
    api.ask("mutation($id: ID!) { deleteEvent(id: $id) { id } }", json!({ "id": gone })).await;
    trash.insert("EVENT", gone);
    trash
}

/// One of each that is part of an event.
async fn parts(api: &Api, event: &str, owner: &str) -> Vec<(Kind, String)> {
    let make = async |what: &str, arguments: &str| {
        let document = format!("mutation($event: ID!) {{ {what}(event: $event, {arguments}) {{ id }} }}");
        text(&api.ask(&document, json!({ "event": event })).await[what]["id"])
    };
    let ticket = make("createTicketType", "ticket: { title: \"T\", amount: 0, currency: \"EUR\" }").await;
    let times = "startsAt: \"2030-06-01T12:00:00Z\", endsAt: \"2030-06-01T12:30:00Z\"";
    vec![
        (Track, make("createTrack", "title: \"T\", colour: \"#112233\"").await),
        (Room, make("createRoom", "title: \"R\", kind: BREAKOUT").await),
        (Session, make("createSession", &format!("session: {{ title: \"S\", {times} }}")).await),
        (Speaker, make("createSpeaker", "speaker: { name: \"S\" }").await),
        (Code, make("createCode", "code: { code: \"FRIENDS\", percentOff: 10 }").await),
        (Question, make("createQuestion", "question: { label: \"Q\", kind: TEXT }").await),
        (Registration, make("addRegistration", &format!("ticket: \"{ticket}\", name: \"O\", email: \"{owner}\"")).await),
        (TicketType, ticket),
    ]
}

fn database(server: &TestServer) -> Connection {
    let open = Connection::open_with_flags(server.database(), OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
    open.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    open
}

/// Waits until all that is to be announced is: the server does that by itself.
async fn announced(server: &TestServer) {
    let count = "SELECT count(*) FROM announcements WHERE done_at IS NULL";
    let open = || database(server).query_row(count, [], |row| row.get::<_, i64>(0)).expect("a count");
    let done = async {
        while open() > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    };
    houselights_tests::within("the announcements", done).await;
}

/// All that is stored, as text. What the server writes by itself meanwhile is not among it.
fn stored(server: &TestServer) -> String {
    let database = database(server);
    let mut names = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut dump = String::new();
    for name in names.iter().filter(|name| !["deliveries", "probe"].contains(&name.as_str())) {
        let mut rows = database.prepare(&format!("SELECT * FROM \"{name}\"")).unwrap();
        let columns = rows.column_count();
        let mut lines: Vec<String> = rows
            .query_map([], |row| (0..columns).map(|column| row.get::<_, Cell>(column)).collect::<Result<Vec<_>, _>>())
            .unwrap()
            .map(|row| format!("{:?}", row.unwrap()))
            .collect();
        lines.sort();
        writeln!(dump, "{name}: {lines:#?}").unwrap();
    }
    dump
}

/// The schema as the server tells it.
struct Schema(BTreeMap<String, Value>);

impl Schema {
    async fn ask(api: &Api) -> Self {
        let kind = "kind name ofType { kind name ofType { kind name ofType { kind name } } }";
        let document = format!(
            "{{ __schema {{ types {{ kind name enumValues {{ name }} inputFields {{ name type {{ {kind} }} }} \
             fields {{ name type {{ {kind} }} args {{ name type {{ {kind} }} }} }} }} }} }}"
        );
        let types = api.ask(&document, json!({})).await["__schema"]["types"].clone();
        Self(types.as_array().unwrap().iter().map(|of| (text(&of["name"]), of.clone())).collect())
    }

    fn fields(&self, of: &str) -> Vec<Value> {
        self.0[of]["fields"].as_array().cloned().unwrap_or_default()
    }

    /// Where a type holds ids, each as a path.
    fn ids(&self, of: &Value, path: &str, depth: usize) -> Vec<String> {
        match (of["kind"].as_str().unwrap(), of["name"].as_str()) {
            ("NON_NULL" | "LIST", _) => self.ids(&of["ofType"], path, depth),
            ("SCALAR", Some("ID")) => vec![path.to_owned()],
            ("INPUT_OBJECT", Some(name)) => {
                assert!(depth < 8, "{path} has no end");
                let fields = self.0[name]["inputFields"].as_array().unwrap();
                let within = |field: &Value| self.ids(&field["type"], &format!("{path}.{}", text(&field["name"])), depth + 1);
                fields.iter().flat_map(within).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Where a type takes plain text, by the last word of each path.
    fn texts(&self, of: &Value, name: &str, depth: usize) -> Vec<String> {
        match (of["kind"].as_str().unwrap(), of["name"].as_str()) {
            ("NON_NULL" | "LIST", _) => self.texts(&of["ofType"], name, depth),
            ("SCALAR", Some("String")) => vec![name.to_owned()],
            ("INPUT_OBJECT", Some(object)) => {
                assert!(depth < 8, "{name} has no end");
                let fields = self.0[object]["inputFields"].as_array().unwrap().iter();
                fields.flat_map(|field| self.texts(&field["type"], &text(&field["name"]), depth + 1)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn texts_of(&self, field: &Value) -> Vec<String> {
        let arguments = field["args"].as_array().unwrap();
        arguments.iter().flat_map(|argument| self.texts(&argument["type"], &text(&argument["name"]), 0)).collect()
    }

    fn ids_of(&self, field: &Value) -> Vec<String> {
        let arguments = field["args"].as_array().unwrap();
        let ids = arguments.iter().flat_map(|argument| self.ids(&argument["type"], &text(&argument["name"]), 0));
        ids.filter(|path| !LABELS.contains(&path.as_str())).collect()
    }

    /// Something of this type: ids as they are given, and all else that has to be there.
    fn value(&self, of: &Value, path: &str, ids: &BTreeMap<&str, &str>) -> Value {
        let last = path.rsplit('.').next().unwrap_or(path);
        match (of["kind"].as_str().unwrap(), of["name"].as_str().unwrap_or_default()) {
            ("NON_NULL", _) => self.value(&of["ofType"], path, ids),
            ("LIST", _) => json!([self.value(&of["ofType"], path, ids)]),
            ("SCALAR", "ID") if LABELS.contains(&path) => uuid::Uuid::nil().to_string().into(),
            ("SCALAR", "ID") => ids[path].into(),
            ("SCALAR", "Int") => 1.into(),
            ("SCALAR", "Boolean") => true.into(),
            ("SCALAR", "DateTime") => match last {
                "startsAt" => "2030-06-01T12:00:00Z",
                "endsAt" => "2030-06-01T13:00:00Z",
                _ => "2031-01-01T00:00:00Z",
            }
            .into(),
            ("SCALAR", "String") => match last {
                "timeZone" => "UTC",
                "colour" | "accent" | "background" => "#112233",
                "email" => "somebody@example.com",
                "url" => "https://a.invalid/",
                "slug" => "some-slug",
                "currency" => "EUR",
                _ => "Words",
            }
            .into(),
            ("ENUM", name) => self.0[name]["enumValues"][0]["name"].clone(),
            ("INPUT_OBJECT", name) => {
                let fields = self.0[name]["inputFields"].as_array().unwrap();
                let wanted = |field: &&Value| self.is_wanted(field, &format!("{path}.{}", text(&field["name"])));
                let fields = fields.iter().filter(wanted).map(|field| {
                    let name = text(&field["name"]);
                    let value = self.value(&field["type"], &format!("{path}.{name}"), ids);
                    (name, value)
                });
                Value::Object(fields.collect::<Map<_, _>>())
            }
            (kind, name) => panic!("{path} is a {kind} {name}: say here what one looks like"),
        }
    }

    /// Whether something has to be given, or holds an id. Of `percentOff` and `amountOff` one is needed.
    fn is_wanted(&self, argument: &Value, path: &str) -> bool {
        let is_needed = argument["type"]["kind"] == "NON_NULL" || path.ends_with(".percentOff");
        is_needed || !self.ids(&argument["type"], path, 0).is_empty()
    }

    /// A request for a field, and its variables.
    fn request(&self, operation: &str, field: &Value, ids: &BTreeMap<&str, &str>) -> (String, Value) {
        let arguments = field["args"].as_array().unwrap();
        let wanted: Vec<_> = arguments.iter().filter(|argument| self.is_wanted(argument, &text(&argument["name"]))).collect();
        let list =
            |each: &dyn Fn(&Value) -> String| wanted.iter().map(|argument| each(argument)).collect::<Vec<_>>().join(", ");
        let declared = list(&|argument| format!("${}: {}", text(&argument["name"]), written(&argument["type"])));
        let given = list(&|argument| format!("{0}: ${0}", text(&argument["name"])));
        let variables = wanted.iter().map(|argument| {
            let name = text(&argument["name"]);
            let value = self.value(&argument["type"], &name, ids);
            (name, value)
        });
        let selection = if is_object(&field["type"]) { "{ __typename }" } else { "" };
        let name = text(&field["name"]);
        (format!("{operation}({declared}) {{ {name}({given}) {selection} }}"), Value::Object(variables.collect()))
    }
}

/// A type as it is written in a request.
fn written(of: &Value) -> String {
    match of["kind"].as_str().unwrap() {
        "NON_NULL" => format!("{}!", written(&of["ofType"])),
        "LIST" => format!("[{}]", written(&of["ofType"])),
        _ => text(&of["name"]),
    }
}

fn is_object(of: &Value) -> bool {
    match of["kind"].as_str().unwrap() {
        "NON_NULL" | "LIST" => is_object(&of["ofType"]),
        kind => ["OBJECT", "UNION", "INTERFACE"].contains(&kind),
    }
}

/// What the table does not say of the schema, or says too much.
fn gaps(schema: &Schema) -> Vec<String> {
    let mut gaps = Vec::new();
    let mut known: Vec<&str> = FIELDS.iter().map(|(name, _)| *name).chain(PUBLIC.iter().map(|(name, _)| *name)).collect();
    for field in ["Query", "Mutation"].iter().flat_map(|root| schema.fields(root)) {
        let (name, ids) = (text(&field["name"]), schema.ids_of(&field));
        known.retain(|known| *known != name);
        let listed = FIELDS.iter().find(|(listed, _)| *listed == name).map(|(_, ids)| *ids);
        let is_public = PUBLIC.iter().any(|(public, _)| *public == name);
        let unknown = schema.texts_of(&field).into_iter().filter(|word| !TEXTS.contains(&word.as_str()));
        gaps.extend(unknown.map(|word| format!("{name} takes `{word}` as text: is it an id?")));
        let told: Vec<_> = listed.unwrap_or_default().iter().map(|(path, _)| (*path).to_owned()).collect();
        if !is_public && told != ids {
            gaps.push(format!("{name} takes ids as {ids:?}, the table says {told:?}"));
        }
    }
    gaps.extend(known.iter().map(|known| format!("{known} is no field any more")));
    let objects = schema.0.values().filter(|of| of["kind"] == "OBJECT" && !text(&of["name"]).starts_with("__"));
    for name in objects.map(|of| text(&of["name"])).filter(|name| !["Query", "Mutation"].contains(&name.as_str())) {
        for field in schema.fields(&name) {
            let arguments = field["args"].as_array().unwrap().iter().map(|argument| text(&argument["name"]));
            let unknown = arguments.filter(|argument| !BELOW.contains(&argument.as_str()));
            gaps.extend(
                unknown.map(|argument| format!("{name}.{} takes {argument}: nothing here tries it", text(&field["name"]))),
            );
        }
    }
    gaps
}

/// Ways to mix ids of two houses so that at least one is the victim's.
fn mixtures<'a>(ids: Ids, own: &'a House, victim: &'a House) -> Vec<BTreeMap<&'static str, &'a str>> {
    let choose = |is_foreign: &dyn Fn(usize) -> bool| {
        let each = ids.iter().enumerate().map(|(place, (path, kind))| {
            let house = if is_foreign(place) { victim } else { own };
            (*path, house.ids[kind].as_str())
        });
        each.collect()
    };
    let alone = 0..ids.len();
    std::iter::once(choose(&|_| true)).chain(alone.map(|alone| choose(&|place| place == alone))).collect()
}

/// Somebody who is registered.
const ATTENDEE: &str = "an attendee";

/// Who is not of the globe.
fn others<'a>(stranger: &'a Api, globe: &'a House, rose: &'a House) -> [(&'static str, &'a Api); 4] {
    [
        ("a stranger", stranger),
        ("an owner of another", &rose.owner),
        ("a key of another", &rose.key),
        (ATTENDEE, &globe.attendee),
    ]
}

#[tokio::test]
async fn nobody_takes_what_is_anothers_out_of_the_trash() {
    let server = TestServer::with(|config| config.graphql_introspection = true).await;
    let globe = house(&server, "ada@example.com", "grace@example.com").await;
    let rose = house(&server, "mallory@example.com", "eve@example.com").await;
    let schema = Schema::ask(&globe.owner).await;
    let kinds: Vec<_> =
        schema.0["TrashKind"]["enumValues"].as_array().unwrap().iter().map(|kind| text(&kind["name"])).collect();
    let mut listed: Vec<_> = globe.trash.keys().copied().collect();
    listed.sort_by_key(|kind| kinds.iter().position(|of| of == kind));
    assert_eq!(kinds, listed, "teach `trash`");
    let restore = "mutation($event: ID!, $kind: TrashKind!, $id: ID!) { restore(event: $event, kind: $kind, id: $id) { id } }";
    let of = |house: &House, kind: &str| match kind {
        "EVENT" => house.trash[kind].clone(),
        _ => house.ids[&Event].clone(),
    };
    announced(&server).await;
    let before = stored(&server);
    let stranger = server.stranger();
    for (who, api) in others(&stranger, &globe, &rose) {
        for kind in &kinds {
            let (own, victims) = (of(&rose, kind), of(&globe, kind));
            for (event, id) in [(&victims, &globe.trash), (&own, &globe.trash), (&victims, &rose.trash)] {
                let variables = json!({ "event": event, "kind": kind, "id": id[kind.as_str()] });
                let outcome = api.try_ask(restore, variables.clone()).await;
                // Where the event is one's own in the trash, naming another's beside it brings back nothing.
                let code = outcome.as_ref().map_err(|error| error.code.as_str()).err().unwrap_or("nothing");
                assert!(REFUSALS.contains(&code), "{who} is refused with {code}: {variables}: {outcome:?}");
            }
        }
    }
    assert_eq!(before, stored(&server), "something was changed");
    for kind in &kinds {
        let variables = json!({ "event": of(&globe, kind), "kind": kind, "id": globe.trash[kind.as_str()] });
        globe.owner.ask(restore, variables).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn nobody_reaches_what_is_another_organisations() {
    let server = TestServer::with(|config| config.graphql_introspection = true).await;
    let globe = house(&server, "ada@example.com", "grace@example.com").await;
    let rose = house(&server, "mallory@example.com", "eve@example.com").await;
    let schema = Schema::ask(&globe.owner).await;
    assert_eq!(gaps(&schema), Vec::<String>::new(), "teach the tables of this file");
    let fields: Vec<_> = [("query", "Query"), ("mutation", "Mutation")]
        .into_iter()
        .flat_map(|(operation, of)| schema.fields(of).into_iter().map(move |field| (operation, field)))
        .collect();
    let of_table = FIELDS.iter().map(|(name, ids)| {
        let (operation, field) = fields.iter().find(|(_, field)| field["name"] == **name).unwrap();
        (*operation, field, *ids)
    });
    let of_table: Vec<_> = of_table.collect();
    announced(&server).await;
    let before = stored(&server);
    let stranger = server.stranger();
    for (who, api) in others(&stranger, &globe, &rose) {
        for (operation, field, ids) in &of_table {
            if who == ATTENDEE && ATTENDEES.iter().any(|(name, reason)| field["name"] == *name && !reason.is_empty()) {
                continue;
            }
            for mixture in mixtures(ids, &rose, &globe) {
                let (document, variables) = schema.request(operation, field, &mixture);
                let outcome = api.try_ask(&document, variables.clone()).await;
                let code = outcome.as_ref().map_err(|error| error.code.as_str()).err().unwrap_or("nothing");
                assert!(REFUSALS.contains(&code), "{who} is refused with {code}: {document} {variables}: {outcome:?}");
            }
        }
    }
    assert_eq!(before, stored(&server), "something was changed");
    // And that was for the reason that is meant: the owner is not refused so.
    for (operation, field, ids) in &of_table {
        let own: BTreeMap<_, _> = ids.iter().map(|(path, kind)| (*path, globe.ids[kind].as_str())).collect();
        let (document, variables) = schema.request(operation, field, &own);
        if let Err(error) = globe.owner.try_ask(&document, variables.clone()).await {
            assert!(!REFUSALS.contains(&error.code.as_str()), "{document} {variables}: {error:?}");
            assert!(!error.code.is_empty(), "{document} {variables}: {error:?}");
        }
    }
    server.stop().await;
}

/// Who comes through a route.
enum Door {
    /// Everybody, for this reason.
    Open(&'static str),
    /// Nobody who puts there what is another's: one of these is answered.
    Shut(&'static [u16]),
}
use Door::{Open, Shut};

/// What is not there, or not for whoever asks.
const NOT_YOURS: Door = Shut(&[401, 403, 404]);
/// A page that is not published.
const NO_PAGE: Door = Shut(&[404]);

/// Every method of every path. The gaps of a path are filled by their names: `{id}` with every id there is, `{slug}` with that of a draft; `{secret}` and
/// `{invite}` are nobody's to know.
const ROUTES: &[(&str, &str, Door)] = &[
    ("/livez", "get", Open("says that the process runs")),
    ("/readyz", "get", Open("says whether it works")),
    ("/metrics", "get", Open("counts, and names nobody")),
    ("/realtime", "get", Open("nothing is said before Hello, which needs a token")),
    ("/join/{invite}", "get", Open("whoever has the secret is invited; tests/it/signing_in.rs")),
    ("/join/{invite}/give-back", "get", Open("whoever has the secret has the place; tests/it/giving_back.rs")),
    ("/join/{invite}/give-back", "post", Open("whoever has the secret has the place; tests/it/giving_back.rs")),
    ("/api/invites/{invite}", "get", Open("whoever has the secret is invited; tests/it/signing_in.rs")),
    ("/api/logins", "post", Open("needs an invite")),
    ("/api/logins/current", "delete", Open("ends the login of whoever asks")),
    ("/api/inbox/{participant}", "get", Open("tells whoever asks of their own conversations; tests/it/inbox.rs")),
    ("/api/rooms", "get", Open("tells whoever asks of the event that they are signed in to")),
    ("/api/rooms/{id}/people", "get", NOT_YOURS),
    ("/api/rooms/{id}/people/{participant}", "get", NOT_YOURS),
    ("/api/profile", "get", Open("tells whoever asks what they say of themselves; tests/it/people.rs")),
    ("/api/profile", "put", Open("keeps what whoever asks says of themselves; tests/it/people.rs")),
    ("/api/rooms/{id}/audit", "get", NOT_YOURS),
    ("/api/rooms/{id}/audit.csv", "get", NOT_YOURS),
    ("/api/rooms/{id}/audit.jsonl", "get", NOT_YOURS),
    ("/api/rooms/{id}/polls/{poll}/votes", "get", NOT_YOURS),
    ("/api/rooms/{id}/messages", "get", NOT_YOURS),
    ("/api/rooms/{id}/messages/search", "get", NOT_YOURS),
    ("/api/rooms/{id}/replay", "get", NOT_YOURS),
    ("/api/rooms/{id}/replay/at", "get", NOT_YOURS),
    ("/api/rooms/{id}/replay/updates", "get", NOT_YOURS),
    ("/sign-in/{secret}", "get", Open("whoever has the secret got the mail; tests/it/sign_in_mail.rs")),
    ("/api/sign-ins", "post", Open("answers alike for whatever address")),
    ("/api/sign-ins/confirm", "post", Open("needs what the link carries and what the device keeps")),
    ("/api/sign-ins/current", "delete", Open("ends the login of whoever asks")),
    ("/api/sign-ins/ways", "get", Open("says how one can sign in")),
    ("/api/sign-ins/oidc", "post", Open("leads to the provider")),
    ("/api/oidc/callback", "get", Open("needs a state that a device of one's own began; tests/it/oidc.rs")),
    ("/images/{id}", "get", Open("a picture is shown to whoever has its address: public pages do")),
    ("/api/people/me/data", "get", Open("tells whoever asks of themselves")),
    ("/api/people/me", "delete", Open("forgets whoever asks")),
    ("/api/registrations/{id}/data", "get", NOT_YOURS),
    ("/api/events/{id}/attendees.csv", "get", NOT_YOURS),
    ("/api/events/{id}/attendees.csv", "post", NOT_YOURS),
    ("/api/events/{id}/agenda.csv", "get", NOT_YOURS),
    ("/api/events/{id}/agenda.csv", "post", NOT_YOURS),
    ("/api/events/{id}/agenda.ics", "get", NOT_YOURS),
    ("/api/events/{id}/agenda.ics", "post", NOT_YOURS),
    ("/api/events/{id}/reports/{file}", "get", NOT_YOURS),
    ("/api/events/{id}/archive", "get", NOT_YOURS),
    ("/api/organisations/{id}/archives", "post", NOT_YOURS),
    ("/api/organisations/{id}/bounces", "post", NOT_YOURS),
    ("/api/organisations/{id}/images", "post", NOT_YOURS),
    ("/e/{slug}", "get", NO_PAGE),
    ("/e/{slug}/calendar.ics", "get", NO_PAGE),
    ("/e/{slug}/register", "get", NO_PAGE),
    ("/e/{slug}/register", "post", NO_PAGE),
    ("/e/{slug}/registered", "get", NO_PAGE),
    ("/e/{slug}/waiting", "get", NO_PAGE),
    ("/e/{slug}/paid", "get", NO_PAGE),
    ("/e/{slug}/unpaid", "get", NO_PAGE),
    ("/e/{slug}/unpaid/{registration}", "get", NO_PAGE),
    ("/e/{slug}/unpaid/{registration}", "post", NO_PAGE),
    ("/e/{slug}/pay/{secret}", "get", NO_PAGE),
    ("/e/{slug}/pay/{secret}", "post", NO_PAGE),
    ("/api/payments/stripe/notices", "post", Open("needs the provider's signature")),
    ("/graphql", "post", Open("each field has its guard, see above")),
];

/// Every method of every path that is given a handler in the sources of the server.
fn routes(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            routes(&entry, found);
        } else if entry.file_name().is_some_and(|name| name != "tests.rs") {
            let source = fs::read_to_string(&entry).unwrap_or_default();
            for rest in source.split(".route(").skip(1) {
                let Some((path, rest)) = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split_once('"')) else {
                    continue;
                };
                found.extend(methods(rest).into_iter().map(|method| (path.to_owned(), method)));
            }
        }
    }
}

/// The methods in the rest of a call of `route`, up to where it is closed.
fn methods(rest: &str) -> Vec<String> {
    let mut depth = 1_usize;
    let call = rest.split_inclusive(|c: char| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    let call = call.take(1).collect::<String>();
    let known = ["get", "post", "put", "patch", "delete", "head", "options", "any", "on", "connect", "trace"];
    let is_call = |method: &str| {
        call.match_indices(&format!("{method}("))
            .any(|(at, _)| !call[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
    };
    known.into_iter().filter(|method| is_call(method)).map(str::to_owned).collect()
}

/// The ways to fill the gaps of a path with what is another's. `{file}` is one that there is; of polls there is none that anybody could name.
fn filled(path: &str, house: &House) -> Vec<String> {
    let path = path.replace("{file}", "chat.csv").replace("{poll}", &PollId::random().to_string());
    let with = |what: &str| path.replace(what, "{}");
    if path.contains("{id}") {
        return house.ids.values().map(|id| with("{id}").replace("{}", id)).collect();
    }
    vec![
        with("{slug}")
            .replace("{}", &house.slug)
            .replace("{secret}", "a-guess")
            .replace("{registration}", &house.ids[&Registration]),
    ]
}

#[tokio::test]
async fn no_route_leads_to_what_is_another_organisations() {
    let mut found = Vec::new();
    routes(&root().join("server/src/http"), &mut found);
    let mut listed: Vec<_> = ROUTES.iter().map(|(path, method, _)| ((*path).to_owned(), (*method).to_owned())).collect();
    found.sort();
    listed.sort();
    assert_eq!(found, listed, "teach the table of this file");
    let server = TestServer::start().await;
    let globe = house(&server, "ada@example.com", "grace@example.com").await;
    let mallory = server.person("mallory@example.com").await;
    announced(&server).await;
    let before = stored(&server);
    let answered = async |method: &str, path: &str, token: Option<&str>| {
        let request = http().request(method.to_uppercase().parse().unwrap(), format!("http://{}{path}", server.http()));
        let is_form = path.ends_with("/register") && method == "post";
        let form = |request: reqwest::RequestBuilder| {
            request.header("content-type", "application/x-www-form-urlencoded").body("name=Vera&email=vera%40example.com")
        };
        let request = if is_form { form(request) } else { request };
        let request = token.into_iter().fold(request, reqwest::RequestBuilder::bearer_auth);
        request.send().await.unwrap().status().as_u16()
    };
    for (path, method, door) in ROUTES {
        let statuses = match door {
            Open(reason) => {
                assert!(!reason.is_empty());
                continue;
            }
            Shut(statuses) => statuses,
        };
        for path in filled(path, &globe) {
            for token in [None, mallory.token(), globe.attendee.token()] {
                let status = answered(method, &path, token).await;
                assert!(statuses.contains(&status), "{method} {path} is answered with {status}");
            }
        }
    }
    assert_eq!(before, stored(&server), "something was changed");
    // And that was for the reason that is meant: the owner comes through, and so does everybody once it is published.
    let event = &globe.ids[&Event];
    for part in ["attendees.csv", "agenda.csv", "agenda.ics", "archive", "reports/chat.csv", "reports/log.jsonl"] {
        let path = format!("/api/events/{event}/{part}");
        assert_eq!(answered("get", &path, globe.owner.token()).await, 200, "{path}");
    }
    globe.owner.ask("mutation($id: ID!) { publishEvent(id: $id) { id } }", json!({ "id": event })).await;
    for path in filled("/e/{slug}", &globe).into_iter().chain(filled("/e/{slug}/register", &globe)) {
        assert_eq!(answered("get", &path, None).await, 200, "{path}");
    }
    server.stop().await;
}
