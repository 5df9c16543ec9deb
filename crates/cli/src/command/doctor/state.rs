//! What the server, or the installation opened here, says of itself. That it says anything proves
//! database, schema and root key.

use axum::http::Method;
use serde_json::Value;

use super::check::Check;
use crate::exit::Fault;
use crate::place::Installation;
use crate::{clock, operator};

/// How far two clocks on one machine may be apart before something is wrong, in milliseconds.
const MAX_SKEW: i64 = 5_000;

/// How far behind the journal a node may be and still be well, in milliseconds.
const MAX_BEHIND: i64 = 1_000;

/// Asks for it.
///
/// # Errors
/// [`Fault`], which is the first thing to mend.
pub(super) async fn ask(place: &Installation) -> Result<Value, Fault> {
    let mut api = super::open(place).await?;
    let state = api.ask(Method::GET, operator::STATE, None).await;
    api.close().await;
    state
}

/// What it proves.
pub(super) fn checks(state: &Value) -> Vec<Check> {
    vec![
        database(state),
        Check::well(
            "root key",
            "it is the one this database was written with".to_owned(),
        ),
        Check::well(
            "schema",
            format!("up to date, {} migrations", number(state, "schema")),
        ),
        follower(state),
        clock(state),
        journal(state),
        keys(state),
    ]
}

pub(super) fn number(value: &Value, member: &str) -> i64 {
    value.get(member).and_then(Value::as_i64).unwrap_or(0)
}

fn said<'v>(value: &'v Value, member: &str) -> &'v str {
    value.get(member).and_then(Value::as_str).unwrap_or("")
}

fn database(state: &Value) -> Check {
    let detail = format!("{}, term {}", said(state, "engine"), number(state, "term"));
    if state.get("writable").and_then(Value::as_bool) == Some(true) {
        Check::well("database", format!("{detail}, reads and writes"))
    } else {
        Check::broken(
            "database",
            format!("{detail}, reads but does not write; see the log"),
        )
    }
}

fn follower(state: &Value) -> Check {
    let behind = number(state, "behind_ms");
    let detail = format!("{behind} ms behind the journal");
    if behind > MAX_BEHIND {
        Check::broken("follower", detail)
    } else {
        Check::well("follower", detail)
    }
}

fn clock(state: &Value) -> Check {
    let skew = (clock::now().0 - number(state, "clock")).abs();
    if skew > MAX_SKEW {
        let detail = format!("the server's clock is {skew} ms from this one");
        Check::broken("clock", detail)
    } else {
        Check::well("clock", "the server's and this one agree".to_owned())
    }
}

fn journal(state: &Value) -> Check {
    let empty = Value::Null;
    let journal = state.get("journal").unwrap_or(&empty);
    Check::well(
        "journal",
        format!(
            "{} entries of {} bytes; growing by {} entries, {} KiB a day",
            number(journal, "entries"),
            number(journal, "bytes_per_entry"),
            number(journal, "entries_per_day"),
            number(journal, "bytes_per_day") / 1024,
        ),
    )
}

fn keys(state: &Value) -> Check {
    let keys = state.get("keys").and_then(Value::as_array);
    let keys = keys.map(Vec::as_slice).unwrap_or_default();
    let list: Vec<_> = keys
        .iter()
        .map(|key| {
            format!(
                "{} {} {} {}",
                said(key, "realm"),
                said(key, "algorithm"),
                said(key, "kid"),
                said(key, "phase")
            )
        })
        .collect();
    if keys.iter().any(|key| said(key, "phase") == "active") {
        Check::well("keys", list.join("; "))
    } else {
        Check::broken(
            "keys",
            format!("no signing key is active: {}", list.join("; ")),
        )
    }
}
