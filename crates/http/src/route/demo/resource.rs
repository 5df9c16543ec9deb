//! The demo resource: what a resource server does with a token (RFC 6750). It answers a live access
//! token that is meant for it with what the token says.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use symbolon_identity::access::Audience;
use symbolon_token::scope::Scope;

use crate::app::App;
use crate::bearer::{Presented, bearer};
use crate::call::Asked;
use crate::problem::Problem;

/// What a token says, by the names of RFC 9068 §2.2.
#[derive(Serialize)]
pub(super) struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    iat: i64,
    client_id: String,
    scope: Scope,
}

pub(super) async fn resource(
    State(app): State<App>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Json<Claims>, Problem> {
    let audience = app.options().demo.as_deref().unwrap_or_default();
    let presented = Presented {
        app: &app,
        call: &asked.call,
        realm: &asked.realm,
    };
    let access = presented.alive(bearer(&headers)?, audience).await?;
    Ok(Json(Claims {
        iss: asked.realm.issuer.as_str().to_owned(),
        sub: access.sub.clone(),
        aud: access.audience.clone().into(),
        exp: access.expires_at.seconds(),
        iat: access.issued_at.seconds(),
        client_id: access.client_id.clone(),
        scope: access.scope.clone(),
    }))
}
