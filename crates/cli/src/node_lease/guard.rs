//! No id without a number: while a process may have lost its node lease (its machine slept, the
//! database was gone), it answers 503 to everything but the question whether it is there.

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

/// RFC 9457, without a request's name, for that would be an id.
const PROBLEM: &str = r#"{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"this node has lost its number and takes another; ask again in a moment","code":"node_lease_lost"}"#;

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
            let mut refusal = Response::new(Body::from(PROBLEM));
            *refusal.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            let headers = refusal.headers_mut();
            headers.insert(RETRY_AFTER, RETRY_SECONDS);
            let problem = HeaderValue::from_static("application/problem+json");
            headers.insert(CONTENT_TYPE, problem);
            Ok(refusal)
        }
    })
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicI64, AtomicU16};

    use tower::ServiceExt;

    use super::*;

    const NOON: Time = Time(1_800_000_000_000);

    async fn status(holder: Option<i64>, until: Time, path: &str) -> StatusCode {
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
        answer.unwrap().status()
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
}
