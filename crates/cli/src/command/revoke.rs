//! Revoke by cause: everything that descends from it is dead at that commit.

use axum::http::Method;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::context::Context;
use super::input;
use crate::exit::Fault;
use crate::output;

/// Revokes what descends from a cause.
#[derive(Args, Debug)]
pub(crate) struct Revoke {
    #[command(flatten)]
    cause: Cause,
    /// Why, for the journal: one line
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Disable the client, subject or realm too; everything else dies for good anyhow
    #[arg(long)]
    disable: bool,
    /// Which verifiers to wait for
    #[arg(long, value_enum, default_value_t, value_name = "WHOM")]
    wait: Wait,
    /// How long to wait for them, in milliseconds
    #[arg(long, value_name = "MS")]
    timeout_ms: Option<u32>,
}

/// What is revoked: one of these.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct Cause {
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
}

/// Which verifiers to wait for.
#[derive(ValueEnum, Clone, Copy, Debug, Default)]
enum Wait {
    /// Every one that follows the feed
    All,
    /// Half of them
    Quorum,
    /// None
    #[default]
    None,
}

impl Wait {
    /// The word in the API.
    const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Quorum => "quorum",
            Self::None => "none",
        }
    }
}

impl Cause {
    /// As the API has it.
    fn document(self) -> Result<Value, Fault> {
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
        ];
        let mut named = named.into_iter();
        if let Some((name, Some(id))) = named.find(|(_, id)| id.is_some()) {
            return Ok(json!({ name: id }));
        }
        Ok(json!({ "token": input::token()?.reveal() }))
    }
}

impl Revoke {
    /// Does it.
    ///
    /// # Errors
    /// [`Fault`].
    pub(crate) async fn run(self, context: &Context) -> Result<(), Fault> {
        let mut body = json!({
            "cause": self.cause.document()?,
            "reason": self.reason,
            "wait": self.wait.name(),
            "disable": self.disable,
        });
        if let (Some(limit), Value::Object(body)) = (self.timeout_ms, &mut body) {
            body.insert("timeout_ms".to_owned(), json!(limit));
        }
        let done = async |api: &mut crate::transport::Transport, format: output::Format| {
            let answer = api
                .ask(Method::POST, "/v1/revocations", Some(&body))
                .await?;
            format.record(&answer);
            output::message("revoked: everything that descends from it is dead");
            Ok(())
        };
        context.api(done).await
    }
}
