//! Two authorities on one PostgreSQL: what is revoked at one is refused by those who follow the
//! other.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use symbolon_verify::{Demand, Refusal};

use crate::harness::{Connection, Running, Serve, Site, symbolon};
use crate::present::until_dead;
use crate::proxy::Network;
use crate::receipt::{closes_in_time, revoke_and_wait};
use crate::stage::{AUDIENCE, LIMIT, Stage};

/// What the verifiers of the second authority verify for.
const OTHER: &str = "https://two.example";

/// How soon news of another process are known, with time to spare on a machine that is busy.
const SOON: Duration = Duration::from_secs(2);

/// One more process on the same database.
pub(crate) fn second(site: &Site) -> Serve {
    let text = fs::read_to_string(site.config()).unwrap();
    let path = site.path().join("second.toml");
    fs::write(&path, text.replace("symbolon.sock", "second.sock")).unwrap();
    let mut command = symbolon();
    command.args(["serve", "--config"]).arg(path);
    let mut process = Running::spawn(command);
    let ready = process.wait_for("Symbolon serves ");
    let address = ready.rsplit(' ').next().unwrap().to_owned();
    Serve { process, address }
}

/// What those who enforce it verify for.
fn audiences(done: &Value) -> Vec<&str> {
    let enforced = done["enforced_by"].as_array().unwrap().iter();
    enforced
        .map(|one| one["audience"].as_str().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_revoked_at_one_is_refused_through_the_other() {
    let url = symbolon_store::testing::postgres_url().await;
    let database = format!("postgres = \"{url}\"");
    let stage = Stage::start_in(Site::new(&database), &database, &[]);
    stage.resource(OTHER);
    let second = second(&stage.site);
    let first = stage.serve.address.clone();
    stage
        .proxy
        .lead_each(&[("two.example", &second.address), ("", &first)]);
    let (here, there) = (stage.follow(), stage.follow_for(OTHER));
    for following in [&here, &there] {
        assert!(following.ready(LIMIT).await, "{:?}", following.status());
    }
    // One token by itself, at the first; then all of a client's, with a receipt that counts both.
    let tokens = [stage.token_for(OTHER), stage.token_for(OTHER)];
    for token in &tokens {
        let said = there.guard().bearer(token, &Demand::any()).await;
        assert!(said.is_ok(), "{:?}", said.err());
    }
    stage.revoke(&tokens[0]);
    println!("known in {:?}", until_dead(&there, &tokens[0], SOON).await);
    let said = there.guard().bearer(&tokens[1], &Demand::any()).await;
    assert!(said.is_ok(), "{:?}", said.err());
    let admin = stage.admin();
    // Whoever is ready is counted at both from the first receipt on.
    for address in [&first, &second.address] {
        let token = stage.token_for(OTHER);
        let said = there.guard().bearer(&token, &Demand::any()).await;
        assert!(said.is_ok(), "{:?}", said.err());
        let done = revoke_and_wait(&stage, (address, &admin), 10_000);
        assert_eq!(audiences(&done), [AUDIENCE, OTHER], "{done}");
        assert_eq!(done["unreachable"], json!([]));
        let said = there.guard().bearer(&token, &Demand::any()).await;
        let is_dead = matches!(said, Err(Refusal::Dead(_)));
        assert!(is_dead, "{:?}; {done}", said.err());
    }
    // Where it was issued and where it was revoked changes nothing for those who ask.
    let mut connection = Connection::to(&second.address);
    assert_eq!(connection.get("/readyz").status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_follows_a_process_that_died_is_named_by_the_other_with_a_time_that_holds() {
    let url = symbolon_store::testing::postgres_url().await;
    let database = format!("postgres = \"{url}\"");
    let mut stage = Stage::start_in(Site::new(&database), &database, &[]);
    let second = second(&stage.site);
    let following = stage.followed().await;
    let (admin, token) = (stage.admin(), stage.token());
    let said = following.guard().bearer(&token, &Demand::any()).await;
    assert!(said.is_ok(), "{:?}", said.err());
    stage.proxy.set(Network::Cut);
    stage.serve.process.signal("KILL");
    let _status = stage.serve.process.wait();
    let asked_at = Instant::now();
    let done = revoke_and_wait(&stage, (&second.address, &admin), 300);
    assert_eq!(done["enforced_by"], json!([]), "{done}");
    closes_in_time(&following, &token, (asked_at, &done)).await;
}
