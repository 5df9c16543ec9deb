//! A running `symbolon serve` with a name and a certificate, for programs that need both.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// Its name, and that of an application of the same site. Browsers of the tests are told where they
/// are; no other program is.
const ISSUER: &str = "https://auth.example.test";
const APP: &str = "https://app.example.test";

/// It ends when dropped.
pub(crate) struct Tls {
    child: Child,
    address: String,
    /// Held open: a server that cannot print is another test.
    _stdout: BufReader<ChildStdout>,
    folder: TempDir,
}

impl Tls {
    /// Starts one, and waits until it says that it is ready.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        write_certificate(folder.path());
        let key = folder.path().join("root.key");
        json_of(symbolon().args(["root-key", "create", "--file"]).arg(key));
        let config = folder.path().join("symbolon.toml");
        let text = format!(
            "issuer = \"{ISSUER}\"\nlisten = \"127.0.0.1:0\"\n\
             [tls]\ncertificate = \"a.pem\"\nkey = \"a.key\"\n\
             [database]\nsqlite = \"symbolon.db\"\n[root_key]\nfile = \"root.key\"\n"
        );
        fs::write(&config, text).unwrap();
        let mut child = symbolon()
            .args(["serve", "--config"])
            .arg(config)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(folder.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let address = address(&mut stdout);
        Self {
            child,
            address,
            _stdout: stdout,
            folder,
        }
    }

    /// What the program is told: where everything is, an application in the browser, and a person
    /// who has yet to set the password.
    pub(crate) fn describe(&self) -> Value {
        let callback = format!("{APP}/callback");
        let silent = format!("{APP}/silent");
        let app = self.command(&[
            "client",
            "create",
            "--name",
            "The program in the browser",
            "--auth",
            "none",
            "--redirect",
            &callback,
            "--redirect",
            &silent,
            "--origin",
            APP,
            "--grant",
            "authorization_code",
        ]);
        let person = [
            "subject",
            "create",
            "--kind",
            "person",
            "--username",
            "ada",
            "--name",
            "Ada",
        ];
        let person = self.command(&person);
        let read = |name: &str| fs::read_to_string(self.folder.path().join(name)).unwrap();
        json!({
            "issuer": ISSUER,
            "address": self.address,
            "certificate": {"cert": read("a.pem"), "key": read("a.key")},
            "app": {"client_id": app["client_id"], "origin": APP},
            "person": {
                "username": "ada",
                "password": "notes on the engine",
                "link": person["password_link"],
            },
        })
    }

    /// What it logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Runs a command beside it.
    fn command(&self, arguments: &[&str]) -> Value {
        let config: PathBuf = self.folder.path().join("symbolon.toml");
        let mut command = symbolon();
        json_of(command.arg("--config").arg(config).args(arguments))
    }
}

impl Drop for Tls {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn symbolon() -> Command {
    Command::new(env!("CARGO_BIN_EXE_symbolon"))
}

/// What a command printed, `null` where that was nothing.
fn json_of(command: &mut Command) -> Value {
    let output = command.args(["-o", "json"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

fn write_certificate(folder: &Path) {
    let key = rcgen::KeyPair::generate().unwrap();
    let names = vec!["*.example.test".to_owned()];
    let params = rcgen::CertificateParams::new(names).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    fs::write(folder.join("a.pem"), certificate.pem()).unwrap();
    fs::write(folder.join("a.key"), key.serialize_pem()).unwrap();
}

/// Where it listens, once it says so.
fn address(stdout: &mut impl BufRead) -> String {
    loop {
        let mut line = String::new();
        let read = stdout.read_line(&mut line).unwrap();
        assert!(read > 0, "symbolon serve did not start");
        if line.starts_with("Symbolon serves ") {
            return line.trim_end().rsplit(' ').next().unwrap().to_owned();
        }
    }
}
