//! Find a client by its `client_id`.

use std::sync::Arc;

use symbolon_token::node::{ClientNode, NodeId, RealmNode};

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

/// The client by this `client_id`, or the one whose own id this is, although it may have ended. No
/// `client_id` is another client's id.
///
/// # Errors
/// [`LoadError`].
pub async fn by_any_id(
    world: &World,
    realm: RealmNode,
    text: &str,
) -> Result<Option<Client>, LoadError> {
    if let Some(client) = rows::by_client_id(&world.db, realm, text).await? {
        return Ok(Some(client));
    }
    match text.parse::<NodeId>() {
        Ok(node) => rows::by_node(&world.db, realm, node).await,
        Err(_) => Ok(None),
    }
}

/// The client with this id of its own, although it may have ended.
///
/// # Errors
/// [`LoadError`].
pub async fn find(
    world: &World,
    realm: RealmNode,
    client: ClientNode,
) -> Result<Option<Client>, LoadError> {
    rows::by_node(&world.db, realm, client.0).await
}
