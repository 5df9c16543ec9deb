//! `POST /v1/clients/{client_id}/secrets`.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde::{Deserialize, Serialize};
use symbolon_identity::client_secret::{self, Issued, NewSecret};
use symbolon_token::node::ClientSecretNode;
use symbolon_token::secret::Secret;
use symbolon_token::time::Time;

use super::client;
use crate::app::App;
use crate::bearer::ChangeClients;
use crate::document::{Document, Expiry, Place, Post, created};
use crate::problem::Problem;

/// A secret as it is asked for.
#[derive(Deserialize)]
pub(in super::super) struct Asked {
    /// The secret itself; made where it is absent.
    #[serde(default)]
    client_secret: Option<String>,
    /// In seconds; 0 or absent: never.
    #[serde(default)]
    client_secret_expires_at: Expiry,
}

impl Document for Asked {}

/// A secret, shown this once.
#[derive(Serialize)]
struct Shown<'a> {
    id: ClientSecretNode,
    client_secret: &'a str,
    client_secret_expires_at: i64,
}

pub(in super::super) async fn issue(
    State(app): State<App>,
    Place(client_id): Place<String>,
    post: Post<ChangeClients, Asked>,
) -> Result<Response<Body>, Problem> {
    let (world, allowed) = (app.world(), &post.allowed);
    let answer = |made: &Issued| created(&shown(made));
    let new = NewSecret::from(post.body);
    let deed = async |with| {
        let client = client(world, allowed.realm.node, &client_id).await?;
        allowed.hands_on(&app, &client.settings.scope).await?;
        let issued = client_secret::issue(world, &allowed.call, &client, (new, with)).await;
        issued.map_err(Problem::from)
    };
    post.once.deed(answer, deed).await
}

impl From<Asked> for NewSecret {
    fn from(asked: Asked) -> Self {
        Self {
            text: asked.client_secret.map(Secret::new),
            expires_at: asked.client_secret_expires_at.0,
        }
    }
}

fn shown(made: &Issued) -> Shown<'_> {
    Shown {
        id: made.node,
        client_secret: made.text.reveal(),
        client_secret_expires_at: made.expires_at.map_or(0, Time::seconds),
    }
}
