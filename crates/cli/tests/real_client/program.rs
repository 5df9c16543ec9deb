//! The programs of `contracts/`: each checks its claims with a library that others wrote, and ends at
//! the first that does not hold.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::authority::Authority;
use crate::tls::Tls;

/// What sends requests elsewhere, or would keep them from going where they should.
const PROXIES: [&str; 6] = [
    "ALL_PROXY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "all_proxy",
    "http_proxy",
    "https_proxy",
];

fn contract(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts");
    root.join(name)
}

/// Runs a program against an authority of its own.
fn run(program: &mut Command) {
    let authority = Authority::start();
    check(program, &authority.describe(), || authority.log());
}

/// Runs a program with this description. It goes by standard input: it holds secrets.
fn check(program: &mut Command, description: &Value, log: impl Fn() -> String) {
    for proxy in PROXIES {
        program.env_remove(proxy);
    }
    let started = program
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let name = program.get_program().display();
    let mut child = started.unwrap_or_else(|error| panic!("{name} cannot run: {error}"));
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(description.to_string().as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(
        output.status.success() && stdout.contains("holds"),
        "{stdout}{stderr}\nthe authority's log:\n{}",
        log()
    );
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A program under `contracts/node`.
fn node(name: &str) -> Command {
    javascript("node", name)
}

/// A program under `contracts/browser`, which drives Chromium.
fn browser(name: &str) -> Command {
    javascript("browser", name)
}

fn javascript(folder: &str, name: &str) -> Command {
    let installed = contract(folder).join("node_modules").is_dir();
    assert!(
        installed,
        "run `cargo xtask test`, which installs contracts/{folder}"
    );
    let folder = contract(folder);
    let mut command = Command::new("node");
    if node_major() < 19 {
        command.arg("--experimental-global-webcrypto");
    }
    command.arg(name).current_dir(folder);
    command
}

/// Debian 12 has 18, where the cryptography of the web is not global yet.
fn node_major() -> u32 {
    let output = Command::new("node").arg("--version").output();
    let output = output.unwrap_or_else(|error| panic!("node cannot run: {error}"));
    let version = text(&output.stdout);
    let major = version.trim_start_matches('v').split('.').next();
    major.and_then(|major| major.parse().ok()).unwrap()
}

/// A program under `contracts/python`.
fn python(name: &str) -> Command {
    let folder = contract("python");
    let interpreter = folder.join(".venv/bin/python");
    let installed = interpreter.is_file();
    assert!(
        installed,
        "run `cargo xtask test`, which installs contracts/python"
    );
    let mut command = Command::new(interpreter);
    command.args(["-B", name]).current_dir(folder);
    command
}

#[test]
fn openid_client_of_node_works() {
    run(&mut node("openid_client.mjs"));
}

#[test]
fn openid_client_of_node_signs_people_in() {
    run(&mut node("openid_client_person.mjs"));
}

#[test]
fn oauth4webapi_of_node_works() {
    run(&mut node("oauth4webapi.mjs"));
}

#[test]
fn oauth4webapi_of_node_signs_people_in() {
    run(&mut node("oauth4webapi_person.mjs"));
}

#[test]
fn jose_of_node_verifies_every_algorithm() {
    run(&mut node("jose.mjs"));
}

#[test]
fn authlib_of_python_works() {
    run(&mut python("with_authlib.py"));
}

#[test]
fn authlib_of_python_signs_people_in() {
    run(&mut python("with_authlib_person.py"));
}

#[test]
fn pyjwt_of_python_verifies_every_algorithm_that_it_knows() {
    run(&mut python("with_pyjwt.py"));
}

#[test]
fn people_sign_in_and_out_in_chromium() {
    run(&mut browser("pages.mjs"));
}

#[test]
fn axe_finds_nothing_on_any_page() {
    run(&mut browser("axe.mjs"));
}

#[test]
fn oidc_client_ts_renews_by_refresh_token_in_chromium() {
    run(&mut browser("oidc_client_ts.mjs"));
}

#[test]
fn oidc_client_ts_renews_by_a_hidden_frame_in_chromium() {
    let authority = Tls::start();
    let program = &mut browser("oidc_client_ts_tls.mjs");
    check(program, &authority.describe(), || authority.log());
}

/// A program of a folder that is a workspace of its own. All of them are built into one folder, since
/// most of what they bring is the same.
fn crates(name: &str) -> Command {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("contracts");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--locked", "--target-dir"])
        .arg(&target)
        .current_dir(contract(&format!("rust-{name}")))
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", text(&built.stderr));
    let program = format!("debug/symbolon-contract-{name}");
    Command::new(target.join(program))
}

#[test]
fn the_crate_oauth2_works() {
    run(&mut crates("oauth2"));
}

#[test]
fn the_crate_openidconnect_signs_people_in() {
    run(&mut crates("openidconnect"));
}
