//! The rows of node leases.

use symbolon_store::{Db, Step};
use symbolon_token::node::LEASES;
use symbolon_token::time::Time;

use symbolon_identity::LoadError;

const HELD: &str = "SELECT id FROM node_lease WHERE until > $1 ORDER BY id LIMIT 1024";

const TAKE: &str = "INSERT INTO node_lease (id, holder, until) VALUES ($1, $2, $3) \
                    ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, \
                    until = excluded.until WHERE node_lease.until <= $4";

const RENEW: &str = "UPDATE node_lease SET until = $3 WHERE id = $1 AND holder = $2";

/// The lowest number that nobody has held since this time; `None` where all are held.
pub(super) async fn free(db: &Db, since: Time) -> Result<Option<u16>, LoadError> {
    let rows = db.rows(HELD, &[since.0.into()]).await?;
    let mut held = Vec::with_capacity(rows.len());
    for row in rows {
        held.push(row.integer(0)?);
    }
    Ok((0..LEASES).find(|number| !held.contains(&i64::from(*number))))
}

/// Takes a number that nobody has held since this time. One row must change.
pub(super) fn take((number, holder): (u16, i64), until: Time, since: Time) -> Step {
    let number = u32::from(number).into();
    let params = vec![number, holder.into(), until.0.into(), since.0.into()];
    Step::one(TAKE, params)
}

/// Holds a number until then. One row must change: it is still this holder's.
pub(super) fn renew((number, holder): (u16, i64), until: Time) -> Step {
    let number = u32::from(number).into();
    Step::one(RENEW, vec![number, holder.into(), until.0.into()])
}
