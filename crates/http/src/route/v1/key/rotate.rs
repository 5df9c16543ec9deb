//! `POST /v1/keys/rotate`: announce a key's successor, or let it sign at once.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde::Deserialize;
use serde_json::json;
use symbolon_identity::signing_key;
use symbolon_keys::signing_key::rotate::When;
use symbolon_token::node::SigningKeyNode;

use crate::app::App;
use crate::bearer::ChangeKeys;
use crate::document::{Document, Post, created};
use crate::problem::Problem;

/// Which key, and when. A member that is not known is refused: somebody who writes `now` means
/// `at_once`, and would wait a day for it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Asked {
    algorithm: String,
    #[serde(default)]
    at_once: bool,
}

impl Document for Asked {}

pub(in super::super) async fn rotate(
    State(app): State<App>,
    post: Post<ChangeKeys, Asked>,
) -> Result<Response<Body>, Problem> {
    let (call, realm) = (post.allowed.call, post.allowed.realm.node);
    let Asked { algorithm, at_once } = post.body;
    let keys = signing_key::list(app.world(), realm, call.now).await?;
    let key = keys.iter().find(|key| key.algorithm.name() == algorithm);
    let algorithm = key
        .map(|key| key.algorithm)
        .ok_or_else(|| unknown(&algorithm))?;
    let when = if at_once {
        When::AtOnce
    } else {
        When::Announced
    };
    let name = algorithm.name();
    let answer = move |kid: &SigningKeyNode| created(&json!({"kid": kid, "algorithm": name}));
    let deed = |with| signing_key::rotate(app.world(), &call, (realm, algorithm), (when, with));
    post.once.deed(answer, deed).await
}

fn unknown(algorithm: &str) -> Problem {
    let detail = format!(
        "the realm has no key of {algorithm}; its first one is made when a resource needs it"
    );
    Problem::not_found("key_unknown", detail)
}
