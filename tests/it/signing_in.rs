//! Invites, logins and tokens, good and bad.

use houselights_server::Config;
use houselights_shared::{InviteCard, Refusal, Role, Seq};
use houselights_tests::{
    client::{HttpRefusal, TestClient, answer, attend, greet, hello, http, sign_in, sign_in_as, socket},
    server::TestServer,
};

const CREW: [(Role, &str); 2] = [(Role::Producer, "Pat"), (Role::Speaker, "Ada")];

/// Why Hello is refused, if it is.
async fn refused(server: &TestServer, hello: houselights_shared::Hello) -> Option<Refusal> {
    greet(socket(server.http()).await, hello).await.err().flatten().map(|refused| refused.refusal)
}

#[tokio::test]
async fn an_invite_says_what_it_is_for() {
    let server = TestServer::start().await;
    let event = server.event(&CREW).await;
    let card = async |secret: &str| -> Result<InviteCard, HttpRefusal> {
        answer(http().get(format!("http://{}/api/invites/{secret}", server.http())).send().await.expect("answered")).await
    };
    let ada = card(event.invite_of("Ada")).await.expect("good");
    assert_eq!((ada.event.as_str(), ada.role, ada.name.as_deref()), ("Opening night", Role::Speaker, Some("Ada")));
    let open = card(event.open_invite()).await.expect("good");
    assert_eq!((open.role, open.name), (Role::Attendee, None));
    for unknown in ["nobody-has-this", "%ff", "%00", "%F0%9F"] {
        let unknown = card(unknown).await.expect_err("unknown");
        assert_eq!((unknown.status, unknown.refusal), (404, Refusal::TokenInvalid));
    }
    server.stop().await;
}

#[tokio::test]
async fn the_page_behind_a_link_is_harmless() {
    let server = TestServer::start().await;
    let event = server.event(&CREW).await;
    let page = http().get(format!("http://{}/join/{}", server.http(), event.invite_of("Ada"))).send().await.expect("answered");
    assert_eq!(page.status(), 200);
    assert!(page.headers()["content-security-policy"].to_str().expect("text").starts_with("default-src 'none'"));
    let text = page.text().await.expect("text").replace("&#x2f;", "/");
    assert!(text.contains("Opening night") && text.contains("houselights://join?") && !text.contains("<script"));
    let unknown = http().get(format!("http://{}/join/nobody-has-this", server.http())).send().await.expect("answered");
    assert_eq!(unknown.status(), 404);
    let no_text = http().get(format!("http://{}/join/%ff", server.http())).send().await.expect("answered");
    assert_eq!(no_text.status(), 404);
    assert_eq!(no_text.text().await.expect("text"), unknown.text().await.expect("text"));
    server.stop().await;
}

#[tokio::test]
async fn an_attendee_gives_a_name_and_a_personal_invite_has_one() {
    let server = TestServer::start().await;
    let event = server.event(&CREW).await;
    let ada = sign_in(server.http(), event.invite_of("Ada"), Some("Mallory")).await.expect("good");
    assert_eq!((ada.name.as_str(), ada.role), ("Ada", Role::Speaker));
    let (vera, walt) = (attend(server.http(), &event, " Vera ").await, attend(server.http(), &event, "Walt").await);
    assert_eq!(vera.name, "Vera");
    assert_ne!(vera.participant, walt.participant);
    let too_long = "x".repeat(81);
    for name in [None, Some("  "), Some("two\nlines"), Some("\u{200B}\u{2060}"), Some(too_long.as_str())] {
        let refusal = sign_in(server.http(), event.open_invite(), name).await.expect_err("no name");
        assert_eq!((refusal.status, refusal.refusal), (422, Refusal::NameInvalid));
    }
    server.stop().await;
}

