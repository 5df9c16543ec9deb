//! The rows of jobs, and how far the filling of status lists has come.

use symbolon_identity::LoadError;
use symbolon_store::{Db, Row, Sequence, Step};
use symbolon_token::node::{NodeId, RealmNode};
use symbolon_token::time::Time;

use super::What;

const INSERT: &str = "INSERT INTO revocation_job (id, realm, what, reason, actor, asked_at, head, \
                      bottom, place, scanned, access, refresh, session, worker, held_until) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, 0, 0, 0, 0)";

const FIND: &str = "SELECT id, realm, what, reason, actor, asked_at, head, bottom, place, scanned, \
                    access, refresh, session, ended_at FROM revocation_job \
                    WHERE id = $1 AND realm = $2";

const DUE: &str = "SELECT id, realm, what, reason, actor, asked_at, head, bottom, place, scanned, \
                   access, refresh, session, ended_at FROM revocation_job \
                   WHERE ended_at IS NULL AND (worker = $1 OR held_until <= $2) \
                   ORDER BY id LIMIT 1";

const FILLING: &str = "SELECT 1 FROM revocation_job WHERE ended_at IS NULL AND realm = 0 LIMIT 1";

const ADVANCE: &str = "UPDATE revocation_job SET place = $3, scanned = $4, access = $5, \
                       refresh = $6, session = $7, worker = $8, held_until = $9, ended_at = $10 \
                       WHERE id = $1 AND place = $2 AND ended_at IS NULL";

const SWEEP: &str = "DELETE FROM revocation_job WHERE ended_at < $1";

const OLD: &str = "SELECT 1 FROM revocation_job WHERE ended_at < $1 LIMIT 1";

const UPTO: &str = "SELECT upto FROM status_fill WHERE id = 1";

const RAISE: &str = "INSERT INTO status_fill (id, upto) VALUES (1, $1) \
                     ON CONFLICT (id) DO UPDATE SET upto = excluded.upto \
                     WHERE status_fill.upto = $2";

/// A job as its row has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct JobRow {
    pub(super) id: NodeId,
    /// Whose; none for the authority's own.
    pub(super) realm: Option<RealmNode>,
    pub(super) what: What,
    pub(super) reason: String,
    pub(super) actor: String,
    pub(super) asked_at: Time,
    pub(super) head: Sequence,
    pub(super) bottom: Sequence,
    /// Entries below are still to be looked at; of one that has ended, the last one before that of its
    /// end.
    pub(super) place: Sequence,
    pub(super) done: Done,
    pub(super) ended_at: Option<Time>,
}

/// What a job has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Done {
    pub(super) scanned: u64,
    pub(super) access: u64,
    pub(super) refresh: u64,
    pub(super) session: u64,
}

fn wrong() -> LoadError {
    LoadError::Value("revocation_job")
}

fn read(row: &Row) -> Result<JobRow, LoadError> {
    let count = |column| u64::try_from(row.integer(column)?).map_err(|_| wrong());
    let realm = match row.integer(1)? {
        0 => None,
        realm => Some(RealmNode(NodeId::from_number(realm).map_err(|_| wrong())?)),
    };
    Ok(JobRow {
        id: NodeId::from_number(row.integer(0)?).map_err(|_| wrong())?,
        realm,
        what: serde_json::from_str(row.text(2)?).map_err(|_| wrong())?,
        reason: row.text(3)?.to_owned(),
        actor: row.text(4)?.to_owned(),
        asked_at: Time(row.integer(5)?),
        head: Sequence(row.integer(6)?),
        bottom: Sequence(row.integer(7)?),
        place: Sequence(row.integer(8)?),
        done: Done {
            scanned: count(9)?,
            access: count(10)?,
            refresh: count(11)?,
            session: count(12)?,
        },
        ended_at: row.optional_integer(13)?.map(Time),
    })
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(super) fn insert(job: &JobRow) -> Step {
    let what = serde_json::to_string(&job.what).unwrap_or_default();
    let params = vec![
        job.id.number().into(),
        job.realm.map_or(0, |realm| realm.0.number()).into(),
        what.into(),
        job.reason.clone().into(),
        job.actor.clone().into(),
        job.asked_at.0.into(),
        job.head.0.into(),
        job.bottom.0.into(),
        job.place.0.into(),
    ];
    Step::one(INSERT, params)
}

pub(super) async fn find(
    db: &Db,
    realm: RealmNode,
    job: NodeId,
) -> Result<Option<JobRow>, LoadError> {
    let params = [job.number().into(), realm.0.number().into()];
    let row = db.row(FIND, &params).await?;
    row.as_ref().map(read).transpose()
}

/// A job that this worker may go on with: its own, or one that nobody holds.
pub(super) async fn due(db: &Db, worker: NodeId, now: Time) -> Result<Option<JobRow>, LoadError> {
    let row = db.row(DUE, &[worker.number().into(), now.0.into()]).await?;
    row.as_ref().map(read).transpose()
}

/// Whether status lists are being filled.
pub(super) async fn is_filling(db: &Db) -> Result<bool, LoadError> {
    Ok(db.row(FILLING, &[]).await?.is_some())
}

/// Moves a job on, if nobody else has.
pub(super) fn advance(
    job: &JobRow,
    (place, done): (Sequence, Done),
    (worker, held_until): (NodeId, Time),
    ended_at: Option<Time>,
) -> Step {
    let params = vec![
        job.id.number().into(),
        job.place.0.into(),
        place.0.into(),
        number(done.scanned).into(),
        number(done.access).into(),
        number(done.refresh).into(),
        number(done.session).into(),
        worker.number().into(),
        held_until.0.into(),
        ended_at.map(|at| at.0).into(),
    ];
    Step::one(ADVANCE, params)
}

/// Whether a job ended before a time.
pub(super) async fn has_old(db: &Db, before: Time) -> Result<bool, LoadError> {
    Ok(db.row(OLD, &[before.0.into()]).await?.is_some())
}

/// Forgets jobs that ended before a time.
pub(super) fn sweep(before: Time) -> Step {
    Step::any(SWEEP, vec![before.0.into()])
}

/// Up to where revoked nodes are on their way to the lists.
pub(super) async fn upto(db: &Db) -> Result<Sequence, LoadError> {
    let row = db.row(UPTO, &[]).await?;
    let upto = row.map(|row| row.integer(0)).transpose()?;
    Ok(Sequence(upto.unwrap_or(0)))
}

/// Moves that on, if nobody else has.
pub(super) fn raise(from: Sequence, to: Sequence) -> Step {
    Step::one(RAISE, vec![to.0.into(), from.0.into()])
}
