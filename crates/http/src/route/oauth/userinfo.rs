//! `GET` and `POST /userinfo` (OpenID Connect Core §5.3). The token stands in the header
//! `Authorization`, as at any resource.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use symbolon_oauth::userinfo::UserinfoReply;

use super::answer::{Refused, private};
use crate::app::App;
use crate::bearer::Presented;
use crate::call::Asked;
use crate::problem::Problem;

pub(super) async fn userinfo(
    State(app): State<App>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let presented = Presented {
        app: &app,
        call: &asked.call,
        realm: &asked.realm,
    };
    let audience = asked.realm.userinfo_endpoint();
    let access = presented.alive(&headers, &audience).await?;
    if !access.scope.contains("openid") {
        let detail = "this needs a token with the scope openid; ask for one";
        let problem = Problem::new(StatusCode::FORBIDDEN, "insufficient_scope", detail);
        let challenge = "Bearer error=\"insufficient_scope\", scope=\"openid\"";
        return Err(problem.challenge(challenge.to_owned()));
    }
    let whose = (&*asked.realm, &*access);
    match symbolon_oauth::userinfo::userinfo(app.world(), &asked.call, whose).await {
        Ok(UserinfoReply::Json(claims)) => Ok(private(&claims)),
        Ok(UserinfoReply::Jwt(jwt)) => {
            let about = [
                (CONTENT_TYPE, "application/jwt"),
                (CACHE_CONTROL, "no-store"),
            ];
            Ok((about, jwt).into_response())
        }
        Err(error) => Ok(Refused::from(error).into_response()),
    }
}
