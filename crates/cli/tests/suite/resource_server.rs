//! The example resource server beside a real authority: what somebody sees who copies it.

use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json as value};
use tempfile::TempDir;

use crate::harness::{Answer, Connection, Dev, Running, json};

/// How long a state may take to come, on a machine that is busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// Builds the example, which is a package of its own, and says where it is.
fn example() -> PathBuf {
    let built = Command::new(env!("CARGO"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["build", "--quiet", "--message-format", "json"])
        .args(["--package", "symbolon-example-resource-server"])
        .output()
        .unwrap();
    let said = String::from_utf8(built.stdout).unwrap();
    let messages = said
        .lines()
        .map(|line| -> Value { serde_json::from_str(line).unwrap() });
    let mut programs = messages.filter_map(|message| Some(message["executable"].as_str()?.into()));
    programs.next().expect("the example does not compile")
}

/// An authority and the example, which follows its feed.
struct Stage {
    dev: Dev,
    address: String,
    folder: TempDir,
    _example: Running,
}

impl Stage {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dev = Dev::start(folder.path());
        let mut command = Command::new(example());
        command
            .arg(folder.path().join("dev.json"))
            .arg("127.0.0.1:0");
        let mut example = Running::spawn(command);
        let line = example.wait_for("listening on http://");
        let address = line.rsplit('/').next().unwrap().to_owned();
        Self {
            dev,
            address,
            folder,
            _example: example,
        }
    }

    fn token(&self, scope: &str) -> String {
        let form = format!("grant_type=client_credentials&scope={scope}");
        let mut connection = self.dev.connect();
        let answer = connection.form("/token", Some(self.dev.service()), &form);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    fn read(&self, token: &str) -> Answer {
        Connection::to(&self.address).bearer("/orders", token)
    }

    fn order(&self, token: &str) -> Answer {
        let mut connection = Connection::to(&self.address);
        connection.post_json("/orders", token, &value!({})).unwrap()
    }

    /// Asks until the answer has this status.
    fn read_until(&self, token: &str, status: u16) -> Answer {
        let until = Instant::now() + PATIENCE;
        loop {
            let answer = self.read(token);
            if answer.status == status {
                return answer;
            }
            assert!(Instant::now() < until, "{status} did not come: {answer:?}");
            thread::park_timeout(Duration::from_millis(5));
        }
    }
}

fn challenge(answer: &Answer) -> &str {
    answer
        .headers("WWW-Authenticate")
        .next()
        .unwrap_or_default()
}

#[test]
fn the_example_refuses_what_its_authority_has_revoked() {
    let stage = Stage::start();
    let (write, read) = (stage.token("demo:write"), stage.token("demo:read"));
    // Until the feed has come nothing passes.
    let answer = stage.read_until(&write, 200);
    assert!(answer.body.starts_with("the orders of "), "{answer:?}");
    assert_eq!(stage.order(&write).status, 200);

    let metadata =
        Connection::to(&stage.address).get("/.well-known/oauth-protected-resource/demo/resource");
    assert_eq!(metadata.status, 200, "{metadata:?}");
    let document = metadata.json();
    let resource = stage.dev.said("resource_url");
    assert_eq!(document["resource"], resource);
    assert_eq!(
        document["authorization_servers"],
        value!([stage.dev.issuer])
    );
    let place = format!(
        "resource_metadata=\"{}/.well-known/oauth-protected-resource/demo/resource\"",
        stage.dev.issuer
    );

    let nobody = Connection::to(&stage.address).get("/orders");
    assert_eq!(nobody.status, 401, "{nobody:?}");
    assert_eq!(challenge(&nobody), format!("Bearer {place}"));
    let lacking = stage.order(&read);
    assert_eq!(lacking.status, 403, "{lacking:?}");
    for part in [
        "error=\"insufficient_scope\"",
        "scope=\"demo:write\"",
        &place,
    ] {
        assert!(challenge(&lacking).contains(part), "{lacking:?}");
    }

    // One token, of which the authority knows that everybody has heard.
    let form = format!("token={read}&wait=all&timeout_ms=60000");
    let mut connection = stage.dev.connect();
    let revoked = connection.form("/revoke", Some(stage.dev.service()), &form);
    assert_eq!(revoked.status, 200, "{revoked:?}");
    let refused = stage.read(&read);
    assert_eq!(refused.status, 401, "{refused:?}");
    for part in ["error=\"invalid_token\"", &place] {
        assert!(challenge(&refused).contains(part), "{refused:?}");
    }
    assert_eq!(stage.read(&write).status, 200);

    // And everything that descends from its client, the example's own token among it.
    let (client, _) = stage.dev.service();
    let revoke = ["revoke", "--client", client, "--reason", "leaked"];
    json(stage.folder.path(), &revoke);
    stage.read_until(&write, 401);
    stage.read_until(&stage.token("demo:read"), 200);
}
