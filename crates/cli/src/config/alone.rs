//! The configuration of `symbolon gate`: one TOML file of its own, beside a proxy. `docs/gate.md`
//! describes every key.

use std::fmt::Display;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use serde::Deserialize;
use symbolon_gate::Gate;
use symbolon_http::server::Listen;
use symbolon_identity::realm::Issuer;
use symbolon_keys::random::SystemRandom;
use symbolon_outbound::{ExtraRoots, Limits};
use symbolon_token::secret::Secret;

use super::file::{LogTable, TlsTable};
use super::gate::{Following, GateTable, Mode};
use super::limit::LimitTable;
use super::read::checked;
use super::secret;
use crate::exit::StartError;
use crate::log;

/// What one introspection may cost: somebody waits for it, and an authority that takes longer is as good
/// as none. So many requests of clients may wait at once.
const LIMITS: Limits = Limits {
    connect: Duration::from_secs(1),
    total: Duration::from_secs(3),
    answer: 64 * 1024,
    at_once: 256,
};

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    listen: SocketAddr,
    authority: AuthorityTable,
    gate: GateTable,
    tls: Option<TlsTable>,
    #[serde(default)]
    log: LogTable,
    #[serde(default)]
    limits: LimitTable,
}

/// `[authority]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AuthorityTable {
    issuer: String,
    client_id: String,
    client_secret_file: Option<PathBuf>,
    client_secret_environment: Option<String>,
    extra_ca: Option<PathBuf>,
    #[serde(default)]
    allow_private_targets: Vec<IpNet>,
}

/// What the operator chose, checked.
pub(crate) struct GateConfig {
    /// Where to listen, and how.
    pub(crate) listen: Listen,
    /// What proxies may ask.
    pub(crate) gate: Gate,
    /// Whether assertions are signed.
    pub(crate) asserts: bool,
    /// The file of the key that signs them; one is made where none is named.
    pub(crate) assertion_key: Option<PathBuf>,
    /// How it is known whether tokens live.
    pub(crate) mode: Mode,
    /// How it is followed, in that mode.
    pub(crate) following: Following,
    /// Whose tokens.
    pub(crate) issuer: Issuer,
    /// Whose name the authority is asked in.
    pub(crate) client_id: String,
    /// The proof of it.
    pub(crate) client_secret: Secret,
    /// Certificate authorities that are believed beside the system's, in PEM.
    pub(crate) extra_ca: Option<Vec<u8>>,
    /// Where calls that leave may go.
    pub(crate) outbound: symbolon_outbound::Options,
    /// How lines of the log look.
    pub(crate) log_format: log::Format,
    /// Which lines there are.
    pub(crate) log_level: String,
}

/// Reads a gate's configuration. Paths in it are relative to its folder.
///
/// # Errors
/// [`StartError`].
pub(crate) fn read(path: &Path) -> Result<GateConfig, StartError> {
    checked(path, check)
}

fn check(file: File, folder: &Path) -> Result<GateConfig, String> {
    let File {
        listen,
        authority,
        gate,
        tls,
        log,
        limits,
    } = file;
    if tls.is_none() && !listen.ip().is_loopback() {
        return Err(format!(
            "listen is {listen}, where others can reach it, and proxies send tokens there: add \
             [tls] with certificate and key"
        ));
    }
    let issuer = Issuer::parse(&authority.issuer);
    let issuer = issuer.map_err(|error| format!("authority.issuer: {error}"))?;
    let (extra_roots, extra_ca) = match &authority.extra_ca {
        Some(path) => extra_ca(&folder.join(path))?,
        None => (ExtraRoots::default(), None),
    };
    let named = (
        authority.client_secret_file.map(|path| folder.join(path)),
        authority.client_secret_environment,
    );
    let mode = gate.mode.ok_or_else(|| {
        "gate.mode is missing: \"introspect\" asks the authority about each token, \"follow\" judges \
         by its feed"
            .to_owned()
    })?;
    let following = gate.following()?;
    let name = gate.assertion_issuer.clone();
    let assertion_key = gate.assertion_key.as_ref().map(|path| folder.join(path));
    if name.is_none() && assertion_key.is_some() {
        return Err("gate.assertion_key needs gate.assertion_issuer, whose key it is".to_owned());
    }
    let settings = gate.settings(name.as_deref());
    let proxies = settings.proxies.clone();
    let asserts = settings.assertion.is_some();
    let gate = Gate::new(settings, Arc::new(SystemRandom)).map_err(|error| error.to_string())?;
    Ok(GateConfig {
        listen: Listen {
            address: listen,
            tls: tls.map(|tls| tls.files(folder)),
            // They are let have as many connections as they need.
            proxies,
            limits: limits.limits()?,
        },
        gate,
        asserts,
        assertion_key,
        mode,
        following,
        issuer,
        client_id: authority.client_id,
        client_secret: secret::read("authority.client_secret", named)?,
        extra_ca,
        outbound: symbolon_outbound::Options {
            private: authority.allow_private_targets,
            extra_roots,
            limits: LIMITS,
            ..symbolon_outbound::Options::default()
        },
        log_format: log.format,
        log_level: log.level,
    })
}

