//! The rows of passwords: at most one of a subject's lives.

use symbolon_identity::LoadError;
use symbolon_keys::pepper::PepperId;
use symbolon_store::{Db, Row, Step};
use symbolon_token::node::{AuthenticatorNode, NodeId, RealmNode, SubjectNode};
use symbolon_token::secret::Digest;
use symbolon_token::time::Time;

use super::Password;
use crate::hash::{Hash, Salt};

const LIVE: &str = "SELECT id, hash, salt, params, pepper, created_at FROM password \
                    WHERE realm = $1 AND subject = $2 AND ended_at IS NULL";

const BY_NODE: &str = "SELECT id, hash, salt, params, pepper, created_at, subject FROM password \
                       WHERE realm = $1 AND id = $2 AND ended_at IS NULL";

const INSERT: &str = "INSERT INTO password \
                      (id, realm, subject, hash, salt, params, pepper, created_at) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

const END: &str = "UPDATE password SET ended_at = $2, hash = $3, salt = $3 \
                   WHERE id = $1 AND ended_at IS NULL";

const RENEW: &str = "UPDATE password SET hash = $3, salt = $4, params = $5, pepper = $6 \
                     WHERE id = $1 AND hash = $2 AND ended_at IS NULL";

/// A subject's live password.
pub(super) async fn live(
    db: &Db,
    realm: RealmNode,
    subject: SubjectNode,
) -> Result<Option<Password>, LoadError> {
    let params = [realm.0.number().into(), subject.0.number().into()];
    let row = db.row(LIVE, &params).await?;
    row.map(|row| read(&row, realm, subject)).transpose()
}

/// The live password with this node.
pub(super) async fn by_node(
    db: &Db,
    realm: RealmNode,
    password: AuthenticatorNode,
) -> Result<Option<Password>, LoadError> {
    let params = [realm.0.number().into(), password.0.number().into()];
    let Some(row) = db.row(BY_NODE, &params).await? else {
        return Ok(None);
    };
    let subject = NodeId::from_number(row.integer(6)?);
    let subject = subject.map_err(|_| LoadError::Value("password.subject"))?;
    read(&row, realm, SubjectNode(subject)).map(Some)
}

fn read(row: &Row, realm: RealmNode, subject: SubjectNode) -> Result<Password, LoadError> {
    let node = NodeId::from_number(row.integer(0)?);
    let hash = row.bytes(1)?.try_into();
    let salt = row.bytes(2)?.try_into();
    let pepper = PepperId::from_number(row.integer(4)?);
    Ok(Password {
        node: AuthenticatorNode(node.map_err(|_| LoadError::Value("password.id"))?),
        realm,
        subject,
        hash: Hash(Digest(hash.map_err(|_| LoadError::Value("password.hash"))?)),
        salt: Salt(salt.map_err(|_| LoadError::Value("password.salt"))?),
        passes: (row.text(3)?.parse()).map_err(|_| LoadError::Value("password.params"))?,
        pepper: pepper.ok_or(LoadError::Value("password.pepper"))?,
        created_at: Time(row.integer(5)?),
    })
}

/// Writes a password. It must be the only one that lives.
pub(super) fn insert(password: &Password) -> Step {
    let params = vec![
        password.node.0.number().into(),
        password.realm.0.number().into(),
        password.subject.0.number().into(),
        password.hash.0.0.as_slice().into(),
        password.salt.0.as_slice().into(),
        password.passes.to_string().into(),
        password.pepper.number().into(),
        password.created_at.0.into(),
    ];
    Step::one(INSERT, params)
}

/// Ends a password that lives, and forgets its hash.
pub(super) fn end(password: AuthenticatorNode, now: Time) -> Step {
    let params = vec![
        password.0.number().into(),
        now.0.into(),
        Vec::<u8>::new().into(),
    ];
    Step::one(END, params)
}

/// Writes another hash of the same password, if the row still has the one that it replaces.
pub(super) fn renew(before: &Password, after: &Password) -> Step {
    let params = vec![
        before.node.0.number().into(),
        before.hash.0.0.as_slice().into(),
        after.hash.0.0.as_slice().into(),
        after.salt.0.as_slice().into(),
        after.passes.to_string().into(),
        after.pepper.number().into(),
    ];
    Step::any(RENEW, params)
}
