//! What the HTTP requests that this server sends have in common.

use std::time::Duration;

use reqwest::{ClientBuilder, Response, redirect::Policy};

/// How long a connection may take to stand.
const CONNECTING: Duration = Duration::from_secs(5);

/// A client that follows no redirects and tells nobody where it was before.
pub(crate) fn client() -> ClientBuilder {
    // Whoever comes second finds it done.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .user_agent(concat!("Houselights/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .referer(false)
        .connect_timeout(CONNECTING)
}

/// Reads a body; nothing where it is longer than `limit`. More than that is never held.
pub(crate) async fn read(mut response: Response, limit: usize) -> reqwest::Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len().saturating_add(chunk.len()) > limit {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}
