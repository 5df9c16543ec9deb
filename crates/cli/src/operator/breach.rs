//! A break of the journal's seals: looked at, or acknowledged so that sealing goes on behind it.

use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use symbolon_authority::journal::{
    AcknowledgeError, Break, BreakError, Named, acknowledge_break, look_at_break,
};
use symbolon_identity::World;
use symbolon_store::Sequence;
use symbolon_token::call::Actor;

use super::journal::{body, refuse};
use super::reply;
use crate::open::own_call;

/// Longest reason, in bytes: as much as the journal keeps of a text.
const MAX_REASON: usize = 400;

/// What was found, and why to go on.
#[derive(Deserialize)]
struct Asked {
    /// The first entry of the first seal that is not ours.
    unsigned: Option<i64>,
    /// The last entry that had been sealed.
    lost: Option<i64>,
    /// Why, on one line; absent: look only.
    reason: Option<String>,
}

impl Asked {
    fn named(&self) -> Option<Named> {
        match (self.unsigned, self.lost) {
            (Some(at), None) => Some(Named::Unsigned(Sequence(at))),
            (None, Some(at)) => Some(Named::Lost(Sequence(at))),
            (Some(_), Some(_)) | (None, None) => None,
        }
    }
}

pub(super) async fn answer(world: &World, request: Request<Body>) -> Response<Body> {
    let asked = body::<Asked>(request).await;
    let Some((named, asked)) = asked.and_then(|asked| Some((asked.named()?, asked))) else {
        return refuse(StatusCode::BAD_REQUEST, &"name unsigned or lost, a number");
    };
    let call = own_call(world).by(Actor::Operator);
    let Some(reason) = asked.reason else {
        return match look_at_break(world, &call, named).await {
            Ok(found) => reply(StatusCode::OK, &told(&found, false)),
            Err(error) => refused(&error),
        };
    };
    let reason = reason.trim();
    if reason.is_empty() || reason.len() > MAX_REASON || reason.chars().any(char::is_control) {
        let detail = format!("reason: say why, on one line and in at most {MAX_REASON} bytes");
        return refuse(StatusCode::BAD_REQUEST, &detail);
    }
    let Some(realm) = world.realms.first() else {
        return refuse(StatusCode::CONFLICT, &"there is no realm yet");
    };
    match acknowledge_break(world, &call, (realm.node, reason), named).await {
        Ok(done) => reply(StatusCode::OK, &told(&done, true)),
        Err(BreakError::Acknowledge(error)) => refused(&error),
        Err(error @ BreakError::Seal(_)) => refuse(StatusCode::SERVICE_UNAVAILABLE, &error),
    }
}

fn refused(error: &AcknowledgeError) -> Response<Body> {
    let status = match error {
        AcknowledgeError::Unavailable(_) | AcknowledgeError::Busy | AcknowledgeError::Sign(_) => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        AcknowledgeError::Unbroken { .. }
        | AcknowledgeError::Elsewhere { .. }
        | AcknowledgeError::CutOff { .. }
        | AcknowledgeError::TooMany => StatusCode::CONFLICT,
    };
    refuse(status, error)
}

fn told(found: &Break, acknowledged: bool) -> Value {
    let breach = &found.breach;
    json!({
        "acknowledged": acknowledged,
        "finding": breach.finding().name(),
        "first": breach.first.0,
        "last": breach.last.0,
        "request_id": breach.request,
        "set_aside": found.lines(),
    })
}
