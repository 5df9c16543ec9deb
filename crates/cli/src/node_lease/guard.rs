//! No id without a number: while a process may have lost its node lease (its machine slept, the
//! database was gone), it answers 503 to everything but the question whether it is there: in the
//! shape of RFC 6749 at the OAuth endpoints, as a problem document elsewhere.
//!
//! No token without a clock: while that may be wrong, nothing is issued, and everything else goes on.
//! The verbs that issue refuse to (`World::may_issue`), whatever the way to them; here those who ask
//! where most is issued are told so at once, before anything is looked up.

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, Request, Response, StatusCode};
use symbolon_http::server::Application;
use symbolon_token::time::Time;
use tower::service_fn;

use super::NodeLease;

/// What makes no id.
const ALIVE: &str = "/healthz";

/// Seconds after which to ask again: the follower takes another number at its next poll.
const RETRY_SECONDS: HeaderValue = HeaderValue::from_static("1");

/// What happened, and what to do.
const DETAIL: &str = "this node has lost its number and takes another; ask again in a moment";

/// RFC 9457, without a request's name, for that would be an id.
const PROBLEM: &str = r#"{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"this node has lost its number and takes another; ask again in a moment","code":"node_lease_lost"}"#;

/// The same, of the clock.
const CLOCK: &str =
    "the machine's clock jumped; tokens are issued again once it has been steady for ten seconds";

/// The last part of the paths where most is issued.
const ISSUING: [&str; 2] = ["token", "authorize"];

/// The routes, while the clock is trusted: else 503 where something is issued.
pub(crate) fn timed(
    routes: impl Application,
    is_trusted: impl Fn() -> bool + Clone + Send + Sync + 'static,
) -> impl Application {
    service_fn(move |request: Request<Body>| {
        let (mut routes, is_trusted) = (routes.clone(), is_trusted.clone());
        async move {
            let last = request.uri().path().rsplit('/').next().unwrap_or_default();
            if !ISSUING.contains(&last) || is_trusted() {
                return routes.call(request).await;
            }
            let oauth = symbolon_http::unavailable(request.uri().path(), CLOCK);
            let mut refusal = oauth.unwrap_or_else(untimely);
            refusal.headers_mut().insert(RETRY_AFTER, CLOCK_SECONDS);
            Ok(refusal)
        }
    })
}

/// Seconds after which to ask again: so long the clock must be steady.
const CLOCK_SECONDS: HeaderValue = HeaderValue::from_static("10");

fn untimely() -> Response<Body> {
    let mut refusal = Response::new(Body::from(CLOCK));
    *refusal.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    refusal
}

/// The routes, while the lease holds.
pub(crate) fn guarded(
    routes: impl Application,
    lease: Arc<NodeLease>,
    clock: fn() -> Time,
) -> impl Application {
    service_fn(move |request: Request<Body>| {
        let (mut routes, lease) = (routes.clone(), Arc::clone(&lease));
        async move {
            let holds = lease.holder.is_none() || lease.holds(clock());
            if holds || request.uri().path() == ALIVE {
                return routes.call(request).await;
            }
            let oauth = symbolon_http::unavailable(request.uri().path(), DETAIL);
            let mut refusal = oauth.unwrap_or_else(problem);
            refusal.headers_mut().insert(RETRY_AFTER, RETRY_SECONDS);
            Ok(refusal)
        }
    })
}

fn problem() -> Response<Body> {
    let mut refusal = Response::new(Body::from(PROBLEM));
    *refusal.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    let problem = HeaderValue::from_static("application/problem+json");
    refusal.headers_mut().insert(CONTENT_TYPE, problem);
    refusal
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicI64, AtomicU16};

    use serde_json::{Value, json};
    use tower::ServiceExt;

    use super::*;

    const NOON: Time = Time(1_800_000_000_000);

    async fn answer(holder: Option<i64>, until: Time, path: &str) -> Response<Body> {
        let lease = Arc::new(NodeLease {
            holder,
            number: AtomicU16::new(0),
            until: AtomicI64::new(until.0),
        });
        let routes = service_fn(|_: Request<Body>| async {
            Ok::<_, Infallible>(Response::new(Body::empty()))
        });
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        let answer = guarded(routes, lease, || NOON).oneshot(request).await;
        answer.unwrap()
    }

    async fn status(holder: Option<i64>, until: Time, path: &str) -> StatusCode {
        answer(holder, until, path).await.status()
    }

    #[tokio::test]
    async fn a_node_without_its_number_answers_nothing_that_needs_an_id() {
        let held = Time(NOON.0 + 1);
        assert_eq!(status(Some(7), held, "/token").await, StatusCode::OK);
        let lost = status(Some(7), NOON, "/token").await;
        assert_eq!(lost, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(status(Some(7), NOON, "/healthz").await, StatusCode::OK);
        assert_eq!(status(None, NOON, "/token").await, StatusCode::OK);
    }

    #[tokio::test]
    async fn a_node_whose_clock_jumped_issues_nothing_and_does_the_rest() {
        let answer = async |path: &str, is_trusted: bool| {
            let routes = service_fn(|_: Request<Body>| async {
                Ok::<_, Infallible>(Response::new(Body::empty()))
            });
            let request = Request::builder().uri(path).body(Body::empty()).unwrap();
            let answer = timed(routes, move || is_trusted).oneshot(request).await;
            answer.unwrap().status()
        };
        for path in ["/token", "/t/acme/token", "/authorize"] {
            assert_eq!(
                answer(path, false).await,
                StatusCode::SERVICE_UNAVAILABLE,
                "{path}"
            );
            assert_eq!(answer(path, true).await, StatusCode::OK, "{path}");
        }
        for path in [
            "/introspect",
            "/revoke",
            "/v1/revocations",
            "/feed/poll",
            "/jwks",
        ] {
            assert_eq!(answer(path, false).await, StatusCode::OK, "{path}");
        }
    }

    #[tokio::test]
    async fn a_refusal_has_the_shape_of_its_place() {
        let oauth = json!({ "error": "temporarily_unavailable", "error_description": DETAIL });
        let problem: Value = serde_json::from_str(PROBLEM).unwrap();
        assert_eq!(problem["detail"], DETAIL);
        for (path, kind, expected) in [
            ("/token", "application/json", &oauth),
            ("/t/acme/introspect", "application/json", &oauth),
            ("/v1/clients", "application/problem+json", &problem),
            ("/v1/tokens/revoke", "application/problem+json", &problem),
        ] {
            let answer = answer(Some(7), NOON, path).await;
            assert_eq!(answer.headers()[RETRY_AFTER], RETRY_SECONDS, "{path}");
            assert_eq!(answer.headers()[CONTENT_TYPE], kind, "{path}");
            let body = axum::body::to_bytes(answer.into_body(), 4096)
                .await
                .unwrap();
            let said: Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(said, *expected, "{path}");
        }
    }
}
