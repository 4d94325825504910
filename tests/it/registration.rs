//! Registering, waiting, being cancelled, being found; and one's own agenda.

use futures_util::future::join_all;
use houselights_shared::Refusal;
use houselights_tests::{
    api::text,
    client::{TestClient, sign_in},
    server::TestServer,
    smtp::Smtp,
    tickets::Sale,
    within,
};
use rusqlite::Connection;
use serde_json::{Value, json};

async fn with_mail() -> (TestServer, Smtp) {
    let smtp = Smtp::start().await;
    let url = smtp.url().parse().expect("an address");
    (TestServer::with(|config| config.smtp_url = Some(url)).await, smtp)
}

fn code(refused: Result<(String, Option<String>), houselights_tests::api::ApiError>) -> String {
    refused.expect_err("refused").code
}

#[tokio::test]
async fn of_two_hundred_who_come_at_once_for_fifty_seats_fifty_get_one() {
    let server = TestServer::start().await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({ "quantity": 50, "waitingList": false })).await;
    let strangers: Vec<_> = (0..20).map(|_| server.stranger()).collect();
    let all = (0..200).map(async |number| {
        let outcome = sale.register(&strangers[number % 20], &ticket, &format!("{number}@example.com")).await;
        outcome.map(|(state, _)| state).map_err(|error| error.code)
    });
    let outcomes = join_all(all).await;
    let count = |wanted: &Result<String, String>| outcomes.iter().filter(|outcome| *outcome == wanted).count();
    assert_eq!((count(&Ok("CONFIRMED".to_owned())), count(&Err("SOLD_OUT".to_owned()))), (50, 150));
    assert_eq!(sale.taken().await, (50, 50, 50));
    server.stop().await;
}

