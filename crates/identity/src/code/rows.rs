//! The rows of codes that were redeemed. A code that was not has none.

use symbolon_store::{Db, Step};
use symbolon_token::node::FamilyNode;
use symbolon_token::time::Time;

use crate::LoadError;

const SPEND: &str = "INSERT INTO code (id, expires_at) SELECT $1, $2 WHERE NOT EXISTS \
                     (SELECT id FROM code_floor WHERE id = 1 AND at > $2) \
                     ON CONFLICT (id) DO NOTHING";

const FIND: &str = "SELECT id FROM code WHERE id = $1";

const OLD: &str = "SELECT expires_at FROM code WHERE expires_at < $1 LIMIT 1";

const SWEEP: &str = "DELETE FROM code WHERE id IN \
                     (SELECT id FROM code WHERE expires_at < $1 ORDER BY expires_at LIMIT 2000)";

const RAISE_FLOOR: &str = "INSERT INTO code_floor (id, at) VALUES (1, $1) \
                           ON CONFLICT (id) DO UPDATE SET at = excluded.at \
                           WHERE code_floor.at < excluded.at";

/// Spends a code. One row must change: nobody has before, and it is not so old that it may have been
/// forgotten.
pub(super) fn spend(code: FamilyNode, expires_at: Time) -> Step {
    Step::one(SPEND, vec![code.0.number().into(), expires_at.0.into()])
}

/// Whether a code was redeemed, as far as that is remembered.
pub(super) async fn is_spent(db: &Db, code: FamilyNode) -> Result<bool, LoadError> {
    Ok(db.row(FIND, &[code.0.number().into()]).await?.is_some())
}

/// Whether there is a code that ended before a time.
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
