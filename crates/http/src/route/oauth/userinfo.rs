//! `GET` and `POST /userinfo` (OpenID Connect Core §5.3).
//!
//! 1. The token stands in the header `Authorization`, as at any resource, or of a POST in its form
//!    (RFC 6750 §2.2), never in both.
//! 2. It lives, is meant for userinfo, and has the scope `openid`.
//! 3. What may be told is told, signed and encrypted where the client registered that.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use symbolon_oauth::userinfo::{UserinfoReply, userinfo};
use symbolon_oauth::{ErrorCode, Params};
use symbolon_token::secret::Secret;

use super::answer::{Refused, private};
use super::form::is_form;
use crate::app::App;
use crate::bearer::{Presented, bearer, invalid_token};
use crate::call::Asked;
use crate::problem::Problem;

pub(super) async fn asked(
    State(app): State<App>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    answer(&app, &asked, bearer(&headers)?).await
}

pub(super) async fn posted(
    State(app): State<App>,
    asked: Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    match in_form(&headers, &body)? {
        None => answer(&app, &asked, bearer(&headers)?).await,
        Some(token) => answer(&app, &asked, token.reveal()).await,
    }
}

/// Step 1, of a form.
fn in_form(headers: &HeaderMap, body: &Bytes) -> Result<Option<Secret>, Problem> {
    if !is_form(headers) {
        return Ok(None);
    }
    let malformed = |detail: &'static str| {
        let problem = Problem::bad("invalid_request", detail);
        problem.challenge("Bearer error=\"invalid_request\"".to_owned())
    };
    let params = Params::parse(body).map_err(|_| malformed("the form cannot be read"))?;
    let token = params.one("access_token");
    let token = token.map_err(|_| malformed("access_token stands there twice; send it once"))?;
    if token.is_some() && headers.contains_key(AUTHORIZATION) {
        let detail = "the token stands in the header and in the form; send it once";
        return Err(malformed(detail));
    }
    Ok(token.map(Secret::from))
}

/// Steps 2 and 3.
async fn answer(app: &App, asked: &Asked, token: &str) -> Result<Response, Problem> {
    let presented = Presented {
        app,
        call: &asked.call,
        realm: &asked.realm,
    };
    let audience = asked.realm.userinfo_endpoint();
    let access = presented.alive(token, &audience).await?;
    if !access.scope.contains("openid") {
        let detail = "this needs a token with the scope openid; ask for one";
        let problem = Problem::new(StatusCode::FORBIDDEN, "insufficient_scope", detail);
        let challenge = "Bearer error=\"insufficient_scope\", scope=\"openid\"";
        return Err(problem.challenge(challenge.to_owned()));
    }
    match userinfo(app.world(), &asked.call, (&asked.realm, &access)).await {
        Ok(UserinfoReply::Json(claims)) => Ok(private(&claims)),
        Ok(UserinfoReply::Jwt(jwt)) => {
            let about = [
                (CONTENT_TYPE, "application/jwt"),
                (CACHE_CONTROL, "no-store"),
            ];
            Ok((about, jwt).into_response())
        }
        // The person left between the two looks (RFC 6750 §3.1).
        Err(error) if error.code == ErrorCode::InvalidGrant => Err(invalid_token()),
        Err(error) => Ok(Refused::from(error).into_response()),
    }
}
