//! `POST /v1/suspensions` and `POST /v1/suspensions/resume`: a cause is taken out of use, or put into
//! use again. Doing either twice changes nothing, so its answer is kept after it.
//!
//! Who may revoke may suspend. To put a client, a subject or a password into use again also needs the
//! right that enables it by its own route.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde::{Deserialize, Serialize};
use symbolon_authority::revocation::{Cause, Claimed, Revocation, Target, find, head, order};
use symbolon_authority::suspension::{SuspendError, Way, suspend as stand};
use symbolon_identity::{Revoked, With};
use symbolon_token::node::NodeId;
use symbolon_token::time::Time;

use super::super::revocation::{Named, reason, recalled};
use crate::app::App;
use crate::bearer::{Allowed, ChangeClients, ChangeSubjects, RevokeTokens};
use crate::document::{Document, Known, Post, done as answered};
use crate::problem::Problem;

/// What is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Asked {
    cause: Named,
    reason: String,
}

impl Document for Asked {}

/// How it stands.
#[derive(Serialize)]
struct View {
    sequence: i64,
    node: Option<NodeId>,
    epoch: Option<i64>,
    at: Time,
    state: &'static str,
}

pub(in super::super) async fn suspend(
    State(app): State<App>,
    post: Post<RevokeTokens, Asked>,
) -> Result<Response<Body>, Problem> {
    answer(app, post, Way::Suspend).await
}

pub(in super::super) async fn resume(
    State(app): State<App>,
    post: Post<RevokeTokens, Asked>,
) -> Result<Response<Body>, Problem> {
    answer(app, post, Way::Resume).await
}

async fn answer(
    app: App,
    post: Post<RevokeTokens, Asked>,
    way: Way,
) -> Result<Response<Body>, Problem> {
    let Post {
        allowed,
        body,
        once,
    } = post;
    let (call, cause) = (allowed.call, body.cause.node()?);
    let reason = reason(&body.reason)?;
    let behind = head(app.world()).await?;
    let claim = move |stood: &Revoked| {
        serde_json::to_vec(&Claimed::new(&call, stood, behind)).unwrap_or_default()
    };
    let deed = |with| done(&app, &allowed, (cause, way), (reason, with));
    let answer = async |known| {
        let stood = match known {
            Known::Now(stood) => stood,
            Known::Before(claim) => recalled(&app, &claim).await?,
        };
        Ok(answered(&view(way, &stood)))
    };
    once.settled(claim, deed, answer).await
}

async fn done(
    app: &App,
    allowed: &Allowed<RevokeTokens>,
    (cause, way): (Cause, Way),
    why: (&str, With<Revoked>),
) -> Result<Revocation, Problem> {
    let (world, call, realm) = (app.world(), &allowed.call, &allowed.realm);
    let target = find(world, realm, cause, call.now).await?;
    match (&target, way) {
        (Target::Client(_), Way::Resume) => allowed.also::<ChangeClients>(app).await?,
        (Target::Subject(_) | Target::Authenticator(_), Way::Resume) => {
            allowed.also::<ChangeSubjects>(app).await?;
        }
        (_, Way::Suspend | Way::Resume) => {}
    }
    let order = order(world, realm, &target, why, call.now).await?;
    let stood = stand(world, call, realm, (&target, way), &order).await?;
    Ok(Revocation::new(call, &stood))
}

fn view(way: Way, Revocation { sequence, claimed }: &Revocation) -> View {
    View {
        sequence: sequence.0,
        node: claimed.node,
        epoch: claimed.epoch,
        at: claimed.at,
        state: match way {
            Way::Suspend => "suspended",
            Way::Resume => "live",
        },
    }
}

impl From<SuspendError> for Problem {
    fn from(error: SuspendError) -> Self {
        match error {
            SuspendError::Find(error) => error.into(),
            SuspendError::NoWayBack(_) | SuspendError::Realm => {
                Self::bad("cannot_be_suspended", format!("cause: {error}"))
            }
            SuspendError::Subject(error) => error.into(),
            SuspendError::Client(error) => error.into(),
            SuspendError::ClientSecret(error) => error.into(),
            SuspendError::Session(error) => error.into(),
            SuspendError::Grant(error) => error.into(),
            SuspendError::Authenticator(error) => error.into(),
            SuspendError::Write(error) => error.into(),
        }
    }
}
