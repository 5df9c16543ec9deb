//! Grants: what people allowed to clients.

mod list;
mod show;
mod withdraw;

pub(super) use list::list;
pub(super) use show::show;
pub(super) use withdraw::withdraw;

use serde::Serialize;
use symbolon_identity::grant::Grant;
use symbolon_identity::{LoadError, World, client};
use symbolon_token::node::{GrantNode, SubjectNode};
use symbolon_token::scope::Scope;
use symbolon_token::time::Time;

/// A grant, its client by its name on the wire.
#[derive(Serialize)]
struct View {
    id: GrantNode,
    subject: SubjectNode,
    client_id: String,
    scope: Scope,
    created_at: Time,
    changed_at: Time,
}

impl View {
    async fn of(world: &World, grant: Grant) -> Result<Self, LoadError> {
        let own_id = grant.client.to_string();
        let client = client::by_any_id(world, grant.realm, &own_id).await?;
        Ok(Self {
            id: grant.node,
            subject: grant.subject,
            client_id: client.map_or(own_id, |client| client.client_id),
            scope: grant.scope,
            created_at: grant.created_at,
            changed_at: grant.changed_at,
        })
    }
}
