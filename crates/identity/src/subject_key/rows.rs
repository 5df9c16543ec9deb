//! The rows of subjects' keys.

use symbolon_store::{Db, Step, Unavailable};
use symbolon_token::node::{RealmNode, SubjectNode};

const FIND: &str = "SELECT sealed FROM subject_key WHERE subject = $1 AND realm = $2";

const INSERT: &str = "INSERT INTO subject_key (subject, realm, sealed) VALUES ($1, $2, $3) \
                      ON CONFLICT (subject) DO NOTHING";

const DELETE: &str = "DELETE FROM subject_key WHERE subject = $1 AND realm = $2";

pub(super) async fn find(
    db: &Db,
    (realm, subject): (RealmNode, SubjectNode),
) -> Result<Option<Vec<u8>>, Unavailable> {
    let params = [subject.0.number().into(), realm.0.number().into()];
    let row = db.row(FIND, &params).await?;
    Ok(row.and_then(|row| row.into_bytes(0).ok()))
}

/// Writes a subject's key, unless it has one.
pub(super) fn insert((realm, subject): (RealmNode, SubjectNode), sealed: Vec<u8>) -> Step {
    let (realm, subject) = (realm.0.number(), subject.0.number());
    Step::any(INSERT, vec![subject.into(), realm.into(), sealed.into()])
}

pub(super) fn delete((realm, subject): (RealmNode, SubjectNode)) -> Step {
    let (realm, subject) = (realm.0.number(), subject.0.number());
    Step::any(DELETE, vec![subject.into(), realm.into()])
}