#[tokio::test]
async fn who_registers_gets_a_ticket_by_mail_that_opens_the_door_once_used_it_shows() {
    let (server, smtp) = with_mail().await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({})).await;
    let outcome = sale.register(&server.stranger(), &ticket, " Vera@Example.com ").await;
    assert_eq!(outcome, Ok(("CONFIRMED".to_owned(), None)));
    let mail = smtp.until_for("vera@example.com", 1).await.remove(0);
    assert!(mail.ics().is_some_and(|calendar| calendar.contains("METHOD:REQUEST")));
    let secret = mail.link().expect("a link").rsplit('/').next().expect("a secret").to_owned();
    within("the mail to be known as sent", async {
        while sale.registration("vera").await["mail"] != "SENT" {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(sale.registration("vera").await["usedAt"], Value::Null);
    sale.start().await;
    let vera = sign_in(server.http(), &secret, None).await.expect("the ticket is good");
    assert_eq!(vera.name, "Vera");
    assert!(sale.registration("vera").await["usedAt"].is_string());

    let registration = sale.registration("vera").await;
    assert_eq!(sale.change("resendTicket", &registration).await.as_deref(), Ok("CONFIRMED"));
    let again = smtp.until_for("vera@example.com", 2).await;
    assert!(sign_in(server.http(), &secret, None).await.is_ok(), "the link of the first mail stays good");

    assert_eq!(sale.change("cancelRegistration", &registration).await.as_deref(), Ok("CANCELLED"));
    for mail in again {
        let secret = mail.link().expect("a link").rsplit('/').next().expect("a secret").to_owned();
        assert!(sign_in(server.http(), &secret, None).await.is_err(), "the ticket is over");
    }
    assert_eq!(sale.change("cancelRegistration", &registration).await.unwrap_err().code, "CONFLICT");
    assert_eq!(sale.change("resendTicket", &registration).await.unwrap_err().code, "WRONG_PHASE");
    assert_eq!(sale.taken().await, (0, 0, 0));
    server.stop().await;
}

#[tokio::test]
async fn who_waits_gets_the_seat_that_becomes_free_and_is_told() {
    let (server, smtp) = with_mail().await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({ "quantity": 1 })).await;
    let stranger = server.stranger();
    for (email, state) in [("a@example.com", "CONFIRMED"), ("b@example.com", "WAITING"), ("c@example.com", "WAITING")] {
        assert_eq!(sale.register(&stranger, &ticket, email).await, Ok((state.to_owned(), None)));
    }
    smtp.until_for("b@example.com", 1).await;
    sale.change("cancelRegistration", &sale.registration("a@example").await).await.unwrap();
    assert_eq!(sale.registration("b@example").await["state"], "CONFIRMED");
    assert_eq!(sale.registration("c@example").await["state"], "WAITING");
    let free = smtp.until_for("b@example.com", 2).await.remove(1);
    let secret = free.link().expect("a link").rsplit('/').next().expect("a secret").to_owned();
    assert!(sign_in(server.http(), &secret, None).await.is_ok());
    let change = "mutation($id: ID!) { updateTicketType(id: $id, change: { quantity: 5 }) { taken waiting } }";
    let changed = sale.organizer.ask(change, json!({ "id": ticket })).await["updateTicketType"].clone();
    assert_eq!(changed, json!({ "taken": 2, "waiting": 0 }), "more seats are for who waits");
    assert_eq!(sale.taken().await, (2, 2, 2));
    server.stop().await;
}

#[tokio::test]
async fn who_is_registered_is_told_to_their_mailbox_alone() {
    let (server, smtp) = with_mail().await;
    let sale = Sale::of(&server).await;
    let (stranger, mut letters) = (server.stranger(), 0);
    let quantities = [json!({}), json!({ "quantity": 1 }), json!({ "quantity": 1, "waitingList": false })];
    let mut tickets = Vec::new();
    for quantity in quantities {
        tickets.push(sale.ticket(quantity).await);
    }
    sale.register(&stranger, &tickets[1], "first@example.com").await.unwrap();
    sale.register(&stranger, &tickets[2], "second@example.com").await.unwrap();
    sale.register(&stranger, &tickets[0], "vera@example.com").await.unwrap();
    sale.register(&stranger, &tickets[1], "walt@example.com").await.unwrap();
    assert_eq!(sale.registration("walt").await["state"], "WAITING");
    smtp.until_for("walt@example.com", 1).await;
    let answers = async |email: &str| {
        let mut answers = Vec::new();
        for ticket in &tickets {
            answers.push(sale.register(&stranger, ticket, email).await.map_err(|error| (error.code, error.field)));
        }
        answers
    };
    // Who has no place is asked with an address each, so that none of them has one when it is asked.
    let mut nobodys = Vec::new();
    for (number, ticket) in tickets.iter().enumerate() {
        let answer = sale.register(&stranger, ticket, &format!("nobody{number}@example.com")).await;
        nobodys.push(answer.map_err(|error| (error.code, error.field)));
    }
    let (of_event, of_tickets, rows) = sale.taken().await;
    // The ticket, and once that there is one; before it that he waits.
    for (email, count) in [("vera@example.com", 2), ("walt@example.com", 3)] {
        for _ in 0..3 {
            assert_eq!(answers(email).await, nobodys, "{email}");
        }
        let mails = smtp.until_for(email, count).await;
        assert!(mails[1].link().is_some_and(|told| told.contains("/join/")), "{:?}", mails[1].link());
        letters += mails.len();
    }
    let taken = (of_event + 1, of_tickets + 1, rows + 1);
    assert_eq!(sale.taken().await, taken, "who only waited has what was asked for instead, and nothing else was taken");
    // However often it was asked, it was told once: what was asked for afterwards has come.
    sale.register(&stranger, &tickets[0], "last@example.com").await.unwrap();
    smtp.until_for("last@example.com", 1).await;
    let told = |email: &str| smtp.mails().iter().filter(|mail| mail.is_for(email)).count();
    assert_eq!(told("vera@example.com") + told("walt@example.com"), letters);
    server.stop().await;
}

#[tokio::test]
async fn nobody_registers_where_nothing_is_sold() {
    let server = TestServer::start().await;
    let sale = Sale::of(&server).await;
    let stranger = server.stranger();
    let early = sale.ticket(json!({ "salesStart": "2030-01-01T00:00:00Z" })).await;
    let late = sale.ticket(json!({ "salesEnd": "2020-01-01T00:00:00Z" })).await;
    let hidden = sale.ticket(json!({ "isHidden": true })).await;
    let paid = sale.ticket(json!({ "amount": 500 })).await;
    for (ticket, expected) in
        [(&early, "NOT_ON_SALE"), (&late, "NOT_ON_SALE"), (&hidden, "NOT_FOUND"), (&paid, "PAYMENT_FAILED")]
    {
        assert_eq!(code(sale.register(&stranger, ticket, "vera@example.com").await), expected);
    }
    let public =
        "query($slug: String!) { publicEvent(slug: $slug) { title url tickets { id availability price { amount } } } }";
    let seen = stranger.ask(public, json!({ "slug": sale.slug })).await["publicEvent"]["tickets"].clone();
    let seen: Vec<_> =
        seen.as_array().unwrap().iter().map(|ticket| (text(&ticket["id"]), text(&ticket["availability"]))).collect();
    let expected = [(&early, "NOT_YET"), (&late, "OVER"), (&paid, "ON_SALE")];
    assert_eq!(seen, expected.map(|(id, availability)| (id.clone(), availability.to_owned())));

    let create = "mutation($event: ID!, $code: NewTicketCode!) { createCode(event: $event, code: $code) { id } }";
    for code in [
        json!({ "code": "vip", "percentOff": 100, "ticket": hidden, "quantity": 1 }),
        json!({ "code": "free", "percentOff": 100 }),
    ] {
        sale.organizer.ask(create, json!({ "event": sale.event, "code": code })).await;
    }
    let with =
        |code: &str, ticket: &str, email: &str| json!({ "ticket": ticket, "name": "Vera", "email": email, "code": code });
    let register = async |given: Value| sale.register_with(&stranger, given).await;
    assert_eq!(
        code(register(with("free", &hidden, "a@x.yz")).await),
        "NOT_FOUND",
        "a code for all opens nothing that is hidden"
    );
    assert_eq!(code(register(with("vip", &paid, "a@x.yz")).await), "CODE_INVALID");
    assert_eq!(code(register(with("none", &paid, "a@x.yz")).await), "CODE_INVALID");
    assert_eq!(register(with("Vip", &hidden, "a@x.yz")).await.unwrap().0, "CONFIRMED");
    assert_eq!(code(register(with("VIP", &hidden, "b@x.yz")).await), "CODE_INVALID", "it is used up");
    assert_eq!(register(with("FREE", &paid, "b@x.yz")).await.unwrap().0, "CONFIRMED", "what costs nothing is not paid");

    for step in ["startEvent", "endEvent"] {
        sale.organizer.ask(&format!("mutation($id: ID!) {{ {step}(id: $id) {{ id }} }}"), json!({ "id": sale.event })).await;
    }
    assert_eq!(code(register(with("", &hidden, "c@x.yz")).await), "NOT_FOUND");
    assert_eq!(code(sale.register(&stranger, &early, "c@x.yz").await), "WRONG_PHASE");
    sale.organizer.ask("mutation($id: ID!) { archiveEvent(id: $id) { id } }", json!({ "id": sale.event })).await;
    assert_eq!(code(sale.register(&stranger, &early, "c@x.yz").await), "NOT_FOUND");
    assert_eq!(stranger.refused(public, json!({ "slug": sale.slug })).await, "NOT_FOUND");
    server.stop().await;
}

#[tokio::test]
async fn what_is_asked_has_to_be_answered() {
    let server = TestServer::start().await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({})).await;
    let ask = "mutation($event: ID!, $question: NewQuestion!) { createQuestion(event: $event, question: $question) { id } }";
    let mut ids = Vec::new();
    for nothing in ["\u{200B}", "\u{202E} \u{FEFF}"] {
        let question = json!({ "label": nothing, "kind": "TEXT" });
        let refused = sale.organizer.refused(ask, json!({ "event": sale.event, "question": question })).await;
        assert_eq!(refused, "BAD_INPUT", "nobody could see what is asked");
    }
    for question in [
        json!({ "label": "Which dish?", "kind": "CHOICE", "options": ["Fish", "Rice"], "isRequired": true }),
        json!({ "label": "May we write?", "kind": "CONSENT" }),
    ] {
        ids.push(text(
            &sale.organizer.ask(ask, json!({ "event": sale.event, "question": question })).await["createQuestion"]["id"],
        ));
    }
    let stranger = server.stranger();
    let register = async |answers: Value, name: &str, email: &str| {
        let given = json!({ "ticket": ticket, "name": name, "email": email, "answers": answers });
        sale.register_with(&stranger, given).await.map_err(|error| (error.code, error.field.unwrap_or_default()))
    };
    let bad = |field: &str| Err(("BAD_INPUT".to_owned(), field.to_owned()));
    let good = json!([{ "question": ids[0], "values": ["Rice"] }, { "question": ids[1], "values": ["yes"] }]);
    assert_eq!(register(json!([]), "Vera", "v@x.yz").await, bad("answers"));
    assert_eq!(register(json!([{ "question": ids[0], "values": ["Soup"] }]), "Vera", "v@x.yz").await, bad("answers"));
    assert_eq!(register(json!([{ "question": ticket, "values": ["Rice"] }]), "Vera", "v@x.yz").await, bad("answers"));
    assert_eq!(register(good.clone(), "", "v@x.yz").await, bad("name"));
    assert_eq!(register(good.clone(), "Vera\nBcc: x", "v@x.yz").await, bad("name"));
    assert_eq!(register(good.clone(), "Vera", "nowhere").await, bad("email"));
    assert_eq!(register(good, "Vera", "v@x.yz").await.unwrap().0, "CONFIRMED");
    let answers = sale.registration("v@x").await["answers"].clone();
    let expected = json!([{ "question": { "label": "Which dish?" }, "values": ["Rice"] }, { "question": { "label": "May we write?" }, "values": ["yes"] }]);
    assert_eq!(answers, expected);
    server.stop().await;
}

