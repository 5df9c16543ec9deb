//! Another program that holds the database file, as an operator's shell does: a start is refused in
//! one sentence, a running server says so and goes on.

use std::path::Path;

use rusqlite::Connection;
use serde_json::Value;

use crate::harness::{Dev, command, run};

fn holding(dir: &Path) -> Connection {
    let other = Connection::open(dir.join("symbolon.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    other
}

#[test]
fn a_start_beside_a_program_that_holds_the_file_is_one_sentence() {
    let dir = tempfile::tempdir().unwrap();
    assert!(Dev::start(dir.path()).process.stop().success());
    let _other = holding(dir.path());
    let name = dir.path().to_str().unwrap();
    let expected = format!(
        "symbolon: {name}/symbolon.db is locked by another program, such as a sqlite3 shell or a \
         copying tool; end it (fuser {name}/symbolon.db names it) and start again\n"
    );
    let started = run(&["dev", "--dir", name, "--listen", "127.0.0.1:0"]);
    let told = (started.code, started.out.as_str(), started.err);
    assert_eq!(told, (2, "", expected.clone()));
    let listed = command(dir.path(), &["client", "list"]);
    assert_eq!((listed.code, listed.err), (2, expected));
}

#[test]
fn a_server_whose_file_another_program_holds_says_so_and_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let dev = Dev::start(dir.path());
    let token = dev.token();
    let other = holding(dir.path());
    let told = dev.connect().get("/readyz");
    assert_eq!(told.status, 503, "{}", told.body);
    assert_eq!(told.json()["database"], "reads only");
    let doctor = command(dir.path(), &["doctor"]);
    assert_eq!(doctor.code, 1, "{}", doctor.err);
    let checks: Vec<Value> = serde_json::from_str(&doctor.out).unwrap();
    let database = checks.iter().find(|one| one["check"] == "database");
    let detail = database.unwrap()["detail"].as_str().unwrap();
    assert!(detail.contains("holds the write lock"), "{detail}");
    assert!(dev.is_active(&token), "reads go on");
    drop(other);
    assert_eq!(dev.connect().get("/readyz").status, 200);
    assert_eq!(dev.ask_token().status, 200);
    assert!(dev.process.stop().success());
}
