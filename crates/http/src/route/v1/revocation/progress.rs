//! `GET /v1/revocations/{id}`: how far a revocation has come that runs over the journal; with the
//! receipt, when it is done.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde::Serialize;
use symbolon_authority::revocation_job::{Job, Progress, find, receipt};
use symbolon_identity::realm::Realm;
use symbolon_token::node::NodeId;
use symbolon_token::time::Time;

use crate::app::App;
use crate::bearer::{Allowed, RevokeTokens};
use crate::document::{Place, json};
use crate::problem::Problem;

/// As `wait` is spelt where it is asked for.
const NOBODY: &str = "none";

/// A revocation that runs.
#[derive(Serialize)]
pub(super) struct View {
    id: NodeId,
    state: &'static str,
    /// Where to ask how far it has come.
    progress: String,
    /// Whom it waits for: nobody, whatever was asked. It kills for as long as it runs.
    wait: &'static str,
    as_of: Time,
    scanned: u64,
    total: i64,
    revoked: u64,
    kinds: Kinds,
    ended_at: Option<Time>,
    sequence: Option<i64>,
    receipt: Option<String>,
}

/// What died, by its kind.
#[derive(Default, Serialize)]
struct Kinds {
    access: u64,
    refresh: u64,
    session: u64,
}

impl View {
    /// One that has just been asked for.
    pub(super) fn begun(realm: &Realm, job: &Job) -> Self {
        Self {
            id: job.id,
            state: "running",
            progress: address(realm, job.id),
            wait: NOBODY,
            as_of: job.as_of,
            scanned: 0,
            total: job.total,
            revoked: 0,
            kinds: Kinds::default(),
            ended_at: None,
            sequence: None,
            receipt: None,
        }
    }

    fn of(realm: &Realm, job: &Progress, told: Option<(Option<i64>, String)>) -> Self {
        let (sequence, receipt) = told.unzip();
        Self {
            id: job.id,
            state: if receipt.is_some() { "done" } else { "running" },
            progress: address(realm, job.id),
            wait: NOBODY,
            as_of: job.as_of,
            scanned: job.scanned,
            total: job.total,
            revoked: job.access + job.refresh + job.session,
            kinds: Kinds {
                access: job.access,
                refresh: job.refresh,
                session: job.session,
            },
            ended_at: job.ended_at,
            sequence: sequence.flatten(),
            receipt,
        }
    }
}

/// Where a revocation that runs is asked about.
pub(super) fn address(realm: &Realm, job: NodeId) -> String {
    format!("{}/revocations/{job}", realm.management_audience())
}

pub(in super::super) async fn progress(
    State(app): State<App>,
    Place(id): Place<NodeId>,
    allowed: Allowed<RevokeTokens>,
) -> Result<Response<Body>, Problem> {
    let (world, call, realm) = (app.world(), allowed.call, allowed.realm);
    let found = find(world, realm.node, id).await?;
    let job = found.ok_or_else(|| {
        let detail = "no revocation by this id runs here, or it ended more than 30 days ago";
        Problem::not_found("revocation_unknown", detail)
    })?;
    let told = receipt(world, &call, &realm, &job).await?;
    let told = told.map(|(sequence, text)| (sequence.map(|one| one.0), text));
    Ok(json(&View::of(&realm, &job, told)))
}
