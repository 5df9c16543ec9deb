//! The receipt of a revocation: its facts as a JWT, which anybody can hold against the journal later.

use serde::{Deserialize, Serialize};
use symbolon_identity::realm::Realm;
use symbolon_identity::signing_key::{EnsureError, SignError, ensure, ring};
use symbolon_identity::{LoadError, World, WriteError};
use symbolon_jose::jwt::{self, Expected, Names, Purpose};
use symbolon_jose::{Algorithm, base64url};
use symbolon_journal::merkle::leaf;
use symbolon_journal::segment::Claim;
use symbolon_store::{Sequence, Written};
use symbolon_token::call::Call;
use symbolon_token::lineage::Epoch;
use symbolon_token::node::{NodeId, RealmNode};
use symbolon_token::time::Time;

use super::Revocation;
use crate::feed::Enforcement;

/// The claims. `at` is in milliseconds, as everywhere in the management API; `iat` in seconds.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    iat: i64,
    /// The call that revoked: a receipt that is made anew has the same.
    jti: NodeId,
    sequence: i64,
    node: Option<NodeId>,
    epoch: Option<i64>,
    at: i64,
    /// The entry's hash as a leaf of the journal's tree, in base64url; none where it is dropped already.
    entry_hash: Option<String>,
    #[serde(flatten)]
    enforcement: &'a Enforcement,
}

/// Signs the facts of a revocation, and who enforces it, with the ES256 key of the realm that was asked; where another realm
/// was revoked, with that one's, in whose journal the entry stands and whose verifiers hold its keys.
///
/// # Errors
/// [`SignError`].
pub async fn receipt(
    world: &World,
    call: &Call,
    realm: &Realm,
    (Revocation { sequence, claimed }, enforcement): (&Revocation, &Enforcement),
) -> Result<String, SignError> {
    let revoked = claimed.node.map(RealmNode);
    let other = revoked.and_then(|node| world.realms.by_node(node));
    let realm = other.as_deref().unwrap_or(realm);
    let key = ensure(world, call, realm.node, Algorithm::Es256).await?;
    let entry = world.db.written(*sequence, *sequence).await;
    let entry = entry.map_err(WriteError::from).map_err(EnsureError::from)?;
    let hash = |one: &Written| leaf(one.sequence, one.followed, &one.bytes);
    let claims = Claims {
        iss: realm.issuer.as_str(),
        iat: claimed.at.seconds(),
        jti: claimed.request,
        sequence: sequence.0,
        node: claimed.node,
        epoch: claimed.epoch,
        at: claimed.at.0,
        entry_hash: entry.first().map(hash).map(base64url::encode),
        enforcement,
    };
    Ok(key.sign(Purpose::RevocationReceipt, &claims)?)
}

/// How far ahead of this machine's clock a receipt may be dated, in seconds.
const LEEWAY: u32 = 60;

/// What a receipt says of the journal.
#[derive(Deserialize)]
struct Facts {
    jti: NodeId,
    sequence: i64,
    node: Option<NodeId>,
    epoch: Option<i64>,
    at: i64,
    entry_hash: Option<String>,
}

/// What a receipt says of the journal; `None` where no key of any realm here signed it. Keys that were
/// deleted long ago know their receipts no more.
///
/// # Errors
/// [`LoadError`].
pub async fn claim(world: &World, text: &str, now: Time) -> Result<Option<Claim>, LoadError> {
    let (any, purpose) = (Names::Unchecked, Purpose::RevocationReceipt);
    let expected = Expected::new(purpose, any, any, now.seconds()).leeway(LEEWAY);
    for realm in world.realms.all() {
        let keys = ring(world, realm.node).await?.remembered();
        let Ok(read) = jwt::verify::<Facts>(text, &keys, &expected) else {
            continue;
        };
        let facts = read.into_claims();
        let hash = facts.entry_hash.map(base64url::decode);
        let hash = hash.map(|hash| hash.unwrap_or_default().try_into().unwrap_or_default());
        return Ok(Some(Claim::Entry {
            sequence: Sequence(facts.sequence),
            request: facts.jti,
            at: Time(facts.at),
            stood: facts.node.zip(facts.epoch.map(Epoch)),
            leaf: hash,
        }));
    }
    Ok(None)
}
