//! The facts of a revocation: as its unit claims them, before its place in the journal is known; and
//! whole, when it is.

use serde::{Deserialize, Serialize};
use symbolon_identity::{Recorded, Revoked, World};
use symbolon_journal::{Filter, Journal, MAX_RECORDS, ReadError, Sequence};
use symbolon_token::call::Call;
use symbolon_token::node::NodeId;
use symbolon_token::time::Time;

use crate::token::BEFORE_BIRTH;

/// What the unit of a revocation knows of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimed {
    /// The node that was revoked; none for an access token.
    pub node: Option<NodeId>,
    /// Its epoch from then on.
    pub epoch: Option<i64>,
    /// When.
    pub at: Time,
    /// The call that did it.
    pub request: NodeId,
}

/// A revocation that is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// Where its entry stands in the journal.
    pub sequence: Sequence,
    /// What else there is to say.
    pub claimed: Claimed,
}

impl Claimed {
    /// What this call revoked.
    #[must_use]
    pub fn new(call: &Call, revoked: &Revoked) -> Self {
        Self {
            node: revoked.node.map(|(node, _)| node),
            epoch: revoked.node.map(|(_, epoch)| epoch.0),
            at: call.now,
            request: call.request_id.0,
        }
    }
}

impl Revocation {
    /// What this call revoked, and where that stands.
    #[must_use]
    pub fn new(call: &Call, recorded: &Recorded) -> Self {
        Self {
            sequence: recorded.sequence,
            claimed: Claimed::new(call, &recorded.revoked),
        }
    }
}

/// Finds the entry of a revocation whose caller did not hear of it; nothing where the journal no
/// longer holds it.
///
/// # Errors
/// [`ReadError`].
pub async fn recall(world: &World, claimed: Claimed) -> Result<Option<Revocation>, ReadError> {
    let filter = Filter {
        request: Some(claimed.request),
        since: Some(claimed.at.minus(BEFORE_BIRTH)),
        ..Filter::default()
    };
    let journal = Journal::new(world.db.clone());
    let found = journal.search(&filter, Sequence(i64::MAX), MAX_RECORDS);
    // The revocation is the first entry of its unit, and the newest come first.
    let first = found.await?.records.pop();
    Ok(first.map(|record| Revocation {
        sequence: record.sequence,
        claimed,
    }))
}
