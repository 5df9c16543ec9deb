//! The state: how the database answers, how fast the journal grows, which keys there are.

use axum::body::Body;
use axum::http::{Response, StatusCode};
use serde_json::{Value, json};
use symbolon_identity::{LoadError, World, signing_key};
use symbolon_journal::Event;
use symbolon_journal::segment::sealed;
use symbolon_store::{Sequence, Unavailable};

use super::reply;
use crate::clock;
use crate::open::migrations;

/// Entries whose size and age say how the journal grows.
const SAMPLE: usize = 1000;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// The shortest time that growth is told by: what came within a minute says nothing of a day.
const SHORTEST: i64 = 3_600_000;

pub(super) async fn answer(world: &World) -> Response<Body> {
    match state(world).await {
        Ok(state) => reply(StatusCode::OK, &state),
        Err(error) => {
            let detail = format!("the database does not answer: {error}");
            reply(
                StatusCode::SERVICE_UNAVAILABLE,
                &json!({ "detail": detail }),
            )
        }
    }
}

async fn state(world: &World) -> Result<Value, LoadError> {
    let now = clock::now();
    let (term, head) = world.db.head().await?;
    let writable = world.db.probe().await;
    Ok(json!({
        "engine": if world.db.is_exclusive() { "sqlite" } else { "postgresql" },
        "term": term.0,
        "schema": migrations().len() + 1,
        "writable": writable.is_ok(),
        "write_fault": world.db.write_fault().map(|fault| fault.to_string()),
        "clock": now.0,
        "clock_ahead_ms": u64::try_from(clock::lag().as_millis()).unwrap_or(u64::MAX),
        "behind_ms": u64::try_from(world.follower.behind(now).as_millis()).unwrap_or(u64::MAX),
        "journal": journal(world, head).await?,
        "keys": keys(world).await?,
    }))
}

/// Growth by the newest entries: what they take, and how long they took to come.
async fn journal(world: &World, head: Sequence) -> Result<Value, Unavailable> {
    let newest = world.db.entries_before(Sequence(i64::MAX), SAMPLE).await?;
    let bytes: usize = newest.iter().map(|(_, entry)| entry.len()).sum();
    let at = |one: Option<&(Sequence, Vec<u8>)>| {
        one.and_then(|(_, entry)| Event::decode(entry).ok())
            .map(|event| event.at.0)
    };
    let span = match (at(newest.first()), at(newest.last())) {
        (Some(last), Some(first)) => (last - first).max(1),
        (_, _) => 1,
    };
    let count = i64::try_from(newest.len()).unwrap_or(0);
    let average = i64::try_from(bytes).unwrap_or(0) / count.max(1);
    let a_day = if count == 0 {
        0
    } else {
        count.saturating_mul(DAY) / span.max(SHORTEST)
    };
    Ok(json!({
        "entries": head.0,
        "sealed": sealed(&world.db).await?.0,
        "bytes_per_entry": average,
        "entries_per_day": a_day,
        "bytes_per_day": a_day.saturating_mul(average),
    }))
}

async fn keys(world: &World) -> Result<Value, LoadError> {
    let mut keys = Vec::new();
    for realm in world.realms.all() {
        for listed in signing_key::list(world, realm.node, clock::now()).await? {
            keys.push(json!({
                "realm": realm.name,
                "kid": listed.id.to_string(),
                "algorithm": listed.algorithm.name(),
                "phase": listed.phase.name(),
            }));
        }
    }
    Ok(Value::Array(keys))
}
