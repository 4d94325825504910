//! What is known of a person, and being forgotten.

use houselights_shared::{Choice, CommandBody, InboxCommandBody, Outcome, PollId, Refusal, SanctionAct, Update, UpdateBody};
use houselights_tests::{api::text, client::TestClient, server::TestServer, smtp::Smtp, tickets::Sale, within};
use serde_json::{Value, json};

use crate::{
    agenda::Desk,
    archive::{enter, log_in},
    life::database,
};

const ERASE: &str =
    "mutation($organisation: ID!, $email: String!) { erasePerson(organisation: $organisation, email: $email) { id } }";

/// Which of these words stand anywhere in the files of the database, whether or not anything leads there.
fn found(server: &TestServer, words: &[&str]) -> Vec<String> {
    let name = server.database().to_str().expect("a path").to_owned();
    let files = ["", "-wal"].map(|end| std::fs::read(format!("{name}{end}")).unwrap_or_default().to_ascii_lowercase());
    assert!(!files[0].is_empty());
    let stands = |word: &str| files.iter().any(|bytes| bytes.windows(word.len()).any(|part| part == word.as_bytes()));
    words.iter().filter(|word| stands(&word.to_lowercase())).map(|word| (*word).to_owned()).collect()
}

async fn figures(sale: &Sale) -> Value {
    let seen = "query($id: ID!) { event(id: $id) { registered tickets { taken } sales { confirmed pending } } }";
    sale.organizer.ask(seen, json!({ "id": sale.event })).await["event"].clone()
}

/// Two who are registered and speak; the first is the one in question.
async fn registered(server: &TestServer) -> Sale {
    let sale = Sale::of(server).await;
    let ticket = sale.ticket(json!({})).await;
    let question =
        "mutation($event: ID!) { createQuestion(event: $event, question: { label: \"Anything?\", kind: TEXT }) { id } }";
    let question = text(&sale.organizer.ask(question, json!({ "event": sale.event })).await["createQuestion"]["id"]);
    for (name, email, answer) in
        [("Wilhelmina", "mina@example.com", "nutallergy"), ("Jonathan", "jon@example.com", "garlicfree")]
    {
        let new = json!({ "ticket": ticket, "name": name, "email": email, "answers": [{ "question": question, "values": [answer] }] });
        sale.register_with(&server.stranger(), new).await.expect("they register");
    }
    let speaker = "mutation($event: ID!) { createSpeaker(event: $event, speaker: { name: \"Wilhelmina\", email: \"mina@example.com\", \
                   biography: \"Schoolmistress\" }) { id } }";
    let speaker = text(&sale.organizer.ask(speaker, json!({ "event": sale.event })).await["createSpeaker"]["id"]);
    sale.organizer.ask("mutation($id: ID!) { inviteSpeaker(id: $id) { link } }", json!({ "id": speaker })).await;
    sale
}

