//! The programs of `contracts/`: a JSON document of tasks in, one of answers out.

use std::env;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

/// What a program said to a task: a value, or why it refused.
pub(crate) type Answer = Result<Value, String>;

/// Beside the sources that run, not those that were built: clones may share a target directory.
fn contract(name: &str) -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR");
    let package = package.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&package).join("../../contracts").join(name)
}

/// A program under `contracts/node`.
pub(crate) fn node(name: &str) -> Command {
    let folder = contract("node");
    assert!(
        folder.join("node_modules").is_dir(),
        "run `cargo xtask test`, which installs contracts/node"
    );
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
pub(crate) fn python(name: &str) -> Command {
    let folder = contract("python");
    let interpreter = folder.join(".venv/bin/python");
    assert!(
        interpreter.is_file(),
        "run `cargo xtask test`, which installs contracts/python"
    );
    let mut command = Command::new(interpreter);
    command.args(["-B", name]).current_dir(folder);
    command
}

/// A program of a folder that is a workspace of its own, built where all such programs are.
pub(crate) fn crates(name: &str) -> Command {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("contracts");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--locked", "--target-dir"])
        .arg(&target)
        .current_dir(contract(&format!("rust-{name}")))
        .output()
        .unwrap();
    assert!(
        built.status.success(),
        "contracts/rust-{name} does not build; `cargo xtask test` installs what it needs: {}",
        text(&built.stderr)
    );
    Command::new(target.join(format!("debug/symbolon-contract-{name}")))
}

/// Gives a program its tasks and reads its answers, one for each.
pub(crate) fn run(mut program: Command, tasks: &[&Value]) -> Vec<Answer> {
    let started = program
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let name = program.get_program().display();
    let mut child = started.unwrap_or_else(|error| panic!("{name} cannot run: {error}"));
    let mut stdin = child.stdin.take().unwrap();
    let document = json!({ "tasks": tasks }).to_string();
    // A program that ends early leaves a broken pipe; what it said is shown below.
    let written = stdin.write_all(document.as_bytes());
    drop(stdin);
    let Output {
        status,
        stdout,
        stderr,
    } = child.wait_with_output().unwrap();
    let all = format!("{}{}", text(&stdout), text(&stderr));
    assert!(status.success() && written.is_ok(), "{all}");
    let document: Value = serde_json::from_slice(&stdout).unwrap_or_else(|_| panic!("{all}"));
    let answers = document["answers"].as_array().unwrap();
    assert_eq!(answers.len(), tasks.len(), "{all}");
    answers.iter().map(read).collect()
}

fn read(answer: &Value) -> Answer {
    match (answer.get("value"), &answer["refused"]) {
        (Some(value), _) => Ok(value.clone()),
        (None, Value::String(why)) => Err(why.clone()),
        (None, other) => panic!("neither a value nor a refusal: {other}"),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
