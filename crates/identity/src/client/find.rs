//! Find a client by its `client_id`.

use std::sync::Arc;

use symbolon_token::node::RealmNode;

use super::{Client, rows};
use crate::directory::KnownClient;
use crate::{LoadError, World};

/// A client with all that is needed to recognise it; from memory where it was asked for before.
///
/// # Errors
/// [`LoadError`].
pub async fn known(
    world: &World,
    realm: RealmNode,
    client_id: &str,
) -> Result<Option<Arc<KnownClient>>, LoadError> {
    world.directory.client(world, realm, client_id).await
}

/// A client, read anew.
///
/// # Errors
/// [`LoadError`].
pub async fn by_id(
    world: &World,
    realm: RealmNode,
    client_id: &str,
) -> Result<Option<Client>, LoadError> {
    rows::by_client_id(&world.db, realm, client_id).await
}