#[tokio::test]
async fn a_person_reads_what_is_known_of_them_and_is_forgotten() {
    let server = TestServer::start().await;
    let sale = registered(&server).await;
    let (mina, jon) = (server.person("mina@example.com").await, server.person("jon@example.com").await);
    mina.ask("mutation { renameMe(name: \"Wilhelmina Murray\") { id } }", json!({})).await;
    sale.start().await;
    let mut in_room = enter(&server, &mina, &sale.event).await;
    in_room.say("I saw a wolf").await;
    let mut with_jon = enter(&server, &jon, &sale.event).await;
    with_jon.say("I saw a bat").await;
    let (text, named) = (format!("@{} run", in_room.me.name), vec![in_room.me.participant]);
    with_jon.done(CommandBody::SendMessage { text, reply_to: None, mentions: named }).await;
    let direct = |to: &TestClient, text: &str| InboxCommandBody::SendDirect { to: to.me.participant, text: text.to_owned() };
    let told =
        [in_room.ask_inbox(direct(&with_jon, "I am bitten")).await, with_jon.ask_inbox(direct(&in_room, "Not again")).await];
    assert!(told.iter().all(|outcome| matches!(outcome, Outcome::Accepted { .. })), "{told:?}");
    let (status, data) = mina.file("GET", "/api/people/me/data", "").await;
    assert_eq!(status, 200, "{data}");
    for own in ["Wilhelmina", "mina@example.com", "nutallergy", "I saw a wolf", "I am bitten", "Schoolmistress", "Anything?"] {
        assert!(data.contains(own), "{own} is missing in {data}");
    }
    for others in ["Jonathan", "jon@example.com", "garlicfree", "I saw a bat", "Not again"] {
        assert!(!data.contains(others), "{others} is in {data}");
    }
    let before = figures(&sale).await;
    let me = async |api: &houselights_tests::api::Api| api.ask("{ me { id } }", json!({})).await["me"]["id"].clone();
    let was = me(&mina).await;
    assert_eq!(mina.file("DELETE", "/api/people/me?email=jon@example.com", "").await.0, 422);
    assert_eq!(mina.file("DELETE", "/api/people/me?email=Mina@example.com", "").await.0, 204);
    assert_eq!(mina.file("GET", "/api/people/me/data", "").await.0, 401, "and is not signed in any more");
    let traces = ["wilhelmina", "murray", "mina@example.com", "nutallergy", "i saw a wolf", "i am bitten", "schoolmistress"];
    let server = server.restart().await;
    assert_eq!(found(&server, &traces), Vec::<String>::new());
    assert_eq!(found(&server, &["Jonathan", "garlicfree", "I saw a bat", "Not again"]).len(), 4, "others are not forgotten");
    let sale = Sale { organizer: server.person("organizer@example.com").await, ..sale };
    assert_eq!(figures(&sale).await, before);
    assert_eq!(enter(&server, &sale.organizer, &sale.event).await.texts(), ["I saw a bat", "@Erased run"]);
    assert_ne!(me(&server.person("mina@example.com").await).await, was);
    server.stop().await;
}

#[tokio::test]
async fn whoever_is_banned_and_forgets_themselves_registers_in_vain() {
    let server = TestServer::start().await;
    let sale = registered(&server).await;
    let mina = server.person("mina@example.com").await;
    sale.start().await;
    let mut there = enter(&server, &mina, &sale.event).await;
    let mut runs = enter(&server, &sale.organizer, &sale.event).await;
    let who = there.me.participant;
    runs.done(CommandBody::Sanction { participant: who, act: SanctionAct::Ban }).await;
    assert_eq!(there.ended().await, Some(Refusal::Banned));
    assert_eq!(mina.file("DELETE", "/api/people/me?email=mina@example.com", "").await.0, 204);
    assert_eq!(found(&server, &["mina@example.com"]), Vec::<String>::new(), "the address is not what is kept");
    let stranger = server.stranger();
    let ticket = sale.ticket(json!({})).await;
    let places = async || {
        let seen = "query($id: ID!) { event(id: $id) { sales { confirmed } } }";
        sale.organizer.ask(seen, json!({ "id": sale.event })).await["event"]["sales"]["confirmed"].as_u64().expect("a number")
    };
    let before = places().await;
    let told = sale.register(&stranger, &ticket, "mina@example.com").await.expect("answered as anybody is").0;
    assert_eq!(places().await, before);
    assert_eq!(told, sale.register(&stranger, &ticket, "walt@example.com").await.expect("registered").0);
    assert_eq!(places().await, before + 1);
    let lift = "mutation($event: ID!, $who: ID!) { liftBan(event: $event, participant: $who) }";
    assert_eq!(sale.organizer.ask(lift, json!({ "event": sale.event, "who": who })).await["liftBan"], true);
    let by_themselves = |client: &TestClient| {
        let lifted = |told: &&Update| matches!(told.body, UpdateBody::SanctionLifted { .. });
        client.updates.iter().find(lifted).map(|told| told.by == Some(client.me.participant))
    };
    runs.until("the end of it", |client| by_themselves(client) == Some(true)).await;
    sale.register(&stranger, &ticket, "mina@example.com").await.expect("registered");
    assert_eq!(places().await, before + 2);
    server.stop().await;
}

