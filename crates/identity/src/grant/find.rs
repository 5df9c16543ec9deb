//! Find what a person has allowed to a client.

use symbolon_token::node::{ClientNode, RealmNode, SubjectNode};

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
