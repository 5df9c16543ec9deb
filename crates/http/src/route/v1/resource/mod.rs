//! Resources: the APIs and servers that tokens are meant for.

mod create;
mod end;
mod list;
mod merge;
mod replace;
mod show;

pub(super) use create::create;
pub(super) use end::end;
pub(super) use list::list;
pub(super) use merge::merge;
pub(super) use replace::replace;
pub(super) use show::show;

use serde::{Deserialize, Serialize};
use symbolon_identity::resource::{ChangeError, Resource, Settings};
use symbolon_identity::{World, client};
use symbolon_token::node::{RealmNode, ResourceNode};
use symbolon_token::time::Time;

use crate::document::Document;
use crate::problem::Problem;

/// A resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct View {
    /// Its id.
    id: ResourceNode,
    /// What stands in `aud`.
    audience: String,
    /// When it was made, in milliseconds.
    created_at: Time,
    /// What can be changed.
    #[serde(flatten)]
    changeable: Changeable,
}

/// What can be changed about a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Changeable {
    /// Whether tokens are meant for it where nobody says otherwise.
    #[serde(default)]
    is_default: bool,
    /// The client that runs it: its `client_id` or its id; in answers its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    /// The rest, without the owner.
    #[serde(flatten)]
    settings: Settings,
}

impl Document for Changeable {}

impl Changeable {
    /// What is set, and whether it is the default, once it is known which client is meant.
    ///
    /// # Errors
    /// [`Problem`] where there is no such client.
    async fn resolved(self, world: &World, realm: RealmNode) -> Result<(Settings, bool), Problem> {
        let owner = match self.owner {
            Some(owner) => {
                let found = client::by_any_id(world, realm, &owner).await?;
                let client = found.ok_or_else(|| Problem::no_owner(&owner))?;
                Some(client.node)
            }
            None => None,
        };
        let settings = Settings {
            owner,
            ..self.settings
        };
        Ok((settings, self.is_default))
    }
}

impl From<Resource> for View {
    fn from(resource: Resource) -> Self {
        let owner = resource.settings.owner.map(|client| client.to_string());
        let settings = Settings {
            owner: None,
            ..resource.settings
        };
        Self {
            id: resource.node,
            audience: resource.audience,
            created_at: resource.created_at,
            changeable: Changeable {
                is_default: resource.is_default,
                owner,
                settings,
            },
        }
    }
}

fn unknown(id: ResourceNode) -> Problem {
    ChangeError::Unknown(id).into()
}
