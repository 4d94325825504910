//! The Houselights desktop app.
pub mod ipc;
pub mod realtime;
pub mod session;

/// Makes `ring` the process's TLS provider; a second call changes nothing.
pub fn install_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}
