//! People and agenda as files.

use std::time::Duration;

use houselights_tests::{
    api::{Api, text},
    server::TestServer,
    tickets::Sale,
};
use rusqlite::Connection;
use serde_json::{Value, json};

async fn send(api: &Api, path: &str, body: impl Into<String>) -> (u16, Value) {
    let (status, answer) = api.file("POST", path, body.into()).await;
    (status, serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{status}: {error} in {answer}")))
}

async fn got(api: &Api, path: &str) -> String {
    let (status, file) = api.file("GET", path, "").await;
    assert_eq!(status, 200, "{file}");
    file
}

/// A second event of the same organizer, with the same kinds of tickets.
async fn another(sale: &Sale) -> Sale {
    let event = sale.organizer.event(&sale.organisation().await, "ama").await;
    Sale { organizer: sale.organizer.clone(), event, slug: String::new() }
}

async fn people(sale: &Sale) -> Vec<(String, String)> {
    let list = "query($id: ID!) { event(id: $id) { registrations { nodes: edges { node { name email } } } } }";
    let seen = sale.organizer.ask(list, json!({ "id": sale.event })).await;
    let nodes = seen["event"]["registrations"]["nodes"].as_array().expect("a list").clone();
    let mut people: Vec<_> = nodes.iter().map(|one| (text(&one["node"]["name"]), text(&one["node"]["email"]))).collect();
    people.sort();
    people
}

#[tokio::test]
async fn who_is_exported_can_be_registered_elsewhere_and_sent_again_goes_on() {
    let server = TestServer::start().await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({ "title": "Seat, \"front\"" })).await;
    for (name, email) in
        [("=HYPERLINK(\"x\")", "a@example.com"), ("Ada, of \"course\"", "b@example.com"), ("Zoë", "c@example.com")]
    {
        let new = json!({ "ticket": ticket, "name": name, "email": email });
        sale.register_with(&server.stranger(), new).await.expect("they register");
    }
    let gone = sale.registration("c@example.com").await;
    sale.change("cancelRegistration", &gone).await.expect("cancelled");
    let file = got(&sale.organizer, &format!("/api/events/{}/attendees.csv", sale.event)).await;
    assert!(file.contains("\"'=HYPERLINK(\"\"x\"\")\""), "{file}");
    let other = another(&sale).await;
    other.ticket(json!({ "title": "Seat, \"front\"" })).await;
    let path = format!("/api/events/{}/attendees.csv", other.event);
    let (status, done) = send(&sale.organizer, &path, file.clone()).await;
    assert_eq!((status, &done["added"], &done["known"]), (200, &json!(2), &json!(0)), "{done}");
    let mut fates: Vec<_> = done["lines"].as_array().expect("lines").iter().map(|line| text(&line["fate"])).collect();
    assert!(
        done["lines"].as_array().expect("lines").iter().map(|line| line["line"].as_u64()).eq([2, 3, 4].map(Some)),
        "{done}"
    );
    fates.sort();
    assert_eq!(fates, ["added", "added", "left_out"], "who has cancelled says so");
    let mut expected = people(&sale).await;
    expected.retain(|(_, email)| email != "c@example.com");
    assert_eq!(people(&other).await, expected);
    let more = format!("{file}Last,last@example.com,\"Seat, \"\"front\"\"\",,,,\r\n");
    let (_, done) = send(&sale.organizer, &path, more).await;
    assert_eq!((&done["added"], &done["known"]), (&json!(1), &json!(2)), "{done}");
    server.stop().await;
}

