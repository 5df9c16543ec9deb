//! PostgreSQL goes away while the server runs, and comes back: whoever asks is told to come again, in
//! the endpoint's own words, and nobody has to start anything anew.

use serde_json::{Value, json};
use symbolon_store::testing::{Flush, Server};

use crate::harness::{Answer, Connection, Site};

/// How often whoever was refused asks again: for longer than the server pauses between two tries of
/// its own, however fast it refuses.
const TRIES: usize = 100_000;

const FORM: &str = "grant_type=client_credentials";

/// A server over a database of its own, and a client.
struct Stage {
    address: String,
    secret: String,
}

impl Stage {
    fn ask(&self, path: &str, form: &str) -> Answer {
        let mut connection = Connection::to(&self.address);
        connection.form(path, Some(("svc", &self.secret)), form)
    }

    /// Asks until there is another answer than to come again.
    fn until_answered(&self, path: &str, form: &str) -> Answer {
        let mut connection = Connection::to(&self.address);
        let basic = Some(("svc", self.secret.as_str()));
        let mut answers = (0..TRIES).map(|_| connection.form(path, basic, form));
        let answered = answers.find(|answer| answer.status != 503);
        answered.expect("the server goes on once PostgreSQL is back")
    }

    fn is_active(&self, token: &str) -> bool {
        let answer = self.until_answered("/introspect", &format!("token={token}"));
        answer.json()["active"].as_bool().unwrap()
    }

    fn is_ready_again(&self) -> bool {
        let mut connection = Connection::to(&self.address);
        (0..TRIES).any(|_| connection.get("/readyz").status == 200)
    }
}

fn token(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

/// The refusal of RFC 6749 §5.2, with the header of RFC 9110 §10.2.3.
fn is_told_to_come_again(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}", answer.body);
    let expected = json!({
        "error": "temporarily_unavailable",
        "error_description": "the authority cannot answer now; try again in a moment",
    });
    assert_eq!(answer.json(), expected);
    let head = answer.head.to_ascii_lowercase();
    for line in ["retry-after: 2", "content-type: application/json"] {
        assert!(head.contains(&format!("\r\n{line}\r\n")), "{head}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_postgresql_a_token_request_is_told_to_come_again() {
    let postgres = Server::start(Flush::Never, &[]);
    let url = postgres.database().await;
    let site = Site::new(&format!("postgres = \"{url}\""));
    let server = site.serve();
    let said = |arguments: &[&str]| -> Value {
        let spoken = site.command(arguments);
        assert_eq!(spoken.code, 0, "{}", spoken.err);
        serde_json::from_str(&spoken.out).unwrap()
    };
    let made = said(&["client", "create", "svc", "--grant", "client_credentials"]);
    said(&["resource", "create", "https://api.example", "--default"]);
    let stage = Stage {
        address: server.address.clone(),
        secret: made["client_secret"].as_str().unwrap().to_owned(),
    };
    let before = token(&stage.ask("/token", FORM));
    for _ in 0..2 {
        postgres.crash();
        for _ in 0..5 {
            is_told_to_come_again(&stage.ask("/token", FORM));
        }
        assert_eq!(Connection::to(&stage.address).get("/jwks").status, 200);
        postgres.recover();
        let after = token(&stage.until_answered("/token", FORM));
        assert!(stage.is_active(&before) && stage.is_active(&after));
        assert!(stage.is_ready_again());
    }
    assert!(server.process.stop().success());
}
