//! What one is reminded of, by what the server said.

use super::*;

/// Writes down what it is to show.
#[derive(Clone, Default)]
struct Shown(Arc<Lock<Vec<String>>>);

impl Notifier for Shown {
    fn show(&self, title: &str, body: &str) {
        self.0.lock().unwrap().push(format!("{title}: {body}"));
    }
}

fn registrations(rows: &[(&str, &str, i64, bool)]) -> Does {
    let node = |(id, state, minutes, cancelled): &(&str, &str, i64, bool)| {
        let starts = chrono::DateTime::from_timestamp_micros(now().micros() + minutes * 60_000_000).unwrap().to_rfc3339();
        let cancelled = cancelled.then_some("2026-01-01T00:00:00Z");
        let session = |number: i64, minutes: i64, cancelled: Option<&str>| {
            let starts = chrono::DateTime::from_timestamp_micros(now().micros() + minutes * 60_000_000).unwrap().to_rfc3339();
            json!({ "id": format!("s{number}"), "title": format!("Session {number} of {id}"), "startsAt": starts, "cancelledAt": cancelled })
        };
        let mut with_event = session(1, *minutes, None);
        with_event["startsAt"] = json!(starts);
        let picked = [with_event, session(2, 3, None), session(3, 3, Some("2026-01-01T00:00:00Z")), session(4, 30, None)];
        let event = json!({ "title": format!("Event\n{id}"), "startsAt": starts, "cancelledAt": cancelled });
        json!({ "id": id, "state": state, "event": event, "pickedSessions": if *id == "soon" { json!(picked) } else { json!([]) } })
    };
    let nodes: Vec<_> = rows.iter().map(node).collect();
    let page = json!({ "nodes": nodes, "pageInfo": { "hasNextPage": false, "endCursor": null } });
    Does::Answer("200 OK", json!({ "data": { "myRegistrations": page } }).to_string())
}

#[tokio::test]
async fn one_is_reminded_of_confirmed_events_and_picked_sessions_once_also_over_a_restart_without_a_server() {
    let (server, folder, keys) = (Server::start().await, folder(), Keys::mock());
    server.does(registrations(&[
        ("soon", "CONFIRMED", 4, false),
        ("waiting", "WAITING", 4, false),
        ("cancelled", "CONFIRMED", 4, true),
        ("far", "CONFIRMED", 10_000, false),
        ("past", "CONFIRMED", -10, false),
    ]));
    let shown = Shown::default();
    let first = Run::new(&folder, &keys).await;
    first.house.spawn(first.desk.clone().remind(Arc::new(shown.clone())));
    first.desk.start_sign_in(&server.base, "ada@show.example").await.unwrap();
    first.desk.confirm_sign_in(&server.link(LINK), false).await.unwrap();
    while shown.0.lock().unwrap().len() < 2 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    first.house.close().await;
    server.kill().await;
    let again = Run::new(&folder, &keys).await;
    let looking = TaskTracker::new().spawn(again.desk.clone().remind(Arc::new(shown.clone())));
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    looking.abort();
    let expected = ["Session 2 of soon: Starts in 3 minutes.", "Event soon: Starts in 4 minutes."];
    assert_eq!(*shown.0.lock().unwrap(), expected);
    let account = again.desk.login().await.unwrap().account.key();
    let (kept, _) = again.desk.0.store.registrations(account).await.unwrap();
    assert_eq!(
        kept.iter().map(|registration| registration.id.as_str()).collect::<Vec<_>>(),
        ["past", "soon/s2", "soon", "soon/s4", "far"]
    );
}

/// What is kept to be reminded of, once the server was asked.
async fn kept_registrations(run: &Run) -> Vec<String> {
    let account = run.desk.login().await.unwrap().account.key();
    let looking = TaskTracker::new().spawn(run.desk.clone().remind(Arc::new(Shown::default())));
    let kept = async {
        loop {
            let (kept, _) = run.desk.0.store.registrations(account.clone()).await.unwrap();
            if !kept.is_empty() {
                break kept.into_iter().map(|registration| registration.id).collect();
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    let kept = tokio::time::timeout(std::time::Duration::from_secs(10), kept).await.expect("they are kept");
    looking.abort();
    kept
}

#[tokio::test]
async fn a_server_from_before_picked_sessions_is_asked_for_what_it_knows() {
    let (server, folder) = (Server::start().await, folder());
    let run = Run::signed_in(&folder, &Keys::mock(), &server).await;
    let unknown =
        r#"{"data":null,"errors":[{"message":"Unknown field \"pickedSessions\"","extensions":{"code":"BAD_INPUT"}}]}"#;
    server.first_does(Does::Answer("200 OK", unknown.into()));
    let event = json!({ "title": "Event", "startsAt": "2100-01-01T00:00:00Z", "cancelledAt": null });
    let node = json!({ "id": "far", "state": "CONFIRMED", "event": event });
    let page = json!({ "nodes": [node], "pageInfo": { "hasNextPage": false, "endCursor": null } });
    server.does(Does::Answer("200 OK", json!({ "data": { "myRegistrations": page } }).to_string()));
    assert_eq!(kept_registrations(&run).await, ["far"]);
    let heard = server.heard();
    let asked: Vec<_> = heard.iter().filter(|heard| heard.starts_with("POST /graphql ")).collect();
    assert_eq!(asked.iter().map(|asked| asked.contains("pickedSessions")).collect::<Vec<_>>(), [true, false]);
}

#[tokio::test]
async fn what_cannot_be_read_of_one_registration_costs_no_other() {
    let (server, folder) = (Server::start().await, folder());
    let run = Run::signed_in(&folder, &Keys::mock(), &server).await;
    let event = json!({ "title": "Event", "startsAt": "2100-01-01T00:00:00Z" });
    let nodes = json!([
        { "id": "no event", "state": "CONFIRMED" },
        { "id": "no time", "state": "CONFIRMED", "event": { "title": "Event", "startsAt": "soon" } },
        null,
        { "id": "half", "state": "CONFIRMED", "event": event, "pickedSessions": [
            { "id": "one", "title": "Session", "startsAt": "2100-01-01T01:00:00Z" }, { "id": "other", "title": "Session" },
        ] },
    ]);
    server.does(Does::Answer("200 OK", json!({ "data": { "myRegistrations": { "nodes": nodes } } }).to_string()));
    assert_eq!(kept_registrations(&run).await, ["half", "half/one"]);
}
