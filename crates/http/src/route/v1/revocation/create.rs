//! `POST /v1/revocations`: what descends from the cause is dead at this commit; whoever asks may wait
//! until those who follow the feed refuse it too. What is no node runs over the journal instead.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, Response};
use serde::{Deserialize, Serialize};
use symbolon_authority::feed::Enforcement;
use symbolon_authority::revocation::{
    Afterwards, Asked as Sought, Cause, Claimed, Revocation, RevokeError, Span, find, head, order,
    recall, receipt, revoke,
};
use symbolon_authority::revocation_job::{self as job, Job};
use symbolon_identity::Revoked;
use symbolon_identity::realm::Realm;
use symbolon_token::call::Call;
use symbolon_token::node::{NodeId, RealmNode};
use symbolon_token::time::Time;

use super::cause::Named;
use super::progress;
use crate::app::App;
use crate::bearer::RevokeTokens;
use crate::document::{Document, Known, Once, Post, accepted, done, response};
use crate::enforcement::{Wait, enforcement};
use crate::problem::Problem;

/// Longest reason, in bytes: what the journal keeps of a text.
const MAX_REASON: usize = 400;

/// A revocation as it is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Asked {
    cause: Named,
    reason: String,
    #[serde(default)]
    wait: Wait,
    /// How long to wait, in milliseconds.
    #[serde(default)]
    timeout_ms: Option<u32>,
    #[serde(default)]
    disable: bool,
}

impl Document for Asked {}

/// For whom to wait, and for how many milliseconds.
type Wanted = (Wait, Option<u32>);

/// A revocation as it was done.
#[derive(Serialize)]
struct View {
    sequence: i64,
    node: Option<NodeId>,
    epoch: Option<i64>,
    at: Time,
    receipt: String,
    #[serde(flatten)]
    enforcement: Enforcement,
}

/// Of the answer to one that runs, given now or to an earlier try: where to ask about it.
#[derive(Deserialize)]
struct Begun {
    progress: String,
}

pub(in super::super) async fn create(
    State(app): State<App>,
    post: Post<RevokeTokens, Asked>,
) -> Result<Response<Body>, Problem> {
    let (call, realm) = (post.allowed.call, post.allowed.realm);
    let (asked, reason) = (post.body.cause.asked()?, reason(&post.body.reason)?);
    let wanted = (post.body.wait, post.body.timeout_ms);
    match (asked, post.body.disable) {
        (Sought::Cause(cause), disable) => {
            let afterwards = if disable {
                Afterwards::Disabled
            } else {
                Afterwards::Live
            };
            let asked = ((cause, afterwards), reason, wanted);
            at_once(&app, (call, &realm), asked, post.once).await
        }
        (Sought::Span(span), false) => run(&app, (&call, &realm), (span, reason), post.once).await,
        (Sought::Span(_), true) => {
            let detail = "disable: nothing of this cause could be enabled again; leave disable out";
            Err(Problem::bad("cannot_be_disabled", detail))
        }
    }
}

/// One that is done when it is answered.
async fn at_once(
    app: &App,
    (call, realm): (Call, &Realm),
    ((cause, afterwards), reason, wanted): ((Cause, Afterwards), &str, Wanted),
    once: Once,
) -> Result<Response<Body>, Problem> {
    let world = app.world();
    let behind = head(world).await?;
    let claim = move |revoked: &Revoked| {
        serde_json::to_vec(&Claimed::new(&call, revoked, behind)).unwrap_or_default()
    };
    let deed = async |with| {
        let target = find(world, realm, cause, call.now).await?;
        let order = order(world, realm, &target, (reason, with), call.now).await?;
        let done = revoke(world, &call, realm, (&target, afterwards), &order).await?;
        Ok::<_, RevokeError>(Revocation::new(&call, &done))
    };
    let answer = async |known| {
        let revocation = match known {
            Known::Now(revocation) => revocation,
            Known::Before(claim) => recalled(app, &claim).await?,
        };
        let view = view(app, &call, realm, (revocation, wanted)).await?;
        Ok(done(&view))
    };
    once.settled(claim, deed, answer).await
}

/// One that runs over the journal: its answer says where to ask how far it has come.
async fn run(
    app: &App,
    (call, realm): (&Call, &Arc<Realm>),
    (span, reason): (Span, &str),
    once: Once,
) -> Result<Response<Body>, Problem> {
    let of = Arc::clone(realm);
    let answer = move |job: &Job| accepted(&progress::View::begun(&of, job));
    let deed = |with| job::ask(app.world(), call, realm, span, (reason, with));
    let answer = once.answered(answer, deed).await?;
    let begun: Begun = serde_json::from_slice(&answer.body).map_err(Problem::internal)?;
    let address = HeaderValue::try_from(begun.progress).map_err(Problem::internal)?;
    let mut response = response(&answer);
    response.headers_mut().insert(LOCATION, address);
    Ok(response)
}

/// What an operator says of it, for the journal.
pub(in super::super) fn reason(text: &str) -> Result<&str, Problem> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_REASON || text.chars().any(char::is_control) {
        let detail = format!(
            "reason: say why, on one line and in at most {MAX_REASON} bytes; it stands in the journal"
        );
        return Err(Problem::bad("invalid_reason", detail));
    }
    Ok(text)
}

/// The revocation that a retry asks for, whose answer was never made.
pub(in super::super) async fn recalled(app: &App, claim: &[u8]) -> Result<Revocation, Problem> {
    let claimed = serde_json::from_slice(claim).map_err(Problem::internal)?;
    let found = recall(app.world(), claimed).await?;
    found.ok_or_else(|| Problem::internal("the journal does not hold a revocation that was done"))
}

/// The realm whose tokens died: another one where a realm was revoked by the first.
fn concerned(app: &App, realm: &Realm, revocation: &Revocation) -> RealmNode {
    let node = revocation.claimed.node.map(RealmNode);
    let revoked = node.and_then(|node| app.world().realms.by_node(node));
    revoked.map_or(realm.node, |revoked| revoked.node)
}

async fn view(
    app: &App,
    call: &Call,
    realm: &Realm,
    (revocation, wanted): (Revocation, Wanted),
) -> Result<View, Problem> {
    let concerned = concerned(app, realm, &revocation);
    let enforcement = enforcement(app, concerned, wanted).await?;
    let facts = (&revocation, &enforcement);
    let receipt = receipt(app.world(), call, realm, facts).await?;
    let Revocation { sequence, claimed } = revocation;
    Ok(View {
        sequence: sequence.0,
        node: claimed.node,
        epoch: claimed.epoch,
        at: claimed.at,
        receipt,
        enforcement,
    })
}
