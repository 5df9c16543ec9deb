//! The rows of nodes that a living token may name.

use symbolon_store::Db;
use symbolon_token::lineage::Epoch;
use symbolon_token::node::{NodeId, RealmNode};
use symbolon_token::time::Time;

use crate::memory::{LoadError, Standing};
use crate::node::State;

/// 2 is the end.
const NODES: &str = "SELECT node, realm, epoch, state, changed_at FROM lineage \
                     WHERE node > $1 AND (state <> 2 OR changed_at > $2) \
                     ORDER BY node LIMIT 1000";

/// Every node that stands, and those that have ended since, in pages.
pub(super) async fn nodes(
    db: &Db,
    since: Time,
) -> Result<Vec<(RealmNode, NodeId, Standing, Time)>, LoadError> {
    let (mut nodes, mut after) = (Vec::new(), -1_i64);
    loop {
        let rows = db.rows(NODES, &[after.into(), since.0.into()]).await?;
        if rows.is_empty() {
            return Ok(nodes);
        }
        for row in rows {
            after = row.integer(0)?;
            let id = |number, what| NodeId::from_number(number).map_err(|_| LoadError::Value(what));
            let state = u8::try_from(row.integer(3)?).ok();
            let standing = Standing {
                epoch: Epoch(row.integer(2)?),
                state: state
                    .and_then(State::from_code)
                    .ok_or(LoadError::Value("lineage.state"))?,
            };
            let realm = RealmNode(id(row.integer(1)?, "lineage.realm")?);
            let node = id(after, "lineage.node")?;
            nodes.push((realm, node, standing, Time(row.integer(4)?)));
        }
    }
}
