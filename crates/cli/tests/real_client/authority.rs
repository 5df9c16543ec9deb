//! A running `symbolon dev` in a directory of its own, on a free port.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::exchange::{Ask, Reply, exchange};

/// It ends when dropped.
pub(crate) struct Authority {
    /// What `dev.json` says.
    pub(crate) dev: Value,
    /// Held open: a server that cannot print is another test.
    _stdout: BufReader<ChildStdout>,
    child: Child,
    log: PathBuf,
    _dir: TempDir,
}

impl Authority {
    /// Starts one, and waits until it says that it is ready.
    pub(crate) fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (own, log) = (dir.path().join("dev"), dir.path().join("log"));
        let mut child = Command::new(env!("CARGO_BIN_EXE_symbolon"))
            .args(["dev", "--listen", "127.0.0.1:0", "--dir"])
            .arg(&own)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut ready = String::new();
        stdout.read_line(&mut ready).unwrap();
        let said = fs::read_to_string(&log).unwrap();
        assert!(!ready.is_empty(), "symbolon dev did not start:\n{said}");
        let dev = fs::read(own.join("dev.json")).unwrap();
        Self {
            dev: serde_json::from_slice(&dev).unwrap(),
            _stdout: stdout,
            child,
            log,
            _dir: dir,
        }
    }

    /// A member of `dev.json`.
    pub(crate) fn dev(&self, name: &str) -> &str {
        let text = self.dev[name].as_str();
        text.unwrap_or_else(|| panic!("dev.json has no {name}"))
    }

    /// The issuer.
    pub(crate) fn issuer(&self) -> &str {
        self.dev("issuer")
    }

    /// Asks, and reads the answer.
    pub(crate) fn ask(&self, ask: &Ask) -> Reply {
        let address = self.issuer().strip_prefix("http://").unwrap();
        exchange(address, ask)
    }

    /// What it logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
