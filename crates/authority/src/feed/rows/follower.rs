//! How far followers are.

use std::time::Duration;

use symbolon_identity::LoadError;
use symbolon_journal::Sequence;
use symbolon_store::{Db, Step, Value};
use symbolon_token::node::RealmNode;
use symbolon_token::time::Time;

/// Followers of other processes that are read for one answer: as many as one process has.
const ELSEWHERE: &str = "SELECT audience, client_id, follower, sequence, sequence_at, seen_at, \
                         dark_after FROM feed_follower WHERE realm = $1 AND process <> $2 \
                         AND seen_at > $3 ORDER BY audience, client_id, follower LIMIT 10000";

/// Where a follower has gone on to another process, what the first one last heard is older.
const PUT: &str = "INSERT INTO feed_follower (realm, audience, client_id, follower, process, \
                   sequence, sequence_at, seen_at, dark_after) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
                   ON CONFLICT (realm, audience, client_id, follower) DO UPDATE SET \
                   process = excluded.process, sequence = excluded.sequence, \
                   sequence_at = excluded.sequence_at, seen_at = excluded.seen_at, \
                   dark_after = excluded.dark_after \
                   WHERE feed_follower.process = excluded.process \
                   OR feed_follower.seen_at <= excluded.seen_at";

const LEAVE: &str = "DELETE FROM feed_follower WHERE realm = $1 AND audience = $2 \
                     AND client_id = $3 AND follower = $4 AND process = $5";

const FORGET_OTHERS: &str = "DELETE FROM feed_follower WHERE process <> $1";

const FORGET: &str = "DELETE FROM feed_follower WHERE seen_at < $1";

/// A follower, as others are told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::feed) struct Row {
    pub(in crate::feed) audience: String,
    pub(in crate::feed) client_id: String,
    pub(in crate::feed) follower: String,
    pub(in crate::feed) sequence: Sequence,
    pub(in crate::feed) sequence_at: Time,
    pub(in crate::feed) seen_at: Time,
    pub(in crate::feed) dark_after: Option<Duration>,
}

/// Those that follow another process, and were heard of since.
pub(in crate::feed) async fn elsewhere(
    db: &Db,
    (realm, process): (RealmNode, i64),
    since: Time,
) -> Result<Vec<Row>, LoadError> {
    let params = [realm.0.number().into(), process.into(), since.0.into()];
    let rows = db.rows(ELSEWHERE, &params).await?;
    let rows = rows.iter().map(|row| {
        let dark_after = row.optional_integer(6)?.map(u64::try_from);
        let dark_after = dark_after.transpose();
        let dark_after = dark_after.map_err(|_| LoadError::Value("feed_follower.dark_after"))?;
        Ok(Row {
            audience: row.text(0)?.to_owned(),
            client_id: row.text(1)?.to_owned(),
            follower: row.text(2)?.to_owned(),
            sequence: Sequence(row.integer(3)?),
            sequence_at: Time(row.integer(4)?),
            seen_at: Time(row.integer(5)?),
            dark_after: dark_after.map(Duration::from_millis),
        })
    });
    rows.collect()
}

/// Tells others of one; whoever told of it before is told no more.
pub(in crate::feed) fn put((realm, process): (RealmNode, i64), row: &Row) -> Step {
    let bound = row.dark_after.map(|bound| bound.as_millis());
    let bound = bound.map(|millis| i64::try_from(millis).unwrap_or(i64::MAX));
    let params = vec![
        realm.0.number().into(),
        row.audience.as_str().into(),
        row.client_id.as_str().into(),
        row.follower.as_str().into(),
        process.into(),
        row.sequence.0.into(),
        row.sequence_at.0.into(),
        row.seen_at.0.into(),
        Value::from(bound),
    ];
    Step::any(PUT, params)
}

/// One left this process.
pub(in crate::feed) fn leave(
    (realm, process): (RealmNode, i64),
    (audience, client_id, follower): (&str, &str, &str),
) -> Step {
    let params = vec![
        realm.0.number().into(),
        audience.into(),
        client_id.into(),
        follower.into(),
        process.into(),
    ];
    Step::any(LEAVE, params)
}

/// Forgets those that were not heard of since, of whatever process.
pub(in crate::feed) fn forget(since: Time) -> Step {
    Step::any(FORGET, vec![since.0.into()])
}

/// Forgets those of every other process.
pub(in crate::feed) fn forget_others(process: i64) -> Step {
    Step::any(FORGET_OTHERS, vec![process.into()])
}
