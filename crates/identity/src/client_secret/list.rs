//! List a client's live secrets, the newest first. None of them can be shown again.

use symbolon_token::node::ClientNode;

use super::{ClientSecret, rows};
use crate::{LoadError, World};

/// The secrets of a client that have not been ended.
///
/// # Errors
/// [`LoadError`].
pub async fn list(world: &World, client: ClientNode) -> Result<Vec<ClientSecret>, LoadError> {
    rows::live(&world.db, client).await
}
