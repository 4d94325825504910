//! Whom to believe that a server is who it says: whoever the system believes. One set-up for HTTP and for the WebSocket.

use std::sync::{Arc, OnceLock};

use rustls::{ClientConfig, Error};
use rustls_platform_verifier::ConfigVerifierExt;

static CONFIG: OnceLock<Arc<ClientConfig>> = OnceLock::new();

/// The process's one set-up; reads the system's certificates the first time. Needs the TLS provider installed.
///
/// # Errors
/// Where the system's certificates cannot be used.
pub(crate) fn config() -> Result<Arc<ClientConfig>, Error> {
    if let Some(config) = CONFIG.get() {
        return Ok(Arc::clone(config));
    }
    let config = Arc::new(ClientConfig::with_platform_verifier()?);
    Ok(Arc::clone(CONFIG.get_or_init(|| config)))
}

#[cfg(all(test, target_os = "linux"))]
#[path = "tls_tests.rs"]
mod tests;
