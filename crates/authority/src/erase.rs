//! Erase a person over all crates that know something of it: the password, then everything else.

use symbolon_identity::World;
use symbolon_identity::subject::{self, ChangeError};
use symbolon_signin::password::{self, EndError};
use symbolon_token::call::Call;
use symbolon_token::node::{RealmNode, SubjectNode};

/// Erases a person, a device or an agent: it ends, what is known of it is emptied, and what the journal
/// says of it in words opens no more. Proofs out of the journal hold as before.
///
/// # Errors
/// [`ChangeError`]; it may have ended, and can be erased again.
pub async fn erase(
    world: &World,
    call: &Call,
    realm: RealmNode,
    subject: SubjectNode,
) -> Result<(), ChangeError> {
    match password::end(world, call, realm, subject).await {
        Ok(()) | Err(EndError::Unknown(_) | EndError::NoPassword(_)) => {}
        Err(EndError::Write(error)) => return Err(error.into()),
    }
    subject::erase(world, call, realm, subject).await
}
