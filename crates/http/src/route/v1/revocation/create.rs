//! `POST /v1/revocations`: what descends from the cause is dead at this commit; whoever asks may wait
//! until those who follow the feed refuse it too.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use serde::{Deserialize, Serialize};
use symbolon_authority::feed::Enforcement;
use symbolon_authority::revocation::{
    Afterwards, Claimed, Revocation, RevokeError, find, order, recall, receipt, revoke,
};
use symbolon_identity::Revoked;
use symbolon_identity::realm::Realm;
use symbolon_token::call::Call;
use symbolon_token::node::{NodeId, RealmNode};
use symbolon_token::time::Time;

use super::cause::Named;
use crate::app::App;
use crate::bearer::RevokeTokens;
use crate::document::{Document, Known, Post, done};
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

pub(in super::super) async fn create(
    State(app): State<App>,
    post: Post<RevokeTokens, Asked>,
) -> Result<Response<Body>, Problem> {
    let (world, call, realm) = (app.world(), post.allowed.call, post.allowed.realm);
    let (cause, reason) = (post.body.cause.one()?, reason(&post.body.reason)?);
    let wanted = (post.body.wait, post.body.timeout_ms);
    let afterwards = if post.body.disable {
        Afterwards::Disabled
    } else {
        Afterwards::Live
    };
    let claim = move |revoked: &Revoked| {
        serde_json::to_vec(&Claimed::new(&call, revoked)).unwrap_or_default()
    };
    let deed = async |with| {
        let target = find(world, &realm, cause, call.now).await?;
        let order = order(world, &realm, &target, (reason, with), call.now).await?;
        let done = revoke(world, &call, &realm, (&target, afterwards), &order).await?;
        Ok::<_, RevokeError>(Revocation::new(&call, &done))
    };
    let answer = async |known| {
        let revocation = recalled(&app, known).await?;
        let view = view(&app, &call, &realm, (revocation, wanted)).await?;
        Ok(done(&view))
    };
    post.once.settled(claim, deed, answer).await
}

/// What an operator says of it, for the journal.
fn reason(text: &str) -> Result<&str, Problem> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_REASON || text.chars().any(char::is_control) {
        let detail = format!(
            "reason: say why, on one line and in at most {MAX_REASON} bytes; it stands in the journal"
        );
        return Err(Problem::bad("invalid_reason", detail));
    }
    Ok(text)
}

/// The revocation that was done just now; or the one that a retry asks for, whose answer was never
/// made.
async fn recalled(app: &App, known: Known<Revocation>) -> Result<Revocation, Problem> {
    let claim = match known {
        Known::Now(revocation) => return Ok(revocation),
        Known::Before(claim) => claim,
    };
    let claimed = serde_json::from_slice(&claim).map_err(Problem::internal)?;
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
    (revocation, wanted): (Revocation, (Wait, Option<u32>)),
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
