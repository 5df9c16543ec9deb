//! TLS to PostgreSQL: the certificate and the name must hold, or nothing is sent.

use std::fs;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use symbolon_store::testing::{Flush, Server};
use symbolon_store::{Db, OpenError, Target, Unit};

use crate::arrange::*;

/// An authority, and what it gave to a server called `localhost`: certificate and key.
fn certificates() -> (String, String, String) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &authority).unwrap();
    (authority.pem(), certificate.pem(), key.serialize_pem())
}

/// A port that is free now.
fn port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_believed_by_its_certificate_and_name_alone() {
    let server = Server::start(Flush::Never, &[]);
    let (authority, certificate, key) = certificates();
    let certificate = server.place("server.crt", &certificate);
    let key = server.place("server.key", &key);
    let port = port();
    for setting in [
        "ssl = on".to_owned(),
        format!("ssl_cert_file = '{}'", certificate.display()),
        format!("ssl_key_file = '{}'", key.display()),
    ] {
        server.run(&format!("ALTER SYSTEM SET {setting}")).await;
    }
    let server = server.listening(port);
    server.crash();
    server.recover();

    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("authority.pem");
    fs::write(&trusted, authority).unwrap();
    let other = folder.path().join("other.pem");
    fs::write(&other, certificates().0).unwrap();
    let open = async |host: &str, mode: &str, ca| {
        let url = format!("postgres://postgres@{host}:{port}/postgres?sslmode={mode}");
        let target = Target::Postgres {
            url,
            connections: 2,
            ca,
        };
        Db::open(&target, MIGRATIONS).await
    };

    let db = open("localhost", "verify-full", Some(trusted.clone()))
        .await
        .unwrap();
    db.commit(Unit::entry(entry("sealed"))).await.unwrap();
    let encrypted = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let row = db.row(encrypted, &[]).await.unwrap().unwrap();
    assert_eq!(row.flag(0), Ok(true));

    for (host, ca) in [
        ("localhost", Some(other)),
        ("localhost", None),
        ("127.0.0.1", Some(trusted)),
    ] {
        let error = open(host, "require", ca).await.unwrap_err();
        assert!(matches!(error, OpenError::Unreachable { .. }), "{error}");
        assert!(error.to_string().contains("certificate"), "{error}");
    }
    open("localhost", "disable", None).await.unwrap();
}