#[tokio::test]
async fn a_second_login_ends_the_first() {
    let server = TestServer::start().await;
    let event = server.event(&CREW).await;
    let first = sign_in_as(server.http(), &event, "Ada").await;
    let mut at_home = TestClient::connect(server.http(), &first).await;
    let mut pat = TestClient::connect(server.http(), &sign_in_as(server.http(), &event, "Pat").await).await;
    let second = sign_in_as(server.http(), &event, "Ada").await;
    assert_eq!(at_home.ended().await, Some(Refusal::SignedInElsewhere));
    assert_eq!(at_home.refused.and_then(|refused| refused.retry_after_ms), None, "it does not come back by itself");
    assert_eq!(refused(&server, hello(&first, None)).await, Some(Refusal::TokenInvalid));
    let mut on_the_road = TestClient::connect(server.http(), &second).await;
    assert_eq!(on_the_road.me.participant, first.participant);
    on_the_road.say("here I am").await;
    pat.hears("here I am").await;
    server.stop().await;
}

#[tokio::test]
async fn signing_out_ends_the_login_and_its_connection() {
    let server = TestServer::start().await;
    let event = server.event(&CREW).await;
    let login = sign_in_as(server.http(), &event, "Ada").await;
    let mut ada = TestClient::connect(server.http(), &login).await;
    let out = async |token: &str| {
        let request = http().delete(format!("http://{}/api/logins/current", server.http())).bearer_auth(token);
        request.send().await.expect("answered").status().as_u16()
    };
    assert_eq!(out("not-a-token").await, 401);
    assert_eq!(out(login.token.as_str()).await, 204);
    assert_eq!(ada.ended().await, Some(Refusal::TokenInvalid));
    assert_eq!(refused(&server, hello(&login, None)).await, Some(Refusal::TokenInvalid));
    server.stop().await;
}

#[tokio::test]
async fn a_wrong_or_foreign_token_is_refused() {
    let (server, elsewhere) = (TestServer::start().await, TestServer::start().await);
    let event = server.event(&CREW).await;
    let foreign = sign_in_as(elsewhere.http(), &elsewhere.event(&CREW).await, "Ada").await;
    let ada = sign_in_as(server.http(), &event, "Ada").await;
    for token in ["", "x", &"x".repeat(10_000), "\u{0}", "' OR 1=1 --", foreign.token.as_str()] {
        let wrong = houselights_shared::Hello { token: (*token).into(), ..hello(&ada, None) };
        assert_eq!(refused(&server, wrong).await, Some(Refusal::TokenInvalid));
    }
    // A good token does not open the room of another event.
    let other = server.event(&CREW).await;
    let there = houselights_shared::Login { room: other.room, ..ada.clone() };
    assert_eq!(refused(&server, hello(&there, None)).await, Some(Refusal::NoSuchRoom));
    assert_eq!(TestClient::connect(server.http(), &ada).await.seq, Seq::new(1));
    server.stop().await;
    elsewhere.stop().await;
}

/// Every login ran out a moment ago, and the invites of the audience long before.
fn runs_out(database: &rusqlite::Connection) {
    let ran_out = "UPDATE logins SET expires_at = CAST(unixepoch('subsec') * 1000000 AS INTEGER) - 1000000";
    database.execute(ran_out, []).expect("written");
    database.execute("UPDATE invites SET expires_at = 1 WHERE role = 'attendee'", []).expect("written");
}

#[tokio::test]
async fn an_expired_token_or_invite_is_refused_as_expired() {
    let server = TestServer::start().await;
    let event = server.event(&CREW).await;
    let ada = sign_in_as(server.http(), &event, "Ada").await;
    let server = server.restart_after(runs_out).await;
    assert_eq!(refused(&server, hello(&ada, None)).await, Some(Refusal::TokenExpired));
    let invite = sign_in(server.http(), event.open_invite(), Some("Vera")).await.expect_err("expired");
    assert_eq!((invite.status, invite.refusal), (410, Refusal::TokenExpired));
    sign_in_as(server.http(), &event, "Ada").await;
    server.stop().await;
}

