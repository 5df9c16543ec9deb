//! Find what a person has allowed: to a client, or by its id.

use symbolon_token::node::{ClientNode, GrantNode, RealmNode, SubjectNode};

use super::{Grant, rows};
use crate::{LoadError, World};

/// What this person has allowed to this client, if anything.
///
/// # Errors
/// [`LoadError`].
pub async fn find(
    world: &World,
    realm: RealmNode,
    subject: SubjectNode,
    client: ClientNode,
) -> Result<Option<Grant>, LoadError> {
    rows::of_client(&world.db, realm, (subject, client)).await
}

/// The grant with this id, if it was not withdrawn.
///
/// # Errors
/// [`LoadError`].
pub async fn by_id(
    world: &World,
    realm: RealmNode,
    grant: GrantNode,
) -> Result<Option<Grant>, LoadError> {
    rows::by_node(&world.db, realm, grant).await
}
