//! A feed of a few lines.

use aws_lc_rs::digest::{SHA256, digest};
use symbolon_jose::{Algorithm, KeySet, SigningKey, jws};
use symbolon_token::feed::{
    Bytes, Change, ECHO_TYP, Echo, FRAME_TYP, Frame, Hash, Nonce, Position, SNAPSHOT_TYP, Snapshot,
    StreamName,
};
use symbolon_token::node::NodeId;
use symbolon_token::time::Time;
use symbolon_verify::FeedKeys;

pub(crate) const ISSUER: &str = "https://id.example";
pub(crate) const AUDIENCE: &str = "https://api.example";

fn hash(text: &str) -> Hash {
    Bytes(
        digest(&SHA256, text.as_bytes())
            .as_ref()
            .try_into()
            .unwrap(),
    )
}

/// The authority's side.
pub(crate) struct Feed {
    key: SigningKey,
    position: Position,
    pub(crate) at: Time,
}

impl Feed {
    pub(crate) fn new() -> Self {
        let key = SigningKey::generate(Algorithm::Ed25519)
            .unwrap()
            .with_kid("f");
        let stream: StreamName = Bytes([1; 16]);
        let head = hash(&stream.to_string());
        let position = Position { stream, n: 0, head };
        Self {
            key,
            position,
            at: Time(0),
        }
    }

    pub(crate) fn keys(&self) -> FeedKeys {
        let set = KeySet::new([self.key.public()]).unwrap();
        FeedKeys::parse(serde_json::to_string(&set.to_jwks()).unwrap()).unwrap()
    }

    pub(crate) fn snapshot(&self, known: Change) -> String {
        let snapshot = Snapshot {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            position: self.position,
            term: 1,
            at: self.at,
            realm: NodeId::from_number(1).unwrap(),
            known,
        };
        let claims = serde_json::to_vec(&snapshot).unwrap();
        jws::sign(&self.key, Some(SNAPSHOT_TYP), &claims).unwrap()
    }

    pub(crate) fn frame(&mut self, change: Change) -> String {
        self.position.n += 1;
        let frame = Frame {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            stream: self.position.stream,
            n: self.position.n,
            prev: self.position.head,
            term: 1,
            at: self.at,
            change,
        };
        let claims = serde_json::to_vec(&frame).unwrap();
        let text = jws::sign(&self.key, Some(FRAME_TYP), &claims).unwrap();
        self.position.head = hash(&text);
        text
    }

    pub(crate) fn echo(&self, nonce: Nonce) -> String {
        let echo = Echo {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            nonce,
            position: self.position,
            term: 1,
            at: self.at,
        };
        let claims = serde_json::to_vec(&echo).unwrap();
        jws::sign(&self.key, Some(ECHO_TYP), &claims).unwrap()
    }
}
