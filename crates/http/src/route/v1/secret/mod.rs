//! A client's secrets: several live at once, so that a new one is rolled out before the old one ends.

mod issue;
mod list;
mod revoke;

pub(super) use issue::issue;
pub(super) use list::list;
pub(super) use revoke::revoke;

use symbolon_identity::World;
use symbolon_identity::client::{self, Client};
use symbolon_token::node::RealmNode;

use crate::problem::Problem;

/// The client that the path names.
async fn client(world: &World, realm: RealmNode, client_id: &str) -> Result<Client, Problem> {
    let found = client::by_id(world, realm, client_id).await?;
    found.ok_or_else(|| Problem::no_client(client_id))
}