#[tokio::test]
async fn a_login_that_runs_out_ends_its_connection_and_can_be_signed_out_all_the_same() {
    let server = TestServer::with(|config: &mut Config| config.login_seconds = 2).await;
    let event = server.event(&CREW).await;
    let login = sign_in_as(server.http(), &event, "Ada").await;
    let mut ada = TestClient::connect(server.http(), &login).await;
    assert_eq!(ada.ended().await, Some(Refusal::TokenExpired));
    assert_eq!(ada.refused.and_then(|refused| refused.retry_after_ms), None, "it does not come back by itself");
    assert_eq!(refused(&server, hello(&login, None)).await, Some(Refusal::TokenExpired));
    let out = async || {
        let request = http().delete(format!("http://{}/api/logins/current", server.http())).bearer_auth(login.token.as_str());
        request.send().await.expect("answered").status().as_u16()
    };
    assert_eq!(out().await, 204);
    assert_eq!(out().await, 401, "it is over");
    assert_eq!(refused(&server, hello(&login, None)).await, Some(Refusal::TokenInvalid));
    server.stop().await;
}

#[tokio::test]
async fn bad_login_requests_are_refused_with_a_code() {
    let server = TestServer::start().await;
    let event = server.event(&CREW).await;
    let post = async |body: String| -> HttpRefusal {
        let request = http().post(format!("http://{}/api/logins", server.http())).header("content-type", "application/json");
        let response = request.body(body).send().await.expect("answered");
        answer::<houselights_shared::Login>(response).await.expect_err("refused")
    };
    let code = |refused: HttpRefusal| (refused.status, refused.refusal);
    assert_eq!(code(post("rubbish".to_owned()).await), (400, Refusal::Malformed));
    assert_eq!(code(post("{}".to_owned()).await), (400, Refusal::Malformed));
    assert_eq!(code(post(format!("{{\"invite\":\"{}\"}}", "x".repeat(1_000_000))).await), (413, Refusal::TooLarge));
    assert_eq!(code(post("{\"invite\":\"nobody-has-this\"}".to_owned()).await), (404, Refusal::TokenInvalid));
    attend(server.http(), &event, "Vera").await;
    server.stop().await;
}

#[tokio::test]
async fn guessing_invites_is_slowed_down() {
    let server = TestServer::with(|config: &mut Config| config.logins_per_minute = 5).await;
    let mut last = None;
    // The sixth is one too many, and after that the address is not listened to.
    for _ in 0..7 {
        last = sign_in(server.http(), "a-guess", None).await.err();
    }
    let last = last.expect("refused");
    assert_eq!((last.status, last.refusal), (429, Refusal::SlowDown));
    assert!(last.retry_after_ms.is_some());
    server.stop().await;
}

#[tokio::test]
async fn whoever_has_what_ran_out_is_told_so_also_where_others_guess() {
    let server = TestServer::with(|config: &mut Config| config.logins_per_minute = 3).await;
    let event = server.event(&CREW).await;
    let ada = sign_in_as(server.http(), &event, "Ada").await;
    let server = server.restart_after(runs_out).await;
    let mut last = None;
    for number in 0..6 {
        last = sign_in(server.http(), &format!("a-guess-{number}"), None).await.err();
    }
    assert_eq!(last.expect("refused").refusal, Refusal::SlowDown, "the address is noisy");
    assert_eq!(refused(&server, hello(&ada, None)).await, Some(Refusal::TokenExpired));
    let invite = sign_in(server.http(), event.open_invite(), Some("Vera")).await.expect_err("expired");
    assert_eq!((invite.status, invite.refusal), (410, Refusal::TokenExpired));
    server.stop().await;
}

/// How a server answers somebody who wants to connect.
async fn knock(server: &TestServer) -> Result<(), HttpRefusal> {
    let request = http()
        .get(format!("http://{}/realtime", server.http()))
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    let response = request.send().await.expect("answered");
    if response.status() == 101 { Ok(()) } else { answer(response).await }
}

