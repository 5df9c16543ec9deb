//! What can be set about a client, by the names of RFC 7591 where it has one.

#![expect(
    clippy::doc_markdown,
    reason = "the help is read on a terminal, where backticks are noise"
)]

use std::path::{Path, PathBuf};

use clap::{ArgAction, Args};
use serde_json::{Map, Value, json};

use super::people::{People, or_null};
use crate::exit::{Fault, StartError};

/// The longest key set file, in bytes.
const MAX_JWKS: u64 = 32 * 1024;

/// What can be set.
#[derive(Args, Debug)]
pub(super) struct Settings {
    /// What people call it
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// Grant it may use: client_credentials, authorization_code, refresh_token; may repeat. Unless
    /// named, a new client with redirect addresses has authorization_code and refresh_token, and one
    /// without acts for itself, by client_credentials
    #[arg(long = "grant", value_name = "GRANT")]
    grants: Vec<String>,
    /// How it proves itself: client_secret_basic, client_secret_post, client_secret_jwt,
    /// private_key_jwt, none
    #[arg(long = "auth", value_name = "METHOD")]
    auth_method: Option<String>,
    /// Refuse a secret sent the other way, Basic for post and the reverse
    #[arg(long, value_name = "BOOL", action = ArgAction::Set)]
    strict_auth_method: Option<bool>,
    /// Address that people are sent back to; may repeat
    #[arg(long = "redirect", value_name = "URL")]
    redirects: Vec<String>,
    /// All the scope it may have, with spaces
    #[arg(long, value_name = "SCOPE")]
    scope: Option<String>,
    /// Web origin that may call from a browser; may repeat
    #[arg(long = "origin", value_name = "ORIGIN")]
    origins: Vec<String>,
    /// File with its public keys, a JSON Web Key Set
    #[arg(long, value_name = "FILE")]
    jwks: Option<PathBuf>,
    /// Address at which it publishes them instead; "" takes it away
    #[arg(long = "jwks-uri", value_name = "URL")]
    jwks_uri: Option<String>,
    /// One of the operator's own programs: people are not asked for consent
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", action = ArgAction::Set)]
    first_party: Option<bool>,
    /// Bind codes to a code challenge (RFC 7636); on unless switched off
    #[arg(long, value_name = "BOOL", action = ArgAction::Set)]
    require_pkce: Option<bool>,
    /// Let it introspect every token of the realm
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", action = ArgAction::Set)]
    introspect_all: Option<bool>,
    /// Let its assertions name the token endpoint as audience, as older clients do
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", action = ArgAction::Set)]
    assertion_audience_token_endpoint: Option<bool>,
    /// How long its access tokens live, in seconds; the resource's lifetime where it is not named
    #[arg(long, value_name = "SECONDS")]
    access_token_lifetime: Option<u32>,
    #[command(flatten)]
    people: People,
}

impl Settings {
    /// What a new client may do where nobody says: with addresses to send people back to, sign them
    /// in and go on while they are; without, act for itself.
    pub(super) fn or_usual(mut self) -> Self {
        if self.grants.is_empty() {
            let usual: &[_] = if self.redirects.is_empty() {
                &["client_credentials"]
            } else {
                &["authorization_code", "refresh_token"]
            };
            self.grants = usual.iter().map(|one| (*one).to_owned()).collect();
        }
        self
    }

    /// Writes what was named into a client's members.
    ///
    /// # Errors
    /// [`Fault`] where the key set's file cannot be read.
    pub(super) fn write(self, members: &mut Map<String, Value>) -> Result<(), Fault> {
        let jwks = self.jwks.as_deref().map(key_set).transpose()?;
        let named = [
            ("client_name", self.name.map(Value::from)),
            ("grant_types", list(self.grants)),
            (
                "token_endpoint_auth_method",
                self.auth_method.map(Value::from),
            ),
            (
                "strict_auth_method",
                self.strict_auth_method.map(Value::from),
            ),
            ("redirect_uris", list(self.redirects)),
            ("scope", self.scope.map(Value::from)),
            ("origins", list(self.origins)),
            ("jwks", jwks),
            ("jwks_uri", or_null(self.jwks_uri)),
            ("first_party", self.first_party.map(Value::from)),
            ("require_pkce", self.require_pkce.map(Value::from)),
            ("introspect_all", self.introspect_all.map(Value::from)),
            (
                "assertion_audience_token_endpoint",
                self.assertion_audience_token_endpoint.map(Value::from),
            ),
            (
                "access_token_lifetime",
                self.access_token_lifetime.map(Value::from),
            ),
        ];
        let named = named.into_iter().chain(self.people.members());
        for (name, value) in named {
            if let Some(value) = value {
                members.insert(name.to_owned(), value);
            }
        }
        Ok(())
    }
}

/// What was named; one empty text takes away what is there.
pub(super) fn list(mut values: Vec<String>) -> Option<Value> {
    let is_named = !values.is_empty();
    values.retain(|value| !value.is_empty());
    is_named.then(|| json!(values))
}

fn key_set(path: &Path) -> Result<Value, Fault> {
    let wrong =
        |why: &str| Fault::Start(StartError::Sentence(format!("{}: {why}", path.display())));
    let size = std::fs::metadata(path).map_err(|error| StartError::file(path, error))?;
    if size.len() > MAX_JWKS {
        return Err(wrong("it is too long for a key set"));
    }
    let text = std::fs::read_to_string(path).map_err(|error| StartError::file(path, error))?;
    let set: Value = serde_json::from_str(&text).map_err(|_| wrong("it is no JSON"))?;
    if set.get("keys").is_none() {
        return Err(wrong("it is no key set; {\"keys\": [...]} is expected"));
    }
    Ok(set)
}
