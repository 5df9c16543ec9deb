//! Rows of leased blocks, of bits that are set, and of what was swept away.

use symbolon_store::{Db, Sequence, Step};
use symbolon_token::node::{NodeId, RealmNode};
use symbolon_token::status::{Bucket, StatusRef};
use symbolon_token::time::Time;

use crate::memory::LoadError;

const NEXT: &str = "SELECT next FROM status_bucket WHERE realm = $1 AND bucket = $2";

const LEASE: &str = "INSERT INTO status_bucket (realm, bucket, next, opened_after) \
                     VALUES ($1, $2, $3, $5) \
                     ON CONFLICT (realm, bucket) DO UPDATE SET next = excluded.next \
                     WHERE status_bucket.next = $4";

const OLDEST: &str = "SELECT MIN(opened_after) FROM status_bucket \
                      WHERE realm = $1 AND bucket >= $2";

const OLDEST_OF_ALL: &str = "SELECT MIN(opened_after) FROM status_bucket WHERE bucket >= $1";

const BUCKETS: &str = "SELECT realm, bucket, next FROM status_bucket \
                       WHERE realm > $1 OR (realm = $1 AND bucket > $2) \
                       ORDER BY realm, bucket LIMIT 1000";

const BITS: &str = "SELECT realm, bucket, place, filled FROM status_bit \
                    WHERE realm > $1 OR (realm = $1 AND bucket > $2) \
                    OR (realm = $1 AND bucket = $2 AND place > $3) \
                    ORDER BY realm, bucket, place LIMIT 1000";

const SET: &str = "INSERT INTO status_bit (realm, bucket, place, filled) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (realm, bucket, place) DO UPDATE SET filled = excluded.filled \
                   WHERE status_bit.filled > excluded.filled";

const FLOOR: &str = "SELECT bucket FROM status_floor WHERE id = 1";

const RAISE_FLOOR: &str = "INSERT INTO status_floor (id, bucket) VALUES (1, $1) \
                           ON CONFLICT (id) DO UPDATE SET bucket = excluded.bucket \
                           WHERE status_floor.bucket < excluded.bucket";

const SWEEP_BUCKETS: &str = "DELETE FROM status_bucket WHERE bucket <= $1";

const SWEEP_BITS: &str = "DELETE FROM status_bit WHERE bucket <= $1";

/// Why a bit is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dead {
    /// It is by the bit that the token is dead.
    ByItself,
    /// What it descends from was revoked: the bit only shows that.
    Already,
}

fn number(bucket: i64) -> Result<u32, LoadError> {
    u32::try_from(bucket).map_err(|_| LoadError::Value("status"))
}

fn realm(number: i64) -> Result<RealmNode, LoadError> {
    let node = NodeId::from_number(number);
    node.map(RealmNode)
        .map_err(|_| LoadError::Value("status.realm"))
}

/// The first index of a bucket that nobody has leased.
pub(super) async fn next(db: &Db, realm: RealmNode, bucket: Bucket) -> Result<u32, LoadError> {
    let row = db
        .row(NEXT, &[realm.0.number().into(), bucket.0.into()])
        .await?;
    row.map_or(Ok(0), |row| number(row.integer(0)?))
}

/// Takes the indexes from `first` to below `next`, if nobody else has. The journal had come to `head`
/// before.
pub(super) fn lease(
    (realm, bucket): (RealmNode, Bucket),
    (first, next): (u32, u32),
    head: Sequence,
) -> Step {
    let realm = realm.0.number().into();
    let params = vec![
        realm,
        bucket.0.into(),
        next.into(),
        first.into(),
        head.0.into(),
    ];
    Step::one(LEASE, params)
}

/// The entry behind which every token stands that may live now, of one realm or of all; none where no
/// token may.
///
/// # Errors
/// [`LoadError`].
pub async fn oldest(
    db: &Db,
    realm: Option<RealmNode>,
    now: Time,
) -> Result<Option<Sequence>, LoadError> {
    let first = Bucket::of(now).0.into();
    let row = match realm {
        Some(realm) => db.row(OLDEST, &[realm.0.number().into(), first]).await?,
        None => db.row(OLDEST_OF_ALL, &[first]).await?,
    };
    let oldest = row.map(|row| row.optional_integer(0)).transpose()?;
    Ok(oldest.flatten().map(Sequence))
}

/// Every bucket and the first index that nobody has leased, in pages.
pub(crate) async fn buckets(db: &Db) -> Result<Vec<(RealmNode, Bucket, u32)>, LoadError> {
    let (mut found, mut at) = (Vec::new(), (-1_i64, -1_i64));
    loop {
        let rows = db.rows(BUCKETS, &[at.0.into(), at.1.into()]).await?;
        if rows.is_empty() {
            return Ok(found);
        }
        for row in rows {
            at = (row.integer(0)?, row.integer(1)?);
            found.push((
                realm(at.0)?,
                Bucket(number(at.1)?),
                number(row.integer(2)?)?,
            ));
        }
    }
}

/// Every bit that is set, and why, in pages.
pub(crate) async fn bits(db: &Db) -> Result<Vec<(RealmNode, StatusRef, Dead)>, LoadError> {
    let (mut found, mut at) = (Vec::new(), (-1_i64, -1_i64, -1_i64));
    loop {
        let rows = db
            .rows(BITS, &[at.0.into(), at.1.into(), at.2.into()])
            .await?;
        if rows.is_empty() {
            return Ok(found);
        }
        for row in rows {
            at = (row.integer(0)?, row.integer(1)?, row.integer(2)?);
            let status = StatusRef {
                bucket: Bucket(number(at.1)?),
                index: number(at.2)?,
            };
            let dead = match row.integer(3)? {
                0 => Dead::ByItself,
                _ => Dead::Already,
            };
            found.push((realm(at.0)?, status, dead));
        }
    }
}

/// Marks a token as dead; it may be so already.
pub(super) fn set(realm: RealmNode, status: StatusRef, dead: Dead) -> Step {
    let filled: i64 = match dead {
        Dead::ByItself => 0,
        Dead::Already => 1,
    };
    let params = vec![
        realm.0.number().into(),
        status.bucket.0.into(),
        status.index.into(),
        filled.into(),
    ];
    Step::any(SET, params)
}

/// The bucket up to which everything was swept away.
pub(crate) async fn floor(db: &Db) -> Result<Option<Bucket>, LoadError> {
    let row = db.row(FLOOR, &[]).await?;
    row.map(|row| Ok(Bucket(number(row.integer(0)?)?)))
        .transpose()
}

/// Forgets every bucket up to this one, and remembers that it did. One row must change: the floor.
pub(super) fn sweep(bucket: Bucket) -> [Step; 3] {
    let bucket = || vec![bucket.0.into()];
    [
        Step::one(RAISE_FLOOR, bucket()),
        Step::any(SWEEP_BUCKETS, bucket()),
        Step::any(SWEEP_BITS, bucket()),
    ]
}
