//! The desk with a small server that does as it is told.

mod files;
mod own;
mod provider;
mod reminders;
mod server;

use std::sync::Mutex as Lock;

use serde_json::json;
use tempfile::TempDir;
use tokio::{runtime::Handle, sync::mpsc};
use tokio_util::task::TaskTracker;

use self::server::{Does, Server};
use super::*;
use crate::{
    cli::Sources,
    house::{Beginning, Front, Parts, View, WELCOME},
    ipc::{Fetched, Problem, Waiting},
    session::{Keys, Logins, Profile},
    store::Question,
};

const LINK: &str = "secret-of-the-mail";

/// One run of the app.
struct Run {
    house: House,
    desk: Desk,
    told: mpsc::UnboundedReceiver<NativeEvent>,
    beside: mpsc::UnboundedReceiver<View>,
    /// What was opened in the browser; closed, there is none.
    browser: mpsc::UnboundedReceiver<String>,
}

struct Views(mpsc::UnboundedSender<View>, mpsc::UnboundedSender<String>);

impl Front for Views {
    fn show(&self, _view: View) {}
    fn renew(&self, _view: View) {}
    fn beside(&self, view: View) {
        let _ = self.0.send(view);
    }
    fn raise(&self) {}
    fn browse(&self, url: &str) -> bool {
        self.1.send(url.to_owned()).is_ok()
    }
}

impl Run {
    async fn new(folder: &TempDir, keys: &Keys) -> Self {
        crate::install_tls();
        let house = House::new(Parts {
            profile: Profile::apart(folder.path()),
            keys: keys.clone(),
            logins: Logins::default(),
            sources: Sources::default(),
            runtime: Handle::current(),
        });
        let (tell, beside) = mpsc::unbounded_channel();
        let (browse, browser) = mpsc::unbounded_channel();
        house.set_front(Views(tell, browse));
        house.begin(Beginning::default()).await.unwrap();
        let desk = Desk::new(house.clone());
        desk.begin(None).await.unwrap();
        let (tell, told) = mpsc::unbounded_channel();
        house.attach(WELCOME, Box::new(move |event| tell.send(event.clone()).is_ok())).await;
        Self { house, desk, told, beside, browser }
    }

    /// Signed in at this server.
    async fn signed_in(folder: &TempDir, keys: &Keys, server: &Server) -> Self {
        let run = Self::new(folder, keys).await;
        run.desk.start_sign_in(&server.base, "ada@show.example").await.unwrap();
        run.desk.confirm_sign_in(&server.link(LINK), false).await.unwrap();
        run
    }

    /// What the page was told last of who is signed in, and whose mail is waited for.
    fn account(&mut self) -> (Option<Account>, Option<String>) {
        let (account, waiting, _) = self.standing();
        let mail = waiting.map(|waiting| match waiting {
            Waiting::Mail { email } => email,
            Waiting::Provider { name } => panic!("{name} is waited for"),
        });
        (account, mail)
    }

    /// The same, whatever is waited for, and why something came to nothing.
    fn standing(&mut self) -> (Option<Account>, Option<Waiting>, Option<ApiCode>) {
        let mut last = (None, None, None);
        while let Ok(event) = self.told.try_recv() {
            if let NativeEvent::Account { account, waiting_for, failed } = event {
                last = (account, waiting_for, failed);
            }
        }
        last
    }

    /// Waits until the page is told why a sign-in came to nothing.
    async fn failed(&mut self) -> ApiCode {
        loop {
            if let NativeEvent::Account { failed: Some(why), waiting_for: None, .. } = self.told.recv().await.unwrap() {
                return why;
            }
        }
    }

    async fn ask(&self, number: u32) -> Result<(String, bool), ApiCode> {
        let answer = self.desk.ask(question(number)).await;
        answer.map(|Fetched { data, is_fresh, .. }| (data.get().to_owned(), is_fresh)).map_err(|problem| problem.code)
    }

    async fn change(&self) -> Result<String, ApiCode> {
        self.desk.change(question(0)).await.map(|changed| changed.data.get().to_owned()).map_err(|problem| problem.code)
    }
}

