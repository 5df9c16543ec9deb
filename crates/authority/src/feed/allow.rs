//! Who may follow what: a client may hear of the audiences for which it may introspect.

use symbolon_identity::client::{self, OPERATOR};
use symbolon_identity::realm::Realm;
use symbolon_identity::{World, resource};

use super::FeedError;

/// Who follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// The `client_id` of the token that was presented; the operators' own at the local socket.
    pub client_id: String,
}

impl Who {
    /// The operator.
    #[must_use]
    pub fn operator() -> Self {
        Self {
            client_id: OPERATOR.to_owned(),
        }
    }
}

/// Lets a client follow an audience: one that it runs, any if it may introspect every token. What
/// does not exist is not told from what is another's.
///
/// # Errors
/// [`FeedError::Audience`], [`FeedError::Load`].
pub async fn may_follow(
    world: &World,
    realm: &Realm,
    who: &Who,
    audience: &str,
) -> Result<(), FeedError> {
    let found = resource::by_audience(world, realm, audience).await?;
    let found = found.ok_or(FeedError::Audience)?;
    if who.client_id == OPERATOR {
        return Ok(());
    }
    let known = client::known(world, realm.node, &who.client_id).await?;
    let known = known.ok_or(FeedError::Audience)?;
    let client = &known.client;
    if client.settings.introspect_all || found.is_run_by(client) {
        Ok(())
    } else {
        Err(FeedError::Audience)
    }
}
