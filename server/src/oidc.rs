//! Signing in with accounts of an OpenID provider: the authorization code flow with PKCE (OpenID Connect Core 1.0, section 3.1; RFC 7636).
//!
//! Nothing that a provider or its accounts say gets into a log line: what went wrong is said in words of our own.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use houselights_shared::Timestamp;
use openidconnect::{
    AsyncHttpClient, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, TokenResponse,
    core::{
        CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdTokenClaims, CoreJwsSigningAlgorithm,
        CoreProviderMetadata, CoreTokenResponse, CoreUserInfoClaims,
    },
};
use reqwest::Client;
use thiserror::Error;
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};
use tracing::warn;

use crate::{
    clock,
    config::Config,
    graphql::input,
    outgoing,
    store::{OidcSignIn, Vouched},
};

/// How long the provider has for all that a request needs of it; the request itself may take a little longer.
const PATIENCE: Duration = Duration::from_secs(8);
/// Of an answer.
const LONGEST_ANSWER: usize = 512 * 1024;
/// For how long what the provider says of itself is believed: its keys change.
const BELIEVED: Duration = Duration::from_mins(1);
/// How far the clocks of the provider and of this server may be apart.
const CLOCKS_APART: Duration = Duration::from_mins(5);
/// How ID tokens may be signed: with a key that only the provider has. Not at all is no way.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type ReadyClient = CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// Whoever keeps the accounts.
pub(crate) struct Provider {
    issuer: IssuerUrl,
    client_id: ClientId,
    client_secret: Option<ClientSecret>,
    /// Where it sends people back to.
    redirect: RedirectUrl,
    /// What it is called on the button.
    pub(crate) name: String,
    http: Http,
    /// What it said of itself, and when.
    known: Mutex<Option<(Instant, Arc<CoreProviderMetadata>)>>,
}

/// Why nobody is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum OidcError {
    /// It does not answer, not in time, or not as a provider does.
    #[error("the provider cannot be reached: {0}")]
    Unreachable(&'static str),
    /// What it answered proves nothing.
    #[error("the provider vouches for nobody: {0}")]
    Refused(&'static str),
}

/// Why a request of ours was not answered.
#[derive(Debug, Error)]
enum CallError {
    #[error("no answer")]
    Http(#[from] reqwest::Error),
    #[error("the answer is too long")]
    TooLong,
    #[error("the answer cannot be read")]
    Malformed(#[from] axum::http::Error),
}

impl Provider {
    /// As the settings say, which were checked; nothing where they name none. Fails where this machine has no usable TLS certificates.
    pub(crate) fn new(config: &Config, base_url: &str) -> reqwest::Result<Option<Self>> {
        let (Some(issuer), Some(client_id)) = (&config.oidc_issuer, &config.oidc_client_id) else { return Ok(None) };
        let redirect = format!("{base_url}/api/oidc/callback");
        let (Ok(issuer), Ok(redirect)) = (IssuerUrl::new(issuer.clone()), RedirectUrl::new(redirect)) else { return Ok(None) };
        let host = issuer.url().host_str().unwrap_or_default().to_owned();
        let client_secret = config.oidc_client_secret.as_ref().map(|secret| ClientSecret::new(secret.as_str().to_owned()));
        Ok(Some(Self {
            issuer,
            client_id: ClientId::new(client_id.clone()),
            client_secret,
            redirect,
            name: config.oidc_name.clone().filter(|name| !name.is_empty()).unwrap_or(host),
            http: Http(outgoing::client().timeout(PATIENCE).build()?),
            known: Mutex::new(None),
        }))
    }

    /// The address at which somebody signs in there.
    pub(crate) async fn address(&self, state: &str, underway: &OidcSignIn) -> Result<String, OidcError> {
        let client = self.client().await?;
        let verifier = PkceCodeVerifier::new(underway.verifier.clone());
        let (state, nonce) = (CsrfToken::new(state.to_owned()), Nonce::new(underway.nonce.clone()));
        let (url, _, _) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || state, || nonce)
            .add_scopes(["email", "profile"].map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        Ok(url.into())
    }

    /// Whom the provider vouches for with this code.
    pub(crate) async fn vouched(&self, code: String, underway: &OidcSignIn) -> Result<Vouched, OidcError> {
        let all = async {
            let client = self.client().await?;
            let answer = self.exchange(&client, code, underway).await?;
            self.read(&client, &answer, &underway.nonce).await
        };
        timeout(PATIENCE, all).await.unwrap_or(Err(OidcError::Unreachable("no answer in time")))
    }

    async fn exchange(
        &self,
        client: &ReadyClient,
        code: String,
        underway: &OidcSignIn,
    ) -> Result<CoreTokenResponse, OidcError> {
        let request = client.exchange_code(AuthorizationCode::new(code));
        let request = request.map_err(|_| OidcError::Unreachable("it has no token endpoint"))?;
        let exchanged =
            request.set_pkce_verifier(PkceCodeVerifier::new(underway.verifier.clone())).request_async(&self.http).await;
        exchanged.map_err(|error| match error {
            RequestTokenError::ServerResponse(_) => OidcError::Refused("the code is not good"),
            RequestTokenError::Request(_) => OidcError::Unreachable("its token endpoint does not answer"),
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                OidcError::Unreachable("its token endpoint answers something else")
            }
        })
    }

    async fn read(&self, client: &ReadyClient, answer: &CoreTokenResponse, nonce: &str) -> Result<Vouched, OidcError> {
        let token = answer.id_token().ok_or(OidcError::Refused("there is no ID token"))?;
        let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS);
        let claims =
            token.claims(&verifier, &Nonce::new(nonce.to_owned())).map_err(|error| OidcError::Refused(words(&error)))?;
        check(claims, &self.client_id, clock::now())?;
        let told = Told::of_token(claims);
        // A provider need not put an address into the token (section 5.4).
        let told = if told.email.is_none() { self.ask_more(client, answer, claims).await?.unwrap_or(told) } else { told };
        let is_verified = told.is_verified;
        let email = told.email.filter(|_| is_verified).and_then(|email| input::email("email", &email).ok());
        let name = told.name.and_then(|name| houselights_domain::name(&name)).unwrap_or_default();
        Ok(Vouched { issuer: claims.issuer().to_string(), subject: claims.subject().to_string(), email, name })
    }

    /// What the userinfo endpoint says of the same account; nothing where there is none.
    async fn ask_more(
        &self,
        client: &ReadyClient,
        answer: &CoreTokenResponse,
        claims: &CoreIdTokenClaims,
    ) -> Result<Option<Told>, OidcError> {
        let request = client.user_info(answer.access_token().clone(), Some(claims.subject().clone()));
        let Ok(request) = request else { return Ok(None) };
        let info: Result<CoreUserInfoClaims, _> = request.request_async(&self.http).await;
        let info = info.map_err(|_| OidcError::Unreachable("its userinfo endpoint does not answer for this account"))?;
        Ok(Some(Told {
            email: info.email().map(|email| email.to_string()),
            is_verified: info.email_verified().unwrap_or(false),
            name: info.name().and_then(|name| name.get(None)).map(|name| name.to_string()),
        }))
    }

    /// A client of what the provider says of itself.
    async fn client(&self) -> Result<ReadyClient, OidcError> {
        let found = timeout(PATIENCE, self.discovered()).await.unwrap_or(Err(OidcError::Unreachable("no answer in time")))?;
        let wants_body = found.token_endpoint_auth_methods_supported().is_some_and(|ways| {
            ways.contains(&CoreClientAuthMethod::ClientSecretPost) && !ways.contains(&CoreClientAuthMethod::ClientSecretBasic)
        });
        let (id, secret) = (self.client_id.clone(), self.client_secret.clone());
        let client = CoreClient::from_provider_metadata((*found).clone(), id, secret).set_redirect_uri(self.redirect.clone());
        Ok(if wants_body { client.set_auth_type(AuthType::RequestBody) } else { client })
    }

    /// Whoever comes while it is asked waits for the same answer.
    async fn discovered(&self) -> Result<Arc<CoreProviderMetadata>, OidcError> {
        let mut known = self.known.lock().await;
        if let Some((_, found)) = known.as_ref().filter(|(at, _)| at.elapsed() < BELIEVED) {
            return Ok(Arc::clone(found));
        }
        let found = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http).await;
        let found = Arc::new(found.map_err(|_| OidcError::Unreachable("it does not say what it is"))?);
        *known = Some((Instant::now(), Arc::clone(&found)));
        Ok(found)
    }
}

