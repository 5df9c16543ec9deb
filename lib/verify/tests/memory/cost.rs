//! At most ten bytes for each revoked token, where one in a thousand of ten million is revoked.

use allocation_counter::measure;
use symbolon_token::feed::Change;
use symbolon_verify::Knowledge;

use crate::feed::{AUDIENCE, Feed, ISSUER};

const TOKENS: u32 = 10_000_000;
const REVOKED: u32 = 10_000;
/// Tokens that live an hour end in two buckets.
const BUCKETS: u32 = 2;

/// Indexes of one bucket, spread without a pattern.
fn revoked(bucket: u32) -> Vec<u32> {
    let step = TOKENS / REVOKED;
    let own = 0..REVOKED / BUCKETS;
    own.map(|at| at * step + (at * 7_919 + bucket) % step)
        .collect()
}

fn bits(indexes: &dyn Fn(u32) -> Vec<u32>) -> Change {
    let buckets = (0..BUCKETS).map(|bucket| (bucket, indexes(bucket).into_iter().collect()));
    Change {
        bits: buckets.collect(),
        ..Change::default()
    }
}

/// Bytes that stay, for each revoked token.
fn cost(learn: impl FnOnce(&mut Knowledge)) -> f64 {
    let mut knowledge = Knowledge::new(ISSUER, AUDIENCE);
    let counted = measure(|| learn(&mut knowledge));
    assert_eq!(knowledge.revoked_tokens(), REVOKED as usize);
    let bytes = i32::try_from(counted.bytes_current).unwrap();
    f64::from(bytes) / f64::from(REVOKED)
}

#[test]
fn a_revoked_token_costs_at_most_ten_bytes_from_a_snapshot() {
    let feed = Feed::new();
    let (text, keys) = (feed.snapshot(bits(&revoked)), feed.keys());
    let cost = cost(|knowledge| knowledge.apply_snapshot(&text, &keys).unwrap());
    println!("{cost:.1} bytes from a snapshot");
    assert!(cost <= 10.0, "{cost}");
}

#[test]
fn a_revoked_token_costs_at_most_ten_bytes_from_frames() {
    let mut feed = Feed::new();
    let (snapshot, keys) = (feed.snapshot(Change::default()), feed.keys());
    let parts: Vec<Vec<Vec<u32>>> = (0..BUCKETS)
        .map(|bucket| revoked(bucket).chunks(10).map(<[u32]>::to_vec).collect())
        .collect();
    let frames: Vec<String> = (0..parts[0].len())
        .map(|at| feed.frame(bits(&|bucket| parts[bucket as usize][at].clone())))
        .collect();
    let cost = cost(|knowledge| {
        knowledge.apply_snapshot(&snapshot, &keys).unwrap();
        for frame in &frames {
            knowledge.apply_frame(frame, &keys).unwrap();
        }
    });
    println!("{cost:.1} bytes from frames");
    assert!(cost <= 10.0, "{cost}");
}
