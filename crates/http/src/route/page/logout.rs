//! `GET` and `POST /logout`, the `end_session_endpoint` (OpenID Connect RP-Initiated Logout §2).

use axum::body::Body;
use axum::http::Response;
use symbolon_oauth::sign_out::{self, Next};

use super::answer::{Fault, as_get, cause_of_sign_out};
use super::sign_out::{ended, gone, question};
use super::visit::Visit;

pub(super) async fn begin(visit: Visit) -> Result<Response<Body>, Fault> {
    let next = sign_out::sign_out(&visit.request(), visit.session.as_ref()).await;
    match next.map_err(|error| visit.fault(cause_of_sign_out(error)))? {
        Next::Ask(asked) => question(&visit, &asked),
        Next::End(asked) => ended(&visit, &asked).await,
        Next::Gone(asked) => Ok(gone(&visit, &asked)),
    }
}

pub(super) async fn again(visit: Visit) -> Result<Response<Body>, Fault> {
    as_get(&visit, "/logout")
}
