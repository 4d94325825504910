//! The calls over HTTP by which one signs in and out.

use std::time::Duration;

use houselights_shared::{
    AuditPage, EventRooms, InboxPage, InviteCard, Login, LoginRequest, MessagePage, ParticipantId, PollId, ProviderSignIn,
    ProviderSignInAsked, Refusal, RoomId, Seq, SignInAsked, SignInConfirmation, SignInRequest, SignInWays, SignedIn, Timestamp,
    VotesPage,
};
use reqwest::{RequestBuilder, StatusCode};
use serde::{Deserialize, de::DeserializeOwned};
use url::Url;

use super::{Http, Link, http};
use crate::{
    ipc::Problem,
    realtime::{random, spread},
};

/// The largest answer that is read.
const MAX_BODY_BYTES: usize = 64 * 1024;
/// And of a page of a conversation.
const MAX_CONVERSATION_BYTES: usize = 2 * 1024 * 1024;
/// And of the rooms of an event, of which there may be hundreds.
const MAX_ROOMS_BYTES: usize = 1024 * 1024;

/// And of a page of messages, of which moderators are told what they said before, too.
const MAX_PAGE_BYTES: usize = 8 * 1024 * 1024;

/// And of what is told of a room once more: the questions and polls of a whole room, and messages with what they said before, too.
const MAX_REPLAY_BYTES: usize = 16 * 1024 * 1024;

/// What is asked for of what was said.
#[derive(Clone, Debug)]
pub(crate) struct Past {
    /// Where.
    pub(crate) room: RoomId,
    /// The crew's notes in place of the chat.
    pub(crate) notes: bool,
    /// Before which position; absent: the latest.
    pub(crate) before: Option<Seq>,
    /// How much of it at most.
    pub(crate) limit: usize,
    /// What has to be in it.
    pub(crate) words: Option<String>,
}

/// What is asked for of what is over in a room.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Replayed {
    /// What there is.
    Outline,
    /// How it stood at a moment.
    At(Timestamp),
    /// What came behind a position.
    After(Seq),
}

/// How often one comes to a server that has no place just now. It keeps one for who comes when it says, so twice is nearly always enough.
const TRIES: u32 = 5;

/// The server's logins, over HTTP. Needs the process's TLS provider installed.
#[derive(Clone, Debug, Default)]
pub struct Logins {
    http: Http,
}

/// What a refusal looks like over HTTP.
#[derive(Deserialize)]
pub(crate) struct RefusedBody {
    pub(crate) refusal: Refusal,
    #[serde(default)]
    pub(crate) retry_after_ms: Option<u32>,
}

impl Logins {
    /// What the invite is for.
    pub async fn look_up(&self, link: &Link) -> Result<InviteCard, Problem> {
        read(self.http.client()?.get(format!("{}/api/invites/{}", link.server(), link.invite()))).await
    }

    /// Trades the invite for a login. A server to which too many come at once says when there is a place: then it is asked again.
    pub async fn sign_in(&self, link: &Link, name: Option<String>) -> Result<Login, Problem> {
        let request = LoginRequest { invite: link.invite().into(), name };
        let mut tries = 0;
        loop {
            let asked = self.http.client()?.post(format!("{}/api/logins", link.server())).json(&request);
            tries += 1;
            match read(asked).await {
                Err(Problem::Refused { refusal: Refusal::Overloaded, retry_after_ms: Some(wait) }) if tries < TRIES => {
                    tracing::info!(wait, "too many come at once: there is a place later");
                    tokio::time::sleep(spread(Duration::from_millis(wait.into()), random())).await;
                }
                answer => return answer,
            }
        }
    }

    /// The rooms of the event that a login is for.
    pub async fn rooms(&self, server: &str, token: &str) -> Result<EventRooms, Problem> {
        read_up_to(MAX_ROOMS_BYTES, self.http.client()?.get(format!("{server}/api/rooms")).bearer_auth(token)).await
    }

    /// A part of one's conversation with somebody.
    pub async fn conversation(
        &self,
        server: &str,
        token: &str,
        (with, before): (ParticipantId, Option<Seq>),
    ) -> Result<InboxPage, Problem> {
        let before = before.map(|before| format!("?before={}", before.number())).unwrap_or_default();
        let url = format!("{server}/api/inbox/{with}{before}");
        read_up_to(MAX_CONVERSATION_BYTES, self.http.client()?.get(url).bearer_auth(token)).await
    }