#[tokio::test]
async fn where_a_row_is_wrong_it_is_told_and_nobody_is_registered() {
    let server = TestServer::start().await;
    let sale = Sale::of(&server).await;
    sale.ticket(json!({})).await;
    let path = format!("/api/events/{}/attendees.csv", sale.event);
    let file =
        "name,email,ticket\nGood,good@example.com,Seat\n,x@example.com,Seat\nBad,nobody,Seat\nGood,GOOD@example.com,Seat\n";
    let (status, answer) = send(&sale.organizer, &path, file).await;
    let lines: Vec<_> = answer["faults"].as_array().expect("faults").iter().map(|fault| fault["line"].clone()).collect();
    assert_eq!((status, lines), (422, vec![json!(3), json!(4), json!(5)]), "{answer}");
    let codes: Vec<_> = answer["faults"].as_array().expect("faults").iter().map(|fault| text(&fault["code"])).collect();
    assert_eq!(
        (codes, &answer["faults"][2]["detail"]),
        (["empty", "not_an_address", "same_as"].map(str::to_owned).to_vec(), &json!("2"))
    );
    let (status, answer) = send(&sale.organizer, &path, "name,email,ticket\nA,a@example.com,Seat\nB,b@example.com,Box\n").await;
    assert_eq!(
        (status, &answer["faults"][0]["line"], &answer["faults"][0]["column"]),
        (422, &json!(3), &json!("ticket")),
        "{answer}"
    );
    assert_eq!(people(&sale).await, []);
    let mallory = server.person("mallory@example.com").await;
    assert_eq!(send(&mallory, &path, file).await.0, 404);
    assert_eq!(server.stranger().file("GET", &path, "").await.0, 401);
    assert_eq!(sale.organizer.file("POST", &path, vec![b'x'; 6 * 1024 * 1024]).await.0, 413);
    server.stop().await;
}

async fn agenda(sale: &Sale) -> Value {
    let list = "query($id: ID!) { event(id: $id) { sessions { title description startsAt endsAt room { title } track { title } \
                speakers { name } } } }";
    let mut agenda = sale.organizer.ask(list, json!({ "id": sale.event })).await["event"]["sessions"].clone();
    agenda.as_array_mut().expect("a list").sort_by_key(|session| format!("{}{}", session["startsAt"], session["title"]));
    agenda
}

async fn emptied(sale: &Sale) {
    let seen = sale.organizer.ask("query($id: ID!) { event(id: $id) { sessions { id } } }", json!({ "id": sale.event })).await;
    for session in seen["event"]["sessions"].as_array().expect("a list") {
        sale.organizer.ask("mutation($id: ID!) { deleteSession(id: $id) { id } }", json!({ "id": session["id"] })).await;
    }
}

#[tokio::test]
async fn an_agenda_goes_out_and_in_as_a_table_and_as_a_calendar() {
    let server = TestServer::start().await;
    let (sale, other, third) = {
        let sale = Sale::of(&server).await;
        let (other, third) = (another(&sale).await, another(&sale).await);
        (sale, other, third)
    };
    let table = "title,start,end,room,track,speakers,description\n\
                 Opening,2030-06-01 14:00,2030-06-01 15:00,Attic,Main,Ada; Grace,\"Two\nlines\"\n\
                 Closing,2030-06-01 15:00,2030-06-01 15:30:30,attic,,,\n";
    let (status, done) = send(&sale.organizer, &format!("/api/events/{}/agenda.csv", sale.event), table).await;
    assert_eq!((status, &done["added"]), (200, &json!(2)), "{done}");
    let (_, done) = send(&sale.organizer, &format!("/api/events/{}/agenda.csv", sale.event), table).await;
    assert_eq!((&done["added"], &done["known"]), (&json!(0), &json!(2)), "sent again, nothing is twice");
    let file = got(&sale.organizer, &format!("/api/events/{}/agenda.csv", sale.event)).await;
    emptied(&other).await;
    let (status, done) = send(&sale.organizer, &format!("/api/events/{}/agenda.csv", other.event), file.clone()).await;
    assert_eq!(status, 200, "{done}");
    assert_eq!(agenda(&other).await, agenda(&sale).await);
    assert_eq!(got(&sale.organizer, &format!("/api/events/{}/agenda.csv", other.event)).await, file);

    let calendar = got(&sale.organizer, &format!("/api/events/{}/agenda.ics", sale.event)).await;
    emptied(&third).await;
    let room = "mutation($event: ID!) { createRoom(event: $event, title: \"ATTIC\", kind: BREAKOUT) { id } }";
    sale.organizer.ask(room, json!({ "event": third.event })).await;
    let (status, done) = send(&sale.organizer, &format!("/api/events/{}/agenda.ics", third.event), calendar).await;
    assert_eq!(status, 200, "{done}");
    let bare = |mut agenda: Value| {
        for session in agenda.as_array_mut().expect("a list") {
            let session = session.as_object_mut().expect("an object");
            session.retain(|field, _| !["room", "track", "speakers"].contains(&field.as_str()));
        }
        agenda
    };
    assert_eq!(bare(agenda(&third).await), bare(agenda(&sale).await));
    let rooms = |agenda: &Value| -> Vec<String> {
        agenda.as_array().unwrap().iter().filter_map(|session| session["room"]["title"].as_str().map(str::to_owned)).collect()
    };
    let named = rooms(&agenda(&sale).await).into_iter().map(|room| room.replace("Attic", "ATTIC"));
    assert_eq!(rooms(&agenda(&third).await), named.collect::<Vec<_>>(), "the rooms of these titles");
    let far = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Elsewhere\r\nLOCATION:Town hall\r\nDTSTART:20300601T170000Z\r\nDURATION:PT1H\r\n\
               DESCRIPTION:LONG\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let path = format!("/api/events/{}/agenda.ics", third.event);
    let (status, answer) = send(&sale.organizer, &path, far.replace("LONG", &"x".repeat(20_001))).await;
    assert_eq!((status, &answer["faults"][0]["code"], &answer["faults"][0]["line"]), (422, &json!("not_a_text"), &json!(2)));
    let (status, answer) = send(&sale.organizer, &path, far.replace("LONG", &"x".repeat(20_000))).await;
    assert_eq!(status, 200, "{answer}");
    let off = far.replace("SUMMARY", "STATUS:CANCELLED\r\nSUMMARY").replace("LONG", "x");
    let (status, report) = send(&sale.organizer, &path, off).await;
    assert_eq!((status, fates(&report)), (200, vec!["Elsewhere left_out".to_owned()]), "{report}");
    let elsewhere = agenda(&third).await.as_array().unwrap().last().cloned().expect("it");
    let length = elsewhere["description"].as_str().map(str::len);
    assert_eq!((length, &elsewhere["room"]["title"]), (Some(20_000), &json!("Town hall")));

    let before = agenda(&sale).await;
    let wrong = "title,start,end\nFar,2031-06-01 14:00,2031-06-01 15:00\nNear,2030-06-01 14:00,2030-06-01 15:00\n";
    let (status, answer) = send(&sale.organizer, &format!("/api/events/{}/agenda.csv", sale.event), wrong).await;
    assert_eq!((status, &answer["faults"][0]["line"]), (422, &json!(2)), "{answer}");
    assert_eq!(agenda(&sale).await, before);
    server.stop().await;
}

