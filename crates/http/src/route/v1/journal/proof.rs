//! `GET /v1/journal/proofs/{sequence}`: an entry of this realm, and the path that proves it.
//! `GET /v1/journal/growth?since=…`: that the journal has only grown since a checkpoint.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde::Deserialize;
use symbolon_authority::journal;
use symbolon_journal::Sequence;

use crate::app::App;
use crate::bearer::{Allowed, ReadJournal};
use crate::document::{Params, Place, json};
use crate::problem::Problem;

/// Since when.
#[derive(Deserialize)]
pub(in super::super) struct Since {
    /// The older checkpoint.
    since: String,
}

pub(in super::super) async fn prove(
    State(app): State<App>,
    allowed: Allowed<ReadJournal>,
    Place(sequence): Place<i64>,
) -> Result<Response<Body>, Problem> {
    let (realm, now) = (&allowed.realm, allowed.call.now);
    let proof = journal::prove(app.world(), realm, Sequence(sequence), now).await?;
    Ok(json(&proof))
}

pub(in super::super) async fn growth(
    State(app): State<App>,
    allowed: Allowed<ReadJournal>,
    Params(Since { since }): Params<Since>,
) -> Result<Response<Body>, Problem> {
    let (realm, now) = (&allowed.realm, allowed.call.now);
    let proof = journal::prove_growth(app.world(), realm, &since, now).await?;
    Ok(json(&proof))
}
