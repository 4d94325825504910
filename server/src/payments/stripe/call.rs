//! Requests to Stripe's API, and what its answers mean.

use std::time::Duration;

use reqwest::{
    Method, Response, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use serde::{Deserialize, de::DeserializeOwned};

use super::Stripe;
use crate::{outgoing, payments::PaymentError};

/// The version of the API that this was written for.
const VERSION: &str = "2025-12-15.clover";
/// How long one request may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(8);
/// Between a request that failed and the second, which is the last.
const PAUSE: Duration = Duration::from_millis(500);
/// Sessions and errors are a few kilobytes.
const LONGEST_ANSWER: usize = 1024 * 1024;
const LONGEST_CODE: usize = 64;

/// One request.
pub(super) struct Call<'a> {
    method: Method,
    path: &'a str,
    form: String,
    key: Option<&'a str>,
}

impl<'a> Call<'a> {
    pub(super) const fn get(path: &'a str) -> Self {
        Self { method: Method::GET, path, form: String::new(), key: None }
    }

    pub(super) const fn post(path: &'a str, form: String, key: &'a str) -> Self {
        Self { method: Method::POST, path, form, key: Some(key) }
    }

    /// Of what can be done once only, and so needs no key.
    pub(super) const fn once(path: &'a str) -> Self {
        Self { method: Method::POST, path, form: String::new(), key: None }
    }
}

/// Why a request did not do what it should.
#[derive(Debug)]
pub(super) struct Failure {
    /// Nothing where no answer came.
    pub(super) status: Option<u16>,
    /// Stripe's own, or one of ours where no answer came.
    pub(super) code: String,
    /// Whether the same request may be sent again at once.
    again: bool,
}

#[derive(Default, Deserialize)]
struct Refusal {
    #[serde(default)]
    error: Reason,
}

#[derive(Default, Deserialize)]
struct Reason {
    #[serde(rename = "type")]
    kind: Option<String>,
    code: Option<String>,
    decline_code: Option<String>,
}

impl Stripe {
    /// As [`call`](Self::call), where no answer needs a closer look.
    pub(super) async fn ask<T: DeserializeOwned>(&self, call: &Call<'_>) -> Result<T, PaymentError> {
        self.call(call).await.map_err(PaymentError::from)
    }

    /// Sends a request, and once more where that may help: its key sees to it that it is done once.
    pub(super) async fn call<T: DeserializeOwned>(&self, call: &Call<'_>) -> Result<T, Failure> {
        match self.once(call).await {
            Err(Failure { again: true, .. }) => {
                tokio::time::sleep(PAUSE).await;
                self.once(call).await
            }
            answer => answer,
        }
    }

    async fn once<T: DeserializeOwned>(&self, call: &Call<'_>) -> Result<T, Failure> {
        let url = self.base.join(call.path).map_err(|_| Failure::ours("address", false))?;
        let mut request = self.http.request(call.method.clone(), url).header(AUTHORIZATION, self.key.clone());
        request = request.header("Stripe-Version", VERSION);
        if let Some(key) = call.key {
            request = request.header("Idempotency-Key", key);
        }
        if call.method == Method::POST {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(call.form.clone());
        }
        let answer = request.send().await.map_err(|error| Failure::unanswered(&error))?;
        if !answer.status().is_success() {
            return Err(Failure::refused(answer).await);
        }
        let body = outgoing::read(answer, LONGEST_ANSWER).await.map_err(|error| Failure::unanswered(&error))?;
        // It was done, and nobody here knows what: with the same key the same answer comes again, later.
        body.and_then(|body| serde_json::from_slice(&body).ok()).ok_or_else(|| Failure::ours("unreadable", false))
    }
}

impl Failure {
    fn ours(code: &str, again: bool) -> Self {
        Self { status: None, code: code.to_owned(), again }
    }

    fn unanswered(error: &reqwest::Error) -> Self {
        if error.is_timeout() {
            Self::ours("timeout", false)
        } else if error.is_builder() {
            Self::ours("request", false)
        } else {
            Self::ours("connection", true)
        }
    }

    async fn refused(answer: Response) -> Self {
        let status = answer.status();
        let body = outgoing::read(answer, LONGEST_ANSWER).await.ok().flatten().unwrap_or_default();
        let Reason { kind, code, decline_code } = serde_json::from_slice::<Refusal>(&body).unwrap_or_default().error;
        let code = [decline_code, code, kind].into_iter().flatten().find(|code| is_code(code));
        Self {
            status: Some(status.as_u16()),
            code: code.unwrap_or_else(|| status.as_u16().to_string()),
            again: status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error(),
        }
    }
}

impl From<Failure> for PaymentError {
    fn from(failure: Failure) -> Self {
        let Failure { status, code, .. } = failure;
        match status {
            None if code == "request" || code == "address" => Self::Permanent(code),
            // 409: the first request with this key is still under way.
            None | Some(409 | 429 | 500..) => Self::Transient(code),
            Some(402) => Self::Declined(code),
            Some(_) => Self::Permanent(code),
        }
    }
}

/// Whether this is a code and not a sentence.
fn is_code(text: &str) -> bool {
    let is_short = (1..=LONGEST_CODE).contains(&text.len());
    is_short && text.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_')
}
