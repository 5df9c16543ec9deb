//! The receipt of a revocation: its facts as a JWT, which anybody can hold against the journal later.

use serde::Serialize;
use symbolon_identity::World;
use symbolon_identity::realm::Realm;
use symbolon_identity::signing_key::{SignError, ensure};
use symbolon_jose::Algorithm;
use symbolon_jose::jwt::Purpose;
use symbolon_token::call::Call;
use symbolon_token::node::NodeId;

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
    #[serde(flatten)]
    enforcement: &'a Enforcement,
}

/// Signs the facts of a revocation, and who enforces it, with the ES256 key of the realm that was asked.
///
/// # Errors
/// [`SignError`].
pub async fn receipt(
    world: &World,
    call: &Call,
    realm: &Realm,
    (Revocation { sequence, claimed }, enforcement): (&Revocation, &Enforcement),
) -> Result<String, SignError> {
    let key = ensure(world, call, realm.node, Algorithm::Es256).await?;
    let claims = Claims {
        iss: realm.issuer.as_str(),
        iat: claimed.at.seconds(),
        jti: claimed.request,
        sequence: sequence.0,
        node: claimed.node,
        epoch: claimed.epoch,
        at: claimed.at.0,
        enforcement,
    };
    Ok(key.sign(Purpose::RevocationReceipt, &claims)?)
}
