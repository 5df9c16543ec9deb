//! List a realm's clients, oldest first, page by page; and the web origins of all of them.

use std::collections::HashSet;
use std::sync::Arc;

use symbolon_token::node::{ClientNode, RealmNode};

use super::{Client, rows};
use crate::{LoadError, World};

/// Clients read by one statement when all of them are needed.
const BATCH: u32 = 500;

/// The next clients after one, at most `limit`.
///
/// # Errors
/// [`LoadError`].
pub async fn list(
    world: &World,
    realm: RealmNode,
    after: Option<ClientNode>,
    limit: u32,
) -> Result<Vec<Client>, LoadError> {
    rows::page(&world.db, realm, after, limit).await
}

/// The origins of every client of a realm: a preflight names no client, so any of them passes.
/// From memory, where nothing changed since they were asked for.
///
/// # Errors
/// [`LoadError`].
pub async fn origins(world: &World, realm: RealmNode) -> Result<Arc<HashSet<String>>, LoadError> {
    world.directory.origins(world, realm).await
}

/// The same, read anew.
pub(crate) async fn all_origins(
    world: &World,
    realm: RealmNode,
) -> Result<HashSet<String>, LoadError> {
    let (mut origins, mut after) = (HashSet::new(), None);
    loop {
        let page = rows::page(&world.db, realm, after, BATCH).await?;
        let Some(last) = page.last() else {
            return Ok(origins);
        };
        after = Some(last.node);
        origins.extend(page.into_iter().flat_map(|client| client.settings.origins));
    }
}
