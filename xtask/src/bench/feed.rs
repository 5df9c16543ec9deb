//! The feed: how long it takes from a revocation until everybody who follows refuses it, while the
//! authority issues as many tokens as it can; and what a revocation costs on the wire.
//!
//! 1. Build the library's example `lag`: real followers, in one process beside the authority's.
//! 2. For each number of followers: wrk asks for tokens all the while, and `lag` revokes some, one at a
//!    time.
//! 3. Without load: revocations one at a time, and the frames that told of them.
//! 4. Two authorities on one PostgreSQL server: step 2, where the followers follow one node, and the other
//!    is asked to revoke.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::authority::{self, Authority, SCOPE, connect};
use super::browser::encoded;
use super::build::{self, Programs};
use super::drive::Driver;
use super::folder::Folder;
use super::http::Request;
use super::option::Options;
use super::postgres::Postgres;
use super::process::rest;
use super::row::Form;
use super::table::{Line, milliseconds, thousands};
use super::token::{FORM, fetch};
use crate::command;
use crate::failure::Failure;

/// Followers of each row of lags.
const FOLLOWERS: [u32; 3] = [1, 10, 100];

/// Revocations of a row.
const REVOCATIONS: u32 = 100;

/// Revocations that are enough to see whether it works.
const QUICK_REVOCATIONS: u32 = 5;

/// Half of the revocations are known by then, and all but one in a hundred.
const P50: Duration = Duration::from_millis(15);
const P99: Duration = Duration::from_millis(100);

/// Revocations whose frames are counted.
const TOLD: usize = 50;

/// How far apart they are: more than frames are.
const APART: Duration = Duration::from_millis(30);

/// The client that follows and revokes at two nodes.
const CLIENT_ID: &str = "lag";

/// What a revocation costs on the wire.
const BYTES: &str = "feed/bytes-per-revocation";

/// The lines.
pub(super) fn names() -> Vec<String> {
    let lags = FOLLOWERS.map(|followers| name(LAG, followers));
    let far = FOLLOWERS.map(|followers| name(TWO_NODES, followers));
    lags.into_iter()
        .chain([BYTES.to_owned()])
        .chain(far)
        .collect()
}

fn name(what: &str, followers: u32) -> String {
    format!("{what}-{followers}")
}

/// From a revocation at the node that is followed.
const LAG: &str = "feed/lag";

/// From a revocation at another node.
const TWO_NODES: &str = "feed/two-nodes";

/// Builds and starts what it needs, and measures what is asked for.
///
/// # Errors
/// [`Failure`] where something does not build or start, or a revocation is not heard of.
pub(super) fn measure(
    root: &Path,
    options: &Options,
    programs: &Programs,
) -> Result<Vec<Line>, Failure> {
    let which = ["-p", "symbolon-verify", "--features", "follow"];
    let lag = build::program(root, &[&which[..], &["--example", "lag"]].concat())?;
    let mut lines = Vec::new();
    let near = FOLLOWERS.map(|followers| name(LAG, followers));
    if options.wants_any(&near) || options.wants(BYTES) {
        lines.extend(at_one_node(options, programs, &lag)?);
    }
    if options.wants_any(&FOLLOWERS.map(|followers| name(TWO_NODES, followers))) {
        lines.extend(at_two_nodes(options, programs, &lag)?);
    }
    Ok(lines)
}

/// Steps 2 and 3.
fn at_one_node(options: &Options, programs: &Programs, lag: &Path) -> Result<Vec<Line>, Failure> {
    let folder = Folder::new("bench")?;
    let process = authority::start_dev(&programs.symbolon, &folder)?;
    let authority = authority::development(&process, &folder)?;
    authority.make_resources()?;
    let driver = Driver {
        options,
        folder: &folder,
    };
    let record = folder.path().join("dev").join("dev.json");
    let mut lines = lags(&driver, &authority, LAG, (lag, &record))?;
    if options.wants(BYTES) {
        lines.push(bytes(&authority)?);
    }
    process.end()?;
    Ok(lines)
}

/// Step 4.
fn at_two_nodes(options: &Options, programs: &Programs, lag: &Path) -> Result<Vec<Line>, Failure> {
    let server = Postgres::start()?;
    let folder = Folder::new("bench")?;
    let followed = authority::start_serve(&programs.symbolon, &folder, &server.url())?;
    let authority = authority::production(&followed)?;
    authority.make_resources()?;
    let asked = authority::start_beside(&programs.symbolon, &folder, &server.url(), &followed)?;
    let client = json!({
        "client_id": CLIENT_ID,
        "grant_types": ["client_credentials"],
        "scope": format!("{SCOPE} feed"),
        "introspect_all": true,
    });
    let (client_id, client_secret) = authority.make_client(&client)?;
    let record = json!({
        "issuer": format!("http://{}", followed.address),
        "client_id": client_id,
        "client_secret": client_secret,
        "resource_url": Form::Ed25519.audience(),
        "revoke_at": asked.address.to_string(),
    });
    let record = folder.write("lag.json", &record.to_string())?;
    let driver = Driver {
        options,
        folder: &folder,
    };
    let lines = lags(&driver, &authority, TWO_NODES, (lag, &record))?;
    asked.end()?;
    followed.end()?;
    Ok(lines)
}

