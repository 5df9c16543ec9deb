//! The facts of a revocation: as its unit claims them, before its place in the journal is known; and
//! whole, when it is.

use serde::{Deserialize, Serialize};
use symbolon_identity::{LoadError, Recorded, Revoked, World};
use symbolon_journal::{Filter, Journal, MAX_RECORDS, ReadError, Sequence};
use symbolon_token::call::Call;
use symbolon_token::node::NodeId;
use symbolon_token::time::Time;

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
    /// The journal's last entry before it, so that its own is found however many came since.
    #[serde(default)]
    pub behind: i64,
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
    /// What this call revoked, somewhere behind this entry.
    #[must_use]
    pub fn new(call: &Call, revoked: &Revoked, behind: Sequence) -> Self {
        Self {
            node: revoked.node.map(|(node, _)| node),
            epoch: revoked.node.map(|(_, epoch)| epoch.0),
            at: call.now,
            request: call.request_id.0,
            behind: behind.0,
        }
    }
}

impl Revocation {
    /// What this call revoked, and where that stands.
    #[must_use]
    pub fn new(call: &Call, recorded: &Recorded) -> Self {
        Self {
            sequence: recorded.sequence,
            claimed: Claimed::new(call, &recorded.revoked, recorded.sequence),
        }
    }
}

/// The journal's last entry, for a claim.
///
/// # Errors
/// [`LoadError`].
pub async fn head(world: &World) -> Result<Sequence, LoadError> {
    let (_, head) = world.db.head().await?;
    Ok(head)
}

/// Finds the entry of a revocation whose caller did not hear of it; nothing where the journal no
/// longer holds it.
///
/// # Errors
/// [`ReadError`].
pub async fn recall(world: &World, claimed: Claimed) -> Result<Option<Revocation>, ReadError> {
    let filter = Filter {
        request: Some(claimed.request),
        ..Filter::default()
    };
    // The revocation is the first entry of its unit.
    let behind = Sequence(claimed.behind);
    let found = first_behind(world, (&filter, behind), MAX_RECORDS).await?;
    Ok(found.map(|sequence| Revocation { sequence, claimed }))
}

/// The first entry behind a place that matches; so many are read at once. The caller knows a place
/// shortly before it.
pub(crate) async fn first_behind(
    world: &World,
    (filter, place): (&Filter, Sequence),
    at_once: usize,
) -> Result<Option<Sequence>, ReadError> {
    let (journal, mut after) = (Journal::new(world.db.clone()), place);
    loop {
        let news = journal.after(filter, after, at_once).await?;
        if let Some(record) = news.records.first() {
            return Ok(Some(record.sequence));
        }
        if news.after == after {
            return Ok(None);
        }
        after = news.after;
    }
}

#[cfg(test)]
mod tests {
    use symbolon_identity::client::{self, NewClient};
    use symbolon_identity::{Order, realm};
    use symbolon_lineage::node::Change;
    use symbolon_store::testing::sqlite;
    use symbolon_token::call::RequestId;

    use super::*;
    use crate::testing::{NOON, call, migrations, realm as first_realm, world};

    async fn others(world: &World, realm: &realm::Realm, names: &[&str]) {
        for name in names {
            let new = NewClient::service(name);
            client::create(world, &call(NOON), realm.node, new)
                .await
                .unwrap();
        }
    }

    #[tokio::test]
    async fn a_claim_finds_its_entry_however_many_came_since() {
        let (db, _folder) = sqlite(&migrations()).await;
        let world = world(db).await;
        let realm = first_realm(&world).await;
        let before = head(&world).await.unwrap();
        others(&world, &realm, &["a", "b", "c"]).await;
        let own = Call {
            request_id: RequestId(NodeId::from_number(77).unwrap()),
            ..call(NOON)
        };
        let how = (Change::Revoke, &Order::default());
        let done = realm::stand(&world, &own, &realm, how).await.unwrap();
        others(&world, &realm, &["d", "e", "f"]).await;
        let claimed = Claimed::new(&own, &done.revoked, before);
        let filter = Filter {
            request: Some(claimed.request),
            ..Filter::default()
        };
        for at_once in [1, 2, MAX_RECORDS] {
            let found = first_behind(&world, (&filter, before), at_once).await;
            assert_eq!(found.unwrap(), Some(done.sequence), "{at_once}");
            let none = first_behind(&world, (&filter, done.sequence), at_once).await;
            assert_eq!(none.unwrap(), None, "{at_once}");
        }
        let recalled = recall(&world, claimed).await.unwrap();
        assert_eq!(recalled.map(|found| found.sequence), Some(done.sequence));
    }
}
