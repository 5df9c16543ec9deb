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
use symbolon_token::node::ResourceNode;
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
    #[serde(flatten)]
    settings: Settings,
}

impl Document for Changeable {}

impl From<Resource> for View {
    fn from(resource: Resource) -> Self {
        Self {
            id: resource.node,
            audience: resource.audience,
            created_at: resource.created_at,
            changeable: Changeable {
                is_default: resource.is_default,
                settings: resource.settings,
            },
        }
    }
}

fn unknown(id: ResourceNode) -> Problem {
    ChangeError::Unknown(id).into()
}
