//! End a client: it, its secrets, the service that it stood for and every token that descends from it
//! are dead at this commit.

use symbolon_lineage::node::Change;
use symbolon_token::call::Call;
use symbolon_token::node::RealmNode;

use super::change::{ChangeError, stand};
use crate::{Order, World};

/// Ends a client for good. Its `client_id` is free again; a new client by that name is another one.
///
/// # Errors
/// [`ChangeError`]; nothing was written.
pub async fn end(
    world: &World,
    call: &Call,
    realm: RealmNode,
    client_id: &str,
) -> Result<(), ChangeError> {
    let (what, order) = (Change::End, Order::default());
    let done = stand(world, call, (realm, client_id), (what, &order)).await;
    done.map(|_| ())
}
