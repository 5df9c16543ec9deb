use std::fs;

use crate::harness::{Answer, Connection, Dev, ISSUER, Running, Site};

#[test]
fn the_first_start_prints_a_link_until_it_is_spent_by_post() {
    let site = Site::sqlite();
    let config = site.config();
    let config = config.to_str().unwrap();
    let mut process = Running::start(&["serve", "--config", config]);
    let line = process.wait_for("One-time link for the operator, valid 30 minutes: ");
    let ready = process.wait_for("Symbolon serves ");
    let address = ready.rsplit(' ').next().unwrap();
    let path = line.split_once(ISSUER).unwrap().1;
    assert!(path.starts_with("/setup/sym_st_"), "{path}");
    let mut connection = Connection::to(address);
    let shown = connection.get(path);
    assert_eq!(shown.status, 200, "{}", shown.body);
    let spent = connection.form(path, None, "");
    assert_eq!(spent.status, 200, "{}", spent.body);
    assert!(spent.body.contains("sym_at_"), "{}", spent.body);
    let again = connection.form(path, None, "");
    assert!(again.status >= 400 && !again.body.contains("sym_at_"));
    drop(connection);
    assert!(process.stop().success());
    let second = site.serve();
    assert!(second.process.stop().success());
}

#[test]
fn metadata_names_the_configured_issuer_and_not_the_address() {
    let site = Site::sqlite();
    let server = site.serve();
    let mut connection = Connection::to(&server.address);
    let metadata = connection
        .get("/.well-known/oauth-authorization-server")
        .json();
    assert_eq!(metadata["issuer"], ISSUER);
    assert_eq!(connection.get("/readyz").status, 200);
}

#[test]
fn another_issuer_than_the_databases_is_refused() {
    let site = Site::sqlite();
    assert!(site.serve().process.stop().success());
    let text = fs::read_to_string(site.config()).unwrap();
    site.write(&text.replace(ISSUER, "https://other.example.com"));
    let spoken = site.command(&["serve"]);
    assert_eq!(spoken.code, 2);
    let sentence = "symbolon: the configuration's issuer is https://other.example.com, but this \
                    database was begun with https://auth.example.com";
    assert!(
        spoken.err.lines().last().unwrap().starts_with(sentence),
        "{}",
        spoken.err
    );
}

#[test]
fn sigterm_answers_what_was_asked_and_then_ends_well() {
    let site = Site::sqlite();
    let server = site.serve();
    let mut connection = Connection::to(&server.address);
    assert_eq!(connection.get("/jwks").status, 200);
    assert!(server.process.stop().success());
    assert!(Connection::try_to(&server.address).is_err());
    assert!(!site.path().join("symbolon.sock").exists());
}

#[test]
fn a_hang_up_ends_dev_and_no_server() {
    let site = Site::sqlite();
    let server = site.serve();
    server.process.signal("HUP");
    assert_eq!(Connection::to(&server.address).get("/readyz").status, 200);
    assert!(server.process.stop().success());
    let dir = tempfile::tempdir().unwrap();
    let mut dev = Dev::start(dir.path());
    dev.process.signal("HUP");
    assert!(dev.process.wait().success());
}

