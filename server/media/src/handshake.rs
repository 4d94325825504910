//! What the DTLS handshake agreed on for SRTP (RFC 5764, section 4.2), for the packets that do not go through `str0m`.
//!
//! `str0m` keeps the keys to itself, but lets its DTLS be provided: the provider here is the usual one, listened to.

use std::{
    cell::RefCell,
    fmt,
    sync::{Arc, LazyLock, OnceLock},
    time::Instant,
};

use str0m::crypto::{
    CryptoError, CryptoProvider,
    dtls::{DtlsCert, DtlsImplError, DtlsInstance, DtlsOutput, DtlsProvider, DtlsVersion, ProtocolVersion, SrtpProfile},
    from_feature_flags,
};

/// The agreement.
pub(crate) struct Keys {
    /// Client's key, server's key, client's salt, server's salt.
    pub(crate) material: Vec<u8>,
    pub(crate) profile: SrtpProfile,
    /// Whether this side was the client of the handshake.
    pub(crate) client: bool,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("profile", &self.profile).finish_non_exhaustive()
    }
}

/// Filled when the handshake is done.
pub(crate) type Agreed = Arc<OnceLock<Keys>>;

static LISTENING: LazyLock<Listening> = LazyLock::new(|| Listening { usual: from_feature_flags().dtls_provider });

thread_local! {
    /// Where the handshake that was begun last on this thread leaves its keys.
    static BEGUN: RefCell<Option<Agreed>> = const { RefCell::new(None) };
}

/// The cryptography that sessions use.
pub(crate) fn provider() -> CryptoProvider {
    CryptoProvider { dtls_provider: &*LISTENING, ..from_feature_flags() }
}

/// Begins a session, and tells where its keys will be. `str0m` sets DTLS up while it builds a session, on the same thread.
pub(crate) fn begin<T>(build: impl FnOnce() -> T) -> Option<(T, Agreed)> {
    BEGUN.take();
    let session = build();
    BEGUN.take().map(|agreed| (session, agreed))
}

#[derive(Debug)]
struct Listening {
    usual: &'static dyn DtlsProvider,
}

impl DtlsProvider for Listening {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        self.usual.generate_certificate()
    }

    fn new_dtls(
        &self,
        cert: &DtlsCert,
        now: Instant,
        dtls_version: DtlsVersion,
        mtu: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        let usual = self.usual.new_dtls(cert, now, dtls_version, mtu)?;
        let agreed = Agreed::default();
        BEGUN.set(Some(Arc::clone(&agreed)));
        Ok(Box::new(Handshake { usual, agreed }))
    }

    fn is_test(&self) -> bool {
        self.usual.is_test()
    }
}

#[derive(Debug)]
struct Handshake {
    usual: Box<dyn DtlsInstance>,
    agreed: Agreed,
}

impl DtlsInstance for Handshake {
    fn set_active(&mut self, active: bool) {
        self.usual.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        self.usual.handle_packet(packet)
    }

    fn poll_output<'a>(&mut self, buf: &'a mut [u8]) -> DtlsOutput<'a> {
        let output = self.usual.poll_output(buf);
        if let DtlsOutput::KeyingMaterial(material, profile) = &output {
            let keys = Keys { material: material.to_vec(), profile: *profile, client: self.usual.is_active() };
            let _once = self.agreed.set(keys);
        }
        output
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.usual.handle_timeout(now)
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<usize, DtlsImplError> {
        self.usual.send_application_data(data)
    }

    fn is_active(&self) -> bool {
        self.usual.is_active()
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.usual.protocol_version()
    }

    fn is_closing(&self) -> bool {
        self.usual.is_closing()
    }

    fn is_closed(&self) -> bool {
        self.usual.is_closed()
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.usual.close()
    }
}
