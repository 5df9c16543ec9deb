//! Find a resource: by its audience, its id, or as the realm's default.

use std::sync::Arc;

use symbolon_token::node::{RealmNode, ResourceNode};

use super::{Resource, management, rows, userinfo};
use crate::realm::Realm;
use crate::{LoadError, World};

/// The resource with this audience; from memory where it was asked for before.
///
/// # Errors
/// [`LoadError`].
pub async fn by_audience(
    world: &World,
    realm: &Realm,
    audience: &str,
) -> Result<Option<Arc<Resource>>, LoadError> {
    if audience == realm.management_audience() {
        return Ok(Some(Arc::new(management(realm))));
    }
    if audience == realm.userinfo_endpoint() {
        return Ok(Some(Arc::new(userinfo(realm))));
    }
    world.directory.resource(world, realm.node, audience).await
}

/// The realm's default resource; from memory where it was asked for before.
///
/// # Errors
/// [`LoadError`].
pub async fn default(world: &World, realm: &Realm) -> Result<Option<Arc<Resource>>, LoadError> {
    world.directory.default_resource(world, realm.node).await
}

/// The resource with this id.
///
/// # Errors
/// [`LoadError`].
pub async fn find(
    world: &World,
    realm: RealmNode,
    resource: ResourceNode,
) -> Result<Option<Resource>, LoadError> {
    rows::find(&world.db, realm, resource).await
}

pub(crate) use rows::{by_audience as load, default as load_default};
