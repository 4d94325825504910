//! The server's interface: GraphQL, and pictures. Whatever happens comes to one of a few ends, which `mod.rs` makes something of.

use std::time::Duration;

use houselights_shared::{OrganisationId, Token};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};
use url::Url;

use crate::{
    ipc::{ApiCode, ApiProblem, ImageUse, Problem, UploadedImage},
    session::{
        Http,
        http::{BodyFault, body},
        login::RefusedBody,
    },
    store::{LARGEST_ANSWER, Question},
};

/// A question or a change has its answer within this time.
const WITHIN: Duration = Duration::from_secs(8);
/// A picture takes as long as its bytes take.
const UPLOAD_WITHIN: Duration = Duration::from_mins(1);
/// What is known of oneself takes as long as it takes to be gathered.
const OWN_DATA_WITHIN: Duration = Duration::from_secs(30);
/// The most of it that is read, in bytes.
const LARGEST_OWN_DATA: usize = 32 * 1024 * 1024;
/// The largest question or change that is sent, in bytes.
const LARGEST_REQUEST: usize = 1024 * 1024;
/// The largest picture that is sent, in bytes: the server takes no larger one.
const LARGEST_PICTURE: usize = 5 * 1024 * 1024;

/// Who asks, and whom.
pub(super) struct Access<'a> {
    /// The server's base URL.
    pub(super) server: &'a str,
    /// The person's.
    pub(super) token: &'a Token,
}

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The server cannot be reached, and nothing was sent.
    NotSent,
    /// It was sent, and no answer came in time.
    Late,
    /// It was sent, and no answer came that could be read.
    Lost,
    /// The server has a fault; where it said that nothing was done, that.
    Faulty(Option<ApiProblem>),
    /// The answer is larger than what is read.
    Huge,
    /// The login is over.
    LoginOver,
    /// The server refused.
    Refused(ApiProblem),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    query: &'a str,
    operation_name: &'a str,
    variables: &'a Value,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    data: Option<Box<RawValue>>,
    #[serde(default)]
    errors: Vec<AnswerError>,
}

#[derive(Deserialize)]
struct AnswerError {
    #[serde(default)]
    message: String,
    #[serde(default)]
    extensions: Extensions,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Extensions {
    code: Option<ApiCode>,
    field: Option<String>,
    line: Option<u32>,
    retry_after_ms: Option<u32>,
}

impl From<AnswerError> for Failure {
    fn from(AnswerError { message, extensions }: AnswerError) -> Self {
        let Extensions { code, field, line, retry_after_ms } = extensions;
        match code {
            Some(ApiCode::Unauthenticated) => Self::LoginOver,
            code => Self::Refused(ApiProblem { code: code.unwrap_or(ApiCode::Refused), message, field, line, retry_after_ms }),
        }
    }
}

/// Speaks to the server.
pub(super) struct Api {
    http: Http,
}

impl Api {
    pub(super) fn new(http: Http) -> Self {
        Self { http }
    }

    pub(super) fn client(&self) -> Result<&Client, Problem> {
        self.http.client()
    }

    /// Asks a question, or makes a change: once.
    pub(super) async fn graphql(&self, access: &Access<'_>, question: &Question) -> Result<Box<RawValue>, Failure> {
        let Question { operation, document, variables } = question;
        let request = Request { query: document, operation_name: operation, variables };
        let bytes = serde_json::to_vec(&request).map_err(|error| refused(ApiCode::BadInput, &error.to_string()))?;
        if bytes.len() > LARGEST_REQUEST {
            return Err(refused(ApiCode::TooLarge, "this is more than is sent at once"));
        }
        let client = self.http.client().map_err(|_| Failure::NotSent)?;
        let request = client
            .post(format!("{}/graphql", access.server))
            .header("content-type", "application/json")
            .bearer_auth(access.token.as_str())
            .timeout(WITHIN)
            .body(bytes);
        let (status, body) = exchange(request, LARGEST_ANSWER).await?;
        match serde_json::from_slice::<Answer>(&body) {
            Ok(Answer { errors, .. }) if !errors.is_empty() => {
                let failure = errors.into_iter().next().map_or(Failure::Lost, Failure::from);
                Err(if is_fault(status) { faulty(failure) } else { failure })
            }
            Ok(Answer { data: Some(data), .. }) if status.is_success() && data.get().starts_with('{') => Ok(data),
            Ok(_) | Err(_) => Err(unreadable(status, &body)),
        }
    }

