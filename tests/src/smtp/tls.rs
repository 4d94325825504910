//! TLS for the mail server of the tests, with certificates of an authority that nobody knows.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;

/// When what is said is kept from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte on (RFC 8314).
    AtOnce,
    /// From `STARTTLS` on (RFC 3207).
    AfterStartTls,
}

static MADE: AtomicU32 = AtomicU32::new(0);

/// Whoever makes certificates.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    /// A new one.
    #[must_use]
    #[allow(clippy::new_without_default, reason = "each is another")]
    pub fn new() -> Self {
        let mut own = CertificateParams::new(Vec::new()).expect("no names");
        // Two of one name would be taken for one another.
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        own.distinguished_name.push(DnType::CommonName, format!("Authority {number} of the tests"));
        own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(own, KeyPair::generate().expect("a key")).expect("a certificate"))
    }

    /// Its own certificate.
    #[must_use]
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// What speaks for `localhost`.
    #[must_use]
    pub fn acceptor(&self) -> TlsAcceptor {
        let key = KeyPair::generate().expect("a key");
        let leaf = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name").signed_by(&key, &self.0);
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let config =
            ServerConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions();
        let config = config.expect("versions").with_no_client_auth();
        let config =
            config.with_single_cert(vec![leaf.expect("a certificate").der().clone()], key).expect("they belong together");
        TlsAcceptor::from(Arc::new(config))
    }
}

/// A connection, with or without TLS.
pub(super) trait Line: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Line for T {}
