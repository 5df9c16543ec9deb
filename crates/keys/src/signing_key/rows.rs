//! A signing key's row.

use std::str::FromStr;

use symbolon_jose::Algorithm;
use symbolon_store::{ColumnError, Db, Row, Step, Unavailable, Value};
use symbolon_token::node::{NodeId, RealmNode, SigningKeyNode};
use symbolon_token::time::Time;
use thiserror::Error;

use super::{Life, Phase, Policy};
use crate::seal::{Place, RowId};

/// Tables of this noun.
pub const SCHEMA: &str = include_str!("schema.sql");

const OF_REALM: &str = "SELECT id, realm, algorithm, generation, created_at, active_at, \
                        retires_at, gone_at, revoked_at, public_jwk, sealed_private \
                        FROM signing_key WHERE realm = $1 ORDER BY algorithm, generation";

const DUE: &str = "SELECT DISTINCT realm FROM signing_key \
                   WHERE (revoked_at IS NULL AND retires_at IS NULL AND active_at <= $1) \
                   OR gone_at <= $2 OR (gone_at <= $3 AND sealed_private <> $4) \
                   ORDER BY realm LIMIT 1000";

pub(super) const INSERT: &str = "INSERT INTO signing_key (id, realm, algorithm, generation, created_at, \
                      active_at, retires_at, gone_at, revoked_at, public_jwk, sealed_private) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

/// $2 is the end that was seen, -1 for none.
pub(super) const RETIRE: &str = "UPDATE signing_key SET retires_at = $3, gone_at = $4 \
                      WHERE id = $1 AND COALESCE(retires_at, -1) = $2 AND revoked_at IS NULL";

pub(super) const ACTIVATE: &str = "UPDATE signing_key SET active_at = $3 \
                        WHERE id = $1 AND active_at = $2 AND revoked_at IS NULL";

pub(super) const REVOKE: &str = "UPDATE signing_key SET revoked_at = $2, gone_at = $3, sealed_private = $4 \
                      WHERE id = $1 AND revoked_at IS NULL";

/// $2 is the seal that was seen.
const RESEAL: &str = "UPDATE signing_key SET sealed_private = $3 \
                      WHERE id = $1 AND sealed_private = $2";

pub(super) const FORGET: &str = "UPDATE signing_key SET sealed_private = $3 \
                      WHERE id = $1 AND gone_at <= $2 AND sealed_private <> $3";

pub(super) const DROP: &str = "DELETE FROM signing_key WHERE id = $1 AND gone_at <= $2";

/// A signing key as it stands in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKeyRow {
    /// Which: its `kid`, and the lineage node that its tokens descend from.
    pub id: SigningKeyNode,
    /// Whose.
    pub realm: RealmNode,
    /// What it signs with. The two names of Ed25519 are two algorithms here.
    pub algorithm: Algorithm,
    /// Its place among the realm's keys of this algorithm, from 1.
    pub generation: i64,
    /// When it was made.
    pub created_at: Time,
    /// The times of its life.
    pub life: Life,
    /// The public half as it is published.
    pub public_jwk: String,
    /// The private half, PKCS#8, sealed; empty once gone or revoked.
    pub sealed_private: Vec<u8>,
}

