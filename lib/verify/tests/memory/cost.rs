//! At most ten bytes for each revoked token, where one in a thousand of ten million is revoked.

use allocation_counter::measure;
use aws_lc_rs::digest::{SHA256, digest};
use symbolon_jose::{Algorithm, KeySet, SigningKey, jws};
use symbolon_token::feed::{
    Bytes, Change, FRAME_TYP, Frame, Hash, Position, SNAPSHOT_TYP, Snapshot, StreamName,
};
use symbolon_token::node::NodeId;
use symbolon_token::time::Time;
use symbolon_verify::{FeedKeys, Knowledge};

const ISSUER: &str = "https://id.example";
const AUDIENCE: &str = "https://api.example";
const TOKENS: u32 = 10_000_000;
const REVOKED: u32 = 10_000;
/// Tokens that live an hour end in two buckets.
const BUCKETS: u32 = 2;

fn hash(text: &str) -> Hash {
    Bytes(
        digest(&SHA256, text.as_bytes())
            .as_ref()
            .try_into()
            .unwrap(),
    )
}

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

struct Feed {
    key: SigningKey,
    position: Position,
}

impl Feed {
    fn new() -> Self {
        let key = SigningKey::generate(Algorithm::Ed25519)
            .unwrap()
            .with_kid("f");
        let stream: StreamName = Bytes([1; 16]);
        let head = hash(&stream.to_string());
        let position = Position { stream, n: 0, head };
        Self { key, position }
    }

    fn keys(&self) -> FeedKeys {
        let set = KeySet::new([self.key.public()]).unwrap();
        FeedKeys::parse(serde_json::to_string(&set.to_jwks()).unwrap()).unwrap()
    }

    fn snapshot(&self, known: Change) -> String {
        let snapshot = Snapshot {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            position: self.position,
            term: 1,
            at: Time(0),
            realm: NodeId::from_number(1).unwrap(),
            known,
        };
        let claims = serde_json::to_vec(&snapshot).unwrap();
        jws::sign(&self.key, Some(SNAPSHOT_TYP), &claims).unwrap()
    }

    fn frame(&mut self, change: Change) -> String {
        self.position.n += 1;
        let frame = Frame {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            stream: self.position.stream,
            n: self.position.n,
            prev: self.position.head,
            term: 1,
            at: Time(0),
            change,
        };
        let claims = serde_json::to_vec(&frame).unwrap();
        let text = jws::sign(&self.key, Some(FRAME_TYP), &claims).unwrap();
        self.position.head = hash(&text);
        text
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
