//! Templates: those that come with Houselights, and an organisation's own.

use houselights_tests::{
    api::{Api, text},
    server::TestServer,
};
use serde_json::{Value, json};

const LIST: &str = "query($o: ID!) { templates(organisation: $o) { id title summary isOwn minutes accent background rooms source \
                    sessions { title track startsAfterMinutes minutes } } }";
const SAVE: &str = "mutation($event: ID!) { saveAsTemplate(event: $event, title: \"Our own\") { id title isOwn source } }";
const IMPORT: &str = "mutation($o: ID!, $source: String!) { importTemplate(organisation: $o, source: $source) { id title } }";
const DELETE: &str = "mutation($id: ID!) { deleteTemplate(id: $id) }";

async fn list(api: &Api, organisation: &str) -> Vec<Value> {
    api.ask(LIST, json!({ "o": organisation })).await["templates"].as_array().expect("a list").clone()
}

async fn import(api: &Api, organisation: &str, source: &str) -> String {
    text(&api.ask(IMPORT, json!({ "o": organisation, "source": source })).await["importTemplate"]["id"])
}

#[tokio::test]
async fn templates_of_ours_come_first_then_the_organisations_own() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let organisation = ada.organisation("The Globe").await;
    let ours = list(&ada, &organisation).await;
    assert_eq!((ours.len(), &ours[0]["id"], &ours[0]["isOwn"]), (10, &json!("fireside-chat"), &json!(false)));
    assert!(ours.iter().all(|template| template["sessions"].as_array().is_some_and(|sessions| !sessions.is_empty())));
    let event = ada.event(&organisation, "one-day-conference").await;
    let own = ada.ask(SAVE, json!({ "event": event })).await["saveAsTemplate"].clone();
    assert_eq!((&own["title"], &own["isOwn"]), (&json!("Our own"), &json!(true)));
    let all = list(&ada, &organisation).await;
    assert_eq!((all.len(), &all[10]["id"], &all[10]["isOwn"]), (11, &own["id"], &json!(true)));
    let conference = ours.iter().find(|template| template["id"] == "one-day-conference").expect("it is there");
    assert_eq!((&all[10]["rooms"], &all[10]["minutes"]), (&conference["rooms"], &conference["minutes"]));
    let one = "query($o: ID!, $id: ID!) { template(organisation: $o, id: $id) { title source } }";
    for listed in [conference, &all[10]] {
        let asked = ada.ask(one, json!({ "o": organisation, "id": listed["id"] })).await["template"].clone();
        assert_eq!((&asked["title"], &asked["source"]), (&listed["title"], &listed["source"]));
    }
    let sessions = |template: &Value| template["sessions"].as_array().expect("a list").len();
    assert_eq!(sessions(&all[10]), sessions(conference));

    let copy = ada.event(&organisation, &text(&own["id"])).await;
    let summary = "query($id: ID!) { event(id: $id) { summary branding { accent background } } }";
    assert_eq!(ada.ask(summary, json!({ "id": copy })).await, ada.ask(summary, json!({ "id": event })).await);

    assert_eq!(ada.ask(DELETE, json!({ "id": own["id"] })).await["deleteTemplate"], true);
    assert_eq!(ada.refused(DELETE, json!({ "id": own["id"] })).await, "NOT_FOUND");
    assert_eq!(list(&ada, &organisation).await.len(), 10);
    ada.ask(summary, json!({ "id": copy })).await;
    server.stop().await;
}

#[tokio::test]
async fn an_event_moves_to_another_server_by_its_template() {
    let (here, there) = (TestServer::start().await, TestServer::start().await);
    let (ada, bea) = (here.person("ada@example.com").await, there.person("bea@example.com").await);
    let (globe, rose) = (ada.organisation("The Globe").await, bea.organisation("The Rose").await);
    for template in ["fireside-chat", "hackathon-final", "one-day-conference", "workshop"] {
        let event = ada.event(&globe, template).await;
        let exported = text(&ada.ask(SAVE, json!({ "event": event })).await["saveAsTemplate"]["source"]);
        let imported = import(&bea, &rose, &exported).await;
        let again = bea.event(&rose, &imported).await;
        let exported_again = text(&bea.ask(SAVE, json!({ "event": again })).await["saveAsTemplate"]["source"]);
        assert_eq!(exported, exported_again, "{template}");
    }
    here.stop().await;
    there.stop().await;
}

#[tokio::test]
async fn a_file_that_is_no_template_is_refused_with_the_line() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let organisation = ada.organisation("The Globe").await;
    let source = text(&list(&ada, &organisation).await[0]["source"]);
    let broken = source.replacen("accent = \"#", "accent = \"red#", 1);
    let line = broken.lines().position(|line| line.starts_with("accent")).expect("it has one") + 1;
    let (_, answer) = ada.post(&json!({ "query": IMPORT, "variables": { "o": organisation, "source": broken } })).await;
    let error = &answer["errors"][0];
    assert_eq!((&error["extensions"]["code"], &error["extensions"]["line"]), (&json!("TEMPLATE_INVALID"), &json!(line)));
    assert_eq!(error["extensions"]["column"], "accent = ".len() + 1);
    assert!(text(&error["message"]).contains("accent"), "{error}");
    for wrong in ["", "x", "format = 2", "format = 1\u{0}"] {
        let refused = ada.refused(IMPORT, json!({ "o": organisation, "source": wrong })).await;
        assert_eq!(refused, "TEMPLATE_INVALID", "{wrong:?}");
    }
    assert_eq!(list(&ada, &organisation).await.len(), 10);
    server.stop().await;
}

