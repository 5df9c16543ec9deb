//! What a token costs a resource server: `cargo run --release --example cost -p symbolon-verify`.
//!
//! Prints microseconds per token, the best of many short rounds, so that other work on the machine counts
//! least: the bare signature check, a token that is seen for the first time, and one that is remembered.
//! They take turns, so that a processor that changes its pace changes it for all; how much more the first
//! sight takes is the median of what it took more in the same turn.

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::json;
use symbolon_jose::jwt::{self, Purpose};
use symbolon_jose::{Algorithm, KeySet, SigningKey, base64url};
use symbolon_token::feed::{
    Bytes, Change, ECHO_TYP, Echo, KeyNode, Nonce, Position, SNAPSHOT_TYP, Snapshot,
};
use symbolon_token::lineage::{Ancestor, Epoch, Lineage};
use symbolon_token::node::NodeId;
use symbolon_token::status::{Bucket, StatusRef};
use symbolon_token::time::Time;
use symbolon_token::token_id::TokenId;
use symbolon_verify::{
    Demand, FeedKeys, Moment, Monotonic, Outcome, Presented, Proven, Scheme, Verifier,
};

const ISSUER: &str = "https://id.example/realms/main";
const AUDIENCE: &str = "https://api.example";
const NOON: Time = Time(1_800_000_000_000);
/// Rounds of each measurement.
const ROUNDS: u32 = 300;
/// Calls in a round.
const CALLS: u32 = 20;
/// Tokens, more than are remembered where none is to be.
const TOKENS: u32 = 64;

/// Microseconds per call of each, round by round, all by turns; every call takes the next token.
fn measure<const N: usize>(tokens: &[String], calls: [&dyn Fn(&str); N]) -> Vec<[f64; N]> {
    let mut next = tokens.iter().cycle();
    let mut round = |call: &dyn Fn(&str)| {
        let start = Instant::now();
        for token in next.by_ref().take(CALLS as usize) {
            call(token);
        }
        start.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS)
    };
    (0..ROUNDS).map(|_| calls.map(&mut round)).collect()
}

fn best(rounds: impl Iterator<Item = f64>) -> f64 {
    rounds.fold(f64::INFINITY, f64::min)
}

fn median(rounds: impl Iterator<Item = f64>) -> f64 {
    let mut rounds: Vec<_> = rounds.collect();
    rounds.sort_by(f64::total_cmp);
    rounds.get(rounds.len() / 2).copied().unwrap_or(f64::NAN)
}

fn node(number: i64) -> Result<NodeId, Box<dyn Error>> {
    Ok(NodeId::from_number(number)?)
}

fn token(key: &SigningKey, index: u32) -> Result<String, Box<dyn Error>> {
    let mut ancestors = Vec::new();
    for number in 1..=5 {
        let (node, epoch) = (node(number)?, Epoch(0));
        ancestors.push(Ancestor { node, epoch });
    }
    let exp = NOON.seconds() + 600;
    let bucket = Bucket::of(Time::from_seconds(exp));
    let status = StatusRef { bucket, index };
    let claims = json!({
        "iss": ISSUER, "sub": "0000000000s", "aud": AUDIENCE, "client_id": "sym-app",
        "scope": "orders.read orders.write", "iat": NOON.seconds(), "exp": exp,
        "jti": TokenId { status, mac: [1; 16] }.to_string(),
        "lin": Lineage::new(ancestors)?.to_claim(),
    });
    Ok(jwt::sign(key, Purpose::AccessToken, &claims)?)
}

