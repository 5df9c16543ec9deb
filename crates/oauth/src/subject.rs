//! Whom a token speaks for, as a client knows him (OpenID Connect Core §8).

use symbolon_identity::client::{Client, SubjectType};
use symbolon_identity::realm::Realm;
use symbolon_identity::subject::pairwise;
use symbolon_identity::{World, WriteError};
use symbolon_token::call::Call;
use symbolon_token::node::SubjectNode;

/// The `sub` of a person at a client.
///
/// # Errors
/// [`WriteError`]: a realm's salt is made when the first pairwise client needs it.
pub async fn sub(
    world: &World,
    call: &Call,
    (realm, client): (&Realm, &Client),
    subject: SubjectNode,
) -> Result<String, WriteError> {
    match (client.settings.subject_type, client.settings.sector()) {
        (SubjectType::Pairwise, Some(sector)) => {
            let salt = pairwise::salt(world, realm.node, call.now).await?;
            Ok(pairwise::sub(&salt, &sector, subject))
        }
        (SubjectType::Public, _) | (SubjectType::Pairwise, None) => Ok(subject.to_string()),
    }
}