/// A calendar with an entry of an hour at each of these places.
fn calendar_at<'a>(places: impl IntoIterator<Item = &'a str>) -> String {
    let entry = |(number, place): (usize, &str)| {
        format!(
            "BEGIN:VEVENT\r\nSUMMARY:Talk {number}\r\nLOCATION:{place}\r\nDTSTART:20300601T170000Z\r\nDURATION:PT1H\r\nEND:VEVENT\r\n"
        )
    };
    let entries: String = places.into_iter().enumerate().map(entry).collect();
    format!("BEGIN:VCALENDAR\r\n{entries}END:VCALENDAR\r\n")
}

#[tokio::test]
async fn a_calendar_makes_the_rooms_that_it_names_and_says_so() {
    let server = TestServer::start().await;
    let sale = Sale::of(&server).await;
    let path = format!("/api/events/{}/agenda.ics", sale.event);
    let (link, long) = ("https://meet.example.com/hall", "Long ".repeat(17));
    let (status, done) =
        send(&sale.organizer, &path, calendar_at(["Town hall", "town HALL", link, &long, link, "Cellar"])).await;
    let told = (&done["added"], &done["rooms"], &done["places"]);
    assert_eq!((status, told), (200, (&json!(6), &json!(["Town hall", "Cellar"]), &json!([link, long.trim()]))), "{done}");
    let agenda = agenda(&sale).await;
    let room = |number: usize| {
        let title = format!("Talk {number}");
        agenda.as_array().unwrap().iter().find(|session| session["title"] == title).unwrap()["room"]["title"].clone()
    };
    assert_eq!([0, 1, 2, 3, 5].map(room), [json!("Town hall"), json!("Town hall"), Value::Null, Value::Null, json!("Cellar")]);
    // Those are rooms now.
    let (_, again) = send(&sale.organizer, &path, calendar_at(["Town hall"; 7])).await;
    assert_eq!((&again["added"], &again["known"], &again["rooms"]), (&json!(1), &json!(6), &json!([])), "{again}");
    server.stop().await;
}

