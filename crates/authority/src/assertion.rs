//! What the gate asserts in the realm's name, signed: the service behind it checks it with the keys
//! that the realm publishes.

use serde::Serialize;
use symbolon_identity::World;
use symbolon_identity::realm::Realm;
use symbolon_identity::signing_key::{SignError, ensure};
use symbolon_jose::Algorithm;
use symbolon_jose::jwt::Purpose;
use symbolon_token::call::Call;

/// Signs claims with the ES256 key of a realm, under a `typ` of their own.
///
/// # Errors
/// [`SignError`].
pub async fn assert(
    world: &World,
    call: &Call,
    realm: &Realm,
    claims: &impl Serialize,
) -> Result<String, SignError> {
    let key = ensure(world, call, realm.node, Algorithm::Es256).await?;
    Ok(key.sign(Purpose::GateAssertion, claims)?)
}
