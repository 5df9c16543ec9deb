//! The rows of links: at most one of a subject's waits to be used.

use symbolon_identity::LoadError;
use symbolon_store::{Db, Step};
use symbolon_token::node::{NodeId, RealmNode, SubjectNode};
use symbolon_token::secret::Digest;
use symbolon_token::time::Time;

use super::Waiting;

const WAITING: &str = "SELECT subject, expires_at FROM password_link \
                       WHERE digest = $1 AND realm = $2 AND spent_at IS NULL";

const INSERT: &str = "INSERT INTO password_link (digest, realm, subject, expires_at) \
                      VALUES ($1, $2, $3, $4)";

const REPLACE: &str = "DELETE FROM password_link \
                       WHERE realm = $1 AND subject = $2 AND spent_at IS NULL";

const SPEND: &str = "UPDATE password_link SET spent_at = $2 \
                     WHERE digest = $1 AND spent_at IS NULL AND expires_at > $2";

const HAS_OLD: &str = "SELECT 1 FROM password_link WHERE expires_at < $1 LIMIT 1";

const SWEEP: &str = "DELETE FROM password_link WHERE expires_at < $1";

/// The link with this digest, if it was not used. It may have expired.
pub(super) async fn waiting(
    db: &Db,
    realm: RealmNode,
    digest: Digest,
) -> Result<Option<Waiting>, LoadError> {
    let params = [digest.0.as_slice().into(), realm.0.number().into()];
    let Some(row) = db.row(WAITING, &params).await? else {
        return Ok(None);
    };
    let subject = NodeId::from_number(row.integer(0)?);
    let subject = subject.map_err(|_| LoadError::Value("password_link.subject"))?;
    Ok(Some(Waiting {
        digest,
        subject: SubjectNode(subject),
        expires_at: Time(row.integer(1)?),
    }))
}

/// No link waits any more.
pub(crate) fn none(realm: RealmNode, subject: SubjectNode) -> Step {
    let whose = [realm.0, subject.0].map(|node| node.number().into());
    Step::any(REPLACE, whose.into())
}

/// A new link, in the place of one that waits.
pub(super) fn put(realm: RealmNode, link: &Waiting) -> [Step; 2] {
    let (realm, subject) = (realm.0.number(), link.subject.0.number());
    let new = vec![
        link.digest.0.as_slice().into(),
        realm.into(),
        subject.into(),
        link.expires_at.0.into(),
    ];
    [
        Step::any(REPLACE, vec![realm.into(), subject.into()]),
        Step::one(INSERT, new),
    ]
}

/// Spends a link. One row must change: it waits, and has not expired.
pub(super) fn spend(digest: Digest, now: Time) -> Step {
    Step::one(SPEND, vec![digest.0.as_slice().into(), now.0.into()])
}

/// Whether there is a link that expired before then.
pub(super) async fn has_old(db: &Db, before: Time) -> Result<bool, LoadError> {
    let row = db.row(HAS_OLD, &[before.0.into()]).await?;
    Ok(row.is_some())
}

pub(super) fn sweep(before: Time) -> Step {
    Step::any(SWEEP, vec![before.0.into()])
}
