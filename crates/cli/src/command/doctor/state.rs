//! What the server, or the installation opened here, says of itself. That it says anything proves
//! database, schema and root key.

use axum::http::Method;
use serde_json::Value;
use symbolon_token::time::Time;

use super::check::Check;
use crate::exit::Fault;
use crate::place::Installation;
use crate::{clock, operator};

/// How far two clocks on one machine may be apart before something is wrong, in milliseconds.
const MAX_SKEW: i64 = 5_000;

/// How far time may be ahead of the machine's clock: what NTP corrects without being noticed.
const MAX_AHEAD: i64 = 60_000;

/// How many times as long as it is ahead time takes until the machine's clock has caught up: it goes
/// on by nine tenths.
const CATCH_UP: i64 = 10;

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
        clock(state, clock::now().minus(clock::lag())),
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
        let why = match said(state, "write_fault") {
            "" => "see the log",
            why => why,
        };
        Check::broken(
            "database",
            format!("{detail}, reads but does not write: {why}"),
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

/// A server whose clock was set back goes on more slowly until the machine's has caught up. Without
/// that, its clock and this machine's agree. `here` is what this machine's clock says.
fn clock(state: &Value, here: Time) -> Check {
    let ahead = number(state, "clock_ahead_ms");
    if ahead > MAX_AHEAD {
        let detail = format!(
            "time here is {} s ahead of the machine's clock, which was set back, and waits for it; \
             set the machine's clock right (NTP), then it is caught up within {} minutes; until \
             then tokens carry times that are ahead, and assertions of clients look expired",
            ahead / 1000,
            (ahead * CATCH_UP + 59_999) / 60_000
        );
        return Check::broken("clock", detail);
    }
    let skew = (here.0 + ahead - number(state, "clock")).abs();
    if skew > MAX_SKEW {
        let detail =
            format!("the server's clock is {skew} ms from this one; set both by one source (NTP)");
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
            "{} entries, sealed up to {}, of {} bytes each; growing by {} entries, {} KiB a day",
            number(journal, "entries"),
            number(journal, "sealed"),
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::check::Verdict;
    use super::*;

    const NOON: Time = Time(1_800_000_000_000);

    fn judged(clock_at: i64, ahead: i64) -> Check {
        let state = json!({ "clock": clock_at, "clock_ahead_ms": ahead });
        clock(&state, NOON)
    }

    #[test]
    fn a_clock_that_waits_for_the_machines_is_said_with_the_remedy() {
        let hour = 3_600_000;
        let check = judged(NOON.0 + hour, hour);
        assert_eq!(check.verdict, Verdict::Broken);
        let told = "time here is 3600 s ahead of the machine's clock, which was set back, and waits \
                    for it; set the machine's clock right (NTP), then it is caught up within 600 \
                    minutes; ";
        assert!(check.detail.starts_with(told), "{}", check.detail);
    }

    #[test]
    fn a_clock_that_waits_a_moment_is_well() {
        assert_eq!(judged(NOON.0 + 30_000, 30_000).verdict, Verdict::Well);
    }

    #[test]
    fn a_clock_that_differs_is_said() {
        assert_eq!(judged(NOON.0 + 4_000, 0).verdict, Verdict::Well);
        assert_eq!(judged(NOON.0 - 6_000, 0).verdict, Verdict::Broken);
    }

    #[test]
    fn a_database_that_cannot_be_written_says_why() {
        let state = json!({ "engine": "sqlite", "writable": false, "write_fault": "it is full" });
        let check = database(&state);
        assert_eq!(check.verdict, Verdict::Broken);
        assert!(check.detail.ends_with("does not write: it is full"));
    }
}
