//! Back up: copy the live database into a new file while it goes on.

use std::path::PathBuf;

use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode};
use serde::Deserialize;
use serde_json::json;
use symbolon_identity::World;
use symbolon_store::BackupError;

use super::reply;

/// The longest body, in bytes: a path.
const MAX_BODY: usize = 16 * 1024;

#[derive(Deserialize)]
struct Asked {
    /// The new file; absolute, for the server may stand elsewhere.
    file: PathBuf,
}

pub(super) async fn answer(world: &World, request: Request<Body>) -> Response<Body> {
    let refuse = |status, detail: &str| reply(status, &json!({ "detail": detail }));
    let bytes = to_bytes(request.into_body(), MAX_BODY).await;
    let asked = bytes
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Asked>(&bytes).ok());
    let Some(Asked { file }) = asked.filter(|asked| asked.file.is_absolute()) else {
        return refuse(StatusCode::BAD_REQUEST, "file must be an absolute path");
    };
    match world.db.backup(&file).await {
        Ok(sequence) => {
            let term = world.db.term();
            reply(
                StatusCode::CREATED,
                &json!({ "file": file, "sequence": sequence.0, "term": term.0 }),
            )
        }
        Err(error @ (BackupError::Exists { .. } | BackupError::UsePostgresTools)) => {
            refuse(StatusCode::CONFLICT, &error.to_string())
        }
        Err(error @ BackupError::Failed { .. }) => {
            refuse(StatusCode::SERVICE_UNAVAILABLE, &error.to_string())
        }
    }
}
