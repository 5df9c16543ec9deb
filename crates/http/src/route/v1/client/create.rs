//! `POST /v1/clients` (RFC 7591 §3.1).

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde::{Deserialize, Serialize};
use symbolon_identity::client::{self, Created, NewClient, Settings};
use symbolon_identity::client_secret::Issued;
use symbolon_token::secret::Secret;
use symbolon_token::time::Time;

use super::{Fixed, UNSUPPORTED, View};
use crate::app::App;
use crate::bearer::ChangeClients;
use crate::document::{Document, Expiry, Post, created};
use crate::problem::Problem;

/// A client as it is asked for.
#[derive(Deserialize)]
pub(in super::super) struct Registration {
    #[serde(default)]
    client_id: Option<String>,
    #[serde(default)]
    client_secret: Option<String>,
    /// In seconds; 0 or absent: never.
    #[serde(default)]
    client_secret_expires_at: Expiry,
    #[serde(flatten)]
    settings: Settings,
    #[serde(flatten)]
    _fixed: Fixed,
}

impl Document for Registration {
    const UNSUPPORTED: &'static [(&'static str, &'static str)] = UNSUPPORTED;

    fn refused(problem: Problem) -> Problem {
        problem.no_metadata()
    }
}

/// A client as it was made (RFC 7591 §3.2.1).
#[derive(Serialize)]
struct Registered<'a> {
    #[serde(flatten)]
    client: View,
    /// Shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<&'a str>,
    /// In seconds; 0: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret_expires_at: Option<i64>,
}

pub(in super::super) async fn create(
    State(app): State<App>,
    post: Post<ChangeClients, Registration>,
) -> Result<Response<Body>, Problem> {
    let scope = &post.body.settings.scope;
    post.allowed.hands_on(&app, scope).await?;
    let (call, realm) = (post.allowed.call, post.allowed.realm.node);
    let answer = |made: &Created| created(&registered(made));
    let deed = |with| {
        let new = NewClient {
            with,
            ..post.body.into()
        };
        client::create(app.world(), &call, realm, new)
    };
    post.once.deed(answer, deed).await
}

impl From<Registration> for NewClient {
    fn from(asked: Registration) -> Self {
        Self {
            client_id: asked.client_id,
            secret: asked.client_secret.map(Secret::new),
            secret_expires_at: asked.client_secret_expires_at.0,
            ..Self::with_settings(asked.settings)
        }
    }
}

fn registered(made: &Created) -> Registered<'_> {
    let end = |secret: &Issued| secret.expires_at.map_or(0, Time::seconds);
    Registered {
        client: View::new(made.client.clone()),
        client_secret: made.secret.as_ref().map(|secret| secret.text.reveal()),
        client_secret_expires_at: made.secret.as_ref().map(end),
    }
}
