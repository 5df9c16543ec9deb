//! What verifiers are given: kept until the clock passes the end of a key.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest;
use symbolon_jose::KeySet;
use symbolon_token::time::Time;

use super::Held;

/// The key set's document, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The JSON. Every key has `kid`, `use` and `alg`; announced keys are among them.
    pub json: Vec<u8>,
    /// A strong entity tag, quotes included: half of the JSON's SHA-256.
    pub etag: String,
    /// How long verifiers may keep it.
    pub max_age: Duration,
}

/// The published keys, as a document and as a source of keys.
pub(super) struct Served {
    pub(super) keys: Arc<KeySet>,
    pub(super) published: Arc<Published>,
    /// The times between which it is right; at `until` another key is gone.
    from: Time,
    until: Time,
}

impl Served {
    pub(super) fn at(keys: &[Held], now: Time, max_age: Duration) -> Self {
        let published = keys
            .iter()
            .filter(|held| held.life.phase(now).is_published())
            .map(|held| held.public.clone());
        // Names are ids, of which no two are alike; if they were, no key would be trusted.
        let set = KeySet::new(published).unwrap_or_default();
        let json =
            serde_json::to_vec(&set.to_jwks()).unwrap_or_else(|_| br#"{"keys":[]}"#.to_vec());
        let ends = || keys.iter().filter_map(|held| held.life.gone_at);
        Self {
            keys: Arc::new(set),
            published: Arc::new(Published {
                etag: etag(&json),
                json,
                max_age,
            }),
            from: ends()
                .filter(|at| *at <= now)
                .max()
                .unwrap_or(Time(i64::MIN)),
            until: ends()
                .filter(|at| *at > now)
                .min()
                .unwrap_or(Time(i64::MAX)),
        }
    }

    pub(super) fn holds_at(&self, now: Time) -> bool {
        self.from <= now && now < self.until
    }
}

fn etag(json: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA256, json);
    let mut etag = String::from("\"");
    for byte in digest.as_ref().iter().take(16) {
        // Writing to a string cannot fail.
        let _ = write!(etag, "{byte:02x}");
    }
    etag.push('"');
    etag
}
