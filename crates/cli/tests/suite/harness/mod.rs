//! Start the binary, wait for what it says, speak HTTP to it, stop it. Nothing sleeps: whoever waits,
//! waits for a line or the end of a process.

mod http;
mod process;
mod serve;

pub(crate) use http::{Answer, Connection};
pub(crate) use process::{Running, Spoken, run, run_with_input, symbolon};
pub(crate) use serve::{ISSUER, Serve, Site};

use std::path::Path;

use serde_json::Value;

/// A running `symbolon dev`.
pub(crate) struct Dev {
    pub(crate) process: Running,
    pub(crate) issuer: String,
    pub(crate) record: Value,
}

impl Dev {
    /// Starts in a directory, and waits until it is ready.
    pub(crate) fn start(dir: &Path) -> Self {
        Self::start_at(dir, "127.0.0.1:0")
    }

    pub(crate) fn start_at(dir: &Path, listen: &str) -> Self {
        let dir_text = dir.to_str().unwrap();
        let process = Running::start(&["dev", "--dir", dir_text, "--listen", listen]);
        Self::ready(process, dir)
    }

    /// Waits until a process that was started is ready.
    pub(crate) fn ready(mut process: Running, dir: &Path) -> Self {
        let line = process.wait_for("  Issuer ");
        let issuer = line.trim_start_matches("  Issuer").trim().to_owned();
        let record = std::fs::read_to_string(dir.join("dev.json")).unwrap();
        Self {
            process,
            issuer,
            record: serde_json::from_str(&record).unwrap(),
        }
    }

    pub(crate) fn said(&self, member: &str) -> &str {
        self.record[member].as_str().unwrap()
    }

    /// Host and port.
    pub(crate) fn address(&self) -> &str {
        self.issuer.strip_prefix("http://").unwrap()
    }

    pub(crate) fn connect(&self) -> Connection {
        Connection::to(self.address())
    }

    /// A token by client credentials.
    pub(crate) fn token(&self) -> String {
        let answer = self.ask_token();
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) fn ask_token(&self) -> Answer {
        let mut connection = self.connect();
        connection.form(
            "/token",
            Some(self.service()),
            "grant_type=client_credentials",
        )
    }

    pub(crate) fn service(&self) -> (&str, &str) {
        (self.said("client_id"), self.said("client_secret"))
    }

    /// Whether a token is active.
    pub(crate) fn is_active(&self, token: &str) -> bool {
        let mut connection = self.connect();
        let body = format!("token={token}");
        let answer = connection.form("/introspect", Some(self.service()), &body);
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["active"].as_bool().unwrap()
    }

    /// The `kid`s that are published.
    pub(crate) fn kids(&self) -> Vec<String> {
        let set = self.connect().get("/jwks").json();
        let keys = set["keys"].as_array().unwrap();
        let kid = |key: &Value| key["kid"].as_str().unwrap().to_owned();
        keys.iter().map(kid).collect()
    }
}

/// Runs a command in a development directory and reads its JSON.
pub(crate) fn json(dir: &Path, arguments: &[&str]) -> Value {
    let spoken = command(dir, arguments);
    assert_eq!(spoken.code, 0, "{arguments:?}: {}", spoken.err);
    serde_json::from_str(&spoken.out).unwrap_or(Value::Null)
}

/// Runs a command in a development directory.
pub(crate) fn command(dir: &Path, arguments: &[&str]) -> Spoken {
    let mut all = vec!["--dir", dir.to_str().unwrap()];
    all.extend(arguments);
    run(&all)
}