    /// A page of what was said in a room, or of those messages in which words are.
    pub(crate) async fn messages(&self, server: &str, token: &str, past: &Past) -> Result<MessagePage, Problem> {
        let Past { room, notes, before, limit, words } = past;
        let path = if words.is_some() { "messages/search" } else { "messages" };
        let mut url = Url::parse(&format!("{server}/api/rooms/{room}/{path}")).map_err(|_| Problem::Unreachable)?;
        let fields = [
            ("limit", Some(limit.to_string())),
            ("before", before.map(|before| before.number().to_string())),
            ("notes", notes.then(|| "true".to_owned())),
            ("q", words.clone()),
        ];
        url.query_pairs_mut().extend_pairs(fields.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))));
        read_up_to(MAX_PAGE_BYTES, self.http.client()?.get(url).bearer_auth(token)).await
    }

    /// What is told of a room once more.
    pub(crate) async fn replayed<T: DeserializeOwned>(
        &self,
        server: &str,
        token: &str,
        (room, which): (RoomId, Replayed),
    ) -> Result<T, Problem> {
        let rest = match which {
            Replayed::Outline => String::new(),
            Replayed::At(at) => format!("/at?at={}", at.micros()),
            Replayed::After(after) => format!("/updates?after={}", after.number()),
        };
        let url = format!("{server}/api/rooms/{room}/replay{rest}");
        read_up_to(MAX_REPLAY_BYTES, self.http.client()?.get(url).bearer_auth(token)).await
    }

    /// A page of what was done to keep a room in order.
    pub(crate) async fn audit(
        &self,
        server: &str,
        token: &str,
        (room, before): (RoomId, Option<Seq>),
    ) -> Result<AuditPage, Problem> {
        let mut url = Url::parse(&format!("{server}/api/rooms/{room}/audit")).map_err(|_| Problem::Unreachable)?;
        if let Some(before) = before {
            url.query_pairs_mut().append_pair("before", &before.number().to_string());
        }
        read_up_to(MAX_PAGE_BYTES, self.http.client()?.get(url).bearer_auth(token)).await
    }

    /// A page of who voted for what.
    pub(crate) async fn votes(
        &self,
        server: &str,
        token: &str,
        ((room, poll), after): ((RoomId, PollId), Option<ParticipantId>),
    ) -> Result<VotesPage, Problem> {
        let after = after.map(|after| format!("?after={after}")).unwrap_or_default();
        let url = format!("{server}/api/rooms/{room}/polls/{poll}/votes{after}");
        read_up_to(MAX_PAGE_BYTES, self.http.client()?.get(url).bearer_auth(token)).await
    }

    /// Ends the login. A server that cannot be reached ends it by itself in time.
    pub async fn sign_out(&self, server: &str, token: &str) {
        self.end(&format!("{server}/api/logins/current"), token).await;
    }

    /// Has a link sent by mail.
    pub async fn ask_sign_in(&self, server: &str, request: &SignInRequest) -> Result<SignInAsked, Problem> {
        read(self.http.client()?.post(format!("{server}/api/sign-ins")).json(request)).await
    }

    /// How one can sign in there.
    pub async fn ways(&self, server: &str) -> Result<SignInWays, Problem> {
        read(self.http.client()?.get(format!("{server}/api/sign-ins/ways"))).await
    }

    /// Begins to sign in with an account of the server's provider.
    pub async fn ask_provider(&self, server: &str, request: &ProviderSignIn) -> Result<ProviderSignInAsked, Problem> {
        read(self.http.client()?.post(format!("{server}/api/sign-ins/oidc")).json(request)).await
    }

    /// Finishes a sign-in, by mail or with an account of the provider.
    pub async fn confirm_sign_in(&self, server: &str, confirmation: &SignInConfirmation) -> Result<SignedIn, Problem> {
        read(self.http.client()?.post(format!("{server}/api/sign-ins/confirm")).json(confirmation)).await
    }

    /// Ends the login of a person, as [`sign_out`](Self::sign_out) that of a participant.
    pub async fn sign_out_person(&self, server: &str, token: &str) {
        self.end(&format!("{server}/api/sign-ins/current"), token).await;
    }

    pub(super) fn client(&self) -> Result<&reqwest::Client, Problem> {
        self.http.client()
    }

    /// What it speaks HTTP with.
    pub(crate) fn http(&self) -> Http {
        self.http.clone()
    }

    async fn end(&self, url: &str, token: &str) {
        let Ok(client) = self.http.client() else { return };
        let answer = client.delete(url).bearer_auth(token).send().await;
        if let Err(error) = answer {
            tracing::info!(error = %error.without_url(), "the server did not hear of the sign-out");
        }
    }
}