/// Why keys were not read.
#[derive(Clone, Debug, Error)]
pub enum LoadError {
    /// The database does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// Schema and code differ.
    #[error("a signing key's row cannot be read: {0}")]
    Column(#[from] ColumnError),
    /// A column holds what no version wrote.
    #[error("a signing key's row holds no {0}")]
    Value(&'static str),
}

impl SigningKeyRow {
    /// Where it stands at this time.
    #[must_use]
    pub fn phase(&self, now: Time) -> Phase {
        self.life.phase(now)
    }
}

/// All keys of a realm, the gone and the revoked among them, by algorithm and generation.
///
/// # Errors
/// [`LoadError`].
pub async fn of_realm(db: &Db, realm: RealmNode) -> Result<Vec<SigningKeyRow>, LoadError> {
    let rows = db.rows(OF_REALM, &[number(realm.0)]).await?;
    rows.iter().map(read).collect()
}

/// The realms for which the schedule may have something to do, at most a thousand at a time.
///
/// # Errors
/// [`LoadError`].
pub async fn due(db: &Db, policy: &Policy, now: Time) -> Result<Vec<RealmNode>, LoadError> {
    let active_before = now.plus(policy.lead()).minus(policy.rotate_every).min(now);
    let gone_before = now.minus(policy.remember);
    let nothing = Value::Bytes(Vec::new());
    let params = [
        active_before.0.into(),
        gone_before.0.into(),
        now.0.into(),
        nothing,
    ];
    let rows = db.rows(DUE, &params).await?;
    rows.iter().map(|row| Ok(RealmNode(id(row, 0)?))).collect()
}

/// Where a private key is sealed: its algorithm is bound in, so that no row makes one algorithm's
/// key another's.
pub(crate) fn place<T>(
    (realm, key): (RealmNode, SigningKeyNode),
    algorithm: Algorithm,
    then: impl FnOnce(&Place) -> T,
) -> T {
    let row = [
        &key.0.number().to_be_bytes()[..],
        algorithm.name().as_bytes(),
    ]
    .concat();
    then(&Place {
        realm,
        table: "signing_key",
        column: "sealed_private",
        row: RowId::Bytes(&row),
    })
}

pub(super) fn insert(row: &SigningKeyRow) -> Step {
    let time = |time: Option<Time>| Value::from(time.map(|time| time.0));
    let params = vec![
        number(row.id.0),
        number(row.realm.0),
        row.algorithm.name().into(),
        row.generation.into(),
        row.created_at.0.into(),
        row.life.active_at.0.into(),
        time(row.life.retires_at),
        time(row.life.gone_at),
        time(row.life.revoked_at),
        row.public_jwk.as_str().into(),
        row.sealed_private.as_slice().into(),
    ];
    Step::one(INSERT, params)
}

/// Sets, moves or takes away a key's end, if it still stands as seen.
pub(super) fn retire(row: &SigningKeyRow, ends: Option<(Time, Time)>) -> Step {
    let seen = row.life.retires_at.map_or(-1, |time| time.0);
    let params = vec![
        number(row.id.0),
        seen.into(),
        ends.map(|(retires_at, _)| retires_at.0).into(),
        ends.map(|(_, gone_at)| gone_at.0).into(),
    ];
    Step::one(RETIRE, params)
}

/// Lets an announced key sign from now on, if it still stands as seen.
pub(super) fn activate(row: &SigningKeyRow, now: Time) -> Step {
    let params = vec![number(row.id.0), row.life.active_at.0.into(), now.0.into()];
    Step::one(ACTIVATE, params)
}

/// Ends a key for good and forgets its private half.
pub(super) fn revoke(row: &SigningKeyRow, now: Time, gone_at: Time) -> Step {
    let params = vec![
        number(row.id.0),
        now.0.into(),
        gone_at.0.into(),
        Value::Bytes(Vec::new()),
    ];
    Step::one(REVOKE, params)
}

/// Replaces a seal, if it still stands as seen.
pub(super) fn reseal(row: &SigningKeyRow, sealed: &[u8]) -> Step {
    let params = vec![
        number(row.id.0),
        row.sealed_private.as_slice().into(),
        sealed.into(),
    ];
    Step::one(RESEAL, params)
}

/// Forgets the private half of a key that is gone, if nobody has yet.
pub(super) fn forget(key: SigningKeyNode, now: Time) -> Step {
    let nothing = Value::Bytes(Vec::new());
    Step::one(FORGET, vec![number(key.0), now.0.into(), nothing])
}

/// Deletes a key that was gone by then. Whether or not another node did it already.
pub(super) fn drop_gone(key: SigningKeyNode, gone_before: Time) -> Step {
    Step::any(DROP, vec![number(key.0), gone_before.0.into()])
}

fn number(id: NodeId) -> Value {
    id.number().into()
}

fn id(row: &Row, column: usize) -> Result<NodeId, LoadError> {
    NodeId::from_number(row.integer(column)?).map_err(|_| LoadError::Value("id"))
}

pub(super) fn read(row: &Row) -> Result<SigningKeyRow, LoadError> {
    let time = |column| row.integer(column).map(Time);
    let optional = |column| Ok::<_, ColumnError>(row.optional_integer(column)?.map(Time));
    Ok(SigningKeyRow {
        id: SigningKeyNode(id(row, 0)?),
        realm: RealmNode(id(row, 1)?),
        algorithm: Algorithm::from_str(row.text(2)?).map_err(|_| LoadError::Value("algorithm"))?,
        generation: row.integer(3)?,
        created_at: time(4)?,
        life: Life {
            active_at: time(5)?,
            retires_at: optional(6)?,
            gone_at: optional(7)?,
            revoked_at: optional(8)?,
        },
        public_jwk: row.text(9)?.to_owned(),
        sealed_private: row.bytes(10)?.to_vec(),
    })
}