fn question(number: u32) -> Question {
    Question { operation: "Events".into(), document: "query Events { me }".into(), variables: json!({ "number": number }) }
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn data(text: &str) -> Does {
    Does::Answer("200 OK", format!(r#"{{"data":{{"me":"{text}"}}}}"#))
}

#[allow(clippy::unnecessary_wraps, reason = "what is compared with is a result")]
fn fresh(text: &str) -> Result<(String, bool), ApiCode> {
    Ok((format!(r#"{{"me":"{text}"}}"#), true))
}

#[allow(clippy::unnecessary_wraps, reason = "what is compared with is a result")]
fn kept(text: &str) -> Result<(String, bool), ApiCode> {
    Ok((format!(r#"{{"me":"{text}"}}"#), false))
}

#[tokio::test]
async fn signing_in_takes_an_address_and_the_link_from_the_mail() {
    let (server, folder) = (Server::start().await, folder());
    let mut run = Run::new(&folder, &Keys::mock()).await;
    assert_eq!(run.account(), (None, None));
    run.desk.start_sign_in(&format!("{}/", server.base), " ada@show.example ").await.unwrap();
    assert_eq!(run.account(), (None, Some("ada@show.example".into())));
    let wrong = run.desk.confirm_sign_in(&server.link("another"), false).await.map_err(|problem| problem.code);
    assert_eq!(wrong, Err(ApiCode::TokenInvalid));
    run.desk.confirm_sign_in(&server.link(LINK), false).await.unwrap();
    let (account, waiting) = run.account();
    let account = account.unwrap();
    assert_eq!(
        (account.server, account.person.email.as_str(), account.ended),
        (server.base.clone(), "ada@show.example", false)
    );
    assert_eq!(waiting, None);
    run.desk.confirm_sign_in(&server.link(LINK), false).await.expect("two pages may hand in the same link");
    server.does(data("ada"));
    assert_eq!(run.ask(1).await, fresh("ada"));
    assert!(server.heard().last().unwrap().contains("authorization: Bearer token 1"), "{:?}", server.heard());
}

#[tokio::test]
async fn a_restart_between_asking_and_the_link_does_no_harm() {
    let (server, folder, keys) = (Server::start().await, folder(), Keys::mock());
    let first = Run::new(&folder, &keys).await;
    first.desk.start_sign_in(&server.base, "ada@show.example").await.unwrap();
    first.house.close().await;
    let mut again = Run::new(&folder, &keys).await;
    assert_eq!(again.account(), (None, Some("ada@show.example".into())));
    again.desk.confirm_sign_in(&server.link(LINK), false).await.unwrap();
    assert!(again.account().0.is_some());
}

#[tokio::test]
async fn after_a_restart_one_is_signed_in_still() {
    let (server, folder, keys) = (Server::start().await, folder(), Keys::mock());
    let first = Run::signed_in(&folder, &keys, &server).await;
    let entry = Profile::apart(folder.path()).person_entry().unwrap();
    while keys.load::<PersonSecret>(&entry).await.is_none() {}
    first.house.close().await;
    let mut again = Run::new(&folder, &keys).await;
    assert!(!again.account().0.unwrap().ended);
    server.does(data("ada"));
    assert_eq!(again.ask(1).await, fresh("ada"));
}

#[tokio::test]
async fn without_a_key_store_a_restart_ends_the_login_and_what_is_kept_can_be_read() {
    let (server, folder) = (Server::start().await, folder());
    let first = Run::signed_in(&folder, &Keys::unwanted(), &server).await;
    server.does(data("ada"));
    first.ask(1).await.unwrap();
    first.house.close().await;
    let mut again = Run::new(&folder, &Keys::unwanted()).await;
    assert!(again.account().0.unwrap().ended);
    assert_eq!((again.ask(1).await, again.ask(2).await), (kept("ada"), Err(ApiCode::Unauthenticated)));
    assert_eq!(again.change().await, Err(ApiCode::Unauthenticated));
}

#[tokio::test]
async fn a_link_that_was_not_asked_for_here_is_refused_and_sent_nowhere() {
    let (server, folder) = (Server::start().await, folder());
    let run = Run::new(&folder, &Keys::unwanted()).await;
    let confirm = async |link: &str, confirmed| run.desk.confirm_sign_in(link, confirmed).await.map_err(|problem| problem.code);
    assert_eq!(confirm(&server.link(LINK), true).await, Err(ApiCode::NotAsked));
    let with_device = format!("houselights://sign-in?server={}&secret={LINK}&device=device", server.base);
    assert_eq!(confirm(&with_device, false).await, Err(ApiCode::Unconfirmed), "whoever made it may know the login");
    assert_eq!(confirm("https://show.example/join/abc", true).await, Err(ApiCode::NotALink));
    assert!(server.heard().is_empty(), "{:?}", server.heard());
    assert_eq!(run.house.destination(&with_device).unwrap().server, server.base, "which the page shows");
    assert_eq!(confirm(&with_device, true).await, Ok(()));
}

#[tokio::test]
async fn what_this_device_kept_goes_to_the_server_that_gave_it_and_to_no_other() {
    let (server, other, folder) = (Server::start().await, Server::start().await, folder());
    let run = Run::new(&folder, &Keys::unwanted()).await;
    run.desk.start_sign_in(&server.base, "ada@show.example").await.unwrap();
    let confirmed = run.desk.confirm_sign_in(&other.link("of-another-server"), false).await;
    assert_eq!(confirmed.map_err(|problem| problem.code), Err(ApiCode::NotAsked));
    assert!(other.heard().is_empty());
}

#[tokio::test]
async fn a_server_that_refuses_is_heard_and_one_that_is_away_is_said() {
    let (server, folder) = (Server::start().await, folder());
    let run = Run::new(&folder, &Keys::unwanted()).await;
    let start = async |server: &str, email: &str| run.desk.start_sign_in(server, email).await.map_err(|problem| problem.code);
    assert_eq!(start("show.example", "ada@show.example").await, Err(ApiCode::BadInput));
    assert_eq!(start(&server.base, "").await, Err(ApiCode::EmailInvalid));
    for (said, code) in [("mail_unavailable", ApiCode::MailUnavailable), ("slow_down", ApiCode::SlowDown)] {
        server.sign_ins_do(Does::Answer("429 Too Many Requests", format!(r#"{{"refusal":"{said}","retry_after_ms":60000}}"#)));
        assert_eq!(start(&server.base, "ada@show.example").await, Err(code));
    }
    let base = server.base.clone();
    drop(server);
    assert_eq!(start(&base, "ada@show.example").await, Err(ApiCode::Offline));
}

#[tokio::test]
async fn a_link_that_a_second_instance_hands_over_reaches_the_welcome_window_alone() {
    let (server, folder) = (Server::start().await, folder());
    let mut run = Run::new(&folder, &Keys::unwanted()).await;
    run.desk.start_sign_in(&server.base, "ada@show.example").await.unwrap();
    let (tell, mut others) = mpsc::unbounded_channel();
    run.house.attach("dashboard", Box::new(move |event| tell.send(event.clone()).is_ok())).await;
    let link = server.link(LINK);
    run.house.open_link(&link);
    assert_eq!(run.beside.recv().await, Some(View::Welcome));
    let opened = std::iter::from_fn(|| run.told.try_recv().ok()).any(|event| matches!(event, NativeEvent::LinkOpened { .. }));
    let elsewhere = std::iter::from_fn(|| others.try_recv().ok()).any(|event| matches!(event, NativeEvent::LinkOpened { .. }));
    assert!(opened && !elsewhere);
    let page = async || run.house.attach(WELCOME, Box::new(|_| true)).await.link;
    assert_eq!(page().await.as_ref(), Some(&link));
    run.desk.confirm_sign_in(&link, false).await.unwrap();
    assert_eq!(page().await, None, "a page that is loaded again does not use it again");
}

#[tokio::test]
async fn where_the_server_is_away_the_last_answer_is_given_and_says_so() {
    let (server, folder) = (Server::start().await, folder());
    let run = Run::signed_in(&folder, &Keys::unwanted(), &server).await;
    server.does(data("one"));
    assert_eq!(run.ask(1).await, fresh("one"));
    for does in [
        Does::Close,
        Does::Answer("502 Bad Gateway", "<html>".into()),
        Does::Answer("503 Service Unavailable", r#"{"errors":[{"message":"","extensions":{"code":"OVERLOADED"}}]}"#.into()),
        Does::Answer("200 OK", "<html>a hotel's page</html>".into()),
        Does::Answer("200 OK", r#"{"data":null}"#.into()),
        Does::Answer("200 OK", r#"{"data":[1]}"#.into()),
        Does::Answer("302 Found\r\nlocation: http://127.0.0.1:1/", String::new()),
    ] {
        server.does(does.clone());
        assert_eq!((run.ask(1).await, run.ask(2).await), (kept("one"), Err(ApiCode::Offline)), "{does:?}");
    }
    server.does(data("two"));
    assert_eq!(run.ask(1).await, fresh("two"));
    server.kill().await;
    assert_eq!((run.ask(1).await, run.ask(2).await), (kept("two"), Err(ApiCode::Offline)));
}

#[tokio::test]
async fn a_refusal_is_no_absence() {
    let (server, folder) = (Server::start().await, folder());
    let run = Run::signed_in(&folder, &Keys::unwanted(), &server).await;
    server.does(data("one"));
    run.ask(1).await.unwrap();
    let said = r#"{"data":null,"errors":[{"message":"no","extensions":{"code":"TEMPLATE_INVALID","line":7,"field":"source","retryAfterMs":9}}]}"#;
    server.does(Does::Answer("200 OK", said.into()));
    let problem = run.desk.ask(question(1)).await.map(|_| ()).unwrap_err();
    let whole = ApiProblem {
        code: ApiCode::TemplateInvalid,
        message: "no".into(),
        field: Some("source".into()),
        line: Some(7),
        retry_after_ms: Some(9),
    };
    assert_eq!(problem, whole);
    server.does(Does::Answer("400 Bad Request", "what?".into()));
    assert_eq!(run.ask(1).await, Err(ApiCode::Refused));
    server.does(Does::Answer("200 OK", format!(r#"{{"data":{{"x":"{}"}}}}"#, "x".repeat(21 * 1024 * 1024))));
    assert_eq!(run.ask(1).await, Err(ApiCode::TooLarge));
}

#[tokio::test]
async fn a_change_is_sent_once_and_it_is_said_what_is_known_of_it() {
    let (server, folder) = (Server::start().await, folder());
    let run = Run::signed_in(&folder, &Keys::unwanted(), &server).await;
    let storage = r#"{"errors":[{"message":"","extensions":{"code":"STORAGE_UNAVAILABLE"}}]}"#;
    for (does, code) in [
        (Does::Close, ApiCode::Unknown),
        (Does::Answer("504 Gateway Timeout", "<html>".into()), ApiCode::Unknown),
        (Does::Answer("200 OK", "rubbish".into()), ApiCode::Unknown),
        (Does::Answer("503 Service Unavailable", storage.into()), ApiCode::StorageUnavailable),
        (Does::Answer("413 Payload Too Large", String::new()), ApiCode::TooLarge),
        (Does::Answer("429 Too Many Requests", r#"{"refusal":"slow_down"}"#.into()), ApiCode::SlowDown),
    ] {
        server.does(does.clone());
        let before = server.heard().len();
        assert_eq!((run.change().await, server.heard().len()), (Err(code), before + 1), "{does:?}");
    }
    server.does(data("done"));
    assert_eq!(run.change().await, Ok(r#"{"me":"done"}"#.into()));
    server.kill().await;
    assert_eq!(run.change().await, Err(ApiCode::Offline), "nobody was there to send it to");
}

#[tokio::test]
async fn a_server_that_takes_too_long_is_not_waited_for() {
    let (server, folder) = (Server::start().await, folder());
    let run = Run::signed_in(&folder, &Keys::unwanted(), &server).await;
    server.does(data("one"));
    run.ask(1).await.unwrap();
    server.does(Does::Nothing);
    let begun = std::time::Instant::now();
    let both = tokio::join!(run.ask(1), run.change());
    assert_eq!(both, (kept("one"), Err(ApiCode::Unknown)));
    // It gives up by itself, and not at once.
    let took = begun.elapsed().as_secs();
    assert!(took >= 7, "{took} s");
}

#[tokio::test]
async fn a_login_that_is_over_is_told_and_what_is_kept_stays_to_be_read() {
    for over in [
        Does::Answer("401 Unauthorized", r#"{"errors":[{"message":"","extensions":{"code":"UNAUTHENTICATED"}}]}"#.into()),
        Does::Answer("200 OK", r#"{"data":null,"errors":[{"message":"","extensions":{"code":"UNAUTHENTICATED"}}]}"#.into()),
    ] {
        let (server, folder, keys) = (Server::start().await, folder(), Keys::mock());
        let mut run = Run::signed_in(&folder, &keys, &server).await;
        server.does(data("one"));
        run.ask(1).await.unwrap();
        run.desk.keep_draft("title".into(), "typed".into()).await.unwrap();
        server.does(over);
        assert_eq!(run.ask(1).await, kept("one"));
        assert!(run.account().0.unwrap().ended);
        let heard = server.heard().len();
        assert_eq!((run.ask(1).await, run.change().await), (kept("one"), Err(ApiCode::Unauthenticated)));
        assert_eq!(server.heard().len(), heard, "a token that is over is not sent again");
        run.desk.keep_draft("title".into(), "typed on".into()).await.unwrap();
        server.does(data("two"));
        run.desk.start_sign_in(&server.base, "ada@show.example").await.unwrap();
        run.desk.confirm_sign_in(&server.link("second"), false).await.unwrap();
        assert_eq!(run.ask(1).await, fresh("two"));
        assert_eq!(run.desk.drafts().await.unwrap()[0].text, "typed on", "the same person finds what they typed");
    }
}

#[tokio::test]
async fn signing_out_forgets_everything_here_and_there() {
    let (server, folder, keys) = (Server::start().await, folder(), Keys::mock());
    let mut run = Run::signed_in(&folder, &keys, &server).await;
    server.does(data("one"));
    run.ask(1).await.unwrap();
    run.desk.keep_draft("title".into(), "typed".into()).await.unwrap();
    run.desk.sign_out_person().await.unwrap();
    assert_eq!(run.account(), (None, None));
    assert_eq!((run.ask(1).await, run.desk.drafts().await), (Err(ApiCode::Unauthenticated), Ok(vec![])));
    assert_eq!(
        run.desk.keep_draft("a".into(), "b".into()).await.map_err(|problem| problem.code),
        Err(ApiCode::Unauthenticated)
    );
    while !server.heard().iter().any(|request| request.starts_with("DELETE /api/sign-ins/current")) {
        tokio::task::yield_now().await;
    }
    run.house.close().await;
    let mut again = Run::new(&folder, &keys).await;
    assert_eq!(again.account(), (None, None));
}

#[tokio::test]
async fn whoever_waits_for_a_link_can_take_another_address() {
    let (server, folder) = (Server::start().await, folder());
    let mut run = Run::new(&folder, &Keys::unwanted()).await;
    run.desk.start_sign_in(&server.base, "typo@show.example").await.unwrap();
    run.desk.sign_out_person().await.unwrap();
    assert_eq!(run.account(), (None, None));
    let late = run.desk.confirm_sign_in(&server.link(LINK), false).await.map_err(|problem| problem.code);
    assert_eq!(late, Err(ApiCode::NotAsked));
}

#[tokio::test]
async fn a_picture_is_handed_over_with_what_it_is_for() {
    let (server, folder) = (Server::start().await, folder());
    let run = Run::signed_in(&folder, &Keys::unwanted(), &server).await;
    server.does(Does::Answer("200 OK", r#"{"id":"i","url":"https://show.example/i","width":4,"height":3}"#.into()));
    let organisation = houselights_shared::OrganisationId::random().to_string();
    let image = run.desk.upload(b"picture".to_vec(), crate::ipc::ImageUse::Cover, &organisation).await.unwrap();
    assert_eq!((image.width, image.height), (4, 3));
    let heard = server.heard();
    let asked = heard.last().unwrap();
    assert!(asked.starts_with(&format!("POST /api/organisations/{organisation}/images?use=cover ")), "{asked}");
    assert!(asked.ends_with("picture"), "{asked}");
    let upload = async |bytes, organisation: &str| {
        run.desk.upload(bytes, crate::ipc::ImageUse::Logo, organisation).await.map_err(|problem| problem.code)
    };
    assert_eq!(upload(vec![], "../../graphql").await, Err(ApiCode::BadInput));
    assert_eq!(upload(vec![0; 6 * 1024 * 1024], &organisation).await, Err(ApiCode::TooLarge));
    assert_eq!(server.heard().len(), heard.len());
}

#[tokio::test]
async fn a_ticket_of_ones_own_server_is_used_at_once_and_another_link_is_asked_about() {
    let (server, folder) = (Server::start().await, folder());
    let mut run = Run::signed_in(&folder, &Keys::unwanted(), &server).await;
    assert_eq!(run.desk.enter_event("rubbish").await.map_err(|problem| problem.code), Err(ApiCode::NotALink));
    let entered = run.desk.enter_event(&format!("{}/join/ticket", server.base)).await.map_err(|problem| problem.code);
    assert_eq!(entered, Err(ApiCode::TokenInvalid), "it was tried, and this server knows none");
    assert!(server.heard().last().unwrap().starts_with("POST /api/logins "));
    run.desk.enter_event("https://elsewhere.example/join/ticket").await.unwrap();
    assert_eq!(run.beside.recv().await, Some(View::Welcome));
    let link = run.house.attach(WELCOME, Box::new(|_| true)).await.link;
    assert_eq!(run.house.look_up(&link.unwrap(), false).await, Err(Problem::Unconfirmed));
}

#[tokio::test]
async fn the_real_server_signs_in_answers_and_may_go_away() {
    let here = "127.0.0.1:0".parse().unwrap();
    let (data, folder) = (folder(), folder());
    let database = data.path().join("houselights.db").display().to_string();
    let config = houselights_server::Config {
        database: database.as_str().into(),
        listen: here,
        media_listen: here,
        ..houselights_server::Config::default()
    };
    let server = houselights_server::Server::start(config).await.unwrap();
    let mut run = Run::new(&folder, &Keys::mock()).await;
    let unmailed = run.desk.start_sign_in(server.base_url(), "ada@show.example").await.map_err(|problem| problem.code);
    assert_eq!(unmailed, Err(ApiCode::MailUnavailable));
    let link = server.sign_in_link("ada@show.example").await.unwrap().link;
    assert_eq!(run.desk.confirm_sign_in(&link, false).await.map_err(|problem| problem.code), Err(ApiCode::Unconfirmed));
    run.desk.confirm_sign_in(&link, true).await.unwrap();
    assert_eq!(run.account().0.unwrap().person.email, "ada@show.example");
    let me = |document: &str| Question { operation: "Me".into(), document: document.into(), variables: json!({}) };
    let question = me("query Me { me { email } }");
    let answer = run.desk.ask(question.clone()).await.unwrap();
    assert_eq!((answer.data.get(), answer.is_fresh), (r#"{"me":{"email":"ada@show.example"}}"#, true));
    let wrong = run.desk.ask(me("query Me { nothing }")).await.map(|_| ()).map_err(|problem| problem.code);
    assert_eq!(wrong, Err(ApiCode::BadInput));
    server.shutdown().await;
    let away = run.desk.ask(question).await.unwrap();
    assert_eq!((away.data.get(), away.is_fresh), (r#"{"me":{"email":"ada@show.example"}}"#, false));
    assert_eq!(run.change().await, Err(ApiCode::Offline));
}