/// The same file twice: for calls, and for the feed, which has a client of its own.
fn extra_ca(path: &Path) -> Result<(ExtraRoots, Option<Vec<u8>>), String> {
    let wrong = |error: &dyn Display| format!("authority.extra_ca: {error}");
    let roots = ExtraRoots::read(path).map_err(|error| wrong(&error))?;
    let text = std::fs::read(path).map_err(|error| wrong(&error))?;
    Ok((roots, Some(text)))
}

#[cfg(test)]
mod tests {
    use symbolon_verify::Bounds;

    use super::super::gate::WhenOld;
    use super::*;

    const MINIMAL: &str = r#"
listen = "127.0.0.1:8430"
[authority]
issuer = "https://auth.example.com"
client_id = "gate"
client_secret_file = "secret"
[gate]
mode = "introspect"
proxies = ["127.0.0.1/32"]
[[gate.routes]]
audience = "https://api.example.com"
"#;

    fn read_text(text: &str) -> Result<GateConfig, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gate.toml");
        std::fs::write(&path, text).unwrap();
        std::fs::write(folder.path().join("secret"), "s3cret\n").unwrap();
        read(&path).map_err(|error| {
            let text = error.to_string();
            text.replace(&format!("{}: ", path.display()), "")
        })
    }

    fn refusal(from: &str, to: &str) -> String {
        assert!(MINIMAL.contains(from));
        read_text(&MINIMAL.replace(from, to)).err().unwrap()
    }

    #[test]
    fn a_secret_is_read_from_a_file_without_its_line_end() {
        let config = read_text(MINIMAL).unwrap();
        assert_eq!(config.client_secret.reveal(), "s3cret");
        assert_eq!(config.mode, Mode::Introspect);
        assert!(!config.asserts);
    }

    #[test]
    fn who_follows_refuses_in_the_dark_unless_it_is_told_otherwise() {
        let follow = |more: &str| {
            let mode = format!("mode = \"follow\"\n{more}");
            read_text(&MINIMAL.replace("mode = \"introspect\"", &mode)).unwrap()
        };
        let usual = follow("");
        assert_eq!(usual.mode, Mode::Follow);
        assert_eq!(usual.following, Following::default());
        let chosen = "policy = \"introspect\"\nfresh_seconds = 2\ndark_seconds = 600";
        let bounds = Bounds {
            fresh: Duration::from_secs(2),
            dark: Duration::from_mins(10),
        };
        let expected = Following {
            when_old: WhenOld::Introspect,
            bounds,
        };
        assert_eq!(follow(chosen).following, expected);
    }

    #[test]
    fn what_cannot_be_is_told_in_a_sentence() {
        for (from, to, expected) in [
            ("mode =", "moode =", "line 8: moode is no key here"),
            ("mode = \"introspect\"", "", "gate.mode is missing"),
            (
                "mode = \"introspect\"",
                "mode = \"introspect\"\npolicy = \"introspect\"",
                "gate.policy, gate.fresh_seconds and gate.dark_seconds need",
            ),
            (
                "mode = \"introspect\"",
                "mode = \"follow\"\nfresh_seconds = 10",
                "gate.fresh_seconds is 2 at least",
            ),
            (
                "mode = \"introspect\"",
                "mode = \"follow\"\ndark_seconds = 601",
                "gate.fresh_seconds is 2 at least",
            ),
            ("127.0.0.1:8430", "0.0.0.0:8430", "listen is 0.0.0.0:8430"),
            (
                "[\"127.0.0.1/32\"]",
                "[\"0.0.0.0/0\"]",
                "gate.proxies holds 0.0.0.0/0, which is everybody",
            ),
            ("[\"127.0.0.1/32\"]", "[]", "gate.proxies is empty"),
            (
                "client_secret_file = \"secret\"",
                "",
                "authority.client_secret_file or authority.client_secret_environment is needed",
            ),
            (
                "client_secret_file = \"secret\"",
                "client_secret = \"x\"",
                "line 6: client_secret is no key here",
            ),
            (
                "audience = \"https://api.example.com\"",
                "",
                "line 10: the key audience is missing",
            ),
            (
                "[[gate.routes]]",
                "[[gate.routes]]\npath = \"/a/../b\"",
                "gate.routes: \"/a/../b\" is no plain path",
            ),
        ] {
            let error = refusal(from, to);
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
