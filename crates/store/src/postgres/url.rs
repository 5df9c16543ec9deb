//! What a database URL says, and that none of it is ever printed.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use crate::error::OpenError;

/// Where to connect, and how.
pub(super) struct Address {
    /// For the driver.
    pub(super) config: Config,
    /// None: in the clear.
    pub(super) tls: Option<Trust>,
}

/// Whom a server's certificate must descend from.
pub(super) enum Trust {
    /// Whomever this machine trusts.
    System,
    /// These.
    File(PathBuf),
}

/// Reads a URL. `sslmode` and `sslrootcert` are ours, for the driver's modes are others.
///
/// # Errors
/// [`OpenError::Url`], which repeats nothing of the URL: a stray `/` or `@` makes any part of it a
/// part of the password.
pub(super) fn parse(url: &str, ca: Option<&Path>) -> Result<Address, OpenError> {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(refuse("it must begin with postgres://"));
    }
    // A password may hold a question mark: the driver takes all up to the first `@` for it.
    let host = url.find('@').unwrap_or_default();
    let question = url.get(host..).and_then(|rest| rest.find('?'));
    let (base, query) = question.map_or((url, ""), |at| url.split_at(host + at));
    let query = query.trim_start_matches('?');
    let (mut mode, mut root, mut others) = (None, ca.map(Path::to_owned), Vec::new());
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("sslmode", value)) => mode = Some(value),
            Some(("sslrootcert", value)) => root = Some(PathBuf::from(value)),
            Some(_) | None => others.push(pair),
        }
    }
    let rest = format!("{base}?{}", others.join("&"));
    let mut config = Config::from_str(&rest).map_err(|_| {
        refuse(
            "write postgres://user:password@host:5432/database?sslmode=verify-full, special \
             characters in the password percent-encoded",
        )
    })?;
    if config.get_hosts().is_empty() {
        return Err(refuse("it names no host"));
    }
    let encrypted = match mode {
        None => !config.get_hosts().iter().all(is_local),
        Some("disable") => false,
        Some("require" | "verify-ca" | "verify-full") => true,
        Some(_) => return Err(refuse("sslmode must be disable, require or verify-full")),
    };
    config.ssl_mode(if encrypted {
        SslMode::Require
    } else {
        SslMode::Disable
    });
    let trust = root.map_or(Trust::System, Trust::File);
    Ok(Address {
        config,
        tls: encrypted.then_some(trust),
    })
}

fn refuse(reason: &str) -> OpenError {
    OpenError::Url {
        reason: reason.to_owned(),
    }
}

fn is_local(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost"
                || name
                    .trim_matches(['[', ']'])
                    .parse::<std::net::IpAddr>()
                    .is_ok_and(|address| address.is_loopback())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encrypted(url: &str) -> Option<bool> {
        parse(url, None).ok().map(|address| address.tls.is_some())
    }

    #[test]
    fn without_a_mode_only_this_machine_is_spoken_to_in_the_clear() {
        assert_eq!(encrypted("postgres://u:p@localhost/db"), Some(false));
        assert_eq!(encrypted("postgresql://u@127.0.0.1:5433/db"), Some(false));
        assert_eq!(encrypted("postgres://u@[::1]/db"), Some(false));
        assert_eq!(
            encrypted("postgres://u@%2Frun%2Fpostgresql/db"),
            Some(false)
        );
        assert_eq!(encrypted("postgres://u@db.example/db"), Some(true));
        assert_eq!(
            encrypted("postgres://u@localhost,db.example/db"),
            Some(true)
        );
    }

    #[test]
    fn a_mode_is_obeyed_and_an_opportunistic_one_refused() {
        assert_eq!(encrypted("postgres://u@db/x?sslmode=disable"), Some(false));
        assert_eq!(
            encrypted("postgres://u@localhost/x?sslmode=require"),
            Some(true)
        );
        assert_eq!(
            encrypted("postgres://u@localhost/x?sslmode=verify-full"),
            Some(true)
        );
        assert_eq!(encrypted("postgres://u@db/x?sslmode=prefer"), None);
    }

    #[test]
    fn a_password_may_hold_a_question_mark() {
        let address = parse("postgres://u:a?b=c@db/x?sslmode=disable", None);
        let address = address.ok().unwrap();
        assert_eq!(address.config.get_password(), Some(b"a?b=c".as_slice()));
        assert!(address.tls.is_none());
    }

    #[test]
    fn the_drivers_own_options_still_hold() {
        let url = "postgres://u:p@db/x?connect_timeout=3&sslmode=disable&application_name=a";
        let config = parse(url, None).ok().unwrap().config;
        assert_eq!(config.get_application_name(), Some("a"));
        assert_eq!(config.get_connect_timeout().unwrap().as_secs(), 3);
        assert_eq!(config.get_password(), Some(b"p".as_slice()));
    }

    #[test]
    fn an_unreadable_url_is_refused_without_a_word_of_it() {
        for url in [
            "mysql://u:sesame@db/x",
            "postgres://u:sesame@db/x?sesame=sesame",
            "postgres://u:sesame@db:port/x",
            "sesame",
            "host=db password=sesame",
        ] {
            let error = parse(url, None).err().expect(url).to_string();
            assert!(!error.contains("sesa"), "{error}");
        }
    }
}