pub(super) async fn read<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Problem> {
    read_up_to(MAX_BODY_BYTES, request).await
}

pub(super) async fn read_up_to<T: DeserializeOwned>(most: usize, request: RequestBuilder) -> Result<T, Problem> {
    let response = request.send().await.map_err(unreachable)?;
    let status = response.status();
    let body = http::body(response, most).await.map_err(|fault| match fault {
        http::BodyFault::TooLarge => Problem::Unreachable,
        http::BodyFault::Broken(error) => unreachable(error),
    })?;
    if status.is_success() {
        return serde_json::from_slice(&body).map_err(|error| {
            tracing::warn!(%error, "the answer to a sign-in cannot be read");
            Problem::Unreachable
        });
    }
    tracing::info!(status = status.as_u16(), "the server refused");
    match serde_json::from_slice::<RefusedBody>(&body) {
        Ok(RefusedBody { refusal, retry_after_ms }) => Err(Problem::Refused { refusal, retry_after_ms }),
        Err(_) if status == StatusCode::NOT_FOUND => {
            Err(Problem::Refused { refusal: Refusal::TokenInvalid, retry_after_ms: None })
        }
        Err(_) => Err(Problem::Unreachable),
    }
}

/// The URL holds the invite, so it stays out of the log.
fn unreachable(error: reqwest::Error) -> Problem {
    tracing::info!(error = %error.without_url(), "the server cannot be reached");
    Problem::Unreachable
}

#[cfg(test)]
mod tests {
    use houselights_shared::{EventId, ParticipantId, PeoplePage, Profile, Role, RoomId};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;
    use crate::session::Wanted;

    /// Answers one request with `status` and `body`, and returns the request.
    async fn answer(listener: &TcpListener, status: &str, body: &str) -> String {
        let (mut tcp, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        let complete = |request: &[u8]| {
            let text = String::from_utf8_lossy(request).to_lowercase();
            let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse().unwrap());
            body.len() >= length
        };
        while !complete(&request) {
            assert_ne!(tcp.read_buf(&mut request).await.unwrap(), 0);
        }
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
        tcp.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        String::from_utf8(request).unwrap()
    }