#[tokio::test]
async fn the_calendar_of_as_many_sessions_as_an_event_can_have_is_taken_in() {
    let server = TestServer::start().await;
    let sale = Sale::of(&server).await;
    emptied(&sale).await;
    let path = format!("/api/events/{}/agenda.ics", sale.event);
    let (status, done) = send(&sale.organizer, &path, calendar_at(["Hall"; 1_000])).await;
    assert_eq!((status, &done["added"]), (200, &json!(1_000)), "{}", done["faults"]);
    let calendar = got(&sale.organizer, &path).await;
    let (status, again) = send(&sale.organizer, &path, calendar).await;
    assert_eq!((status, &again["known"]), (200, &json!(1_000)), "{}", again["faults"]);
    server.stop().await;
}

#[tokio::test]
async fn a_table_with_more_people_than_seats_registers_nobody_and_says_how_many_are_too_many() {
    let server = TestServer::start().await;
    let sale = Sale::of(&server).await;
    sale.ticket(json!({ "title": "Stalls", "quantity": 2, "waitingList": false })).await;
    sale.ticket(json!({ "title": "Balcony", "waitingList": false })).await;
    let path = format!("/api/events/{}/attendees.csv", sale.event);
    let row = |name: &str, ticket: &str| format!("{name},{}@example.com,{ticket}\n", name.to_lowercase());
    let file = |rows: &[(&str, &str)]| -> String {
        let rows = rows.iter().map(|(name, ticket)| row(name, ticket));
        std::iter::once("name,email,ticket\n".to_owned()).chain(rows).collect()
    };
    let (status, done) = send(&sale.organizer, &path, file(&[("Ada", "Stalls")])).await;
    assert_eq!((status, &done["added"]), (200, &json!(1)), "{done}");
    // Ada has a seat: one is left, for Bob.
    let four = [("Ada", "Stalls"), ("Bob", "Stalls"), ("Dot", "Balcony"), ("Cid", "Stalls"), ("Eve", "Stalls")];
    let (status, answer) = send(&sale.organizer, &path, file(&four)).await;
    let fault = &answer["faults"][0];
    assert_eq!(
        (status, &fault["code"], &fault["line"], &fault["detail"], &answer["taken"]),
        (422, &json!("too_many_people"), &json!(5), &json!("2"), &Value::Null),
        "{answer}"
    );
    assert_eq!(people(&sale).await.len(), 1, "nobody else is registered");
    // The event itself has seats, too.
    let capacity = "mutation($id: ID!) { updateEvent(id: $id, version: 2, change: { capacity: 3 }) { id } }";
    sale.organizer.ask(capacity, json!({ "id": sale.event })).await;
    let (status, answer) =
        send(&sale.organizer, &path, file(&[("Bob", "Stalls"), ("Dot", "Balcony"), ("Fay", "Balcony")])).await;
    let fault = &answer["faults"][0];
    assert_eq!((status, &fault["line"], &fault["detail"]), (422, &json!(4), &json!("1")), "{answer}");
    assert_eq!(people(&sale).await.len(), 1);
    let (status, done) = send(&sale.organizer, &path, file(&four[..3])).await;
    assert_eq!((status, &done["added"], &done["known"]), (200, &json!(2), &json!(1)), "{done}");
    server.stop().await;
}

/// What an event asks, under names that a table has already, that a spreadsheet would run, and that need quotation marks.
async fn asked(sale: &Sale) -> Vec<String> {
    let mut ids = Vec::new();
    for (label, kind, options) in [
        ("Meal, if any?", "CHOICES", json!(["Fish; smoked", "Rice", "Soup"])),
        ("=Name", "TEXT", Value::Null),
        ("Name", "LONG_TEXT", Value::Null),
        ("I may be filmed", "CONSENT", Value::Null),
    ] {
        let question = json!({ "label": label, "kind": kind, "options": options });
        let document =
            "mutation($event: ID!, $question: NewQuestion!) { createQuestion(event: $event, question: $question) { id } }";
        let made = sale.organizer.ask(document, json!({ "event": sale.event, "question": question })).await;
        ids.push(text(&made["createQuestion"]["id"]));
    }
    ids
}

fn fates(report: &Value) -> Vec<String> {
    report["lines"]
        .as_array()
        .expect("lines")
        .iter()
        .map(|line| format!("{} {}", text(&line["name"]), text(&line["fate"])))
        .collect()
}

