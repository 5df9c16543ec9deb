//! Read the file, and say what is wrong with it in one sentence: key, line, what to do.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use symbolon_gate::Gate;
use symbolon_identity::realm::Issuer;
use symbolon_keys::random::SystemRandom;
use symbolon_outbound::ExtraRoots;

use super::gate::GateTable;
use super::{Config, address, file, target, word};
use crate::exit::StartError;

/// The longest file that is read, in bytes: ours has some hundred.
const MAX_BYTES: u64 = 256 * 1024;

/// Reads a configuration. Paths in it are relative to its folder.
///
/// # Errors
/// [`StartError`].
pub(crate) fn read(path: &Path) -> Result<Config, StartError> {
    checked(path, check)
}

/// Reads a file of this shape and makes of it what it says. The check is told the file's folder, and its
/// sentence is told with the file's name.
///
/// # Errors
/// [`StartError`].
pub(super) fn checked<File: DeserializeOwned, Made>(
    path: &Path,
    check: impl FnOnce(File, &Path) -> Result<Made, String>,
) -> Result<Made, StartError> {
    let wrong = |what: String| StartError::Sentence(format!("{}: {what}", path.display()));
    let size = std::fs::metadata(path).map_err(|error| StartError::file(path, error))?;
    if size.len() > MAX_BYTES {
        return Err(wrong("it is too long for a configuration".to_owned()));
    }
    let text = std::fs::read_to_string(path).map_err(|error| StartError::file(path, error))?;
    let file = toml::from_str(&text).map_err(|error| wrong(word::told(&text, &error)))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    check(file, folder).map_err(wrong)
}

fn check(file: file::File, folder: &Path) -> Result<Config, String> {
    let issuer = Issuer::parse(&file.issuer).map_err(|error| format!("issuer: {error}"))?;
    address::check(file.listen, file.tls.is_some(), &file.proxies)?;
    let extra_roots = match &file.extra_ca {
        Some(path) => {
            ExtraRoots::read(&folder.join(path)).map_err(|error| format!("extra_ca: {error}"))?
        }
        None => ExtraRoots::default(),
    };
    let target = target::database(file.database, folder)?;
    let gate = file.gate.map(|table| gate(table, &issuer)).transpose()?;
    Ok(Config {
        issuer,
        listen: file.listen,
        tls: file.tls.map(|tls| tls.files(folder)),
        outbound: symbolon_outbound::Options {
            private: file.allow_private_targets,
            extra_roots,
            ..symbolon_outbound::Options::default()
        },
        proxies: file.proxies,
        root: target::root_key(file.root_key, folder)?,
        socket: target::socket(file.socket, &target, folder),
        target,
        metrics_public: file.metrics_public,
        canary: canary(file.canary_seconds),
        log_format: file.log.format,
        log_level: file.log.level,
        gate: gate.map(Arc::new),
        limits: file.limits.limits()?,
    })
}

/// The authority's own gate: it judges from memory and asserts in the realm's name.
fn gate(table: GateTable, issuer: &Issuer) -> Result<Gate, String> {
    if table.is_alone() {
        return Err(
            "gate.mode, policy, fresh_seconds, dark_seconds, assertion_issuer and assertion_key are \
             for symbolon gate: the authority judges itself, and asserts as the first realm"
                .to_owned(),
        );
    }
    let settings = table.settings(Some(issuer.as_str()));
    Gate::new(settings, Arc::new(SystemRandom)).map_err(|error| error.to_string())
}

/// How often the canary dies, in seconds, where nobody says.
const CANARY_SECONDS: u16 = 5;

fn canary(seconds: Option<u16>) -> Option<Duration> {
    let seconds = seconds.unwrap_or(CANARY_SECONDS);
    (seconds > 0).then(|| Duration::from_secs(seconds.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::open::RootSource;

    const MINIMAL: &str = r#"
issuer = "https://auth.example.com"
listen = "127.0.0.1:8420"
[database]
sqlite = "symbolon.db"
[root_key]
file = "root.key"
"#;

    fn read_text(text: &str) -> Result<Config, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("symbolon.toml");
        std::fs::write(&path, text).unwrap();
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
    fn paths_are_relative_to_the_configuration() {
        let config = read_text(MINIMAL).unwrap();
        let socket = config.socket.unwrap();
        assert!(socket.is_absolute() && socket.ends_with("symbolon.sock"));
        assert!(matches!(config.root, RootSource::File { path, .. } if path.is_absolute()));
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let error = refusal("sqlite =", "sqlight =");
        assert!(
            error.starts_with("line 5: sqlight is no key here"),
            "{error}"
        );
        let error = refusal("listen =", "colour = 1\nlisten =");
        assert!(
            error.starts_with("line 3: colour is no key here"),
            "{error}"
        );
    }

    #[test]
    fn an_address_that_others_reach_needs_encryption() {
        let error = refusal("127.0.0.1", "0.0.0.0");
        assert!(error.starts_with("listen is 0.0.0.0:8420"), "{error}");
        let behind = MINIMAL.replace(
            "127.0.0.1:8420\"",
            "0.0.0.0:80\"\nproxies = [\"10.0.0.0/8\"]",
        );
        assert!(read_text(&behind).is_ok());
    }

    #[test]
    fn exactly_one_database_and_one_root_key() {
        let error = refusal("[root_key]", "postgres = \"postgres://a/b\"\n[root_key]");
        assert!(error.starts_with("database needs exactly one"), "{error}");
        let error = refusal("file = \"root.key\"", "");
        assert!(error.starts_with("root_key needs exactly one"), "{error}");
    }

    #[test]
    fn networks_that_may_be_called_are_read() {
        let more = "allow_private_targets = [\"10.0.0.0/8\", \"fd00::/8\"]\nlisten =";
        let config = read_text(&MINIMAL.replace("listen =", more)).unwrap();
        let named = config.outbound.private.iter().map(ToString::to_string);
        assert_eq!(named.collect::<Vec<_>>(), ["10.0.0.0/8", "fd00::/8"]);
        let error = refusal("listen =", "allow_private_targets = [\"inside\"]\nlisten =");
        assert!(error.starts_with("line 3"), "{error}");
    }

    #[test]
    fn added_authorities_are_read_at_the_start() {
        let error = refusal("listen =", "extra_ca = \"ca.pem\"\nlisten =");
        assert!(error.starts_with("extra_ca: "), "{error}");
        assert!(error.contains("ca.pem"), "{error}");
    }

    #[test]
    fn an_issuer_that_cannot_be_is_explained() {
        let error = refusal("https://auth.example.com", "http://auth.example.com");
        assert!(error.starts_with("issuer: an issuer uses https"), "{error}");
    }
}