#[test]
fn the_doctor_says_when_the_certificate_ends() {
    let site = Site::sqlite();
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(vec!["auth.example.com".to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    let certificate = params.self_signed(&key).unwrap();
    fs::write(site.path().join("a.pem"), certificate.pem()).unwrap();
    fs::write(site.path().join("a.key"), key.serialize_pem()).unwrap();
    let text = fs::read_to_string(site.config()).unwrap();
    site.write(&format!(
        "{text}[tls]\ncertificate = \"a.pem\"\nkey = \"a.key\"\n"
    ));
    assert!(site.serve().process.stop().success());
    let doctor = site.command(&["doctor"]);
    assert_eq!(
        (doctor.code, doctor.err.as_str()),
        (1, "symbolon: one check says broken\n")
    );
    let checks: serde_json::Value = serde_json::from_str(&doctor.out).unwrap();
    let last = checks.as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["check"], &last["verdict"]),
        (&"certificate".into(), &"broken".into())
    );
    assert!(
        last["detail"]
            .as_str()
            .unwrap()
            .ends_with("a.pem has expired")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_promoted_standby_begins_a_term_that_running_nodes_hear_of() {
    let site = Site::postgres().await;
    let server = site.serve();
    let said = |arguments: &[&str]| -> serde_json::Value {
        let spoken = site.command(arguments);
        assert_eq!(spoken.code, 0, "{}", spoken.err);
        serde_json::from_str(&spoken.out).unwrap()
    };
    let secret = said(&["client", "create", "svc", "--grant", "client_credentials"]);
    said(&["resource", "create", "https://api.example", "--default"]);
    let basic = ("svc", secret["client_secret"].as_str().unwrap());
    let mut connection = Connection::to(&server.address);
    let token = connection.form("/token", Some(basic), "grant_type=client_credentials");
    let token = token.json()["access_token"].as_str().unwrap().to_owned();
    let body = format!("token={token}");
    let active = |answer: Answer| answer.json()["active"].as_bool().unwrap();
    assert!(active(connection.form("/introspect", Some(basic), &body)));
    let refused = site.command(&["restore", "file"]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.err.contains("restore --promoted"),
        "{}",
        refused.err
    );
    let told = said(&["restore", "--promoted"]);
    assert!(told["term"].as_i64() > told["term_before"].as_i64());
    // The node polls; each answer is at most its bound behind.
    let heard = (0..1000).any(|_| !active(connection.form("/introspect", Some(basic), &body)));
    assert!(heard);
    assert!(server.process.stop().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_share_a_postgresql_database_and_hear_of_each_other() {
    let site = Site::postgres().await;
    let (one, other) = (site.serve(), site.serve());
    let mut connection = Connection::to(&other.address);
    assert_eq!(connection.get("/readyz").status, 200);
    let made = site.command(&["client", "create", "svc", "--grant", "client_credentials"]);
    assert_eq!(made.code, 0, "{}", made.err);
    let secret: serde_json::Value = serde_json::from_str(&made.out).unwrap();
    let secret = secret["client_secret"].as_str().unwrap().to_owned();
    for server in [&one, &other] {
        let mut connection = Connection::to(&server.address);
        let body = "grant_type=client_credentials";
        let answer = connection.form("/token", Some(("svc", &secret)), body);
        assert_ne!(answer.status, 401, "{}", answer.body);
    }
    assert!(one.process.stop().success());
    assert!(other.process.stop().success());
}

#[test]
fn a_log_in_json_is_an_object_a_line() {
    let site = Site::sqlite();
    let text = fs::read_to_string(site.config()).unwrap();
    site.write(&format!("{text}[log]\nformat = \"json\"\n"));
    let mut command = crate::harness::symbolon();
    command.args(["serve", "--config", site.config().to_str().unwrap()]);
    let log = site.path().join("log");
    command.stderr(fs::File::create(&log).unwrap());
    let mut process = Running::spawn_caught(command);
    process.wait_for("Symbolon serves ");
    assert!(process.stop().success());
    let log = fs::read_to_string(log).unwrap();
    assert!(log.lines().count() >= 2, "{log}");
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["message"].is_string(), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_begin_at_once_make_one_realm() {
    let site = Site::postgres().await;
    let servers: Vec<_> = std::thread::scope(|scope| {
        let starting: Vec<_> = (0..4).map(|_| scope.spawn(|| site.serve())).collect();
        let started = starting.into_iter().map(|one| one.join().unwrap());
        started.collect()
    });
    let listed = site.command(&["realm", "list"]);
    assert_eq!(listed.code, 0, "{}", listed.err);
    let realms: serde_json::Value = serde_json::from_str(&listed.out).unwrap();
    assert_eq!(realms.as_array().unwrap().len(), 1);
    let kids: Vec<_> = servers
        .iter()
        .map(|server| Connection::to(&server.address).get("/jwks").body)
        .collect();
    assert!(kids.iter().all(|one| *one == kids[0]), "{kids:?}");
    for server in servers {
        assert!(server.process.stop().success());
    }
}
