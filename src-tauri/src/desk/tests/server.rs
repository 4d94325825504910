//! A server that signs one person in, and answers the rest as it is told.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex as Lock},
};

use houselights_shared::{PersonId, ProviderSignInAsked, SignInAsked, SignInWays, SignedIn, Timestamp};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_util::task::TaskTracker;

/// What becomes of a request.
#[derive(Clone, Debug)]
pub(super) enum Does {
    /// This status and body.
    Answer(&'static str, String),
    /// The connection is closed.
    Close,
    /// It is closed in the midst of an answer that begins like this.
    Half(String),
    /// An answer begins like this, and does not go on for as long as the test runs.
    Stall(String),
    /// Nothing, for as long as the test runs.
    Nothing,
}

struct Script {
    person: PersonId,
    does: Does,
    /// Before it does that.
    first: VecDeque<Does>,
    sign_ins: Option<Does>,
    provider: Option<Does>,
    expires: Timestamp,
    heard: Vec<String>,
    signed_in: usize,
}

pub(super) struct Server {
    pub(super) base: String,
    script: Arc<Lock<Script>>,
    task: Option<JoinHandle<()>>,
}

impl Server {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let does = Does::Answer("404 Not Found", String::new());
        let script = Script {
            person: PersonId::random(),
            does,
            first: VecDeque::new(),
            sign_ins: None,
            provider: None,
            expires: Timestamp::from_micros(i64::MAX),
            heard: Vec::new(),
            signed_in: 0,
        };
        let script = Arc::new(Lock::new(script));
        let served = Arc::clone(&script);
        let task = TaskTracker::new().spawn(async move {
            let guests = TaskTracker::new();
            while let Ok((tcp, _)) = listener.accept().await {
                guests.spawn(serve(tcp, Arc::clone(&served)));
            }
        });
        Self { base, script, task: Some(task) }
    }

    pub(super) fn link(&self, secret: &str) -> String {
        format!("{}/sign-in/{secret}", self.base)
    }

    /// To whatever is not about signing in.
    pub(super) fn does(&self, does: Does) {
        self.script.lock().unwrap().does = does;
    }

    /// Once, before it does as it was told.
    pub(super) fn first_does(&self, does: Does) {
        self.script.lock().unwrap().first.push_back(does);
    }

    /// Sign-ins that are asked for from now on can be finished until then.
    pub(super) fn sign_ins_expire(&self, expires: Timestamp) {
        self.script.lock().unwrap().expires = expires;
    }

    /// It has a provider of accounts, and answers so whoever asks for its page.
    pub(super) fn has_provider(&self, does: Does) {
        self.script.lock().unwrap().provider = Some(does);
    }

    /// Where the provider's page is.
    pub(super) fn has_page(&self, url: &str) {
        let expires = self.script.lock().unwrap().expires;
        let asked = ProviderSignInAsked { device: "device".into(), expires, url: url.to_owned() };
        self.has_provider(Does::Answer("200 OK", serde_json::to_string(&asked).unwrap()));
    }

    /// To whoever asks for a link.
    pub(super) fn sign_ins_do(&self, does: Does) {
        self.script.lock().unwrap().sign_ins = Some(does);
    }

    /// Every request so far, with lower-case names of headers.
    pub(super) fn heard(&self) -> Vec<String> {
        self.script.lock().unwrap().heard.clone()
    }

    /// Nobody listens any more.
    pub(super) async fn kill(&self) {
        if let Some(task) = &self.task {
            task.abort();
            while !task.is_finished() {
                tokio::task::yield_now().await;
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

async fn serve(mut tcp: TcpStream, script: Arc<Lock<Script>>) {
    let Some(request) = read(&mut tcp).await else { return };
    let does = act(&mut script.lock().unwrap(), request);
    match does {
        Does::Answer(status, body) => {
            let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            let _ = tcp.write_all(format!("{head}{body}").as_bytes()).await;
        }
        does @ (Does::Half(_) | Does::Stall(_)) => {
            let (Does::Half(body) | Does::Stall(body)) = &does else { return };
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len() + 1);
            let _ = tcp.write_all(format!("{head}{body}").as_bytes()).await;
            if matches!(does, Does::Stall(_)) {
                std::future::pending::<()>().await;
            }
        }
        Does::Close => {}
        Does::Nothing => std::future::pending().await,
    }
}

async fn read(tcp: &mut TcpStream) -> Option<String> {
    let mut request = Vec::new();
    loop {
        if tcp.read_buf(&mut request).await.unwrap_or(0) == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&request);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        if head.lines().any(|line| line == "transfer-encoding: chunked") && !body.ends_with("0\r\n\r\n") {
            continue;
        }
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse().unwrap());
        if body.len() >= length {
            return Some(text.into_owned());
        }
    }
}

fn act(script: &mut Script, request: String) -> Does {
    let about = request.split(" HTTP").next().unwrap_or_default().to_owned();
    let body = request.rsplit("\r\n\r\n").next().unwrap_or_default().to_owned();
    script.heard.push(request);
    let ok = |body: String| Does::Answer("200 OK", body);
    let invalid = || Does::Answer("404 Not Found", r#"{"refusal":"token_invalid"}"#.into());
    match about.as_str() {
        "POST /api/sign-ins" => script.sign_ins.clone().unwrap_or_else(|| {
            let expires = script.expires;
            ok(serde_json::to_string(&SignInAsked { device: "device".into(), expires }).unwrap())
        }),
        "GET /api/sign-ins/ways" if script.provider.is_some() => {
            ok(serde_json::to_string(&SignInWays { mail: true, oidc: Some("The Globe".to_owned()) }).unwrap())
        }
        "POST /api/sign-ins/oidc" if script.provider.is_some() => script.provider.clone().unwrap(),
        "POST /api/sign-ins/confirm" => {
            let known = [r#""secret":"secret-of-the-mail""#, r#""secret":"second""#].iter().any(|secret| body.contains(secret));
            if !known || !body.contains(r#""device":"device""#) {
                return invalid();
            }
            script.signed_in += 1;
            let token = format!("token {}", script.signed_in).into();
            let (email, name) = ("ada@show.example".into(), "Ada".into());
            ok(serde_json::to_string(&SignedIn { token, person: script.person, email, name }).unwrap())
        }
        "DELETE /api/sign-ins/current" => Does::Answer("204 No Content", String::new()),
        "POST /api/logins" => invalid(),
        _ => script.first.pop_front().unwrap_or_else(|| script.does.clone()),
    }
}
