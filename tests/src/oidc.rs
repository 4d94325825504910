//! A stand-in for an OpenID provider, on this machine: discovery, keys, a page that lets everybody in, and tokens for codes.
//!
//! It keeps to what the standards say where a mistake of the server would show: the redirect, PKCE (RFC 7636), the client's secret, codes that
//! work once.

mod token;

use std::{
    collections::BTreeMap,
    future::pending,
    net::Ipv4Addr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Form, Json, Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::{net::TcpListener, task::JoinSet};

use self::token::Keys;

/// What the server is to the provider.
pub const CLIENT_ID: &str = "houselights";
/// And what it shows.
pub const CLIENT_SECRET: &str = "open:sesame/1+1";

/// How the provider is not as it should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mischief {
    /// It is as it should be.
    #[default]
    None,
    /// Tokens are signed with RSA, as most providers do; nothing is wrong with that.
    Rsa,
    /// The token is of another sign-in.
    WrongNonce,
    /// The token is for somebody else.
    WrongAudience,
    /// The token is from somebody else.
    WrongIssuer,
    /// The token has run out.
    Expired,
    /// The token names no account.
    NoSubject,
    /// The token is from hours later than now.
    FromLater,
    /// The token was asked for by somebody else.
    OtherParty,
    /// The token is signed with a key that nobody knows.
    UnknownKey,
    /// The token says something else than what was signed.
    Altered,
    /// The token is not signed, and says so.
    Unsigned,
    /// The token is signed with the secret that the server has, too.
    SharedSecret,
    /// There is no token.
    NoToken,
    /// Everything is refused.
    Broken,
    /// Nothing is ever answered at the token's address.
    Stalls,
    /// Nobody is let in.
    Denies,
}

/// Somebody who has an account.
#[derive(Clone, Debug)]
pub struct Account {
    /// Their name for the provider, which never changes.
    pub subject: String,
    /// Their address.
    pub email: Option<String>,
    /// Whether the provider has seen that it is theirs.
    pub is_verified: bool,
    /// Whether the token holds the address, or only the userinfo endpoint.
    pub in_token: bool,
}

/// The stand-in. It ends when it is dropped.
pub struct Oidc {
    issuer: String,
    shared: Arc<Shared>,
    _tasks: JoinSet<()>,
}

struct Shared {
    issuer: String,
    keys: Keys,
    house: Mutex<House>,
}

#[derive(Default)]
struct House {
    mischief: Mischief,
    account: Option<Account>,
    /// Codes that were given out, with what was asked for.
    codes: BTreeMap<String, BTreeMap<String, String>>,
    given: u32,
    discoveries: usize,
}

type Answer<T> = Result<T, Response>;

impl Account {
    /// With a verified address in the token.
    #[must_use]
    pub fn new(subject: &str, email: &str) -> Self {
        Self { subject: subject.to_owned(), email: Some(email.to_owned()), is_verified: true, in_token: true }
    }
}

impl Shared {
    fn house(&self) -> MutexGuard<'_, House> {
        self.house.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Oidc {
    /// On a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let issuer = format!("http://{}", listener.local_addr().expect("it is bound"));
        let shared = Arc::new(Shared { issuer: issuer.clone(), keys: Keys::new(), house: Mutex::default() });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(configuration))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .with_state(Arc::clone(&shared));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        Self { issuer, shared, _tasks: tasks }
    }

    /// Its issuer.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Whoever comes next is this one.
    pub fn sign_in(&self, account: Account) {
        self.shared.house().account = Some(account);
    }

    /// From now on it is so.
    pub fn behave(&self, mischief: Mischief) {
        self.shared.house().mischief = mischief;
    }

    /// How often it was asked what it is.
    #[must_use]
    pub fn discoveries(&self) -> usize {
        self.shared.house().discoveries
    }
}

async fn configuration(State(shared): State<Arc<Shared>>) -> Answer<Json<Value>> {
    let mut house = shared.house();
    house.discoveries += 1;
    if house.mischief == Mischief::Broken {
        return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response());
    }
    let at = |path: &str| format!("{}{path}", shared.issuer);
    Ok(Json(json!({
        "issuer": shared.issuer,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/userinfo"),
        "jwks_uri": at("/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        // As a provider may say that is too liberal.
        "id_token_signing_alg_values_supported": ["none", "HS256", "RS256", "ES256"],
    })))
}

async fn keys(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(shared.keys.public())
}

/// Lets everybody in, at once, and sends them back.
async fn authorize(State(shared): State<Arc<Shared>>, Query(asked): Query<BTreeMap<String, String>>) -> Answer<Redirect> {
    let of = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
    let is_right = of("response_type") == "code"
        && of("client_id") == CLIENT_ID
        && of("scope").split(' ').any(|scope| scope == "openid")
        && of("code_challenge_method") == "S256"
        && [of("code_challenge"), of("nonce"), of("state")].iter().all(|text| text.len() >= 43);
    if !is_right {
        return Err((StatusCode::BAD_REQUEST, format!("{asked:?}")).into_response());
    }
    let mut house = shared.house();
    let (back, state) = (of("redirect_uri").to_owned(), of("state").to_owned());
    if house.mischief == Mischief::Denies {
        return Ok(Redirect::to(&format!("{back}?error=access_denied&state={state}")));
    }
    house.given += 1;
    let code = format!("code-{}", house.given);
    house.codes.insert(code.clone(), asked);
    Ok(Redirect::to(&format!("{back}?code={code}&state={state}")))
}

async fn token(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Answer<Json<Value>> {
    let mischief = shared.house().mischief;
    match mischief {
        Mischief::Stalls => pending::<()>().await,
        Mischief::Broken => return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response()),
        _ => {}
    }
    let refused = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    let of = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    // RFC 6749, section 2.3.1: both encoded as in a form.
    let shown = headers.get(header::AUTHORIZATION).and_then(|shown| shown.to_str().ok()).unwrap_or_default();
    if shown != format!("Basic {}", token::base64(b"houselights:open%3Asesame%2F1%2B1", token::STANDARD)) {
        return Err(refused("invalid_client"));
    }
    let asked = shared.house().codes.remove(of("code")).ok_or_else(|| refused("invalid_grant"))?;
    let challenge = token::base64(&Sha256::digest(of("code_verifier")), token::URL_SAFE);
    let is_right = of("grant_type") == "authorization_code"
        && asked.get("redirect_uri").map(String::as_str) == Some(of("redirect_uri"))
        && asked.get("code_challenge") == Some(&challenge);
    if !is_right {
        return Err(refused("invalid_grant"));
    }
    let mut answer = json!({ "access_token": "access", "token_type": "Bearer", "expires_in": 60 });
    if mischief != Mischief::NoToken {
        let account = shared.house().account.clone().ok_or_else(|| refused("invalid_grant"))?;
        let nonce = asked.get("nonce").cloned().unwrap_or_default();
        answer["id_token"] = shared.keys.token(&shared.issuer, &account, &nonce, mischief).into();
    }
    Ok(Json(answer))
}

async fn userinfo(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Answer<Json<Value>> {
    let is_right = headers.get(header::AUTHORIZATION).is_some_and(|shown| shown == "Bearer access");
    let account = shared.house().account.clone().filter(|_| is_right);
    let account = account.ok_or_else(|| StatusCode::UNAUTHORIZED.into_response())?;
    Ok(Json(json!({ "sub": account.subject, "email": account.email, "email_verified": account.is_verified.to_string() })))
}