#[tokio::test]
async fn an_export_has_the_answers_and_changes_nothing_where_it_came_from() {
    let server = TestServer::start().await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({ "quantity": 3 })).await;
    let questions = asked(&sale).await;
    let code = "mutation($event: ID!) { createCode(event: $event, code: { code: \"EARLY\", percentOff: 10 }) { id } }";
    sale.organizer.ask(code, json!({ "event": sale.event })).await;
    let said = [json!(["Soup", "Fish; smoked"]), json!(["-2"]), json!(["two\nlines"]), json!(["yes"])];
    let answers: Vec<_> = questions.iter().zip(&said).map(|(id, values)| json!({ "question": id, "values": values })).collect();
    for (name, answers, code) in
        [("Ada", json!(answers), "early"), ("Bob", json!([]), ""), ("Cid", json!([]), ""), ("Dot", json!([]), "")]
    {
        let email = format!("{}@example.com", name.to_lowercase());
        let new = json!({ "ticket": ticket, "name": name, "email": email, "code": code, "answers": answers });
        sale.register_with(&server.stranger(), new).await.expect("they register");
    }
    let database = Connection::open(server.database()).expect("it is there");
    database.busy_timeout(Duration::from_secs(10)).expect("it waits");
    let unpaid = "UPDATE registrations SET state = 'pending', amount = 1250, confirmed_at = NULL, expires_at = 7000000000000000 WHERE name = 'Bob'";
    assert_eq!(database.execute(unpaid, []).expect("written"), 1);
    sale.start().await;
    let ada = server.person("ada@example.com").await;
    let _there = crate::archive::enter(&server, &ada, &sale.event).await;

    let path = format!("/api/events/{}/attendees.csv", sale.event);
    let file = got(&sale.organizer, &path).await;
    let (header, rows) = file.split_once("\r\n").expect("a header");
    let columns =
        "name,email,ticket,code,state,paid,currency,registered,came,\"Meal, if any?\",'=Name,Name (2),I may be filmed";
    assert_eq!(header.trim_start_matches('\u{feff}'), columns);
    assert!(rows.starts_with("Dot,dot@example.com,Seat,,waiting,0.00,EUR,20"), "{rows}");
    assert!(rows.contains("\r\nBob,bob@example.com,Seat,,pending,0.00,EUR,20"), "{rows}");
    let own = &rows[rows.find("\r\nAda,").expect("she is in it")..];
    let cells: Vec<_> = own.trim().splitn(10, ',').collect();
    assert_eq!(cells[..7], ["Ada", "ada@example.com", "Seat", "EARLY", "confirmed", "0.00", "EUR"]);
    assert!(cells[8].ends_with('Z'), "she came: {own}");
    assert_eq!(cells[9], "\"Fish; smoked\nSoup\",'-2,\"two\nlines\",yes");

    let (status, done) = send(&sale.organizer, &path, file.clone()).await;
    assert_eq!((status, &done["added"], &done["known"]), (200, &json!(0), &json!(2)), "{done}");
    assert_eq!(fates(&done), ["Dot waits", "Cid known", "Bob unpaid", "Ada known"]);
    assert_eq!(done["ignored"], json!(["code", "paid", "currency", "registered", "came"]));
    assert_eq!(got(&sale.organizer, &path).await, file, "nothing has changed");

    let other = another(&sale).await;
    other.ticket(json!({ "quantity": 3 })).await;
    asked(&other).await;
    let path = format!("/api/events/{}/attendees.csv", other.event);
    let (status, done) = send(&sale.organizer, &path, file).await;
    assert_eq!((status, &done["added"]), (200, &json!(2)), "{done}");
    assert_eq!(fates(&done), ["Dot no_place", "Cid added", "Bob no_place", "Ada added"], "nobody is moved up by a file");
    let there = got(&sale.organizer, &path).await;
    assert!(there.contains(",\"Fish; smoked\nSoup\",'-2,\"two\nlines\",yes\r\n"), "what she answered came along: {there}");
    let wrong =
        "name,email,ticket,\"Meal, if any?\",Shoe size\nEve,eve@example.com,Seat,Rice,38\nFay,fay@example.com,Seat,Cake,39\n";
    let (status, answer) = send(&sale.organizer, &path, wrong).await;
    let fault = &answer["faults"][0];
    assert_eq!(
        (status, &fault["line"], &fault["column"], &fault["code"]),
        (422, &json!(3), &json!("Meal, if any?"), &json!("not_an_answer")),
        "{answer}"
    );
    assert_eq!(got(&sale.organizer, &path).await, there);
    server.stop().await;
}
