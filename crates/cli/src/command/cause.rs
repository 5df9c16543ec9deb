//! A cause, as commands name it.

use clap::Args;
use serde_json::{Map, Value, json};

use super::input;
use crate::exit::Fault;

/// What is revoked or suspended: one of these.
#[derive(Args, Debug)]
#[group(id = "cause", required = true, multiple = false)]
pub(crate) struct Cause {
    /// A client's tokens, by its client id; it lives on
    #[arg(long, value_name = "ID")]
    client: Option<String>,
    /// A subject's tokens and sessions, by its id; it lives on
    #[arg(long, value_name = "ID")]
    subject: Option<String>,
    /// Everything of a realm, by its name or id; it lives on
    #[arg(long, value_name = "NAME")]
    whole_realm: Option<String>,
    /// A client secret, as `client secret list` shows it, and what it was used for
    #[arg(long, value_name = "ID")]
    client_secret: Option<String>,
    /// A session, and what descends from it
    #[arg(long, value_name = "ID")]
    session: Option<String>,
    /// A grant, and every token that it gave
    #[arg(long, value_name = "ID")]
    grant: Option<String>,
    /// What a subject proves itself with, such as its password, and what that opened
    #[arg(long, value_name = "ID")]
    authenticator: Option<String>,
    /// A signing key, and everything that it signed
    #[arg(long, value_name = "KID")]
    signing_key: Option<String>,
    /// Any of these, or a refresh family, by its id
    #[arg(long, value_name = "ID")]
    node: Option<String>,
    /// One token, read from standard input; with a refresh token its family
    #[arg(long)]
    token: bool,
    /// What was asked for from a network, such as 192.0.2.0/24; it takes a while
    #[arg(long, value_name = "CIDR")]
    network: Option<String>,
}

/// Between which times.
#[derive(Args, Debug)]
pub(crate) struct Between {
    /// With a network or a signing key: only what was issued from then on, in milliseconds since 1970
    #[arg(long, value_name = "MS")]
    from: Option<i64>,
    /// The same, before then
    #[arg(long, value_name = "MS")]
    until: Option<i64>,
}

impl Cause {
    /// As the API has it.
    ///
    /// # Errors
    /// [`Fault`] where the token cannot be read.
    pub(crate) fn document(self) -> Result<Map<String, Value>, Fault> {
        let named = [
            ("client", self.client),
            ("subject", self.subject),
            ("realm", self.whole_realm),
            ("client_secret", self.client_secret),
            ("session", self.session),
            ("grant", self.grant),
            ("authenticator", self.authenticator),
            ("signing_key", self.signing_key),
            ("node", self.node),
            ("network", self.network),
        ];
        let mut named = named.into_iter();
        let (name, value) = match named.find(|(_, id)| id.is_some()) {
            Some((name, id)) => (name, json!(id)),
            None => ("token", json!(input::token()?.reveal())),
        };
        Ok(Map::from_iter([(name.to_owned(), value)]))
    }
}

impl Between {
    /// Adds the times that were named.
    pub(crate) fn on(&self, mut cause: Map<String, Value>) -> Map<String, Value> {
        for (name, time) in [("from", self.from), ("until", self.until)] {
            if let Some(time) = time {
                cause.insert(name.to_owned(), json!(time));
            }
        }
        cause
    }
}