/// Step 2 for each number of followers that is asked for.
fn lags(
    driver: &Driver<'_>,
    authority: &Authority,
    what: &str,
    (program, record): (&Path, &Path),
) -> Result<Vec<Line>, Failure> {
    let mut lines = Vec::new();
    for followers in FOLLOWERS {
        let name = name(what, followers);
        if driver.options.wants(&name) {
            let mut lag = Command::new(program);
            lag.arg(record).arg(followers.to_string());
            lines.push(lagging(driver, authority, (&name, lag))?);
        }
    }
    Ok(lines)
}

/// Step 2 for one number of followers.
fn lagging(
    driver: &Driver<'_>,
    authority: &Authority,
    (name, mut lag): (&str, Command),
) -> Result<Line, Failure> {
    let revocations = if driver.options.quick {
        QUICK_REVOCATIONS
    } else {
        REVOCATIONS
    };
    lag.arg(revocations.to_string());
    let load = driver.issuing(authority, Form::Ed25519)?;
    let found = command::read(&mut lag);
    let issued = load.stop()?;
    println!(
        "  {} tokens a second were issued beside it, {} errors",
        thousands(issued.rate),
        issued.errors
    );
    let found: Value = serde_json::from_str(&found?).unwrap_or_default();
    let time = |member: &str| {
        let micros = found.get(member).and_then(Value::as_u64);
        micros.map(Duration::from_micros).ok_or(Failure::Shape {
            what: "what the bench of the feed has printed",
            why: format!("it lacks {member}"),
        })
    };
    let (p50, p99) = (time("p50")?, time("p99")?);
    let asked = format!("{} asked", milliseconds(time("asked_p50")?));
    let line = Line {
        p50: milliseconds(p50),
        p99: milliseconds(p99),
        ..Line::of(name, asked)
    };
    // Another node hears of it when it looks into the journal next.
    Ok(if name.starts_with(TWO_NODES) {
        line.aim("p99 ≤ 100 ms", p99 <= P99)
    } else {
        line.aim("p50 ≤ 15 ms, p99 ≤ 100 ms", p50 <= P50 && p99 <= P99)
    })
}

/// Step 3.
fn bytes(authority: &Authority) -> Result<Line, Failure> {
    let form = Form::Ed25519;
    let tokens = fetch(authority, &form.request(), TOLD)?;
    let token = authority.token("grant_type=client_credentials&scope=feed")?;
    let bearer = format!("Bearer {token}");
    let audience = encoded(&form.audience());
    let mut connection = connect(authority.address)?;
    let mut get = |path: &str| {
        connection.succeed(Request {
            path,
            authorization: Some(&bearer),
            ..Request::default()
        })
    };
    let snapshot = get(&format!("/feed/snapshot?audience={audience}"))?;
    let position = position(&snapshot.body).ok_or(Failure::Shape {
        what: "a snapshot",
        why: "it names no position".into(),
    })?;
    for token in &tokens {
        connect(authority.address)?.succeed(Request {
            path: "/revoke",
            authorization: Some(&authority.basic),
            body: Some((FORM, &format!("token={token}"))),
            ..Request::default()
        })?;
        // Each in a frame of its own: what is told at once costs less.
        rest(APART);
    }
    let heard = get(&format!("/feed/poll?audience={audience}&{position}"))?.json();
    let frames = heard.get("frames").and_then(Value::as_array);
    let lengths = frames.into_iter().flatten();
    let lengths = lengths.filter_map(|frame| Some(frame.as_str()?.len()));
    let (count, total) = lengths.fold((0, 0), |(count, total), length| (count + 1, total + length));
    println!("  {} revocations in {count} frames", tokens.len());
    let value = format!("{} B", total / tokens.len().max(1));
    Ok(Line::of(BYTES, value))
}

/// Where a snapshot stands, as a query.
fn position(snapshot: &str) -> Option<String> {
    let claims = URL_SAFE_NO_PAD.decode(snapshot.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    let position = claims.get("position")?;
    let stream = position.get("stream")?.as_str()?;
    let n = position.get("n")?.as_u64()?;
    Some(format!("stream={stream}&after={n}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshots_position_is_a_query() {
        let claims = r#"{"position": {"stream": "s", "n": 7, "head": "h"}}"#;
        let text = format!("h.{}.s", URL_SAFE_NO_PAD.encode(claims));
        assert_eq!(position(&text).unwrap(), "stream=s&after=7");
        assert_eq!(position("no"), None);
    }
}
