//! The journal as a whole, that of all realms: verified.

use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode};
use serde::Deserialize;
use serde_json::{json, to_value};
use symbolon_authority::journal::{VerifyError, verify as hold};
use symbolon_identity::World;

use super::reply;
use crate::clock;

/// The longest body, in bytes: some receipts and checkpoints.
const MAX_BODY: usize = 256 * 1024;

#[derive(Deserialize)]
struct Asked {
    /// Checkpoints and receipts to hold the journal against.
    #[serde(default)]
    against: Vec<String>,
}

pub(super) async fn verify(world: &World, request: Request<Body>) -> Response<Body> {
    let bytes = to_bytes(request.into_body(), MAX_BODY).await;
    let asked = bytes
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Asked>(&bytes).ok());
    let Some(Asked { against }) = asked else {
        let detail = json!({ "detail": "against is a list of checkpoints and receipts" });
        return reply(StatusCode::BAD_REQUEST, &detail);
    };
    let refuse = |status, error: &VerifyError| {
        let detail = json!({ "detail": error.to_string() });
        reply(status, &detail)
    };
    match hold(world, &against, clock::now()).await {
        Ok(report) => reply(StatusCode::OK, &to_value(&report).unwrap_or_default()),
        Err(error @ VerifyError::Foreign) => refuse(StatusCode::BAD_REQUEST, &error),
        Err(error @ (VerifyError::Unavailable(_) | VerifyError::Load(_))) => {
            refuse(StatusCode::SERVICE_UNAVAILABLE, &error)
        }
    }
}