#[tokio::test]
async fn the_last_owner_of_an_organisation_hands_it_on_first() {
    let server = TestServer::start().await;
    let ada = server.person("ada@example.com").await;
    let organisation = ada.organisation("The Globe").await;
    let path = "/api/people/me?email=ada@example.com";
    assert_eq!(ada.file("DELETE", path, "").await.0, 409);
    let add =
        "mutation($id: ID!) { addMember(organisation: $id, email: \"bob@example.com\", name: \"Bob\", role: OWNER) { id } }";
    ada.ask(add, json!({ "id": organisation })).await;
    assert_eq!(ada.file("DELETE", path, "").await.0, 204);
    assert_eq!(found(&server, &["ada@example.com"]), Vec::<String>::new());
    assert_eq!(server.stranger().file("DELETE", path, "").await.0, 401);
    server.stop().await;
}

#[tokio::test]
async fn an_organisation_forgets_somebody_at_its_own_events_alone() {
    let server = TestServer::start().await;
    let sale = registered(&server).await;
    let mallory = server.person("mallory@example.com").await;
    let other = mallory.organisation("The Rose").await;
    let theirs = mallory.event(&other, "ama").await;
    let speaker = "mutation($event: ID!) { createSpeaker(event: $event, speaker: { name: \"Wilhelmina\", email: \"mina@example.com\" }) { id } }";
    mallory.ask(speaker, json!({ "event": theirs })).await;
    let organisation = sale.organisation().await;
    let of = |organisation: &str| json!({ "organisation": organisation, "email": "Mina@example.com" });
    assert_eq!(mallory.refused(ERASE, of(&organisation)).await, "NOT_FOUND");
    sale.organizer.ask(ERASE, of(&organisation)).await;
    assert_eq!(found(&server, &["nutallergy", "schoolmistress"]), Vec::<String>::new());
    assert_eq!(found(&server, &["mina@example.com"]).len(), 1, "the other organisation knows them");
    mallory.ask(ERASE, of(&other)).await;
    assert_eq!(found(&server, &["mina@example.com", "wilhelmina"]), Vec::<String>::new());
    server.stop().await;
}

#[tokio::test]
async fn an_owner_takes_out_what_the_organisation_has_of_somebody_and_nobody_else_does() {
    let server = TestServer::start().await;
    let sale = registered(&server).await;
    let mina = server.person("mina@example.com").await;
    sale.start().await;
    let mut there = enter(&server, &mina, &sale.event).await;
    there.say("I saw a wolf").await;
    there.done(CommandBody::AskQuestion { text: "Who howls?".to_owned(), anonymous: false }).await;
    there.done(CommandBody::AskQuestion { text: "Is it me who asks?".to_owned(), anonymous: true }).await;
    // Who answered what in a quiz is theirs alone, unless the quiz said otherwise.
    let mut runs = enter(&server, &sale.organizer, &sale.event).await;
    for named in [false, true] {
        let form = json!({ "question": "Who bites?", "kind": { "is": "quiz", "points": 10 }, "options": ["You", "I"], "correct": [0], "named": named });
        let (poll, form) = (PollId::random(), serde_json::from_value(form).expect("a form"));
        runs.done(CommandBody::DraftPoll { poll, form }).await;
        runs.done(CommandBody::OpenPoll { poll }).await;
        there.done(CommandBody::Vote { poll, choice: Choice::Options { options: vec![0] } }).await;
    }
    let jon = server.person("jon@example.com").await;
    let to = enter(&server, &jon, &sale.event).await.me.participant;
    let direct = InboxCommandBody::SendDirect { to, text: "between us".to_owned() };
    assert!(matches!(there.ask_inbox(direct).await, Outcome::Accepted { .. }));
    let mallory = server.person("mallory@example.com").await;
    let theirs = mallory.event(&mallory.organisation("The Rose").await, "ama").await;
    let speaker = "mutation($event: ID!) { createSpeaker(event: $event, speaker: { name: \"Mina\", email: \"mina@example.com\", \
                   biography: \"Known at the Rose\" }) { id } }";
    mallory.ask(speaker, json!({ "event": theirs })).await;
    let path = format!("/api/registrations/{}/data", text(&sale.registration("mina@").await["id"]));
    let (status, data) = sale.organizer.file("GET", &path, "").await;
    assert_eq!(status, 200, "{data}");
    for own in ["Wilhelmina", "nutallergy", "I saw a wolf", "Who howls?", "Schoolmistress", "Anything?"] {
        assert!(data.contains(own), "{own} is missing in {data}");
    }
    // How they sign in is the server's to know, and what others have of them is theirs.
    for others in ["Known at the Rose", "logins", "memberships", "Jonathan", "garlicfree"] {
        assert!(!data.contains(others), "{others} is in {data}");
    }
    // What nobody else may see, they get by signing in.
    let (_, all) = mina.file("GET", "/api/people/me/data", "").await;
    for secret in ["Is it me who asks?", "between us"] {
        assert!(!data.contains(secret) && all.contains(secret), "{secret}");
    }
    assert_eq!((data.matches("poll_voted").count(), all.matches("poll_voted").count()), (1, 2));
    let add = "mutation($id: ID!, $email: String!) { addMember(organisation: $id, email: $email, name: \"O\", role: ORGANIZER) { id } }";
    sale.organizer.ask(add, json!({ "id": sale.organisation().await, "email": "organizes@example.com" })).await;
    let organizer = server.person("organizes@example.com").await;
    for (who, status) in [(&organizer, 403), (&mallory, 404), (&mina, 404), (&server.stranger(), 401)] {
        assert_eq!(who.file("GET", &path, "").await.0, status);
    }
    server.stop().await;
}

