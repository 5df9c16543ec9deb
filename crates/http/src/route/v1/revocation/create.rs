//! `POST /v1/revocations`: what descends from the cause is dead at this commit. Nobody follows a feed
//! yet, so nobody is waited for.

use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, Response};
use serde::{Deserialize, Serialize};
use symbolon_authority::revocation::{
    Afterwards, Asked as Sought, Cause, Claimed, Revocation, RevokeError, Span, find, recall,
    receipt, revoke,
};
use symbolon_authority::revocation_job::{self as job, Job};
use symbolon_identity::realm::Realm;
use symbolon_identity::{Order, Revoked};
use symbolon_token::call::Call;
use symbolon_token::node::NodeId;
use symbolon_token::time::Time;

use super::cause::Named;
use super::progress;
use crate::app::App;
use crate::bearer::RevokeTokens;
use crate::document::{Document, Known, Once, Post, accepted, done};
use crate::problem::Problem;

/// Longest reason, in bytes: what the journal keeps of a text.
const MAX_REASON: usize = 400;

/// Whom to wait for.
#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum Wait {
    /// Every verifier that follows the feed.
    All,
    /// Half of them.
    Quorum,
    /// Nobody.
    #[default]
    None,
}

/// A revocation as it is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Asked {
    cause: Named,
    reason: String,
    #[serde(default, rename = "wait")]
    _wait: Wait,
    /// How long to wait, in milliseconds.
    #[serde(default, rename = "timeout_ms")]
    _timeout: Option<u32>,
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
    enforced_by: [&'static str; 0],
    unreachable: [&'static str; 0],
}

pub(in super::super) async fn create(
    State(app): State<App>,
    post: Post<RevokeTokens, Asked>,
) -> Result<Response<Body>, Problem> {
    let (call, realm) = (post.allowed.call, post.allowed.realm);
    let (asked, reason) = (post.body.cause.asked()?, reason(&post.body.reason)?);
    match (asked, post.body.disable) {
        (Sought::Cause(cause), disable) => {
            let afterwards = if disable {
                Afterwards::Disabled
            } else {
                Afterwards::Live
            };
            let order = ((cause, afterwards), reason);
            at_once(&app, (call, &realm), order, post.once).await
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
    ((cause, afterwards), reason): ((Cause, Afterwards), &str),
    once: Once,
) -> Result<Response<Body>, Problem> {
    let world = app.world();
    let claim = move |revoked: &Revoked| {
        serde_json::to_vec(&Claimed::new(&call, revoked)).unwrap_or_default()
    };
    let deed = async |with| {
        let target = find(world, realm, cause, call.now).await?;
        let order = Order::because(reason).with(with);
        let done = revoke(world, &call, realm, (&target, afterwards), &order).await?;
        Ok::<_, RevokeError>(Revocation::new(&call, &done))
    };
    let answer = async |known| {
        let revocation = match known {
            Known::Now(revocation) => revocation,
            Known::Before(claim) => recalled(app, &claim).await?,
        };
        let view = view(app, &call, realm, revocation).await?;
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
    let (id, of) = (Arc::new(OnceLock::new()), Arc::clone(realm));
    let named = Arc::clone(&id);
    let answer = move |job: &Job| {
        let _named_before = named.set(job.id);
        accepted(&progress::View::begun(&of, job))
    };
    let deed = |with| job::ask(app.world(), call, realm, span, (reason, with));
    let mut response = once.deed(answer, deed).await?;
    if let Some(id) = id.get()
        && let Ok(address) = HeaderValue::try_from(progress::address(realm, *id))
    {
        response.headers_mut().insert(LOCATION, address);
    }
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

async fn view(
    app: &App,
    call: &Call,
    realm: &Realm,
    revocation: Revocation,
) -> Result<View, Problem> {
    let receipt = receipt(app.world(), call, realm, &revocation).await?;
    let Revocation { sequence, claimed } = revocation;
    Ok(View {
        sequence: sequence.0,
        node: claimed.node,
        epoch: claimed.epoch,
        at: claimed.at,
        receipt,
        enforced_by: [],
        unreachable: [],
    })
}
