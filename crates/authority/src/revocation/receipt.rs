//! The receipt of a revocation: its facts as a JWT, which anybody can hold against the journal later.

use serde::Serialize;
use symbolon_identity::World;
use symbolon_identity::realm::Realm;
use symbolon_identity::signing_key::{SignError, ensure};
use symbolon_jose::Algorithm;
use symbolon_jose::jwt::Purpose;
use symbolon_token::call::Call;
use symbolon_token::node::{NodeId, RealmNode};

use super::Revocation;

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
    enforced_by: [&'a str; 0],
    unreachable: [&'a str; 0],
}

/// Signs the facts of a revocation with the ES256 key of the realm that was asked; where another realm
/// was revoked, with that one's, in whose journal the entry stands and whose verifiers hold its keys.
///
/// # Errors
/// [`SignError`].
pub async fn receipt(
    world: &World,
    call: &Call,
    realm: &Realm,
    Revocation { sequence, claimed }: &Revocation,
) -> Result<String, SignError> {
    let revoked = claimed.node.map(RealmNode);
    let other = revoked.and_then(|node| world.realms.by_node(node));
    let realm = other.as_deref().unwrap_or(realm);
    let key = ensure(world, call, realm.node, Algorithm::Es256).await?;
    let claims = Claims {
        iss: realm.issuer.as_str(),
        iat: claimed.at.seconds(),
        jti: claimed.request,
        sequence: sequence.0,
        node: claimed.node,
        epoch: claimed.epoch,
        at: claimed.at.0,
        enforced_by: [],
        unreachable: [],
    };
    Ok(key.sign(Purpose::RevocationReceipt, &claims)?)
}