#[tokio::test]
async fn whoever_is_in_a_room_sees_no_more_what_somebody_said_who_was_erased() {
    let server = TestServer::start().await;
    let sale = registered(&server).await;
    sale.start().await;
    let (mina, jon) = (server.person("mina@example.com").await, server.person("jon@example.com").await);
    let theirs = log_in(&server, &sale.organizer, &sale.event).await;
    let mut there = TestClient::connect(server.http(), &theirs).await;
    let his = log_in(&server, &jon, &sale.event).await;
    let mut was_there = TestClient::connect(server.http(), &his).await;
    was_there.say("I saw a bat").await;
    enter(&server, &mina, &sale.event).await.say("I saw a wolf").await;
    was_there.hears("I saw a wolf").await;
    there.hears("I saw a wolf").await;
    let seen = was_there.seq;
    was_there.vanish();
    let organisation = sale.organisation().await;
    sale.organizer.ask(ERASE, json!({ "organisation": organisation, "email": "mina@example.com" })).await;
    there.until("the room anew", |client| client.texts() == ["I saw a bat"]).await;
    let mut back = TestClient::resume(server.http(), &his, Some(seen)).await;
    assert_eq!(back.texts(), ["I saw a bat"], "who was away gets it anew, too");
    back.say("What wolf?").await;
    there.hears("What wolf?").await;
    assert_eq!(there.texts(), ["I saw a bat", "What wolf?"]);
    assert!(server.metric("houselights_rooms_reloaded_total") > 0.0);
    server.stop().await;
}

