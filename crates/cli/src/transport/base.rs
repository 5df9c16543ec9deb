//! Where a realm's API is: host and path of its issuer, for realms are told apart by them.

use serde_json::Value;
use symbolon_identity::realm::Issuer;

use super::Transport;
use crate::command::list;
use crate::exit::Fault;

/// Where to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Base {
    /// The `Host` header.
    pub(super) authority: String,
    /// What stands before `/v1`.
    pub(super) path: String,
}

impl Base {
    /// The first realm's, where its issuer is known; a host that no issuer has means it as well.
    pub(super) fn first(issuer: Option<&Issuer>) -> Self {
        issuer.map_or_else(
            || Self {
                authority: "localhost".to_owned(),
                path: String::new(),
            },
            Self::of,
        )
    }

    fn of(issuer: &Issuer) -> Self {
        Self {
            authority: issuer.authority().to_owned(),
            path: issuer.path().to_owned(),
        }
    }
}

/// The base of the realm with this name, by the first realm's list.
///
/// # Errors
/// [`Fault`].
pub(super) async fn named(transport: &mut Transport, name: &str) -> Result<Base, Fault> {
    let realms = list::all(transport, "/v1/realms").await?;
    let realm = realms
        .iter()
        .find(|realm| realm.get("name").and_then(Value::as_str) == Some(name));
    let issuer = realm.and_then(|realm| realm.get("issuer")?.as_str());
    let issuer = issuer.and_then(|issuer| Issuer::parse(issuer).ok());
    let unknown = || {
        Fault::Refused(format!(
            "there is no realm {name:?}; see symbolon realm list"
        ))
    };
    issuer.map(|issuer| Base::of(&issuer)).ok_or_else(unknown)
}
