//! The parity file: this verifier's behaviour as a table in `sdk/parity/cases.json`, to which verifiers
//! in other languages are held. It is made of the cases in `write.rs` and judged by `judge.rs`, which
//! knows nothing but the file.
//!
//! `SYMBOLON_WRITE_PARITY=1 cargo test -p symbolon-verify --test suite parity` writes it anew. Keys come
//! from fixed seeds and Ed25519 is deterministic, so that the same cases give the same file.

mod case;
mod feed;
mod judge;
mod token;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use symbolon_jose::KeySet;

use crate::arrange::{AUDIENCE, ISSUER, feed_key, token_key};

/// The whole file.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parity {
    /// Of this form.
    version: u32,
    issuer: String,
    audience: String,
    /// JWK set of the keys that sign tokens.
    keys: Value,
    /// JWK set of the keys that sign the feed.
    feed_keys: Value,
    /// What the states mean, in milliseconds.
    bounds: Bounds,
    tokens: BTreeMap<String, String>,
    feeds: BTreeMap<String, Vec<Step>>,
    cases: Vec<Case>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_field_names,
    reason = "their unit, as the file names it"
)]
struct Bounds {
    fresh_ms: u64,
    dark_ms: u64,
    settles_ms: u64,
    skew_ms: u64,
}

/// One thing that happens to the follower of a feed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// When, by the monotonic clock, in milliseconds.
    at: u64,
    #[serde(flatten)]
    what: What,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    /// A nonce is sent.
    Ask(String),
    /// A text arrives.
    Snapshot(Text),
    Frame(Text),
    Heartbeat(Text),
    Echo(Text),
}

/// A text of the feed, and what it does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    text: String,
    does: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// By its name in `tokens`.
    token: String,
    /// By its name in `feeds`; none is followed if it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    feed: Option<String>,
    /// When the token was first seen and when it is judged, by the monotonic clock.
    #[serde(default)]
    seen_at: u64,
    at: u64,
    /// What the wall clock shows, in milliseconds since 1970.
    wall: i64,
    #[serde(default)]
    policy: Policy,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    demand: Option<Demand>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sender: Option<Sender>,
    verdict: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Policy {
    #[default]
    FailClosed,
    Introspect,
    /// For so many milliseconds.
    BoundedOpen(u64),
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Demand {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    scope: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    acr_values: Vec<String>,
    /// In seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_age: Option<u64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sender {
    /// `Bearer` or `DPoP`.
    scheme: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    jkt: Option<String>,
    #[serde(rename = "x5t#S256", default, skip_serializing_if = "Option::is_none")]
    x5t_s256: Option<String>,
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../sdk/parity/cases.json")
}

fn jwks(set: &KeySet) -> Value {
    serde_json::to_value(set.to_jwks()).unwrap()
}

fn made() -> Parity {
    let millis = |duration: std::time::Duration| u64::try_from(duration.as_millis()).unwrap();
    let bounds = symbolon_verify::Bounds::default();
    Parity {
        version: 1,
        issuer: ISSUER.to_owned(),
        audience: AUDIENCE.to_owned(),
        keys: jwks(&KeySet::new([token_key().public()]).unwrap()),
        feed_keys: jwks(&KeySet::new([feed_key().public()]).unwrap()),
        bounds: Bounds {
            fresh_ms: millis(bounds.fresh),
            dark_ms: millis(bounds.dark),
            settles_ms: millis(symbolon_verify::SETTLES),
            skew_ms: millis(symbolon_verify::SKEW),
        },
        tokens: token::tokens(),
        feeds: feed::feeds(),
        cases: case::cases(),
    }
}

#[test]
fn the_parity_file_is_that_of_its_cases() {
    let made = serde_json::to_string_pretty(&made()).unwrap() + "\n";
    if std::env::var_os("SYMBOLON_WRITE_PARITY").is_some() {
        std::fs::write(path(), &made).unwrap();
    }
    let found = std::fs::read_to_string(path()).unwrap();
    assert!(
        found == made,
        "stale: write it with SYMBOLON_WRITE_PARITY=1"
    );
}

#[test]
fn this_verifier_judges_as_the_parity_file_says() {
    let text = std::fs::read_to_string(path()).unwrap();
    let parity: Parity = serde_json::from_str(&text).unwrap();
    assert!(parity.cases.len() >= 60, "{}", parity.cases.len());
    let wrong = judge::wrong(&parity);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_verdict_of_the_schema_has_a_case() {
    let schema = path().with_file_name("schema.json");
    let schema: Value = serde_json::from_slice(&std::fs::read(schema).unwrap()).unwrap();
    let words = schema["$defs"]["verdict"]["enum"].as_array().unwrap();
    let cases = case::cases();
    for word in words {
        let has = cases.iter().any(|case| case.verdict == *word);
        assert!(has, "{word}");
    }
    for case in &cases {
        assert!(
            words.iter().any(|word| case.verdict == *word),
            "{}",
            case.verdict
        );
    }
}