#[tokio::test]
async fn guessing_tokens_is_slowed_down_and_holds_up_nobody_with_a_good_one() {
    let server = TestServer::with(|config: &mut Config| {
        config.logins_per_minute = 6;
        config.behind_proxy = true;
    })
    .await;
    let event = server.event(&CREW).await;
    let ada = sign_in_as(server.http(), &event, "Ada").await;
    let wrong = houselights_shared::Hello { token: "a-guess".into(), ..hello(&ada, None) };
    for _ in 0..6 {
        assert_eq!(refused(&server, wrong.clone()).await, Some(Refusal::TokenInvalid));
    }
    // One more, or two where so much time has passed that another attempt is due.
    let guessing = async {
        loop {
            let told = greet(socket(server.http()).await, wrong.clone()).await.err().flatten().expect("refused");
            if told.refusal == Refusal::SlowDown {
                return told;
            }
            assert_eq!(told.refusal, Refusal::TokenInvalid);
        }
    };
    let held_up = houselights_tests::within("the end of patience", guessing).await;
    assert!(held_up.retry_after_ms.is_some_and(|wait| wait > 0));
    assert!(greet(socket(server.http()).await, hello(&ada, None)).await.is_ok(), "she has a good one");
    let from_elsewhere = http()
        .get(format!("http://{}/api/invites/{}", server.http(), event.open_invite()))
        .header("x-forwarded-for", "198.51.100.7");
    let card: InviteCard = answer(from_elsewhere.send().await.expect("answered")).await.expect("not held up");
    assert_eq!(card.role, Role::Attendee);
    server.stop().await;
}

#[tokio::test]
async fn the_page_behind_a_link_and_signing_out_count_as_attempts() {
    let server = TestServer::with(|config: &mut Config| config.logins_per_minute = 4).await;
    let mut answers = Vec::new();
    for _ in 0..4 {
        let page = http().get(format!("http://{}/join/a-guess", server.http())).send().await.expect("answered");
        assert_eq!(page.status() == 429, page.headers().contains_key("retry-after"));
        answers.push(page.status().as_u16());
        let out = http().delete(format!("http://{}/api/logins/current", server.http())).bearer_auth("a-guess");
        answers.push(out.send().await.expect("answered").status().as_u16());
    }
    assert_eq!(answers, [404, 401, 404, 401, 429, 429, 429, 429]);
    server.stop().await;
}

#[tokio::test]
async fn rubbish_from_a_shared_address_holds_up_nobody_there_with_something_good() {
    let server = TestServer::with(|config: &mut Config| config.logins_per_minute = 3).await;
    let event = server.event(&CREW).await;
    let pat = sign_in_as(server.http(), &event, "Pat").await;
    let mut last = None;
    for number in 0..6 {
        last = sign_in(server.http(), &format!("rubbish-{number}"), None).await.err();
    }
    let last = last.expect("refused");
    assert_eq!((last.status, last.refusal), (429, Refusal::SlowDown), "the address is noisy");
    let ada = sign_in(server.http(), event.invite_of("Ada"), None).await.expect("her invite is good");
    let at = |path: String| http().get(format!("http://{}{path}", server.http()));
    let page = at(format!("/join/{}", event.invite_of("Ada"))).send().await.expect("answered");
    assert_eq!(page.status(), 200);
    let card: InviteCard = answer(at(format!("/api/invites/{}", event.invite_of("Ada"))).send().await.expect("answered"))
        .await
        .expect("what it is for");
    assert_eq!(card.role, Role::Speaker);
    let mut here = TestClient::connect(server.http(), &ada).await;
    here.say("nobody is held up").await;
    drop(here);
    // Of whom nothing is in memory: somebody who was signed in before a restart.
    let server = server.restart().await;
    let mut again = None;
    for number in 0..6 {
        again = sign_in(server.http(), &format!("more-{number}"), None).await.err();
    }
    assert_eq!(again.expect("refused").refusal, Refusal::SlowDown);
    drop(TestClient::connect(server.http(), &pat).await);
    sign_in(server.http(), event.open_invite(), Some("Vera")).await.expect("what others fail at is not counted against her");
    let out = http().delete(format!("http://{}/api/logins/current", server.http())).bearer_auth(ada.token.as_str());
    assert_eq!(out.send().await.expect("answered").status(), 204);
    server.stop().await;
}