#[tokio::test]
async fn staff_adds_people_and_the_quantity_holds() {
    let server = TestServer::start().await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({ "amount": 500, "quantity": 1, "salesEnd": "2020-01-01T00:00:00Z" })).await;
    let add = "mutation($event: ID!, $ticket: ID!, $email: String!) \
               { addRegistration(event: $event, ticket: $ticket, name: \"Guest\", email: $email) { state paid { amount } } }";
    let given = |email: &str| json!({ "event": sale.event, "ticket": ticket, "email": email });
    let added = sale.organizer.ask(add, given("guest@example.com")).await["addRegistration"].clone();
    assert_eq!(added, json!({ "state": "CONFIRMED", "paid": { "amount": 0 } }));
    assert_eq!(sale.organizer.refused(add, given("guest@example.com")).await, "ALREADY_REGISTERED");
    assert_eq!(sale.organizer.refused(add, given("other@example.com")).await, "SOLD_OUT");
    assert_eq!(server.stranger().refused(add, given("other@example.com")).await, "UNAUTHENTICATED");
    let guest = sale.registration("guest").await;
    assert_eq!(sale.change("refundRegistration", &guest).await.unwrap_err().code, "WRONG_PHASE", "nothing was paid");
    server.stop().await;
}

#[tokio::test]
async fn an_address_registers_only_so_often() {
    let server = TestServer::with(|config| config.letters_per_minute = 8).await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({})).await;
    let stranger = server.stranger();
    let all = async {
        for number in 0.. {
            if let Err(refused) = sale.register(&stranger, &ticket, &format!("{number}@example.com")).await {
                return refused.code;
            }
        }
        String::new()
    };
    assert_eq!(within("the end of patience", all).await, "SLOW_DOWN");
    server.stop().await;
}

