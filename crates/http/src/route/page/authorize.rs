//! `GET` and `POST /authorize` (RFC 6749 §3.1): where clients send people.

use axum::body::Body;
use axum::http::Response;
use symbolon_oauth::authorize::{self, Authorization, Next};
use symbolon_web::error::Cause;
use symbolon_web::{consent, sign_in};

use super::answer::{Fault, Reply, as_get, cause};
use super::visit::Visit;

pub(super) async fn begin(visit: Visit) -> Result<Response<Body>, Fault> {
    let next = authorize::authorize(&visit.request(), visit.session.as_ref()).await;
    let next = next.map_err(|error| visit.fault(cause(error)))?;
    go(&visit, visit.reply(), next)
}

pub(super) async fn again(visit: Visit) -> Result<Response<Body>, Fault> {
    as_get(&visit, "/authorize")
}

/// To the page that is next, or back to the client.
pub(super) fn go(visit: &Visit, reply: Reply, next: Next) -> Result<Response<Body>, Fault> {
    match next {
        Next::SignIn(authorization) => {
            let request = sealed(visit, &authorization)?;
            Ok(reply.go_to(visit.site(), (sign_in::PATH, &request)))
        }
        Next::Consent(authorization) => {
            let request = sealed(visit, &authorization)?;
            Ok(reply.go_to(visit.site(), (consent::PATH, &request)))
        }
        Next::Page(error) => Err(visit.fault(cause(error))),
        Next::Reply(answer) => Ok(reply.client(visit.site(), &answer)),
    }
}

pub(super) fn sealed(visit: &Visit, authorization: &Authorization) -> Result<String, Fault> {
    let place = visit.place();
    let sealed = authorization.seal(place.world, place.realm, place.call);
    sealed.ok_or_else(|| visit.fault(Cause::InvalidRequest))
}

/// The request that came back from a page, if one did.
pub(super) fn opened(visit: &Visit) -> Result<Option<Authorization>, Fault> {
    let text = visit.field("request")?;
    if text.is_empty() {
        return Ok(None);
    }
    let place = visit.place();
    let opened = Authorization::open(place.world, place.realm, text, place.call.now);
    opened.map(Some).map_err(|error| visit.fault(cause(error)))
}
