//! PostgreSQL restored by its own tools: what was erased or ended after the backup stays so, where the
//! replaced database tells.

use serde_json::Value;
use symbolon_store::testing::Server;

use crate::harness::{Site, Spoken, symbolon};

fn said(site: &Site, arguments: &[&str]) -> Value {
    let spoken = site.command(arguments);
    assert_eq!(spoken.code, 0, "{arguments:?}: {}", spoken.err);
    serde_json::from_str(&spoken.out).unwrap_or(Value::Null)
}

/// A site of the same root key over another database.
fn over(site: &Site, url: &str) {
    let text = std::fs::read_to_string(site.config()).unwrap();
    let (before, rest) = text.split_once("postgres = \"").unwrap();
    let (_, after) = rest.split_once('"').unwrap();
    site.write(&format!("{before}postgres = \"{url}\"{after}"));
}

fn promoted(site: &Site, old: &str, more: &[&str]) -> Spoken {
    let config = site.config();
    let arguments = [
        "--config",
        config.to_str().unwrap(),
        "restore",
        "--promoted",
    ];
    let named = ["--replaced-environment", "OLD_DATABASE"];
    let mut command = symbolon();
    command.args(arguments).args(named).args(more);
    let output = command.env("OLD_DATABASE", old).output().unwrap();
    Spoken {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_erased_after_the_backup_stays_erased_where_the_replaced_database_tells() {
    let (server, site) = (Server::shared(), Site::postgres().await);
    let text = std::fs::read_to_string(site.config()).unwrap();
    let old = text.split_once("postgres = \"").unwrap().1;
    let old = old.split_once('"').unwrap().0.to_owned();
    let name = old.rsplit('/').next().unwrap();
    assert!(site.serve().process.stop().success());
    let create = ["subject", "create", "--kind", "person", "--username", "ada"];
    let id = said(&site, &create)["id"].as_str().unwrap().to_owned();
    let revoke = [
        "revoke",
        "--subject",
        &id,
        "--reason",
        "Ada lost her laptop",
    ];
    said(&site, &revoke);
    let search = ["journal", "search", "--node", &id, "--verb", "revoke"];
    assert!(site.command(&search).out.contains("Ada lost"));
    let backup = format!("CREATE DATABASE {name}_restored TEMPLATE {name}");
    server.run(&backup).await;
    assert_eq!(site.command(&["subject", "erase", &id]).code, 0);

    let restored = format!("{old}_restored");
    over(&site, &restored);
    assert!(
        site.command(&search).out.contains("Ada lost"),
        "the backup still has the key"
    );
    let refused = promoted(&site, &restored, &[]);
    assert_eq!(refused.code, 1, "{}", refused.err);
    assert!(refused.err.contains("in use now"), "{}", refused.err);
    let tried = promoted(&site, &old, &["--dry-run"]);
    let told: Value = serde_json::from_str(&tried.out).unwrap();
    assert_eq!(told["erasures_carried_over"], 1, "{}", tried.err);
    assert_eq!(told["term"], told["term_before"]);
    assert!(site.command(&search).out.contains("Ada lost"));

    let done = promoted(&site, &old, &[]);
    assert_eq!(done.code, 0, "{}", done.err);
    let told: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(told["erasures_carried_over"], 1);
    assert!(told["term"].as_i64() > told["term_before"].as_i64());
    let now = site.command(&search).out;
    assert!(now.contains("sealed_for") && !now.contains("Ada"), "{now}");
    assert_eq!(site.command(&["subject", "show", &id]).code, 1);
    let verified = site.command(&["journal", "verify"]);
    assert_eq!(verified.code, 0, "{}", verified.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_another_installation_is_not_carried_over_from() {
    let (site, other) = (Site::postgres().await, Site::postgres().await);
    for one in [&site, &other] {
        assert!(one.serve().process.stop().success());
    }
    let text = std::fs::read_to_string(other.config()).unwrap();
    let url = text.split_once("postgres = \"").unwrap().1;
    let refused = promoted(&site, url.split_once('"').unwrap().0, &[]);
    assert_eq!(refused.code, 2, "{}", refused.err);
    assert!(refused.err.contains("is not the one"), "{}", refused.err);
}
