//! What can be set about a resource.

#![expect(
    clippy::doc_markdown,
    reason = "the help is read on a terminal, where backticks are noise"
)]

use std::path::PathBuf;

use axum::http::Method;
use clap::{ArgAction, Args};
use serde_json::{Map, Value, json};

use crate::command::member::{key_set, or_null};
use crate::exit::Fault;
use crate::transport::{Transport, escaped};

/// What can be set.
#[derive(Args, Debug)]
pub(super) struct Settings {
    /// What people call it
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// Scope with words for people, as name=words; may repeat
    #[arg(long = "scope", value_name = "NAME=WORDS")]
    scopes: Vec<String>,
    /// How its access tokens look: jwt, opaque
    #[arg(long, value_name = "FORMAT")]
    token_format: Option<String>,
    /// What signs them: ES256, Ed25519, EdDSA, PS256, RS256 and longer ones
    #[arg(long, value_name = "ALG")]
    token_algorithm: Option<String>,
    /// Their typ: at+jwt, or JWT for verifiers that refuse the other
    #[arg(long, value_name = "TYP")]
    token_type: Option<String>,
    /// How long they live, in seconds; 600 unless named
    #[arg(long, value_name = "SECONDS")]
    token_lifetime: Option<u32>,
    /// How the key of their encryption reaches it: RSA-OAEP-256, ECDH-ES+A128KW, ECDH-ES+A256KW;
    /// "": they are signed alone, as they are unless named
    #[arg(long, value_name = "ALG")]
    token_encryption_alg: Option<String>,
    /// What encrypts them; A128CBC-HS256 unless named
    #[arg(long, value_name = "ENC")]
    token_encryption_enc: Option<String>,
    /// File with its public keys, a JSON Web Key Set
    #[arg(long, value_name = "FILE")]
    jwks: Option<PathBuf>,
    /// Address at which it publishes them instead; "" takes it away
    #[arg(long = "jwks-uri", value_name = "URL")]
    jwks_uri: Option<String>,
    /// The client that runs it and may introspect every token meant for it, by its client_id
    #[arg(long, value_name = "CLIENT_ID")]
    owner: Option<String>,
    /// Whether tokens are meant for it where nobody says otherwise
    #[arg(long = "default", value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", action = ArgAction::Set)]
    is_default: Option<bool>,
}

impl Settings {
    /// Writes what was named into a resource's members. The owner's id is asked for by its client_id.
    ///
    /// # Errors
    /// [`Fault`] where there is no such client.
    pub(super) async fn write(
        self,
        members: &mut Map<String, Value>,
        api: &mut Transport,
    ) -> Result<(), Fault> {
        let owner = match &self.owner {
            Some(client_id) => Some(node(client_id, api).await?),
            None => None,
        };
        let scopes = self.scopes.iter().map(|scope| {
            let (name, description) = scope.split_once('=').unwrap_or((scope, ""));
            json!({ "name": name, "description": description })
        });
        let scopes: Vec<_> = scopes.collect();
        let jwks = self.jwks.as_deref().map(key_set).transpose()?;
        let named = [
            ("jwks", jwks),
            ("jwks_uri", or_null(self.jwks_uri)),
            ("token_encryption_alg", or_null(self.token_encryption_alg)),
            ("token_encryption_enc", or_null(self.token_encryption_enc)),
            ("name", self.name.map(Value::from)),
            ("scopes", (!scopes.is_empty()).then(|| json!(scopes))),
            ("token_format", self.token_format.map(Value::from)),
            ("token_algorithm", self.token_algorithm.map(Value::from)),
            ("token_type", self.token_type.map(Value::from)),
            ("token_lifetime", self.token_lifetime.map(Value::from)),
            ("owner", owner),
            ("is_default", self.is_default.map(Value::from)),
        ];
        for (name, value) in named {
            if let Some(value) = value {
                members.insert(name.to_owned(), value);
            }
        }
        Ok(())
    }
}

async fn node(client_id: &str, api: &mut Transport) -> Result<Value, Fault> {
    let path = format!("/v1/clients/{}", escaped(client_id));
    let client = api.ask(Method::GET, &path, None).await?;
    Ok(client.get("id").cloned().unwrap_or(Value::Null))
}
