//! The journal as a whole, that of all realms: verified, exported, and for how long each realm's is kept.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{json, to_value};
use symbolon_authority::journal::{
    self, ExportError, FEWEST_DAYS, MOST_DAYS, Retention, VerifyError, Wanted, verify as hold,
};
use symbolon_identity::World;
use symbolon_store::Sequence;
use symbolon_token::call::Actor;
use symbolon_token::time::Time;

use super::reply;
use crate::clock;
use crate::open::own_call;

/// The longest body, in bytes: some receipts and checkpoints.
const MAX_BODY: usize = 256 * 1024;

#[derive(Deserialize)]
struct Asked {
    /// Checkpoints and receipts to hold the journal against.
    #[serde(default)]
    against: Vec<String>,
}

/// What to export, and where to.
#[derive(Deserialize)]
struct Export {
    /// The new file; absolute, for the server may stand elsewhere.
    file: PathBuf,
    /// From the segment that holds this entry on.
    from: Option<i64>,
    /// Up to the segment that holds this entry.
    to: Option<i64>,
    /// Only segments whose entries are all older, in milliseconds.
    before: Option<i64>,
}

/// How long to keep a realm's entries.
#[derive(Deserialize)]
struct Keep {
    /// The realm's name; the first one where there is none.
    realm: Option<String>,
    /// So many days; absent: say how many it is.
    days: Option<i64>,
}

pub(super) async fn body<T: DeserializeOwned>(request: Request<Body>) -> Option<T> {
    let bytes = to_bytes(request.into_body(), MAX_BODY).await.ok()?;
    serde_json::from_slice(&bytes).ok()
}

pub(super) fn refuse(status: StatusCode, detail: &impl ToString) -> Response<Body> {
    reply(status, &json!({ "detail": detail.to_string() }))
}

pub(super) async fn export(world: &World, request: Request<Body>) -> Response<Body> {
    let asked = body::<Export>(request).await;
    let Some(asked) = asked.filter(|asked| asked.file.is_absolute()) else {
        return refuse(StatusCode::BAD_REQUEST, &"file must be an absolute path");
    };
    let wanted = Wanted {
        from: asked.from.map(Sequence),
        to: asked.to.map(Sequence),
        before: asked.before.map(Time),
    };
    let refused = |error: &ExportError| match error {
        ExportError::Unavailable(_) => refuse(StatusCode::SERVICE_UNAVAILABLE, error),
        ExportError::File(_) | ExportError::Nothing => refuse(StatusCode::CONFLICT, error),
    };
    let file = match create(&asked.file) {
        Ok(file) => file,
        Err(error) => return refused(&error.into()),
    };
    let written = match journal::export(world, wanted, file).await {
        Ok((told, file)) => file.sync_all().map(|()| told).map_err(ExportError::from),
        Err(error) => Err(error),
    };
    match written {
        Ok(told) => reply(
            StatusCode::CREATED,
            &json!({
                "file": asked.file, "segments": told.segments, "entries": told.entries,
                "first": told.first.0, "last": told.last.0, "bytes": told.bytes,
            }),
        ),
        Err(error) => {
            // It was made here, and holds nothing whole.
            drop(std::fs::remove_file(&asked.file));
            refused(&error)
        }
    }
}

/// A new file that others cannot read: what happened to whom is in it.
fn create(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(path)
}

pub(super) async fn retention(world: &World, request: Request<Body>) -> Response<Body> {
    let Some(Keep { realm, days }) = body(request).await else {
        return refuse(StatusCode::BAD_REQUEST, &"realm is a name, days a number");
    };
    let found = match &realm {
        Some(name) => world.realms.by_name(name),
        None => world.realms.first(),
    };
    let Some(realm) = found else {
        return refuse(StatusCode::NOT_FOUND, &"there is no such realm");
    };
    if let Some(days) = days {
        if !(FEWEST_DAYS..=MOST_DAYS).contains(&days) {
            let detail = format!("days is {FEWEST_DAYS} to {MOST_DAYS}");
            return refuse(StatusCode::BAD_REQUEST, &detail);
        }
        let call = own_call(world).by(Actor::Operator);
        if let Err(error) = journal::retain(world, &call, realm.node, days).await {
            return refuse(StatusCode::SERVICE_UNAVAILABLE, &error);
        }
    }
    match Retention::read(&world.db, world.material.journal.known()).await {
        Ok(kept) => {
            let days = kept.days(realm.node);
            reply(
                StatusCode::OK,
                &json!({ "realm": realm.name, "days": days }),
            )
        }
        Err(error) => refuse(StatusCode::SERVICE_UNAVAILABLE, &error),
    }
}

pub(super) async fn verify(world: &World, request: Request<Body>) -> Response<Body> {
    let Some(Asked { against }) = body(request).await else {
        let detail = "against is a list of checkpoints and receipts";
        return refuse(StatusCode::BAD_REQUEST, &detail);
    };
    match hold(world, &against, clock::now()).await {
        Ok(report) => reply(StatusCode::OK, &to_value(&report).unwrap_or_default()),
        Err(error @ VerifyError::Foreign) => refuse(StatusCode::BAD_REQUEST, &error),
        Err(error @ (VerifyError::Unavailable(_) | VerifyError::Load(_))) => {
            refuse(StatusCode::SERVICE_UNAVAILABLE, &error)
        }
    }
}
