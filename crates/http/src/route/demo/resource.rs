//! The demo resource: what a resource server does with a token (RFC 6750). It answers a live access
//! token that is meant for it with what the token says.
//!
//! 1. A JWT is verified as resource servers do, by `symbolon-verify`.
//! 2. Opaque and encrypted ones, and those with the plain `typ` `JWT`, are looked up in the process, as
//!    others introspect them.
//! 3. What is refused is journaled by the authority's own judgement, and is told where the resource
//!    describes itself (RFC 9728).

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::Serialize;
use symbolon_identity::access::{Access, Audience};
use symbolon_identity::realm::Realm;
use symbolon_token::scope::Scope;
use symbolon_verify::{Admitted, Metadata};

use crate::app::App;
use crate::bearer::{Presented, bearer, invalid_token};
use crate::call::Asked;
use crate::demo::{Found, verify};
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
    let judged = judge(&app, &asked, &headers).await;
    judged.map_err(|problem| match metadata(&app, &asked.realm) {
        Some(metadata) => problem.described_at(metadata.url()),
        None => problem,
    })
}

/// How it describes itself, where its name is an address.
pub(super) async fn described(
    State(app): State<App>,
    asked: Asked,
) -> Result<impl IntoResponse, Problem> {
    let metadata = metadata(&app, &asked.realm).ok_or_else(|| {
        let detail = "the resource's name is no https address, so nothing describes it";
        Problem::not_found("not_found", detail)
    })?;
    Ok(([(CONTENT_TYPE, "application/json")], metadata.to_json()))
}

fn metadata(app: &App, realm: &Realm) -> Option<Metadata> {
    let audience = app.options().demo.as_deref()?;
    let metadata = Metadata::new(audience, realm.issuer.as_str()).ok()?;
    Some(metadata.name("Symbolon's demo resource"))
}

async fn judge(app: &App, asked: &Asked, headers: &HeaderMap) -> Result<Json<Claims>, Problem> {
    let audience = app.options().demo.as_deref().unwrap_or_default();
    let presented = Presented {
        app,
        call: &asked.call,
        realm: &asked.realm,
    };
    let text = bearer(headers)?;
    match verify(app, &asked.realm, text).await? {
        Found::Admitted(access) => Ok(Json(Claims::of(&access))),
        Found::Refused => {
            presented.alive(text, audience).await?;
            Err(invalid_token())
        }
        Found::Strange => {
            let access = presented.alive(text, audience).await?;
            Ok(Json(Claims::known(&asked.realm, &access)))
        }
    }
}

impl Claims {
    fn of(access: &Admitted) -> Self {
        let audience = access.aud.iter().map(ToString::to_string);
        Self {
            iss: access.iss.to_string(),
            sub: access.sub.to_string(),
            aud: audience.collect::<Vec<_>>().into(),
            exp: access.exp,
            iat: access.iat,
            client_id: access.client_id.to_string(),
            scope: access.scope.clone(),
        }
    }

    fn known(realm: &Realm, access: &Access) -> Self {
        Self {
            iss: realm.issuer.as_str().to_owned(),
            sub: access.sub.clone(),
            aud: access.audience.clone().into(),
            exp: access.expires_at.seconds(),
            iat: access.issued_at.seconds(),
            client_id: access.client_id.clone(),
            scope: access.scope.clone(),
        }
    }
}
