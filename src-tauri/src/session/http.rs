//! The one way to speak HTTP with a server.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use reqwest::{Client, Response, redirect, retry};
use rustls::ClientConfig;

use super::tls;
use crate::ipc::Problem;

/// An HTTP client. Needs the process's TLS provider installed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Http {
    /// Made when it is first needed: reading the system's certificates takes a while.
    client: Arc<OnceLock<Client>>,
}

impl Http {
    /// The client. It connects within 5 s, has its answer within 10 s unless the request says otherwise, and sends nothing twice.
    pub(crate) fn client(&self) -> Result<&Client, Problem> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let unusable = |error: &dyn std::error::Error| {
            tracing::error!(%error, "no way to speak HTTP");
            Problem::Unreachable
        };
        let tls = tls::config().map_err(|error| unusable(&error))?;
        let client = Client::builder()
            .tls_backend_preconfigured(ClientConfig::clone(&tls))
            .user_agent(concat!("houselights/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(10))
            // A secret is not handed to whomever a server names.
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .build()
            .map_err(|error| unusable(&error))?;
        Ok(self.client.get_or_init(|| client))
    }
}

/// Why the body of an answer was not read.
#[derive(Debug)]
pub(crate) enum BodyFault {
    /// It is larger than what is read.
    TooLarge,
    /// It broke off.
    Broken(reqwest::Error),
}

/// Reads a body of at most `most` bytes, counted as they are after unpacking.
pub(crate) async fn body(mut response: Response, most: usize) -> Result<Vec<u8>, BodyFault> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(BodyFault::Broken)? {
        if body.len() + chunk.len() > most {
            return Err(BodyFault::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
