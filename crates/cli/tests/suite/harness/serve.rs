//! A running `symbolon serve` over either engine.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::process::{Running, run, symbolon};

/// What every test serves.
pub(crate) const ISSUER: &str = "https://auth.example.com";

/// A folder with a root key and a configuration.
pub(crate) struct Site {
    pub(crate) folder: tempfile::TempDir,
}

impl Site {
    /// One whose `[database]` holds this line.
    pub(crate) fn new(database: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("root.key");
        let made = run(&["root-key", "create", "--file", key.to_str().unwrap()]);
        assert_eq!(made.code, 0, "{}", made.err);
        let site = Self { folder };
        site.write(&format!(
            "issuer = \"{ISSUER}\"\nlisten = \"127.0.0.1:0\"\n\
             [database]\n{database}\n[root_key]\nfile = \"root.key\"\n"
        ));
        site
    }

    pub(crate) fn sqlite() -> Self {
        Self::new("sqlite = \"symbolon.db\"")
    }

    pub(crate) async fn postgres() -> Self {
        let url = symbolon_store::testing::postgres_url().await;
        Self::new(&format!("postgres = \"{url}\""))
    }

    pub(crate) fn write(&self, text: &str) {
        fs::write(self.config(), text).unwrap();
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.path().join("symbolon.toml")
    }

    /// Runs a command for it.
    pub(crate) fn command(&self, arguments: &[&str]) -> super::Spoken {
        let config = self.config();
        let mut all = vec!["--config", config.to_str().unwrap()];
        all.extend(arguments);
        run(&all)
    }

    /// Starts it, and waits until it is ready.
    pub(crate) fn serve(&self) -> Serve {
        self.serve_in(&[])
    }

    /// The same, with more in its environment.
    pub(crate) fn serve_in(&self, environment: &[(&str, &OsStr)]) -> Serve {
        let mut command = symbolon();
        command.args(["serve", "--config"]).arg(self.config());
        command.envs(environment.iter().copied());
        let mut process = Running::spawn(command);
        let ready = process.wait_for("Symbolon serves ");
        let address = ready.rsplit(' ').next().unwrap().to_owned();
        Serve { process, address }
    }
}

/// A running server.
pub(crate) struct Serve {
    pub(crate) process: Running,
    pub(crate) address: String,
}
