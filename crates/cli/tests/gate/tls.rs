//! A gate that follows an authority over TLS, whose certificate only an extra authority vouches for.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::ServerName;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{Connection, Running, Serve, Site, symbolon};
use crate::proxy::{documented, free_port};
use crate::site::{FOLLOW, GateProcess, HOST, ask};

const AUDIENCE: &str = "https://api.example.com";

/// How long a state may take to come, on a machine that is busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// An authority with a certificate, and the clients that the test needs.
struct Authority {
    site: Site,
    _serve: Serve,
    port: u16,
    gate_secret: String,
    secret: String,
}

/// A certificate authority; with a folder, also the certificate of 127.0.0.1 that it signed.
fn certify(ca: &Path, folder: Option<&Path>) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    fs::write(ca, params.self_signed(&key).unwrap().pem()).unwrap();
    if let Some(folder) = folder {
        let issuer = Issuer::new(params, key);
        let key = KeyPair::generate().unwrap();
        let names = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        let signed = names.signed_by(&key, &issuer).unwrap();
        fs::write(folder.join("a.pem"), signed.pem()).unwrap();
        fs::write(folder.join("a.key"), key.serialize_pem()).unwrap();
    }
}

impl Authority {
    fn start() -> Self {
        let (site, port) = (Site::sqlite(), free_port());
        certify(&site.path().join("ca.pem"), Some(site.path()));
        site.write(&format!(
            "issuer = \"https://127.0.0.1:{port}\"\nlisten = \"127.0.0.1:{port}\"\n\
             [tls]\ncertificate = \"a.pem\"\nkey = \"a.key\"\n\
             [database]\nsqlite = \"symbolon.db\"\n[root_key]\nfile = \"root.key\"\n"
        ));
        let serve = site.serve();
        let said = |arguments: &[&str]| -> Value {
            let spoken = site.command(arguments);
            assert_eq!(spoken.code, 0, "{}", spoken.err);
            serde_json::from_str(&spoken.out).unwrap()
        };
        said(&["resource", "create", AUDIENCE, "--default"]);
        let create = |name, more: &[&str]| {
            let create = ["client", "create", name, "--grant", "client_credentials"];
            let made = said(&[&create[..], more].concat());
            made["client_secret"].as_str().unwrap().to_owned()
        };
        let gate_secret = create("gate", &["--introspect-all", "--scope", "feed"]);
        let secret = create("svc", &[]);
        Self {
            _serve: serve,
            site,
            port,
            gate_secret,
            secret,
        }
    }

    fn token(&self) -> String {
        let body = format!(
            "grant_type=client_credentials&client_id=svc&client_secret={}",
            self.secret
        );
        let mut roots = RootCertStore::empty();
        let pem = fs::read(self.site.path().join("ca.pem")).unwrap();
        let ca = rustls::pki_types::CertificateDer::from_pem_slice(&pem).unwrap();
        roots.add(ca).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let connection = ClientConnection::new(Arc::new(config), name).unwrap();
        let socket = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut stream = StreamOwned::new(connection, socket);
        let request = format!(
            "POST /token HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.port,
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        let told: Value = serde_json::from_str(body).unwrap();
        told["access_token"].as_str().unwrap().to_owned()
    }

    /// A gate that believes this authority beside the system's, if any.
    fn gate(&self, folder: &TempDir, extra_ca: Option<&Path>) -> GateProcess {
        fs::write(folder.path().join("gate.secret"), &self.gate_secret).unwrap();
        let near = "client_secret_file = \"gate.secret\"";
        let mut trusting = format!("{near}\nallow_private_targets = [\"127.0.0.0/8\"]");
        if let Some(path) = extra_ca {
            trusting = format!("{trusting}\nextra_ca = \"{}\"", path.display());
        }
        let issuer = format!("https://127.0.0.1:{}", self.port);
        let own = [
            ("listen = \"127.0.0.1:8430\"", "listen = \"127.0.0.1:0\""),
            ("https://auth.example.com", &*issuer),
            (near, &*trusting),
            FOLLOW,
        ];
        let path = folder.path().join("gate.toml");
        fs::write(&path, documented("gate.toml", &own)).unwrap();
        let mut command = symbolon();
        command.args(["gate", "--config"]).arg(path);
        let mut process = Running::spawn(command);
        let ready = process.wait_for("The gate for ");
        let address = ready.rsplit(' ').next().unwrap().to_owned();
        GateProcess { process, address }
    }
}

fn asked(gate: &GateProcess, token: &str) -> u16 {
    let credential = format!("Bearer {token}");
    let headers = [
        ("Authorization", &*credential),
        ("X-Forwarded-Host", HOST),
        ("X-Forwarded-Method", "GET"),
        ("X-Forwarded-Uri", "/orders"),
    ];
    ask(&gate.address, ("GET", "/gate/forward", HOST), &headers).status
}

fn asked_until(gate: &GateProcess, token: &str, status: u16) {
    let until = Instant::now() + PATIENCE;
    while asked(gate, token) != status {
        assert!(Instant::now() < until, "{status} did not come");
        thread::park_timeout(Duration::from_millis(5));
    }
}

#[test]
fn an_authority_behind_tls_is_followed_where_its_certificate_is_believed() {
    let authority = Authority::start();
    let folder = tempfile::tempdir().unwrap();
    let ca = authority.site.path().join("ca.pem");
    let gate = authority.gate(&folder, Some(&ca));
    let token = authority.token();
    asked_until(&gate, &token, 200);
    let revoke = ["revoke", "--client", "svc", "--reason", "leaked"];
    assert_eq!(authority.site.command(&revoke).code, 0);
    asked_until(&gate, &token, 401);
    asked_until(&gate, &authority.token(), 200);
    let metrics = Connection::to(&gate.address).get("/metrics").body;
    let none = "symbolon_gate_introspections_total{said=\"active\"} 0";
    assert!(metrics.contains(none), "{metrics}");
    // What says nothing by itself is asked about over TLS too.
    assert_eq!(asked(&gate, "sym_at_wrong"), 401);
    assert!(gate.process.stop().success());
}

#[test]
fn an_authority_whose_certificate_nobody_believes_is_not_followed() {
    let authority = Authority::start();
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.pem");
    certify(&other, None);
    let token = authority.token();
    for extra_ca in [None, Some(&*other)] {
        let gate = authority.gate(&folder, extra_ca);
        assert_eq!(asked(&gate, &token), 503, "{extra_ca:?}");
        assert_eq!(asked(&gate, "sym_at_wrong"), 503, "{extra_ca:?}");
        let metrics = Connection::to(&gate.address).get("/metrics").body;
        assert!(metrics.contains("state=\"dark\"} 1"), "{metrics}");
        assert!(gate.process.stop().success());
    }
}
