//! Telling integrators what happens: one signed POST, to an address that anybody may have written.
//!
//! So nothing is sent into the network that this server stands in, unless it is set to: see [`Guard`].

mod guard;
mod notice;
#[cfg(test)]
mod tests;

use std::{error::Error, sync::Arc, time::Duration};

use houselights_shared::Timestamp;
use reqwest::{Client, header::CONTENT_TYPE};
use thiserror::Error;

pub(crate) use guard::{Guard, UrlRefusal};
pub(crate) use notice::{Notice, Registration, WebhookKind};

use crate::{
    outgoing,
    signature::{self, Secret},
};

/// How long a receiver has, from the first look for its address to the end of its answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How much of an answer is waited for. None of it is kept.
const LONGEST_ANSWER: usize = 64 * 1024;
const SIGNATURE: &str = "houselights-signature";
const DELIVERY: &str = "houselights-delivery";
/// The pauses after a delivery that failed: the last is followed by none.
const PAUSES: [Duration; 9] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_mins(2),
    Duration::from_mins(10),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(6),
    Duration::from_hours(12),
    Duration::from_hours(24),
];

/// Sends deliveries.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    http: Client,
    guard: Guard,
}

/// One delivery, as it is sent each time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Delivery<'a> {
    /// Its id, the same at each attempt: a receiver knows by it what it has heard before.
    pub(crate) id: &'a str,
    pub(crate) url: &'a str,
    /// JSON.
    pub(crate) body: &'a str,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attempt {
    /// What was answered, if anything was.
    pub(crate) status: Option<u16>,
    /// Why it does not count; nothing where it does.
    pub(crate) error: Option<AttemptError>,
}

/// Why a delivery has not arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum AttemptError {
    /// The address is one where nothing may be sent.
    #[error(transparent)]
    Url(#[from] UrlRefusal),
    /// The answer was none of 200 to 299. Redirects are not followed.
    #[error("the answer was not a success")]
    Status,
    #[error("no answer in time")]
    Timeout,
    /// No such name, nobody who listens there, or no TLS.
    #[error("no connection")]
    Connection,
    /// The connection broke.
    #[error("the connection broke before the answer")]
    Broken,
}

impl Attempt {
    /// Whether it has arrived.
    pub(crate) const fn is_ok(&self) -> bool {
        self.error.is_none()
    }
}

impl Sender {
    /// Nothing is sent yet. Fails where this machine has no usable TLS certificates.
    pub(crate) fn new(guard: Guard) -> reqwest::Result<Self> {
        Self::patient(guard, PATIENCE)
    }

    fn patient(guard: Guard, patience: Duration) -> reqwest::Result<Self> {
        let http = outgoing::client()
            .timeout(patience)
            .dns_resolver(Arc::new(guard))
            // A proxy would look the name up again, and reach where the guard cannot see.
            .no_proxy()
            // A connection that stood would be used without asking the guard.
            .pool_max_idle_per_host(0)
            .build()?;
        Ok(Self { http, guard })
    }

    /// Tries once.
    pub(crate) async fn send(&self, delivery: Delivery<'_>, secret: &Secret, now: Timestamp) -> Attempt {
        let url = match self.guard.check(delivery.url) {
            Ok(url) => url,
            Err(refusal) => return Attempt { status: None, error: Some(refusal.into()) },
        };
        let request = self.http.post(url).header(CONTENT_TYPE, "application/json").header(DELIVERY, delivery.id);
        let request = request.header(SIGNATURE, signature::sign(secret, delivery.body.as_bytes(), now));
        let answer = match request.body(delivery.body.to_owned()).send().await {
            Ok(answer) => answer,
            Err(error) => return Attempt { status: None, error: Some(meaning(&error)) },
        };
        let status = answer.status();
        // Waited for, so that a receiver is not cut off while it answers; what it says is of no account, how it ends neither.
        let _ = outgoing::read(answer, LONGEST_ANSWER).await;
        let error = (!status.is_success()).then_some(AttemptError::Status);
        Attempt { status: Some(status.as_u16()), error }
    }
}

/// How long to wait after this attempt, the first being 1, has failed; nothing where there is to be no other. Two days in all.
pub(crate) fn retry_after(attempt: u32) -> Option<Duration> {
    let index = usize::try_from(attempt.checked_sub(1)?).ok()?;
    PAUSES.get(index).copied()
}

fn meaning(error: &reqwest::Error) -> AttemptError {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(refusal) = inner.downcast_ref::<UrlRefusal>() {
            return AttemptError::Url(*refusal);
        }
        cause = inner.source();
    }
    if error.is_timeout() {
        AttemptError::Timeout
    } else if error.is_connect() {
        AttemptError::Connection
    } else {
        AttemptError::Broken
    }
}
