//! The rows of links: one that waits, and those that were spent.

use symbolon_identity::LoadError;
use symbolon_store::{Db, Step};
use symbolon_token::node::RealmNode;
use symbolon_token::secret::Digest;
use symbolon_token::time::Time;

const WAITING: &str = "SELECT expires_at FROM setup WHERE digest = $1 AND spent_at IS NULL";

const SPENT: &str = "SELECT 1 FROM setup WHERE spent_at IS NOT NULL LIMIT 1";

const INSERT: &str = "INSERT INTO setup (digest, realm, expires_at) VALUES ($1, $2, $3)";

const REPLACE: &str = "DELETE FROM setup WHERE realm = $1 AND spent_at IS NULL";

const SPEND: &str = "UPDATE setup SET spent_at = $2 \
                     WHERE digest = $1 AND spent_at IS NULL AND expires_at > $2";

/// When the link with this digest ends, if it waits to be used.
pub(super) async fn waiting(db: &Db, digest: Digest) -> Result<Option<Time>, LoadError> {
    let row = db.row(WAITING, &[digest.0.as_slice().into()]).await?;
    row.map(|row| Ok(Time(row.integer(0)?))).transpose()
}

/// Whether any link was ever spent.
pub(super) async fn any_spent(db: &Db) -> Result<bool, LoadError> {
    Ok(db.row(SPENT, &[]).await?.is_some())
}

/// A new link, in the place of one that waits.
pub(super) fn put(realm: RealmNode, digest: Digest, expires_at: Time) -> [Step; 2] {
    let realm = realm.0.number();
    let new = vec![
        digest.0.as_slice().into(),
        realm.into(),
        expires_at.0.into(),
    ];
    [
        Step::any(REPLACE, vec![realm.into()]),
        Step::one(INSERT, new),
    ]
}

/// Spends a link. One row must change: it waits, and has not expired.
pub(super) fn spend(digest: Digest, now: Time) -> Step {
    Step::one(SPEND, vec![digest.0.as_slice().into(), now.0.into()])
}