#[tokio::test]
async fn who_was_erased_is_named_in_nothing_that_others_were_or_are_to_be_told() {
    let smtp = Smtp::start().await;
    let url = smtp.url().parse().expect("an address");
    let server = TestServer::with(|config| {
        config.smtp_url = Some(url);
        config.changes_told_after_seconds = 6;
    });
    let desk = Desk::with(server.await, "fireside-chat").await;
    let times = ("2030-06-01T10:00:00Z", "2030-06-01T11:00:00Z");
    let (one, two) = (desk.create("Compilers", times, json!({})).await, desk.create("Debuggers", times, json!({})).await);
    desk.picker("Vera", &one);
    desk.picker("Walt", &two);
    desk.on("publishEvent", &desk.event, "id").await;
    let zeb = desk.speaker("Zebulon Quagga", Some("zeb@example.com")).await;
    let grace = desk.speaker("Grace", None).await;
    desk.update(&one, 1, json!({ "speakers": [zeb] })).await.expect("changed");
    desk.update(&two, 1, json!({ "speakers": [zeb, grace] })).await.expect("changed");
    let database = database(desk.server.database());
    // As earlier versions wrote it.
    let old =
        "INSERT INTO announcements (id, event_id, kind, message, created_at, done_at) VALUES ('old', ?1, 'changed', ?2, 0, 0)";
    let what = json!([{ "kind": "session_speakers", "session": "Compilers", "speakers": ["Zebulon Quagga"], "id": one }]);
    let message = json!({ "kind": "changed", "what": what, "of_a_draft": false }).to_string();
    database.execute(old, [&desk.event, &message]).expect("written");
    let old = "INSERT INTO outbox (id, event_id, recipient, message, state, due_at, created_at, sent_at) \
               VALUES ('old', ?1, 'vera@example.com', ?2, 'sent', ?3, 0, 0)";
    let far = i64::MAX.to_string();
    database.execute(old, [&desk.event, &message, &far]).expect("written");
    let gone = json!({ "organisation": desk.organisation, "email": "zeb@example.com" });
    desk.ada.ask(ERASE, gone).await;
    assert_eq!(found(&desk.server, &["zebulon", "zeb@example.com"]), Vec::<String>::new());
    // Who is left is told of, and who is nobody is not.
    within("the others to be told", async {
        while !smtp.mails().iter().any(|mail| mail.is_for("walt@example.com") && mail.subject().starts_with("Changed")) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let waits = "SELECT count(*) FROM outbox WHERE state = 'queued'";
    within("nothing to wait", async {
        while database.query_row(waits, [], |row| row.get::<_, i64>(0)).expect("a count") > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(found(&desk.server, &["zebulon"]), Vec::<String>::new());
    let told: Vec<_> =
        smtp.mails().iter().filter(|mail| mail.subject().starts_with("Changed")).map(|mail| mail.text()).collect();
    assert!(
        told.len() == 1 && told[0].as_ref().is_some_and(|text| text.contains("Grace") && !text.contains("Erased")),
        "{told:?}"
    );
    desk.server.stop().await;
}

/// Somebody who reads the database, such as whoever makes a copy, and goes on reading.
fn reader(server: &TestServer) -> rusqlite::Connection {
    let reader = rusqlite::Connection::open(server.database()).expect("it is there");
    let begin = "BEGIN; SELECT count(*) FROM people";
    let opened = begin.split("; ").try_for_each(|sql| reader.prepare(sql)?.query([])?.next().map(drop));
    opened.expect("it reads");
    reader
}

const TRACES: [&str; 3] = ["wilhelmina", "mina@example.com", "nutallergy"];

async fn emptied(server: &TestServer) {
    let empty = async {
        while !found(server, &TRACES).is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    within("the log to be emptied", empty).await;
}

#[tokio::test]
async fn an_erasure_is_done_though_somebody_reads_and_the_log_is_emptied_later() {
    let server = TestServer::start().await;
    let sale = registered(&server).await;
    let mina = server.person("mina@example.com").await;
    let reads = reader(&server);
    assert_eq!(mina.file("DELETE", "/api/people/me?email=mina@example.com", "").await.0, 204);
    assert!(!found(&server, &TRACES).is_empty(), "the reader may need it still");
    drop(reads);
    emptied(&server).await;
    drop(sale);
    server.stop().await;
}

#[tokio::test]
async fn what_a_server_left_in_the_log_the_next_one_empties() {
    let server = TestServer::start().await;
    let sale = registered(&server).await;
    let reads = reader(&server);
    let gone = json!({ "organisation": sale.organisation().await, "email": "mina@example.com" });
    sale.organizer.ask(ERASE, gone).await;
    let server = server.restart().await;
    assert!(!found(&server, &TRACES).is_empty(), "the reader may need it still");
    drop(reads);
    emptied(&server).await;
    server.stop().await;
}
