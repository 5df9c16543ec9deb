//! Find out whether a link can be used, and for whom. Spends nothing.

use symbolon_identity::realm::Realm;
use symbolon_identity::{LoadError, World};
use symbolon_token::kind::Kind;
use symbolon_token::node::SubjectNode;
use symbolon_token::opaque;
use symbolon_token::secret::Digest;
use symbolon_token::time::Time;

use super::rows;

/// A link that waits to be used.
#[derive(Clone, Copy)]
pub struct Waiting {
    pub(super) digest: Digest,
    /// Whose password it sets.
    pub subject: SubjectNode,
    /// When it ends.
    pub expires_at: Time,
}

/// The link with this text, if it can be used now.
///
/// # Errors
/// [`LoadError`].
pub async fn find(
    world: &World,
    realm: &Realm,
    text: &str,
    now: Time,
) -> Result<Option<Waiting>, LoadError> {
    if opaque::kind(text) != Ok(Kind::PasswordLink) {
        return Ok(None);
    }
    let peppers = &world.material.peppers;
    for one in peppers.digests(realm.node, Kind::PasswordLink, text) {
        if let Some(link) = rows::waiting(&world.db, realm.node, one.digest).await? {
            return Ok(Some(link).filter(|link| now < link.expires_at));
        }
    }
    Ok(None)
}