    async fn server() -> (TcpListener, Link) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let link = Link::read(&format!("http://{}/join/secret", listener.local_addr().unwrap())).unwrap();
        (listener, link)
    }

    fn logins() -> Logins {
        crate::install_tls();
        Logins::default()
    }

    #[tokio::test]
    async fn an_invite_is_traded_for_a_login() {
        let (listener, link) = server().await;
        let login = Login {
            token: "token".into(),
            participant: ParticipantId::random(),
            name: "Ada".into(),
            role: Role::Attendee,
            event: EventId::random(),
            event_title: "Show".into(),
            room: RoomId::random(),
        };
        let body = serde_json::to_string(&login).unwrap();
        let logins = logins();
        let (request, got) = tokio::join!(answer(&listener, "200 OK", &body), logins.sign_in(&link, Some("Ada".into())));
        assert_eq!(got, Ok(login));
        assert!(request.starts_with("POST /api/logins "), "{request}");
        assert!(request.ends_with(r#"{"invite":"secret","name":"Ada"}"#), "{request}");
    }

    #[tokio::test]
    async fn the_rooms_are_asked_for_with_the_token() {
        let (listener, link) = server().await;
        let (logins, rooms) = (logins(), EventRooms::default());
        let body = serde_json::to_string(&rooms).unwrap();
        let (request, got) = tokio::join!(answer(&listener, "200 OK", &body), logins.rooms(link.server(), "token"));
        assert_eq!(got, Ok(rooms));
        assert!(request.starts_with("GET /api/rooms ") && request.contains("authorization: Bearer token"), "{request}");
    }

    #[tokio::test]
    async fn people_are_asked_for_by_what_is_sought_and_behind_somebody() {
        let (listener, link) = server().await;
        let (logins, room, after) = (logins(), RoomId::random(), ParticipantId::random());
        let body = serde_json::to_string(&PeoplePage::default()).unwrap();
        for (wanted, path) in [
            (
                Wanted { room, query: "Zo\u{eb} & co".into(), after: Some(after), audience: true },
                format!("?q=Zo%C3%AB+%26+co&after={after}&audience=true"),
            ),
            (Wanted { room, query: String::new(), after: None, audience: false }, "?".to_owned()),
        ] {
            let (request, got) =
                tokio::join!(answer(&listener, "200 OK", &body), logins.people(link.server(), "token", &wanted));
            assert_eq!(got, Ok(PeoplePage::default()));
            assert!(request.starts_with(&format!("GET /api/rooms/{room}/people{path} ")), "{request}");
        }
        let profile = Profile { headline: "Queues".into(), ..Profile::default() };
        let body = serde_json::to_string(&profile).unwrap();
        let (request, got) =
            tokio::join!(answer(&listener, "200 OK", &body), logins.set_profile(link.server(), "token", &profile));
        assert_eq!(got.as_ref(), Ok(&profile));
        assert!(request.starts_with("PUT /api/profile ") && request.ends_with(&body), "{request}");
    }

    #[tokio::test]
    async fn a_refusal_keeps_its_code() {
        let (listener, link) = server().await;
        let body = r#"{"refusal":"slow_down","retry_after_ms":1500}"#;
        let logins = logins();
        let (_, got) = tokio::join!(answer(&listener, "429 Too Many Requests", body), logins.look_up(&link));
        assert_eq!(got, Err(Problem::Refused { refusal: Refusal::SlowDown, retry_after_ms: Some(1_500) }));
    }

    #[tokio::test]
    async fn who_finds_no_place_comes_again_when_there_is_one() {
        let (listener, link) = server().await;
        let logins = logins();
        let serving = async {
            let told = r#"{"refusal":"overloaded","retry_after_ms":60}"#;
            answer(&listener, "503 Service Unavailable", told).await;
            let begun = std::time::Instant::now();
            answer(&listener, "404 Not Found", r#"{"refusal":"token_invalid"}"#).await;
            begun.elapsed()
        };
        let (waited, got) = tokio::join!(serving, logins.sign_in(&link, None));
        assert_eq!(got, Err(Problem::Refused { refusal: Refusal::TokenInvalid, retry_after_ms: None }));
        assert!(waited >= Duration::from_millis(50), "{waited:?}");
    }

    #[tokio::test]
    async fn a_page_that_is_not_ours_and_a_redirect_are_not_followed() {
        for (status, problem) in [
            ("404 Not Found", Problem::Refused { refusal: Refusal::TokenInvalid, retry_after_ms: None }),
            ("200 OK", Problem::Unreachable),
            ("302 Found\r\nlocation: http://127.0.0.1:1/", Problem::Unreachable),
        ] {
            let (listener, link) = server().await;
            let logins = logins();
            let (_, got) = tokio::join!(answer(&listener, status, "<html>"), logins.look_up(&link));
            assert_eq!(got, Err(problem), "{status}");
        }
    }

    #[tokio::test]
    async fn an_answer_without_end_is_given_up() {
        let (listener, link) = server().await;
        let logins = logins();
        let endless = "x".repeat(MAX_BODY_BYTES + 1);
        let (_, got) = tokio::join!(answer(&listener, "200 OK", &endless), logins.look_up(&link));
        assert_eq!(got, Err(Problem::Unreachable));
    }

    #[tokio::test]
    async fn nobody_there_is_said() {
        let (listener, link) = server().await;
        drop(listener);
        assert_eq!(logins().look_up(&link).await, Err(Problem::Unreachable));
    }
}
