//! A certificate authority of one's own in the system's store is believed over HTTP and over the WebSocket; without it
//! neither believes.

// A helper that fails fails its test.
#![allow(clippy::unwrap_used)]

use std::{env, process::Command, sync::Arc};

use houselights_shared::{EventId, Refusal};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{ServerConfig, pki_types::PrivateKeyDer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::task::TaskTracker;

use crate::{
    ipc::Problem,
    realtime::{Dial, Network},
    session::{Link, Logins},
};

const STORE: &str = "SSL_CERT_FILE";
const INSIDE: &str = "HOUSELIGHTS_TEST_PRIVATE_AUTHORITY";
const ME: &str = "session::tls::tests::http_and_the_websocket_believe_whom_the_system_believes";

/// Answers every request over TLS with a refusal that only it gives.
async fn serve(listener: TcpListener, acceptor: TlsAcceptor) {
    let guests = TaskTracker::new();
    while let Ok((tcp, _)) = listener.accept().await {
        let acceptor = acceptor.clone();
        guests.spawn(async move {
            let Ok(mut tls) = acceptor.accept(tcp).await else { return };
            let _ = tls.read(&mut [0; 4_096]).await;
            let body = r#"{"refusal":"overloaded"}"#;
            let head = format!("HTTP/1.1 503 Busy\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            let _ = tls.write_all(format!("{head}{body}").as_bytes()).await;
            let _ = tls.shutdown().await;
        });
    }
}

/// What the child does: asks both ways, and says who was believed.
async fn ask(server: &str) -> (bool, bool) {
    let link = Link::read(&format!("{server}/join/secret")).unwrap();
    let overloaded = Problem::Refused { refusal: Refusal::Overloaded, retry_after_ms: None };
    let http = Logins::default().look_up(&link).await == Err(overloaded);
    let undialled = Network::new(&server.parse().unwrap()).unwrap().dial().await.err().unwrap();
    (http, undialled.cause.contains("503"))
}

#[test]
fn http_and_the_websocket_believe_whom_the_system_believes() {
    crate::install_tls();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if let Ok(server) = env::var(INSIDE) {
        println!("believed: {:?}", runtime.block_on(ask(&server)));
        return;
    }
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![leaf.der().clone()], key).unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let server = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    runtime.spawn(serve(listener, TlsAcceptor::from(Arc::new(config))));
    let folder = env::temp_dir().join(format!("houselights-tls-{}", EventId::random()));
    std::fs::create_dir_all(&folder).unwrap();
    let other = CertifiedIssuer::self_signed(CertificateParams::new(Vec::new()).unwrap(), KeyPair::generate().unwrap());
    for (store, believed) in [(authority.pem(), "(true, true)"), (other.unwrap().pem(), "(false, false)")] {
        let path = folder.join("store.pem");
        std::fs::write(&path, store).unwrap();
        let mut child = Command::new(env::current_exe().unwrap());
        let child = child.args(["--exact", "--nocapture", ME]).env(INSIDE, &server).env(STORE, &path).output().unwrap();
        let said = String::from_utf8_lossy(&child.stdout);
        assert!(said.contains(&format!("believed: {believed}")), "{said}\n{}", String::from_utf8_lossy(&child.stderr));
    }
    let _ = std::fs::remove_dir_all(&folder);
}
