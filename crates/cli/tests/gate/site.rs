//! Everything between a client and a service: an authority, a gate, a proxy.

use std::fs;

use serde_json::Value;
use symbolon_jose::jwt::{self, Expected, Purpose};
use symbolon_jose::{Algorithm, JwkSet, KeySet};
use tempfile::TempDir;

use crate::echo::Echo;
use crate::harness::{Answer, Connection, Dev, Running, symbolon};
use crate::proxy::{Kind, Proxy, documented};

/// The host that every route of `docs/gate/gate.toml` is for.
pub(crate) const HOST: &str = "api.example.com";

/// Who signs assertions there.
pub(crate) const SIGNER: &str = "https://gate.example.com";

/// What makes a gate follow the feed.
pub(crate) const FOLLOW: (&str, &str) = ("mode = \"introspect\"", "mode = \"follow\"");

/// A gate of its own.
pub(crate) struct GateProcess {
    pub(crate) process: Running,
    pub(crate) address: String,
}

impl GateProcess {
    /// One that asks this authority, by the documented configuration with these texts replaced.
    pub(crate) fn start(dev: &Dev, folder: &TempDir, replaced: &[(&str, &str)]) -> Self {
        let (client_id, secret) = dev.service();
        fs::write(folder.path().join("gate.secret"), secret).unwrap();
        let id = format!("client_id = \"{client_id}\"");
        let near = "client_secret_file = \"gate.secret\"";
        let private = format!("{near}\nallow_private_targets = [\"127.0.0.0/8\"]");
        let audience = format!("audience = \"{}\"", dev.said("resource_url"));
        let own = [
            ("listen = \"127.0.0.1:8430\"", "listen = \"127.0.0.1:0\""),
            ("https://auth.example.com", &dev.issuer),
            ("client_id = \"gate\"", &id),
            (near, &private),
            ("audience = \"https://api.example.com\"", &audience),
        ];
        let text = documented("gate.toml", &[&own, replaced].concat());
        let path = folder.path().join("gate.toml");
        fs::write(&path, text).unwrap();
        let mut command = symbolon();
        command.args(["gate", "--config"]).arg(path);
        let mut process = Running::spawn(command);
        let ready = process.wait_for("The gate for ");
        let address = ready.rsplit(' ').next().unwrap().to_owned();
        Self { process, address }
    }
}

/// A development authority, a gate of its own, a proxy and a service.
pub(crate) struct Site {
    pub(crate) dev: Dev,
    pub(crate) gate: GateProcess,
    pub(crate) proxy: Proxy,
    pub(crate) service: Echo,
    pub(crate) _folder: TempDir,
}

impl Site {
    pub(crate) fn start(kind: Kind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dev = Dev::start(&folder.path().join("dev"));
        let mode: &[_] = match kind {
            Kind::NginxFollow => &[FOLLOW],
            Kind::Nginx
            | Kind::NginxLenient
            | Kind::Caddy
            | Kind::Haproxy
            | Kind::EnvoyGrpc
            | Kind::EnvoyHttp => &[],
        };
        let gate = GateProcess::start(&dev, &folder, mode);
        let service = Echo::start();
        let proxy = Proxy::start(kind, &gate.address, &service.address);
        Self {
            dev,
            gate,
            proxy,
            service,
            _folder: folder,
        }
    }

    /// What a client is answered through the proxy.
    pub(crate) fn ask(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        ask(&self.proxy.address, ("GET", path, HOST), headers)
    }

    /// The same with a token.
    pub(crate) fn bearer(&self, path: &str, token: &str, headers: &[(&str, &str)]) -> Answer {
        let credential = format!("Bearer {token}");
        let with = [&[("Authorization", &*credential)], headers].concat();
        self.ask(path, &with)
    }
}

/// One request on a connection of its own.
pub(crate) fn ask(
    address: &str,
    (method, path, host): (&str, &str, &str),
    headers: &[(&str, &str)],
) -> Answer {
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n");
    for (name, value) in headers {
        head = format!("{head}{name}: {value}\r\n");
    }
    let mut connection = Connection::to(address);
    connection.raw(&format!("{head}\r\n")).unwrap()
}

/// What an assertion says, once its signature holds under the keys that are published there.
pub(crate) fn asserted(text: &str, (address, path): (&str, &str), issuer: &str) -> Value {
    let published = Connection::to(address).get(path);
    let set = JwkSet::parse(published.body.as_bytes()).unwrap();
    let keys = KeySet::from_jwks(&set, &[Algorithm::Ed25519, Algorithm::Es256]).unwrap();
    let unread: Value = symbolon_jose::danger::unverified_claims(text).unwrap();
    let now = unread["iat"].as_i64().unwrap();
    let expected = Expected::new(Purpose::GateAssertion, issuer, HOST, now);
    let verified = jwt::verify::<Value>(text, &keys, &expected).unwrap();
    let claims = verified.claims().clone();
    let lives = claims["exp"].as_i64().unwrap() - now;
    assert!((1..=60).contains(&lives), "{claims}");
    claims
}
