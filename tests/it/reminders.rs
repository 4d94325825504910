//! Reminders, by the wall clock: an event is moved to where one is due.

use houselights_tests::{api::Api, server::TestServer, smtp::Smtp};
use rusqlite::Connection;
use serde_json::json;

use crate::{
    agenda::Desk,
    life::{database, register, server_with},
};

/// As the database says it, seconds from now.
fn from_now(database: &Connection, seconds: i64) -> String {
    let sql = "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now', ?1)";
    database.query_row(sql, [format!("{seconds:+} seconds")], |row| row.get(0)).expect("a moment")
}

async fn moved(server: &TestServer, ada: &Api, id: &str, seconds: i64) {
    let version =
        ada.ask("query($id: ID!) { event(id: $id) { version } }", json!({ "id": id })).await["event"]["version"].clone();
    let starts_at = from_now(&database(server.database()), seconds);
    let document = "mutation($id: ID!, $version: Int!, $at: DateTime!) { rescheduleEvent(id: $id, version: $version, startsAt: $at) { id } }";
    ada.ask(document, json!({ "id": id, "version": version, "at": starts_at })).await;
}

/// How many mails of this subject somebody has.
fn counted(smtp: &Smtp, to: &str, subject: &str) -> usize {
    smtp.mails().iter().filter(|mail| mail.is_for(to) && mail.subject().starts_with(subject)).count()
}

#[tokio::test]
async fn whoever_has_a_place_is_reminded_once_for_a_beginning_also_over_a_restart() {
    let smtp = Smtp::start().await;
    let server = server_with(&smtp).await;
    let ada = server.person("ada@example.com").await;
    let id = ada.event(&ada.organisation("The Globe").await, "panel").await;
    ada.ask("mutation($id: ID!) { publishEvent(id: $id) { id } }", json!({ "id": id })).await;
    {
        let database = database(server.database());
        register(&database, &id, "bea", "confirmed");
        register(&database, &id, "eve", "waiting");
        register(&database, &id, "late", "confirmed");
        let now = "UPDATE registrations SET confirmed_at = unixepoch() * 1000000 WHERE name = 'late'";
        database.execute(now, []).expect("just now");
    }
    // The moment of the hour was ten seconds ago; that of the day is long over.
    moved(&server, &ada, &id, 3_590).await;
    smtp.until_for("bea@example.com", 2).await;
    let hour = "In an hour: ";
    assert_eq!((counted(&smtp, "bea@example.com", hour), counted(&smtp, "bea@example.com", "Changed: ")), (1, 1));

    let server = server.restart().await;
    let ada = server.person("ada@example.com").await;
    // Another beginning, whose reminder is due again; then one whose reminder is over for too long.
    moved(&server, &ada, &id, 3_580).await;
    smtp.until_for("bea@example.com", 4).await;
    assert_eq!((counted(&smtp, "bea@example.com", hour), counted(&smtp, "bea@example.com", "Changed: ")), (2, 2));
    // And a letter that waited for too long.
    let letter = "INSERT INTO outbox (id, event_id, recipient, message, state, due_at, created_at) SELECT 'old', id, 'bea@example.com', \
                  json_object('kind', 'reminder', 'when', 'day', 'name', 'Bea', 'event', title, 'starts_at', starts_at, \
                  'time_zone', 'UTC', 'ticket', 'T'), 'queued', 0, 0 FROM events WHERE id = ?1";
    database(server.database()).execute(letter, [&id]).expect("a letter");
    moved(&server, &ada, &id, 30 * 60).await;
    let heard = smtp.until_for("late@example.com", 3).await;
    assert!(heard.iter().all(|mail| mail.subject().starts_with("Changed: ")), "they came after the moment");
    smtp.until_for("bea@example.com", 5).await;
    server.stop().await;
    assert_eq!((counted(&smtp, "bea@example.com", hour), counted(&smtp, "bea@example.com", "Tomorrow: ")), (2, 0));
    assert_eq!(counted(&smtp, "eve@example.com", hour), 0, "who waits has nothing to be reminded of");
}

#[tokio::test]
async fn each_of_the_three_reminders_goes_out_at_its_moment_and_says_which_it_is() {
    let smtp = Smtp::start().await;
    let server = server_with(&smtp).await;
    let ada = server.person("ada@example.com").await;
    let id = ada.event(&ada.organisation("The Globe").await, "panel").await;
    ada.ask("mutation($id: ID!) { publishEvent(id: $id) { id } }", json!({ "id": id })).await;
    register(&database(server.database()), &id, "bea", "confirmed");
    let to = "bea@example.com";
    let reminders = [
        ("Tomorrow: ", "begins in a day", 86_400),
        // In the words of the template.
        ("In an hour: ", "in an hour the panel begins", 3_600),
        ("About to begin: ", "begins in a few minutes", 300),
    ];
    let mut letters = 0;
    for (which, (subject, says, before)) in reminders.into_iter().enumerate() {
        // Half a minute before its moment there is nothing but what is told of the move; ten seconds after it there is.
        moved(&server, &ada, &id, before + 30).await;
        smtp.until_for(to, letters + 1).await;
        moved(&server, &ada, &id, before - 10).await;
        letters += 3;
        let mails = smtp.until_for(to, letters).await;
        let so_far: Vec<_> = reminders.iter().map(|(subject, ..)| counted(&smtp, to, subject)).collect();
        let wanted: Vec<_> = (0..3).map(|place| usize::from(place <= which)).collect();
        assert_eq!(so_far, wanted, "{subject}");
        let mail = mails.iter().find(|mail| mail.subject().starts_with(subject)).expect("it came");
        assert!(mail.text().is_some_and(|text| text.contains(says)), "{subject}: {:?}", mail.text());
    }
    assert_eq!(counted(&smtp, to, "Changed: "), 6);
    server.stop().await;
}