/// Asks the provider.
struct Http(Client);

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = CallError;
    type Future = BoxFuture<'c, Result<HttpResponse, CallError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = self.0.execute(request.try_into()?).await?;
            let mut response = axum::http::Response::builder().status(answer.status());
            if let Some(headers) = response.headers_mut() {
                headers.clone_from(answer.headers());
            }
            let body = outgoing::read(answer, LONGEST_ANSWER).await?.ok_or(CallError::TooLong)?;
            Ok(response.body(body)?)
        })
    }
}

/// What is told of an account.
struct Told {
    email: Option<String>,
    is_verified: bool,
    name: Option<String>,
}

impl Told {
    fn of_token(claims: &CoreIdTokenClaims) -> Self {
        Self {
            email: claims.email().map(|email| email.to_string()),
            is_verified: claims.email_verified().unwrap_or(false),
            name: claims.name().and_then(|name| name.get(None)).map(|name| name.to_string()),
        }
    }
}

/// What the library leaves to us (OpenID Connect Core, sections 2 and 3.1.3.7): somebody has to be meant, the token has to be ours where it says whose it is, and
/// of now.
fn check(claims: &CoreIdTokenClaims, client: &ClientId, now: Timestamp) -> Result<(), OidcError> {
    if claims.subject().is_empty() {
        return Err(OidcError::Refused("the ID token names no account"));
    }
    if claims.authorized_party().is_some_and(|party| party != client) {
        return Err(OidcError::Refused("the ID token is for somebody else"));
    }
    if claims.issue_time().timestamp_micros() > now.plus(CLOCKS_APART).micros() {
        return Err(OidcError::Refused("the ID token is from later than now"));
    }
    Ok(())
}

/// What is wrong with an ID token, without anything that is in it.
fn words(error: &ClaimsVerificationError) -> &'static str {
    match error {
        ClaimsVerificationError::Expired(_) => "the ID token has run out",
        ClaimsVerificationError::InvalidAudience(_) => "the ID token is for somebody else",
        ClaimsVerificationError::InvalidIssuer(_) => "the ID token is from somebody else",
        ClaimsVerificationError::InvalidNonce(_) => "the ID token is of another sign-in",
        ClaimsVerificationError::SignatureVerification(_) => "the ID token is not signed by the provider",
        ClaimsVerificationError::InvalidAuthContext(_)
        | ClaimsVerificationError::InvalidAuthTime(_)
        | ClaimsVerificationError::InvalidSubject(_)
        | ClaimsVerificationError::Other(_)
        | ClaimsVerificationError::Unsupported(_)
        | _ => "the ID token does not hold",
    }
}

impl OidcError {
    /// Into the log of whoever runs the server, who has to mend it.
    pub(crate) fn report(self) {
        warn!(error = %self, "somebody could not sign in with their account");
    }
}
