//! The row of a node that something has happened to.

use symbolon_store::{Db, Step};
use symbolon_token::lineage::Epoch;
use symbolon_token::node::{NodeId, RealmNode};
use symbolon_token::time::Time;

use super::State;
use crate::memory::{LoadError, Standing};

const ALL: &str = "SELECT node, epoch, state FROM lineage WHERE node > $1 ORDER BY node LIMIT 1000";

const PUT: &str = "INSERT INTO lineage (node, realm, epoch, state, changed_at) \
                   VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT (node) DO UPDATE SET epoch = excluded.epoch, \
                   state = excluded.state, changed_at = excluded.changed_at \
                   WHERE lineage.epoch = $6 AND lineage.state = $7";

/// Every node with a row, in pages.
pub(crate) async fn all(db: &Db) -> Result<Vec<(NodeId, Standing)>, LoadError> {
    let (mut nodes, mut after) = (Vec::new(), -1_i64);
    loop {
        let rows = db.rows(ALL, &[after.into()]).await?;
        if rows.is_empty() {
            return Ok(nodes);
        }
        for row in rows {
            after = row.integer(0)?;
            let node = NodeId::from_number(after).map_err(|_| LoadError::Value("lineage.node"))?;
            let state = u8::try_from(row.integer(2)?)
                .ok()
                .and_then(State::from_code);
            let standing = Standing {
                epoch: Epoch(row.integer(1)?),
                state: state.ok_or(LoadError::Value("lineage.state"))?,
            };
            nodes.push((node, standing));
        }
    }
}

/// Writes how a node stands from now on, if it still stands as before.
pub(super) fn put(
    (realm, node): (RealmNode, NodeId),
    before: Standing,
    after: Standing,
    now: Time,
) -> Step {
    let params = vec![
        node.number().into(),
        realm.0.number().into(),
        after.epoch.0.into(),
        u32::from(after.state.code()).into(),
        now.0.into(),
        before.epoch.0.into(),
        u32::from(before.state.code()).into(),
    ];
    Step::one(PUT, params)
}