#[tokio::test]
async fn people_are_found_page_by_page_with_as_many_statements_for_few_as_for_many() {
    let server = TestServer::start().await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({})).await;
    let stranger = server.stranger();
    let see = "query($id: ID!, $first: Int!, $after: String, $search: String, $state: RegistrationState) { event(id: $id) { registrations( \
               first: $first, after: $after, search: $search, state: $state) { totalCount pageInfo { hasNextPage endCursor } \
               edges { node { email mail ticket { title waiting } answers { values } } } } } }";
    let mut costs = Vec::new();
    for batch in [2, 20] {
        for number in 0..batch {
            sale.register(&stranger, &ticket, &format!("{batch}-{number}@example.com")).await.unwrap();
        }
        let ask = async || sale.organizer.ask(see, json!({ "id": sale.event, "first": 100 })).await;
        let (cost, seen) = server.reads_of(ask).await;
        costs.push(cost);
        assert_eq!(seen["event"]["registrations"]["edges"].as_array().unwrap().len(), if batch == 2 { 2 } else { 22 });
    }
    assert_eq!(costs[0], costs[1]);

    let found = |given: Value| {
        let (organizer, event) = (&sale.organizer, &sale.event);
        async move {
            let mut variables = json!({ "id": event, "first": 10, "search": "20-", "state": "CONFIRMED" });
            variables.as_object_mut().unwrap().extend(given.as_object().unwrap().clone());
            organizer.ask(see, variables).await["event"]["registrations"].clone()
        }
    };
    let first = found(json!({})).await;
    assert_eq!((&first["totalCount"], &first["pageInfo"]["hasNextPage"]), (&json!(20), &json!(true)));
    let second = found(json!({ "after": first["pageInfo"]["endCursor"] })).await;
    assert_eq!((&second["edges"].as_array().unwrap().len(), &second["pageInfo"]["hasNextPage"]), (&10, &json!(false)));
    assert_eq!(found(json!({ "state": "WAITING" })).await["totalCount"], 0);
    assert_eq!(found(json!({ "search": "%' OR 1=1 --" })).await["totalCount"], 0);
    for (name, wrong) in [("first", json!(101)), ("after", json!("x")), ("search", json!("x".repeat(101)))] {
        let mut variables = json!({ "id": sale.event, "first": 1 });
        variables[name] = wrong;
        assert_eq!(sale.organizer.refused(see, variables).await, "BAD_INPUT", "{name}");
    }
    server.stop().await;
}