/// A verifier that follows, fresh as of the beginning.
fn verifier(keys: KeySet, kept: usize) -> Result<Verifier, Box<dyn Error>> {
    let feed = SigningKey::generate(Algorithm::Ed25519)?.with_kid("feed");
    let jwks = serde_json::to_string(&KeySet::new([feed.public()])?.to_jwks())?;
    let feed_keys = FeedKeys::parse(jwks)?;
    let (stream, head) = (Bytes([1; 16]), Bytes([2; 32]));
    let position = Position { stream, n: 0, head };
    let bucket = Bucket::of(Time::from_seconds(NOON.seconds() + 600)).0;
    let revoked = (0..5_000).map(|index| index * 100 + 99).collect();
    let (iss, aud) = (ISSUER.to_owned(), AUDIENCE.to_owned());
    let snapshot = Snapshot {
        iss: iss.clone(),
        aud: aud.clone(),
        position,
        term: 1,
        at: NOON,
        realm: node(1)?,
        known: Change {
            bits: [(bucket, revoked)].into(),
            leases: [(bucket, 1_000_000)].into(),
            keys: Some(vec![KeyNode("token".to_owned(), node(5)?)]),
            ..Change::default()
        },
    };
    let nonce: Nonce = Bytes([3; 16]);
    let (term, at) = (1, NOON);
    let echo = Echo {
        iss,
        aud,
        nonce,
        position,
        term,
        at,
    };
    let sign = |typ, claims: serde_json::Result<Vec<u8>>| -> Result<String, Box<dyn Error>> {
        Ok(symbolon_jose::jws::sign(&feed, Some(typ), &claims?)?)
    };
    let snapshot = sign(SNAPSHOT_TYP, serde_json::to_vec(&snapshot))?;
    let echo = sign(ECHO_TYP, serde_json::to_vec(&echo))?;
    let verifier = Verifier::following(ISSUER, AUDIENCE).kept(kept);
    verifier.set_keys(keys);
    verifier.learn(|knowledge| {
        knowledge.apply_snapshot(&snapshot, &feed_keys)?;
        knowledge.ask(nonce, Monotonic::default());
        knowledge.echo(&echo, &feed_keys)
    })?;
    Ok(verifier)
}

fn admits(verifier: &Verifier, token: &str, demand: &Demand) {
    let seen_at = Monotonic(Duration::from_millis(5));
    let presented = Presented {
        token,
        scheme: Scheme::Bearer,
        proven: Proven::default(),
        seen_at,
    };
    let now = Moment {
        monotonic: seen_at,
        wall: NOON,
    };
    let outcome = black_box(verifier.verify(&presented, demand, now));
    assert!(matches!(outcome, Outcome::Admitted(_)), "{outcome:?}");
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("| | bare signature check, µs | first seen, µs | | remembered, µs |");
    println!("|---|---|---|---|---|");
    for algorithm in [Algorithm::Ed25519, Algorithm::Es256, Algorithm::Rs256] {
        let key = SigningKey::generate(algorithm)?.with_kid("token");
        let tokens: Result<Vec<_>, _> = (0..TOKENS).map(|index| token(&key, index)).collect();
        let tokens = tokens?;
        let public = key.public();
        let bare = |token: &str| {
            let (message, signature) = token.rsplit_once('.').unwrap_or_default();
            let signature = base64url::decode(signature).unwrap_or_default();
            assert!(black_box(public.verify(message.as_bytes(), &signature)));
        };
        let demand = Demand::scope("orders.read")?;
        let forgetful = verifier(KeySet::new([public.clone()])?, 1)?;
        let mindful = verifier(KeySet::new([public.clone()])?, 1000)?;
        let first = |token: &str| admits(&forgetful, token, &demand);
        let again = |token: &str| admits(&mindful, token, &demand);
        let rounds = measure(&tokens, [&bare, &first, &again]);
        let more = median(rounds.iter().map(|[bare, first, _]| first / bare));
        let more = (more - 1.0) * 100.0;
        let [bare, first, again] =
            [0, 1, 2].map(|one| best(rounds.iter().filter_map(|round| round.get(one).copied())));
        println!("| {algorithm} | {bare:.2} | {first:.2} | +{more:.0} % | {again:.2} |");
    }
    Ok(())
}
