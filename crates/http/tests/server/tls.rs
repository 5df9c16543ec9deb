//! TLS: served, negotiated, renewed.

use std::fs;
use std::sync::Arc;

use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use symbolon_http::server::limit::HANDSHAKE_TIMEOUT;
use symbolon_http::server::{BindError, Limits, Listen, Server, TlsFiles};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::site::{Client, GET, HELLO, SOON, Site, listen};

/// A certificate on disk.
struct Files {
    _folder: TempDir,
    paths: TlsFiles,
    pair: CertifiedKey<KeyPair>,
}

fn generated() -> CertifiedKey<KeyPair> {
    generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap()
}

impl Files {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let paths = TlsFiles {
            certificate: folder.path().join("chain.pem"),
            key: folder.path().join("key.pem"),
        };
        let new = Self {
            _folder: folder,
            paths,
            pair: generated(),
        };
        new.write();
        new
    }

    fn write(&self) {
        fs::write(&self.paths.certificate, self.pair.cert.pem()).unwrap();
        fs::write(&self.paths.key, self.pair.signing_key.serialize_pem()).unwrap();
    }

    fn listen(&self) -> Listen {
        Listen {
            tls: Some(self.paths.clone()),
            limits: Limits {
                certificate_interval: SOON / 8,
                ..Limits::default()
            },
            ..listen()
        }
    }

    fn der(&self) -> CertificateDer<'static> {
        self.pair.cert.der().clone()
    }
}

/// A client that trusts these certificates.
fn client(trusted: &[CertificateDer<'static>]) -> ClientConfig {
    client_of(&[&rustls::version::TLS13, &rustls::version::TLS12], trusted)
}

fn client_of(
    versions: &[&'static SupportedProtocolVersion],
    trusted: &[CertificateDer<'static>],
) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(trusted.iter().cloned());
    ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

async fn connect(site: &Site, config: Arc<ClientConfig>) -> Client<TlsStream<TcpStream>> {
    let name = ServerName::try_from("localhost").unwrap();
    let stream = site.connect().await.0;
    Client(
        TlsConnector::from(config)
            .connect(name, stream)
            .await
            .unwrap(),
    )
}

/// The certificate that the server shows now.
async fn shown(site: &Site, config: &ClientConfig) -> CertificateDer<'static> {
    let stream = connect(site, Arc::new(config.clone())).await.0;
    let chain = stream.get_ref().1.peer_certificates().unwrap();
    chain.first().unwrap().clone().into_owned()
}

#[tokio::test]
async fn both_versions_are_served_and_the_peer_is_secure() {
    let files = Files::new();
    let site = Site::start(&files.listen()).await;
    for version in [&rustls::version::TLS13, &rustls::version::TLS12] {
        let config = Arc::new(client_of(&[version], &[files.der()]));
        let mut client = connect(&site, config).await;
        assert_eq!(client.ask(GET).await, HELLO);
        let reply = client.ask("GET /peer HTTP/1.1\r\nHost: a\r\n\r\n").await;
        assert!(reply.ends_with("127.0.0.1 true Network"), "{reply}");
    }
}

#[tokio::test]
async fn http2_is_negotiated() {
    let files = Files::new();
    let site = Site::start(&files.listen()).await;
    let mut config = client(&[files.der()]);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let stream = connect(&site, Arc::new(config)).await.0;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"h2".as_slice()));
}

#[tokio::test]
async fn a_second_handshake_resumes_the_first() {
    let files = Files::new();
    let site = Site::start(&files.listen()).await;
    let config = Arc::new(client(&[files.der()]));
    let mut first = connect(&site, Arc::clone(&config)).await;
    assert_eq!(first.ask(GET).await, HELLO);
    let second = connect(&site, config).await.0;
    let kind = second.get_ref().1.handshake_kind();
    assert_eq!(kind, Some(rustls::HandshakeKind::Resumed));
}

#[tokio::test]
async fn a_new_certificate_is_taken_up_and_a_broken_one_is_not() {
    let mut files = Files::new();
    let old = files.der();
    let site = Site::start(&files.listen()).await;
    files.pair = generated();
    let config = client(&[old.clone(), files.der()]);
    assert_eq!(shown(&site, &config).await, old);
    files.write();
    while shown(&site, &config).await != files.der() {}
    fs::write(&files.paths.certificate, "broken").unwrap();
    // Many looks of the server happen during these handshakes; none may end the service.
    for _ in 0..20 {
        assert_eq!(shown(&site, &config).await, files.der());
    }
}

#[tokio::test]
async fn a_client_that_does_not_shake_hands_is_cut() {
    let files = Files::new();
    let mut listen = files.listen();
    listen.limits.handshake_timeout = SOON;
    let site = Site::start(&listen).await;
    assert_eq!(site.connect().await.rest().await, "");
}

#[tokio::test]
async fn a_handshake_does_not_hold_the_drain() {
    let files = Files::new();
    let mut listen = files.listen();
    listen.limits.drain_timeout = HANDSHAKE_TIMEOUT * 100;
    listen.limits.handshake_timeout = HANDSHAKE_TIMEOUT * 100;
    let site = Site::start(&listen).await;
    let mut silent = site.connect().await;
    // Connections are accepted in order, so after this one the silent one has been too.
    let config = Arc::new(client(&[files.der()]));
    assert_eq!(connect(&site, config).await.ask(GET).await, HELLO);
    assert_eq!(site.stop().await.unwrap().cut, 0);
    assert_eq!(silent.rest().await, "");
}

#[tokio::test]
async fn a_server_without_its_files_does_not_bind() {
    let files = Files::new();
    fs::remove_file(&files.paths.key).unwrap();
    let error = Server::bind(&files.listen()).await.err().unwrap();
    assert!(matches!(error, BindError::Certificate(_)));
    assert!(error.to_string().contains("key.pem"), "{error}");
}