    /// Hands a picture over.
    pub(super) async fn upload(
        &self,
        access: &Access<'_>,
        to: (OrganisationId, ImageUse),
        bytes: Vec<u8>,
    ) -> Result<UploadedImage, Failure> {
        if bytes.len() > LARGEST_PICTURE {
            return Err(refused(ApiCode::TooLarge, "the picture has more than 5 MiB"));
        }
        let (organisation, use_) = to;
        let use_ = match use_ {
            ImageUse::Logo => "logo",
            ImageUse::Cover => "cover",
            ImageUse::Picture => "picture",
        };
        let client = self.http.client().map_err(|_| Failure::NotSent)?;
        let request = client
            .post(format!("{}/api/organisations/{organisation}/images?use={use_}", access.server))
            .header("content-type", "application/octet-stream")
            .bearer_auth(access.token.as_str())
            .timeout(UPLOAD_WITHIN)
            .body(bytes);
        let (status, body) = exchange(request, LARGEST_ANSWER).await?;
        match serde_json::from_slice(&body) {
            Ok(image) if status.is_success() => Ok(image),
            Ok(_) | Err(_) => Err(unreadable(status, &body)),
        }
    }

    /// What the server knows of whoever asks.
    pub(super) async fn own_data(&self, access: &Access<'_>) -> Result<Vec<u8>, Failure> {
        let client = self.http.client().map_err(|_| Failure::NotSent)?;
        let request = client
            .get(format!("{}/api/people/me/data", access.server))
            .bearer_auth(access.token.as_str())
            .timeout(OWN_DATA_WITHIN);
        let (status, body) = exchange(request, LARGEST_OWN_DATA).await?;
        if status.is_success() { Ok(body) } else { Err(unreadable(status, &body)) }
    }

    /// Has the server forget whoever asks; `email` says once more who is meant.
    pub(super) async fn erase(&self, access: &Access<'_>, email: &str) -> Result<(), Failure> {
        let client = self.http.client().map_err(|_| Failure::NotSent)?;
        let mut url = Url::parse(&format!("{}/api/people/me", access.server))
            .map_err(|_| refused(ApiCode::BadInput, "no such address"))?;
        url.query_pairs_mut().append_pair("email", email);
        let request = client.delete(url).bearer_auth(access.token.as_str()).timeout(WITHIN);
        match exchange(request, LARGEST_ANSWER).await? {
            (status, _) if status.is_success() => Ok(()),
            (StatusCode::CONFLICT, _) => Err(refused(ApiCode::LastOwner, "an organisation would have no owner")),
            (status, body) => Err(unreadable(status, &body)),
        }
    }
}

pub(super) fn refused(code: ApiCode, message: &str) -> Failure {
    Failure::Refused(ApiProblem::new(code, message))
}

/// What a server with a fault says was refused, and so was not done.
fn faulty(failure: Failure) -> Failure {
    match failure {
        Failure::Refused(problem) => Failure::Faulty(Some(problem)),
        Failure::LoginOver => Failure::LoginOver,
        Failure::NotSent | Failure::Late | Failure::Lost | Failure::Faulty(_) | Failure::Huge => Failure::Faulty(None),
    }
}

fn is_fault(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT
}

/// Sends a request, and reads an answer of at most `most` bytes.
pub(super) async fn exchange(request: RequestBuilder, most: usize) -> Result<(StatusCode, Vec<u8>), Failure> {
    let response = request.send().await.map_err(lost)?;
    let status = response.status();
    let body = body(response, most).await.map_err(|fault| match fault {
        BodyFault::TooLarge => Failure::Huge,
        BodyFault::Broken(error) => lost(error),
    })?;
    if status == StatusCode::UNAUTHORIZED { Err(Failure::LoginOver) } else { Ok((status, body)) }
}

/// Only what never had a connection was certainly not sent.
pub(super) fn lost(error: reqwest::Error) -> Failure {
    let failure = match &error {
        error if error.is_connect() || error.is_builder() => Failure::NotSent,
        error if error.is_timeout() => Failure::Late,
        _ => Failure::Lost,
    };
    tracing::info!(error = %error.without_url(), ?failure, "the server gave no answer");
    failure
}

/// An answer that is not GraphQL's. A page that stands before the server, as in a hotel, is no answer at all.
pub(super) fn unreadable(status: StatusCode, body: &[u8]) -> Failure {
    let said = serde_json::from_slice::<RefusedBody>(body).ok();
    let said = said.map(|RefusedBody { refusal, retry_after_ms }| ApiProblem::refused(refusal, retry_after_ms));
    tracing::info!(status = status.as_u16(), readable = said.is_some(), "the server did not answer as asked");
    match (said, status) {
        (said, status) if is_fault(status) => Failure::Faulty(said),
        (Some(problem), _) => Failure::Refused(problem),
        (None, StatusCode::PAYLOAD_TOO_LARGE) => refused(ApiCode::TooLarge, "the server takes less at once"),
        (None, StatusCode::TOO_MANY_REQUESTS) => refused(ApiCode::SlowDown, "the server was asked too often"),
        (None, status) if status.is_client_error() => refused(ApiCode::Refused, &format!("the server answered {status}")),
        (None, _) => Failure::Lost,
    }
}
