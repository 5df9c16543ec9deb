//! An authority of a few lines: keys from fixed seeds, one channel, tokens.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::Ed25519KeyPair;
use serde_json::{Value, json};
use symbolon_jose::jwt::{self, Purpose};
use symbolon_jose::{Algorithm, KeySet, SigningKey, jws};
use symbolon_token::descent::Descent;
use symbolon_token::feed::{
    Bytes, Change, ECHO_TYP, Echo, FRAME_TYP, Frame, HEARTBEAT_TYP, Hash, Heartbeat, KeyNode,
    Nonce, Position, SNAPSHOT_TYP, Snapshot, Stands, State, StreamName,
};
use symbolon_token::lineage::{Ancestor, Epoch, Lineage};
use symbolon_token::node::NodeId;
use symbolon_token::status::{Bucket, StatusRef};
use symbolon_token::time::Time;
use symbolon_token::token_id::TokenId;
use symbolon_verify::{FeedKeys, Moment, Monotonic};

pub(crate) const ISSUER: &str = "https://id.example/realms/main";
pub(crate) const AUDIENCE: &str = "https://api.example";
/// When everything begins: a full hour, in milliseconds.
pub(crate) const NOON: Time = Time(1_800_000_000_000);
/// Nodes.
pub(crate) const REALM: i64 = 1;
pub(crate) const CLIENT: i64 = 2;
pub(crate) const KEY: i64 = 3;
pub(crate) const SUBJECT: i64 = 4;

pub(crate) fn node(number: i64) -> NodeId {
    NodeId::from_number(number).unwrap()
}

/// The key of a seed, under a name.
pub(crate) fn key(seed: u8, kid: &str) -> Arc<SigningKey> {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
    let pkcs8 = pair.to_pkcs8v1().unwrap();
    let key = SigningKey::from_pkcs8(Algorithm::Ed25519, pkcs8.as_ref()).unwrap();
    Arc::new(key.with_kid(kid))
}

/// The key that signs tokens.
pub(crate) fn token_key() -> Arc<SigningKey> {
    key(1, "token-1")
}

/// The key that signs the feed.
pub(crate) fn feed_key() -> Arc<SigningKey> {
    key(2, "feed-1")
}

pub(crate) fn feed_keys() -> FeedKeys {
    let set = KeySet::new([feed_key().public()]).unwrap();
    FeedKeys::parse(serde_json::to_string(&set.to_jwks()).unwrap()).unwrap()
}

pub(crate) fn token_keys() -> KeySet {
    KeySet::new([token_key().public()]).unwrap()
}

/// So many milliseconds after everything began; the wall clock shows a time of its own.
pub(crate) fn after(millis: u64) -> Moment {
    Moment {
        monotonic: Monotonic(std::time::Duration::from_millis(millis)),
        wall: Time(0),
    }
}

pub(crate) fn nonce(number: u8) -> Nonce {
    Bytes([number; 16])
}

pub(crate) fn stands(number: i64, epoch: i64, state: State) -> Change {
    let (node, epoch) = (node(number), Epoch(epoch));
    Change {
        nodes: vec![Stands { node, epoch, state }],
        ..Change::default()
    }
}

pub(crate) fn bit(bucket: Bucket, index: u32) -> Change {
    Change {
        bits: [(bucket.0, [index].into_iter().collect())].into(),
        ..Change::default()
    }
}

/// The channel of [`AUDIENCE`], as its authority runs it.
#[derive(Clone)]
pub(crate) struct Channel {
    pub(crate) key: Arc<SigningKey>,
    pub(crate) issuer: String,
    pub(crate) stream: StreamName,
    pub(crate) n: u64,
    pub(crate) head: Hash,
    pub(crate) term: i64,
    pub(crate) at: Time,
    /// What a snapshot says.
    pub(crate) known: Change,
}

fn hash(text: &str) -> Hash {
    Bytes(
        digest(&SHA256, text.as_bytes())
            .as_ref()
            .try_into()
            .unwrap(),
    )
}

impl Channel {
    /// With the token key, and 1,000 indexes leased in each of three buckets.
    pub(crate) fn new(stream: u8) -> Self {
        let stream: StreamName = Bytes([stream; 16]);
        let first = Bucket::of(NOON).0;
        Self {
            key: feed_key(),
            issuer: ISSUER.to_owned(),
            stream,
            n: 0,
            head: hash(&stream.to_string()),
            term: 1,
            at: NOON,
            known: Change {
                keys: Some(vec![KeyNode("token-1".to_owned(), node(KEY))]),
                leases: (first..first + 3).map(|bucket| (bucket, 1000)).collect(),
                ..Change::default()
            },
        }
    }

