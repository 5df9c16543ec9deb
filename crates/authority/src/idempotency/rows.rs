//! The rows of answers.

use symbolon_identity::LoadError;
use symbolon_store::{Db, Step};
use symbolon_token::node::RealmNode;
use symbolon_token::time::Time;

const FIND: &str = "SELECT answer FROM idempotency WHERE realm = $1 AND digest = $2";

const INSERT: &str = "INSERT INTO idempotency (realm, digest, answer, created_at) \
                      VALUES ($1, $2, $3, $4) ON CONFLICT (realm, digest) DO NOTHING";

const SETTLE: &str = "UPDATE idempotency SET answer = $4 \
                      WHERE realm = $1 AND digest = $2 AND answer = $3";

const HAS_OLD: &str = "SELECT 1 FROM idempotency WHERE created_at < $1 LIMIT 1";

const SWEEP: &str = "DELETE FROM idempotency WHERE created_at < $1";

pub(super) async fn find(
    db: &Db,
    realm: RealmNode,
    digest: &[u8; 32],
) -> Result<Option<Vec<u8>>, LoadError> {
    let params = [realm.0.number().into(), digest.as_slice().into()];
    let row = db.row(FIND, &params).await?;
    row.map(|row| Ok(row.bytes(0)?.to_vec())).transpose()
}

/// Keeps an answer. One row must change: nobody has answered this key.
pub(super) fn insert(realm: RealmNode, digest: &[u8; 32], answer: Vec<u8>, now: Time) -> Step {
    let params = vec![
        realm.0.number().into(),
        digest.as_slice().into(),
        answer.into(),
        now.0.into(),
    ];
    Step::one(INSERT, params)
}

/// Puts an answer where a claim was, if it is still that claim.
pub(super) fn settle(
    realm: RealmNode,
    digest: &[u8; 32],
    (before, after): (Vec<u8>, Vec<u8>),
) -> Step {
    let params = vec![
        realm.0.number().into(),
        digest.as_slice().into(),
        before.into(),
        after.into(),
    ];
    Step::one(SETTLE, params)
}

/// Whether there is an answer that was kept before then.
pub(super) async fn has_old(db: &Db, before: Time) -> Result<bool, LoadError> {
    let row = db.row(HAS_OLD, &[before.0.into()]).await?;
    Ok(row.is_some())
}

pub(super) fn sweep(before: Time) -> Step {
    Step::any(SWEEP, vec![before.0.into()])
}
