//! The rows of spent assertions.

use symbolon_store::{Db, Step};
use symbolon_token::node::ClientNode;
use symbolon_token::time::Time;

use crate::load::LoadError;

const SPEND: &str = "INSERT INTO client_assertion (client, digest, expires_at) \
                     SELECT $1, $2, $3 WHERE NOT EXISTS \
                     (SELECT id FROM client_assertion_floor WHERE id = 1 AND at > $3) \
                     ON CONFLICT (client, digest) DO NOTHING";

const OLD: &str = "SELECT expires_at FROM client_assertion WHERE expires_at < $1 LIMIT 1";

const SWEEP: &str = "DELETE FROM client_assertion WHERE (client, digest) IN \
                     (SELECT client, digest FROM client_assertion WHERE expires_at < $1 \
                     ORDER BY expires_at LIMIT 2000)";

const RAISE_FLOOR: &str = "INSERT INTO client_assertion_floor (id, at) VALUES (1, $1) \
                           ON CONFLICT (id) DO UPDATE SET at = excluded.at \
                           WHERE client_assertion_floor.at < excluded.at";

/// Spends an assertion. One row must change: nobody has before, and it is not so old that it may
/// have been forgotten.
pub(super) fn spend(client: ClientNode, digest: &[u8; 32], expires_at: Time) -> Step {
    let client = client.0.number().into();
    let params = vec![client, digest.as_slice().into(), expires_at.0.into()];
    Step::one(SPEND, params)
}

/// Whether there is something that ended before a time.
pub(super) async fn has_old(db: &Db, before: Time) -> Result<bool, LoadError> {
    Ok(db.row(OLD, &[before.0.into()]).await?.is_some())
}

/// Forgets some of what ended before a time. What did is refused from then on, forgotten or not.
pub(super) fn sweep(before: Time) -> [Step; 2] {
    [
        Step::any(RAISE_FLOOR, vec![before.0.into()]),
        Step::any(SWEEP, vec![before.0.into()]),
    ]
}