    fn sign(&self, typ: &str, claims: &impl serde::Serialize) -> String {
        jws::sign(&self.key, Some(typ), &serde_json::to_vec(claims).unwrap()).unwrap()
    }

    pub(crate) fn position(&self) -> Position {
        Position {
            stream: self.stream,
            n: self.n,
            head: self.head,
        }
    }

    pub(crate) fn snapshot(&self) -> String {
        let snapshot = Snapshot {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            position: self.position(),
            term: self.term,
            at: self.at,
            realm: node(REALM),
            known: self.known.clone(),
        };
        self.sign(SNAPSHOT_TYP, &snapshot)
    }

    /// The next frame. What it says is in the next snapshot too.
    pub(crate) fn frame(&mut self, change: Change) -> String {
        self.n += 1;
        let frame = Frame {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            stream: self.stream,
            n: self.n,
            prev: self.head,
            term: self.term,
            at: self.at,
            change: change.clone(),
        };
        let text = self.sign(FRAME_TYP, &frame);
        self.head = hash(&text);
        let named = |one: &Stands| change.nodes.iter().any(|new| new.node == one.node);
        self.known.nodes.retain(|one| !named(one));
        self.known.nodes.extend(change.nodes);
        self.known.blocks.dead.extend(change.blocks.dead);
        for (bucket, indexes) in change.bits {
            let known = self.known.bits.remove(&bucket).unwrap_or_default();
            let all = known.as_slice().iter().chain(indexes.as_slice()).copied();
            self.known.bits.insert(bucket, all.collect());
        }
        self.known.leases.extend(change.leases);
        self.known.floor = change.floor.or(self.known.floor);
        self.known.keys = change.keys.or(self.known.keys.take());
        text
    }

    pub(crate) fn heartbeat(&self) -> String {
        let beat = Heartbeat {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            position: self.position(),
            term: self.term,
            at: self.at,
        };
        self.sign(HEARTBEAT_TYP, &beat)
    }

    pub(crate) fn echo(&self, nonce: Nonce) -> String {
        let echo = Echo {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            nonce,
            position: self.position(),
            term: self.term,
            at: self.at,
        };
        self.sign(ECHO_TYP, &echo)
    }
}

/// A token in the making: live at noon for ten minutes, unless it is changed.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) key: Arc<SigningKey>,
    pub(crate) purpose: Purpose,
    pub(crate) ancestors: Vec<(i64, i64)>,
    pub(crate) veiled: Vec<[u8; 16]>,
    pub(crate) index: u32,
    pub(crate) bucket: Option<Bucket>,
    pub(crate) iat: i64,
    pub(crate) exp: i64,
    /// Claims that replace those made here; `null` takes one away.
    pub(crate) claims: Value,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            key: token_key(),
            purpose: Purpose::AccessToken,
            ancestors: vec![(REALM, 0), (CLIENT, 0), (KEY, 0), (SUBJECT, 0)],
            veiled: Vec::new(),
            index: 7,
            bucket: None,
            iat: NOON.seconds(),
            exp: NOON.seconds() + 600,
            claims: json!({}),
        }
    }
}

impl Draft {
    pub(crate) fn bucket(&self) -> Bucket {
        self.bucket
            .unwrap_or(Bucket::of(Time::from_seconds(self.exp)))
    }

    pub(crate) fn sign(&self) -> String {
        let ancestors = self.ancestors.iter().map(|(number, epoch)| Ancestor {
            node: node(*number),
            epoch: Epoch(*epoch),
        });
        let visible = Lineage::new(ancestors).unwrap();
        let lin = if self.veiled.is_empty() {
            visible.to_claim()
        } else {
            let veiled = self.veiled.iter().copied().map(Bytes).collect();
            Descent { visible, veiled }.to_veiled_claim().unwrap()
        };
        let status = StatusRef {
            bucket: self.bucket(),
            index: self.index,
        };
        let jti = TokenId {
            status,
            mac: [9; 16],
        }
        .to_string();
        let mut claims = json!({
            "iss": ISSUER, "sub": "alice", "aud": AUDIENCE, "client_id": "app",
            "scope": "read write", "iat": self.iat, "exp": self.exp, "jti": jti, "lin": lin,
        });
        for (name, value) in self.claims.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let members = claims.as_object_mut().unwrap();
        members.retain(|_, value| !value.is_null());
        jwt::sign(&self.key, self.purpose, &claims).unwrap()
    }
}
