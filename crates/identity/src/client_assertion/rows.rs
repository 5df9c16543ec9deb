//! The rows of spent assertions.

use symbolon_store::{Db, Step};
use symbolon_token::node::ClientNode;
use symbolon_token::time::Time;

use crate::load::LoadError;

const SPEND: &str = "INSERT INTO client_assertion (client, digest, expires_at) \
                     VALUES ($1, $2, $3) ON CONFLICT (client, digest) DO NOTHING";

const SWEEP: &str = "DELETE FROM client_assertion WHERE expires_at < $1";

const FLOOR: &str = "SELECT at FROM client_assertion_floor WHERE id = 1";

const RAISE_FLOOR: &str = "INSERT INTO client_assertion_floor (id, at) VALUES (1, $1) \
                           ON CONFLICT (id) DO UPDATE SET at = excluded.at \
                           WHERE client_assertion_floor.at < excluded.at";

/// Spends an assertion. One row must change: nobody has before.
pub(super) fn spend(client: ClientNode, digest: &[u8; 32], expires_at: Time) -> Step {
    let client = client.0.number().into();
    let params = vec![client, digest.as_slice().into(), expires_at.0.into()];
    Step::one(SPEND, params)
}

/// Assertions that end before this time were forgotten.
pub(super) async fn floor(db: &Db) -> Result<Option<Time>, LoadError> {
    let row = db.row(FLOOR, &[]).await?;
    row.map(|row| Ok(Time(row.integer(0)?))).transpose()
}

/// Forgets what ended before a time. One row must change: the floor.
pub(super) fn sweep(before: Time) -> [Step; 2] {
    [
        Step::one(RAISE_FLOOR, vec![before.0.into()]),
        Step::any(SWEEP, vec![before.0.into()]),
    ]
}
