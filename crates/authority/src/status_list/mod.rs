//! Status lists (draft-ietf-oauth-status-list-21), for verifiers that follow no feed: which tokens of a
//! realm are dead before their time, signed and kept.
//!
//! Only what may be told of: buckets of this hour and of the longest token's lifetime from now. Each
//! has a list, also those in which no token ends, so that an empty hour looks like a quiet one.

mod gzip;
mod publish;

pub use publish::{PublishError, Published, StatusLists};

use std::time::Duration;

use symbolon_identity::access::list_uri;
use symbolon_identity::realm::Realm;
use symbolon_identity::resource::MAX_LIFETIME;
use symbolon_token::status::Bucket;
use symbolon_token::time::Time;

/// How long a verifier may keep a list before it asks again (the claim `ttl`).
pub const TTL: Duration = Duration::from_mins(1);

/// How long a list may be believed: what a cache on the way can hold back. It is signed anew at half of
/// it, so a list that is given out is good for longer than [`TTL`].
pub const LIFETIME: Duration = Duration::from_mins(15);

/// How far a verifier's clock may be behind: a token that has expired here may live there.
const SKEW: Duration = Duration::from_mins(5);

/// The buckets whose lists are published now.
pub fn buckets(now: Time) -> impl Iterator<Item = Bucket> {
    let first = Bucket::of(now.minus(SKEW));
    let last = Bucket::of(now.plus(MAX_LIFETIME));
    (first.0..=last.0).map(Bucket)
}

/// The addresses of a realm's lists (§9.2).
#[must_use]
pub fn uris(realm: &Realm, now: Time) -> Vec<String> {
    let lists = buckets(now).map(|bucket| list_uri(&realm.issuer, bucket));
    lists.collect()
}
