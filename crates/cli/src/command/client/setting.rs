//! What can be set about a client, by the names of RFC 7591 where it has one.

#![expect(
    clippy::doc_markdown,
    reason = "the help is read on a terminal, where backticks are noise"
)]

use std::path::PathBuf;

use clap::{ArgAction, Args};
use serde_json::{Map, Value};

use super::people::People;
use crate::command::member::{key_set, list, or_null};
use crate::exit::Fault;

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
    /// What signs introspection's answers to it where it asks for a JWT (RFC 9701); RS256 unless named
    #[arg(
        long = "introspection-alg",
        alias = "introspection-signed-response-alg",
        value_name = "ALG"
    )]
    introspection_alg: Option<String>,
    /// How the key of their encryption reaches it, as for ID tokens; "": they are signed alone
    #[arg(
        long = "introspection-encryption-alg",
        alias = "introspection-encrypted-response-alg",
        value_name = "ALG"
    )]
    introspection_encryption_alg: Option<String>,
    /// What encrypts them; A128CBC-HS256 unless named
    #[arg(
        long = "introspection-encryption-enc",
        alias = "introspection-encrypted-response-enc",
        value_name = "ENC"
    )]
    introspection_encryption_enc: Option<String>,
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
                "introspection_signed_response_alg",
                or_null(self.introspection_alg),
            ),
            (
                "introspection_encrypted_response_alg",
                or_null(self.introspection_encryption_alg),
            ),
            (
                "introspection_encrypted_response_enc",
                or_null(self.introspection_encryption_enc),
            ),
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
