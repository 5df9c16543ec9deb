//! Change a resource's settings, or end it. Tokens that were issued for it live on until they
//! expire; new ones follow the new settings.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_token::call::Call;
use symbolon_token::node::{RealmNode, ResourceNode};
use thiserror::Error;

use super::create::{CreateError, check, publish_key};
use super::{Resource, Settings, rows};
use crate::load::MAX_CONFLICTS;
use crate::{Applied, Draft, World, WriteError};

/// Why nothing changed.
#[derive(Debug, Error)]
pub enum ChangeError {
    /// There is no such resource.
    #[error("there is no resource {0} in this realm")]
    Unknown(ResourceNode),
    /// The new settings cannot be.
    #[error(transparent)]
    Settings(#[from] CreateError),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Gives a resource new settings.
///
/// # Errors
/// [`ChangeError`]; nothing was written.
pub async fn change(
    world: &World,
    call: &Call,
    (realm, node): (RealmNode, ResourceNode),
    (settings, is_default): (Settings, bool),
) -> Result<Resource, ChangeError> {
    let scope = check(&settings)?;
    let published = publish_key(world, call, realm, &settings).await;
    published.map_err(CreateError::from)?;
    for _ in 0..MAX_CONFLICTS {
        let before = rows::with_text(&world.db, realm, node).await;
        let before = before.map_err(WriteError::from)?;
        let (before, written) = before.ok_or(ChangeError::Unknown(node))?;
        let after = Resource {
            settings: settings.clone(),
            is_default,
            scope: scope.clone(),
            ..before
        };
        let event = Event::done(call, realm, Verb::Change, Noun::Resource)
            .resource(node)
            .request(call);
        let draft = Draft::event(&event).and(Draft::steps(rows::put(&written, &after)));
        if draft.applied(world, call.now).await? {
            return Ok(after);
        }
    }
    Err(WriteError::Busy.into())
}

/// Ends a resource: no more tokens are issued for it.
///
/// # Errors
/// [`ChangeError`]; nothing was written.
pub async fn end(
    world: &World,
    call: &Call,
    realm: RealmNode,
    node: ResourceNode,
) -> Result<(), ChangeError> {
    let event = Event::done(call, realm, Verb::End, Noun::Resource)
        .resource(node)
        .request(call);
    let row = Draft::steps([rows::end(realm, node, call.now)]);
    match Draft::event(&event).and(row).commit(world).await? {
        Applied::Done => Ok(()),
        Applied::Lost { .. } => Err(ChangeError::Unknown(node)),
    }
}