#[tokio::test]
async fn an_organisations_templates_are_its_own() {
    let server = TestServer::start().await;
    let (ada, eve) = (server.person("ada@example.com").await, server.person("eve@example.com").await);
    let (globe, rose) = (ada.organisation("The Globe").await, eve.organisation("The Rose").await);
    let source = text(&list(&ada, &globe).await[0]["source"]);
    let own = import(&ada, &globe, &source).await;
    assert_eq!(eve.refused(LIST, json!({ "o": globe })).await, "NOT_FOUND");
    assert_eq!(eve.refused(DELETE, json!({ "id": own })).await, "NOT_FOUND");
    assert_eq!(server.stranger().refused(DELETE, json!({ "id": own })).await, "UNAUTHENTICATED");
    let create = "mutation($o: ID!, $t: ID!) { createEvent(organisation: $o, template: $t, title: \"T\", \
                  startsAt: \"2030-01-01T00:00:00Z\", timeZone: \"UTC\") { id } }";
    assert_eq!(eve.refused(create, json!({ "o": rose, "t": own })).await, "NOT_FOUND");
    let add =
        "mutation($o: ID!) { addMember(organisation: $o, email: \"mo@example.com\", name: \"Mo\", role: MODERATOR) { id } }";
    ada.ask(add, json!({ "o": globe })).await;
    let mo = server.person("mo@example.com").await;
    assert_eq!(list(&mo, &globe).await.len(), 11);
    assert_eq!(mo.refused(IMPORT, json!({ "o": globe, "source": source })).await, "FORBIDDEN");
    assert_eq!(mo.refused(DELETE, json!({ "id": own })).await, "FORBIDDEN");
    server.stop().await;
}

#[tokio::test]
async fn an_event_with_an_unlikely_agenda_is_saved_exported_imported_and_repeated() {
    let (here, there) = (TestServer::start().await, TestServer::start().await);
    let (ada, bea) = (here.person("ada@example.com").await, there.person("bea@example.com").await);
    let (globe, rose) = (ada.organisation("The Globe").await, bea.organisation("The Rose").await);
    let event = ada.event(&globe, "one-day-conference").await;
    let rooms = "query($id: ID!) { event(id: $id) { version rooms { id } } }";
    let room = ada.ask(rooms, json!({ "id": event })).await["event"]["rooms"][0]["id"].clone();
    let add = "mutation($e: ID!, $s: NewSession!) { createSession(event: $e, session: $s) { id } }";
    for (title, starts, ends, description) in [
        ("At the same time", "2030-06-01T12:00:00Z", "2030-06-01T13:00:00Z", "d".repeat(20_000)),
        ("And once more", "2030-06-01T12:15:00Z", "2030-06-01T12:20:00Z", "Tab\tand\n\"\"\"quotes\"\"\" \\".to_owned()),
        ("The day before", "2030-05-31T08:00:00Z", "2030-05-31T09:00:00Z", String::new()),
        ("A month before", "2030-05-02T08:00:00Z", "2030-05-04T08:00:00Z", String::new()),
        ("A month later", "2030-07-01T08:00:00Z", "2030-07-01T08:01:00Z", String::new()),
    ] {
        let session = json!({ "title": title, "startsAt": starts, "endsAt": ends, "description": description, "room": room });
        ada.ask(add, json!({ "e": event, "s": session })).await;
    }
    // The event is over before some of its sessions.
    let version = ada.ask(rooms, json!({ "id": event })).await["event"]["version"].clone();
    let shorter = "mutation($id: ID!, $v: Int!) { updateEvent(id: $id, version: $v, change: { endsAt: \"2030-06-01T12:10:00Z\" }) { id } }";
    ada.ask(shorter, json!({ "id": event, "v": version })).await;
    let question = "mutation($e: ID!) { createQuestion(event: $e, question: { label: \"Two\\nlines?\", kind: CHOICE, options: [\"A\", \"B\"] }) { id } }";
    ada.ask(question, json!({ "e": event })).await;
    let exported = text(&ada.ask(SAVE, json!({ "event": event })).await["saveAsTemplate"]["source"]);
    let imported = import(&bea, &rose, &exported).await;
    let again = bea.event(&rose, &imported).await;
    assert_eq!(text(&bea.ask(SAVE, json!({ "event": again })).await["saveAsTemplate"]["source"]), exported);
    let facts = "query($id: ID!) { event(id: $id) { endsAt sessions { title startsAt endsAt description room { title } } questions { label options } \
                 agendaWarnings { kind } } }";
    // What is at the same time has no order.
    let known = async |api: &Api, id: &str| {
        let mut event = api.ask(facts, json!({ "id": id })).await["event"].take();
        for list in ["sessions", "agendaWarnings"] {
            event[list].as_array_mut().expect("a list").sort_by_key(Value::to_string);
        }
        event
    };
    let original = known(&ada, &event).await;
    assert_eq!(known(&bea, &again).await, original, "its clocks show the same");
    let repeat = "mutation($id: ID!) { duplicateEvent(id: $id, title: \"Again\", startsAt: \"2030-06-01T12:00:00Z\") { id } }";
    let repeated = text(&ada.ask(repeat, json!({ "id": event })).await["duplicateEvent"]["id"]);
    assert_eq!(known(&ada, &repeated).await, original);
    here.stop().await;
    there.stop().await;
}