#[tokio::test]
async fn an_address_has_only_so_many_connections_of_which_nobody_knows_whose_they_are() {
    let server = TestServer::with(|config: &mut Config| {
        config.strangers_per_address = 3;
        config.behind_proxy = true;
    })
    .await;
    let event = server.event(&CREW).await;
    let vera = attend(server.http(), &event, "Vera").await;
    let mut silent = Vec::new();
    for _ in 0..3 {
        silent.push(socket(server.http()).await);
    }
    let crowded = knock(&server).await.expect_err("too many");
    assert_eq!((crowded.status, crowded.refusal), (429, Refusal::SlowDown));
    assert!(crowded.retry_after_ms.is_some());
    assert!((server.metric("houselights_strangers_refused_total") - 1.0).abs() < 0.5, "it is counted");
    // One of them says whose it is, and there is a place again.
    let known = greet(silent.pop().expect("three"), hello(&vera, None)).await;
    assert!(known.is_ok());
    let again = async { while knock(&server).await.is_err() {} };
    houselights_tests::within("a place", again).await;
    server.stop().await;
}

#[tokio::test]
async fn connections_that_say_nothing_at_all_have_a_bound_for_each_address_too() {
    use tokio::io::AsyncReadExt;
    let server = TestServer::with(|config: &mut Config| config.strangers_per_address = 2).await;
    let connect = async || tokio::net::TcpStream::connect(server.http()).await.expect("connected");
    let (one, _two) = (connect().await, connect().await);
    let mut third = connect().await;
    let mut nothing = [0; 1];
    let ended = houselights_tests::within("the end of the third", third.read(&mut nothing)).await;
    assert!(matches!(ended, Ok(0) | Err(_)), "it is not listened to: {ended:?}");
    let first = one.try_read(&mut nothing).map_err(|error| error.kind());
    assert_eq!(first, Err(std::io::ErrorKind::WouldBlock), "those before it may still say something");
    server.stop().await;
}

#[tokio::test]
async fn logins_that_ran_out_long_ago_are_forgotten() {
    let server = TestServer::start().await;
    let event = server.event(&CREW).await;
    sign_in_as(server.http(), &event, "Ada").await;
    sign_in_as(server.http(), &event, "Pat").await;
    let one = "UPDATE logins SET expires_at = 1 WHERE rowid = (SELECT min(rowid) FROM logins)";
    let server = server.restart_after(|database| assert_eq!(database.execute(one, []).expect("written"), 1)).await;
    let database = rusqlite::Connection::open(server.database()).expect("there");
    let left = || database.query_row("SELECT count(*) FROM logins", [], |row| row.get::<_, i64>(0)).expect("counted");
    houselights_tests::within("the old one to be gone", async {
        while left() > 1 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(left(), 1, "the other stays");
    server.stop().await;
}

#[tokio::test]
async fn a_full_server_says_when_to_come_back() {
    let server = TestServer::with(|config: &mut Config| config.max_connections = 1).await;
    let event = server.event(&CREW).await;
    let (vera, walt) = (attend(server.http(), &event, "Vera").await, attend(server.http(), &event, "Walt").await);
    let inside = TestClient::connect(server.http(), &vera).await;
    let refused = knock(&server).await.expect_err("full");
    assert_eq!((refused.status, refused.refusal), (503, Refusal::Overloaded));
    assert!(refused.retry_after_ms.is_some());
    inside.vanish();
    let again = async { while TestClient::try_resume(server.http(), &walt, None).await.is_none() {} };
    houselights_tests::within("a place", again).await;
    server.stop().await;
}