#[tokio::test]
async fn ones_own_registrations_and_ones_own_agenda() {
    let server = TestServer::start().await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({ "title": "Gallery" })).await;
    sale.register(&server.stranger(), &ticket, "vera@example.com").await.unwrap();
    let database = Connection::open(server.database()).unwrap();
    let sessions: Vec<String> = {
        let mut query = database.prepare("SELECT id FROM sessions WHERE event_id = ?1 ORDER BY starts_at, id LIMIT 2").unwrap();
        query.query_map([&sale.event], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    database.execute("UPDATE sessions SET capacity = 1 WHERE id = ?1", [&sessions[0]]).unwrap();
    let mine = "{ myRegistrations { totalCount edges { node { id state ticketTitle picks event { slug } } } } }";
    assert_eq!(server.stranger().refused(mine, json!({})).await, "UNAUTHENTICATED");
    let vera = server.person("vera@example.com").await;
    let node = vera.ask(mine, json!({})).await["myRegistrations"]["edges"][0]["node"].clone();
    assert_eq!(
        (&node["ticketTitle"], &node["event"]["slug"], &node["picks"]),
        (&json!("Gallery"), &json!(sale.slug), &json!([]))
    );
    let pick = "mutation($registration: ID!, $session: ID!, $picked: Boolean!) \
                { pickSession(registration: $registration, session: $session, picked: $picked) { picks } }";
    let given = |id: &Value, session: &str, picked: bool| json!({ "registration": id, "session": session, "picked": picked });
    for _ in 0..2 {
        let picks = vera.ask(pick, given(&node["id"], &sessions[0], true)).await["pickSession"]["picks"].clone();
        assert_eq!(picks, json!([sessions[0]]));
    }
    let walt = server.person("walt@example.com").await;
    assert_eq!(walt.refused(pick, given(&node["id"], &sessions[0], false)).await, "NOT_FOUND", "it is not theirs");
    sale.register(&walt, &ticket, "walt@example.com").await.unwrap();
    let walts = walt.ask(mine, json!({})).await["myRegistrations"]["edges"][0]["node"]["id"].clone();
    assert_eq!(walt.refused(pick, given(&walts, &sessions[0], true)).await, "SOLD_OUT");
    vera.ask(pick, given(&node["id"], &sessions[0], false)).await;
    assert_eq!(walt.ask(pick, given(&walts, &sessions[0], true)).await["pickSession"]["picks"], json!([sessions[0]]));
    assert_eq!(walt.refused(pick, given(&walts, &sale.event, true)).await, "NOT_FOUND");
    sale.change("cancelRegistration", &sale.registration("walt@").await).await.unwrap();
    assert_eq!(walt.refused(pick, given(&walts, &sessions[0], true)).await, "WRONG_PHASE");
    assert_eq!(vera.ask(pick, given(&node["id"], &sessions[0], true)).await["pickSession"]["picks"], json!([sessions[0]]));
    server.stop().await;
}

#[tokio::test]
async fn ones_own_agenda_shows_what_was_picked_and_what_of_it_clashes() {
    let server = TestServer::start().await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({})).await;
    sale.register(&server.stranger(), &ticket, "vera@example.com").await.unwrap();
    let make = "mutation($event: ID!, $session: NewSession!) { createSession(event: $event, session: $session) { id } }";
    let speaker = "mutation($event: ID!) { createSpeaker(event: $event, speaker: { name: \"Grace\" }) { id } }";
    let grace = sale.organizer.ask(speaker, json!({ "event": sale.event })).await["createSpeaker"]["id"].clone();
    let session = async |title: &str, from: &str, to: &str, speakers: Value| {
        let at = |time: &str| format!("2030-06-01T{time}:00Z");
        let session = json!({ "title": title, "startsAt": at(from), "endsAt": at(to), "speakers": speakers });
        text(&sale.organizer.ask(make, json!({ "event": sale.event, "session": session })).await["createSession"]["id"])
    };
    // In another order than they take place in. The second begins while the first goes on; the third when the second is over.
    let third = session("Third", "16:00", "17:00", json!([])).await;
    let first = session("First", "14:00", "15:30", json!([grace])).await;
    let second = session("Second", "15:00", "16:00", json!([])).await;
    session("Not theirs", "14:00", "17:00", json!([])).await;
    let vera = server.person("vera@example.com").await;
    let mine = "{ myRegistrations { nodes { id picks pickedSessions { id title startsAt speakers { name } cancelledAt } clashes { first second } } } }";
    let seen = async || vera.ask(mine, json!({})).await["myRegistrations"]["nodes"][0].clone();
    let registration = seen().await;
    assert_eq!((&registration["pickedSessions"], &registration["clashes"]), (&json!([]), &json!([])));
    let pick = "mutation($registration: ID!, $session: ID!, $picked: Boolean!) \
                { pickSession(registration: $registration, session: $session, picked: $picked) { pickedSessions { id } } }";
    let picks = async |session: &str, picked: bool| {
        vera.ask(pick, json!({ "registration": registration["id"], "session": session, "picked": picked })).await["pickSession"]
            ["pickedSessions"]
            .clone()
    };
    for session in [&third, &second, &first] {
        picks(session, true).await;
    }
    let titles = |registration: &Value| -> Vec<String> {
        registration["pickedSessions"].as_array().expect("a list").iter().map(|session| text(&session["title"])).collect()
    };
    let all = seen().await;
    assert_eq!(titles(&all), ["First", "Second", "Third"]);
    assert_eq!(all["picks"], json!([first, second, third]));
    assert_eq!(all["pickedSessions"][0]["startsAt"], "2030-06-01T14:00:00+00:00");
    assert_eq!(all["pickedSessions"][0]["speakers"], json!([{ "name": "Grace" }]));
    assert_eq!(
        all["clashes"],
        json!([{ "first": first, "second": second }]),
        "who ends when the next begins is in nobody's way"
    );
    // What does not take place is shown as that, and clashes with nothing.
    sale.organizer.ask("mutation($id: ID!) { cancelSession(id: $id) { id } }", json!({ "id": first })).await;
    let off = seen().await;
    assert_eq!((titles(&off), &off["clashes"]), (titles(&all), &json!([])));
    assert!(off["pickedSessions"][0]["cancelledAt"].is_string());
    assert_eq!(picks(&second, false).await, json!([{ "id": first }, { "id": third }]));
    server.stop().await;
}

