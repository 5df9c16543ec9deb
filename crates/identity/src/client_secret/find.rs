//! Find whose a secret is.

use symbolon_token::node::{ClientNode, ClientSecretNode, RealmNode};

use super::rows;
use crate::{LoadError, World};

/// The client whose secret this is, unless the secret has ended.
///
/// # Errors
/// [`LoadError`].
pub async fn owner(
    world: &World,
    realm: RealmNode,
    secret: ClientSecretNode,
) -> Result<Option<ClientNode>, LoadError> {
    rows::owner(&world.db, realm, secret).await
}