#[tokio::test]
async fn what_waited_too_long_for_a_mail_server_does_not_go_out() {
    let smtp = Smtp::start().await;
    let server = server_with(&smtp).await;
    let ada = server.person("ada@example.com").await;
    let organisation = ada.organisation("The Globe").await;
    smtp.close().await;
    let mut events = Vec::new();
    for _ in 0..2 {
        let event = ada.event(&organisation, "panel").await;
        ada.ask("mutation($id: ID!) { publishEvent(id: $id) { id } }", json!({ "id": event })).await;
        let ticket = "mutation($event: ID!) { createTicketType(event: $event, ticket: { title: \"T\", amount: 0, currency: \"EUR\" }) { id } }";
        let ticket = ada.ask(ticket, json!({ "event": event })).await["createTicketType"]["id"].clone();
        let add = "mutation($event: ID!, $ticket: ID!) \
                   { addRegistration(event: $event, ticket: $ticket, name: \"Bea\", email: \"bea@example.com\") { id } }";
        ada.ask(add, json!({ "event": event, "ticket": ticket })).await;
        events.push(event);
    }
    ada.ask("mutation($id: ID!) { cancelEvent(id: $id, reason: \"Rain\") { id } }", json!({ "id": events[0] })).await;
    for email in ["old@example.com", "new@example.com"] {
        let add = "mutation($id: ID!, $email: String!) { addMember(organisation: $id, email: $email, name: \"M\", role: PRODUCER) { id } }";
        ada.ask(add, json!({ "id": organisation, "email": email })).await;
    }
    // Each was tried once, and waits.
    let tried =
        "SELECT count(*) FILTER (WHERE message LIKE '%\"kind\":\"cancelled\"%') = 1 AND count(*) = count(error) FROM outbox";
    let are_tried = || database(server.database()).query_row(tried, [], |row| row.get::<_, bool>(0)).expect("an answer");
    houselights_tests::within("the letters to be written", async {
        while !are_tried() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let over = events[0].clone();
    smtp.open().await;
    let server = server
        .restart_after(move |database| {
            let past = "UPDATE events SET starts_at = 1000000, ends_at = 2000000 WHERE id = ?1";
            database.execute(past, [&over]).expect("written");
            let message = "UPDATE outbox SET message = json_set(message, '$.starts_at', 1000000) WHERE event_id = ?1";
            database.execute(message, [&over]).expect("written");
            let old = "UPDATE outbox SET created_at = created_at - 15 * 86400000000 WHERE recipient = 'old@example.com'";
            assert_eq!(database.execute(old, []).expect("written"), 1);
            database.execute("UPDATE outbox SET due_at = 0", []).expect("written");
        })
        .await;
    smtp.until_for("bea@example.com", 1).await;
    smtp.until_for("new@example.com", 1).await;
    let waiting = "SELECT count(*) FROM outbox WHERE state = 'queued'";
    let waits = || database(server.database()).query_row(waiting, [], |row| row.get::<_, i64>(0)).expect("a count") > 0;
    houselights_tests::within("nothing to wait", async {
        while waits() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let told: Vec<_> = smtp.mails().iter().map(|mail| mail.subject()).collect();
    assert_eq!(told.len(), 2, "the ticket of what is yet to come, and a welcome: {told:?}");
    server.stop().await;
}

#[tokio::test]
async fn whoever_picked_a_session_is_reminded_of_it_once_where_it_is_on_and_stays() {
    let smtp = Smtp::start().await;
    let desk = Desk::with(server_with(&smtp).await, "fireside-chat").await;
    let database = database(desk.server.database());
    // The event began two hours ago; nothing of its own is due.
    let begun = "UPDATE events SET starts_at = (unixepoch() - 7200) * 1000000, ends_at = (unixepoch() + 86400) * 1000000";
    database.execute(begun, []).expect("it is on");
    let room = "mutation($e: ID!) { createRoom(event: $e, title: \"Studio\", kind: BREAKOUT) { id } }";
    let room = houselights_tests::api::text(&desk.ada.ask(room, json!({ "e": desk.event })).await["createRoom"]["id"]);
    let at = |seconds: i64| from_now(&database, seconds);
    let mut sessions = Vec::new();
    // The moment of the first three was a second ago; that of the fourth comes in three minutes.
    for (title, seconds) in [("Compilers", 299), ("Off", 299), ("Gone", 299), ("Later", 480)] {
        let (from, until) = (at(seconds), at(seconds + 1_800));
        sessions.push(desk.create(title, (&from, &until), json!({ "room": room })).await);
    }
    desk.on("cancelSession", &sessions[1], "id").await;
    desk.on("deleteSession", &sessions[2], "id").await;
    for (name, session) in [("Vera", 0), ("Off", 1), ("Gone", 2), ("Later", 3), ("Left", 0)] {
        desk.picker(name, &sessions[session]);
    }
    let left = "UPDATE registrations SET state = 'cancelled' WHERE name = 'Left'";
    assert_eq!(database.execute(left, []).expect("written"), 1);
    desk.on("publishEvent", &desk.event, "id").await;
    let about = |name: &str| counted(&smtp, &format!("{name}@example.com"), "About to begin: ");
    let Desk { server, .. } = desk;
    houselights_tests::within("the reminder", async {
        while about("vera") == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let mails = smtp.mails();
    let mail = mails.iter().find(|mail| mail.is_for("vera@example.com") && mail.subject() == "About to begin: Compilers");
    let told = mail.and_then(|mail| mail.text()).expect("a text");
    assert!(told.contains("“Compilers”, which you picked at Opening night") && told.contains("Studio"), "{told}");
    // It is looked again, and by another server: it was said.
    let server = server.restart().await;
    // Moved to where the reminder of another beginning is due.
    let move_it = "UPDATE sessions SET starts_at = (unixepoch() + 298) * 1000000 WHERE title = 'Later'";
    database.execute(move_it, []).expect("written");
    let server = server.restart().await;
    houselights_tests::within("the other reminder", async {
        while about("later") == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    server.stop().await;
    assert_eq!(["vera", "later", "off", "gone", "left"].map(about), [1, 1, 0, 0, 0]);
}

#[tokio::test]
async fn whoever_speaks_is_reminded_of_the_first_of_it_and_right_before_each() {
    let smtp = Smtp::start().await;
    let desk = Desk::with(server_with(&smtp).await, "fireside-chat").await;
    let database = database(desk.server.database());
    let begun = "UPDATE events SET starts_at = (unixepoch() - 7200) * 1000000, ends_at = (unixepoch() + 259200) * 1000000";
    database.execute(begun, []).expect("it is on");
    let at = |seconds: i64| from_now(&database, seconds);
    let speak = async |name: &str| {
        let id = desk.speaker(name, Some(&format!("{}@example.com", name.to_lowercase()))).await;
        desk.on("inviteSpeaker", &id, "web").await;
        id
    };
    let (grace, alan, late) = (speak("Grace").await, speak("Alan").await, speak("Late").await);
    let uninvited = desk.speaker("Uma", Some("uma@example.com")).await;
    // Only who is late was invited just now.
    let before = "UPDATE speakers SET invited_at = 0 WHERE name IN ('Grace', 'Alan') AND invited_at IS NOT NULL";
    assert_eq!(database.execute(before, []).expect("written"), 2);
    let mut sessions = Vec::new();
    // What comes in a day is the first of Alan's alone; what comes in five minutes is of all of them; and one is off.
    let all = [grace.as_str(), alan.as_str(), late.as_str(), uninvited.as_str()];
    for (title, seconds, speakers) in
        [("Compilers", 299, [&all[..1], &all[2..]].concat()), ("Tomorrow", 86_395, all.to_vec()), ("Off", 299, all.to_vec())]
    {
        let (from, until) = (at(seconds), at(seconds + 1_800));
        sessions.push(desk.create(title, (&from, &until), json!({ "speakers": speakers })).await);
    }
    desk.on("cancelSession", &sessions[2], "id").await;
    desk.picker("Grace", &sessions[0]);
    desk.picker("Vera", &sessions[0]);
    desk.on("publishEvent", &desk.event, "id").await;
    let soon = |name: &str| counted(&smtp, &format!("{name}@example.com"), "You speak in a few minutes: Compilers");
    let tomorrow = |name: &str| counted(&smtp, &format!("{name}@example.com"), "Tomorrow you speak: Tomorrow");
    houselights_tests::within("the reminders", async {
        while soon("grace") == 0 || tomorrow("alan") == 0 || counted(&smtp, "vera@example.com", "About to begin: ") == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let mails = smtp.mails();
    let mail =
        mails.iter().find(|mail| mail.is_for("grace@example.com") && mail.subject().starts_with("You speak in")).expect("it");
    assert!(mail.link().is_some_and(|link| link.contains("/join/")) && mail.ics().is_none(), "{:?}", mail.text());
    let Desk { server, .. } = desk;
    // It is looked again, and by another server: it was said.
    let server = server.restart().await;
    server.stop().await;
    assert_eq!(["grace", "alan", "late", "uma"].map(soon), [1, 0, 0, 0]);
    assert_eq!(["grace", "alan", "late", "uma"].map(tomorrow), [0, 1, 0, 0]);
    assert_eq!(counted(&smtp, "grace@example.com", "About to begin: "), 0, "it is said once");
}