#[tokio::test]
async fn a_ticket_is_good_for_one_device_or_for_several_as_the_event_says() {
    let (server, smtp) = with_mail().await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({})).await;
    sale.register(&server.stranger(), &ticket, "vera@example.com").await.unwrap();
    sale.start().await;
    let mail = smtp.until_for("vera@example.com", 1).await.remove(0);
    let secret = mail.link().expect("a link").rsplit('/').next().expect("a secret").to_owned();
    let out = async |token: &str| {
        let url = format!("http://{}/api/logins/current", server.http());
        houselights_tests::client::http().delete(url).bearer_auth(token).send().await.expect("answered").status().as_u16()
    };
    let device = async || sign_in(server.http(), &secret, None).await.expect("good");
    let (phone, laptop) = (device().await, device().await);
    assert_eq!((out(phone.token.as_str()).await, out(laptop.token.as_str()).await), (401, 204));
    let ask = async |one_device: bool| {
        let version = "query($id: ID!) { event(id: $id) { version } }";
        let version = sale.organizer.ask(version, json!({ "id": sale.event })).await["event"]["version"].clone();
        let change = "mutation($id: ID!, $version: Int!, $one: Boolean!) { \
                      updateEvent(id: $id, version: $version, change: { oneDevicePerTicket: $one }) { id } }";
        sale.organizer.ask(change, json!({ "id": sale.event, "version": version, "one": one_device })).await;
    };
    // Whoever is here when it changes stays, and has a place of its own from the next connection on.
    let tablet = device().await;
    let mut on_tablet = TestClient::connect(server.http(), &tablet).await;
    assert_eq!(on_tablet.me.device, None);
    ask(false).await;
    let (phone, laptop) = (device().await, device().await);
    let mut on_phone = TestClient::connect(server.http(), &phone).await;
    let mut on_laptop = TestClient::connect(server.http(), &laptop).await;
    on_phone.say("from the phone").await;
    for client in [&mut on_tablet, &mut on_laptop] {
        client.hears("from the phone").await;
    }
    on_tablet.vanish();
    let mut on_tablet = TestClient::connect(server.http(), &tablet).await;
    assert!(on_tablet.me.device.is_some());
    assert_eq!(out(phone.token.as_str()).await, 204);
    assert_eq!(on_phone.ended().await, Some(Refusal::TokenInvalid));
    ask(true).await;
    on_laptop.say("still two of us").await;
    on_tablet.hears("still two of us").await;
    let mut newest = TestClient::connect(server.http(), &device().await).await;
    for client in [&mut on_tablet, &mut on_laptop] {
        assert_eq!(client.ended().await, Some(Refusal::SignedInElsewhere));
    }
    newest.say("one again").await;
    server.stop().await;
}
