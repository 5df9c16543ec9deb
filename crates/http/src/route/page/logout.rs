//! `GET` and `POST /logout`, the `end_session_endpoint` (OpenID Connect RP-Initiated Logout §2).

use axum::body::Body;
use axum::http::Response;
use symbolon_oauth::sign_out::{self, Next};
use symbolon_web::error::Cause;

use super::answer::{Fault, Reply, as_query, cause_of_sign_out};
use super::sign_out::{ended, gone, question};
use super::visit::Visit;

/// The longest query that a POST goes on with, in bytes: the edge reads heads of 16 KiB.
const MAX_QUERY: usize = 12 * 1024;

pub(super) async fn begin(visit: Visit) -> Result<Response<Body>, Fault> {
    let next = sign_out::sign_out(&visit.request(), visit.session.as_ref()).await;
    match next.map_err(|error| visit.fault(cause_of_sign_out(error)))? {
        Next::Ask(asked) => question(&visit, &asked),
        Next::End(asked) => ended(&visit, &asked).await,
        Next::Gone(asked) => Ok(gone(&visit, &asked)),
    }
}

pub(super) async fn again(visit: Visit) -> Result<Response<Body>, Fault> {
    let query = as_query(&visit.params);
    if query.len() > MAX_QUERY {
        return Err(visit.fault(Cause::InvalidRequest));
    }
    let base = visit.site().base;
    Ok(Reply::default().see_other(&format!("{base}/logout?{query}")))
}
