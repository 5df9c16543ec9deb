//! The gate's endpoints: proxies ask here whether requests may pass. What is answered is
//! `symbolon_gate`'s; here is how it is reached over HTTP, in the authority and in a process of its own.

mod alone;
mod authority;

pub use alone::{Alone, Meter, gate_router};

use std::convert::Infallible;
use std::sync::OnceLock;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response};
use axum::routing::any;
use http_body_util::{BodyExt, Full};
use symbolon_gate::{Front, GRPC_PATH, Gate, Judge, Question, Reply, Sign, answer};
use symbolon_token::time::Time;

use crate::app::App;
use crate::call::Arrival;
use crate::problem::Problem;
use crate::server::Peer;

/// The endpoints in the authority, where the operator wants them. Which realm judges does not depend
/// on the host that is asked: proxies pass on the host that their clients name.
pub(super) fn routes(app: &App) -> Router<App> {
    if app.options().gate.is_none() {
        return Router::new();
    }
    Router::new()
        .route("/gate/nginx", any(ask))
        .route("/gate/forward", any(ask))
        .route("/gate/envoy/", any(ask))
        .route("/gate/envoy/{*path}", any(ask))
        .route(GRPC_PATH, any(ask))
}

async fn ask(
    State(app): State<App>,
    arrival: Arrival,
    request: Request,
) -> Result<Response<Body>, Problem> {
    let gate = app.options().gate.clone();
    let gate = gate.ok_or_else(|| Problem::internal("a gate that is not there was asked"))?;
    let realm = app.world().realms.first();
    let realm = realm.ok_or_else(|| Problem::internal("there is no first realm"))?;
    let ports = authority::Ports {
        app: &app,
        call: &arrival.call,
        realm: &realm,
        judged: OnceLock::new(),
    };
    let answer = asked(&gate, (&ports, &ports), request, arrival.call.now).await;
    answer.ok_or_else(Problem::no_realm)
}

/// Asks a gate; `None` where the request is for no front of it.
async fn asked(
    gate: &Gate,
    ports: (&impl Judge, &impl Sign),
    request: Request,
    now: Time,
) -> Option<Response<Body>> {
    let front = Front::at(request.uri().path())?;
    let from = request.extensions().get::<Peer>()?.hop;
    let (head, body) = request.into_parts();
    // The edge has read it whole; what cannot be read is no question.
    let body = body.collect().await.ok()?.to_bytes();
    let question = Question {
        front,
        from,
        now,
        head: &head,
        body: &body,
    };
    Some(answer(gate, ports, question).await.map(written))
}

fn written(Reply { body, trailers }: Reply) -> Body {
    let body = Full::new(body);
    match trailers {
        None => Body::new(body),
        Some(trailers) => {
            let trailers = std::future::ready(Some(Ok::<HeaderMap, Infallible>(trailers)));
            Body::new(body.with_trailers(trailers))
        }
    }
}
