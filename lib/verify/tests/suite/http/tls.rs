//! Over TLS: what stands before the server ends it, with a certificate of an authority of its own.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use symbolon_verify::follow::{Follow, http};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::LIMIT;
use super::server::{CLIENT, SECRET, Server};
use crate::arrange::AUDIENCE;

/// A configuration for `localhost`, and the authority that vouches for it, as PEM.
fn certified() -> (ServerConfig, String) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let authority = params.self_signed(&key).unwrap();
    let issuer = Issuer::new(params, key);
    let own = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let leaf = params.signed_by(&own, &issuer).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], key)
        .unwrap();
    (config, authority.pem())
}

/// Ends TLS before a server. The issuer's address, and the authority to believe.
async fn secured() -> (Server, String) {
    let (config, authority) = certified();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = Server::start_as(format!("https://localhost:{port}/realms/main")).await;
    let address = server.address();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // Whoever does not believe the certificate hangs up.
                let Ok(mut outside) = acceptor.accept(stream).await else {
                    return;
                };
                let mut inside = TcpStream::connect(address).await.unwrap();
                let _ = copy_bidirectional(&mut outside, &mut inside).await;
            });
        }
    });
    (server, authority)
}

#[tokio::test]
async fn it_follows_over_tls_by_an_authority_that_was_added() {
    let (server, authority) = secured().await;
    let client = http::Client::new(CLIENT, SECRET);
    let client = client.trusting(authority.as_bytes()).unwrap();
    let follow = Follow::http(server.issuer(), AUDIENCE, client).unwrap();
    let following = follow.start();
    assert!(following.ready(LIMIT).await, "{:?}", following.status());
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_not_believed() {
    use symbolon_verify::follow::{Failure, Source};

    let (server, _) = secured().await;
    let client = http::Client::new(CLIENT, SECRET);
    let http = http::Http::new(server.issuer(), AUDIENCE, client).unwrap();
    let failure = http.feed_keys().await.unwrap_err();
    assert!(matches!(failure, Failure::Unreachable(_)), "{failure:?}");
}

#[test]
fn a_text_without_certificates_is_refused() {
    for pem in [
        "",
        "x",
        "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
    ] {
        let client = http::Client::new(CLIENT, SECRET);
        assert!(client.trusting(pem.as_bytes()).is_err(), "{pem}");
    }
}
