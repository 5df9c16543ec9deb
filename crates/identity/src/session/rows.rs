//! The rows of sessions.

use symbolon_store::{Db, Row, Step};
use symbolon_token::lineage::Lineage;
use symbolon_token::node::{NodeId, RealmNode, SessionNode, SubjectNode};
use symbolon_token::secret::Digest;
use symbolon_token::time::Time;

use super::{Method, Session};
use crate::LoadError;

const INSERT: &str = "INSERT INTO session (id, realm, subject, digest, auth_time, methods, lineage, \
                      created_at, seen_at, ends_at) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

const BY_DIGEST: &str = "SELECT id, realm, subject, auth_time, methods, lineage, created_at, \
                         seen_at, ends_at FROM session \
                         WHERE digest = $1 AND realm = $2 AND ended_at IS NULL";

const BY_NODE: &str = "SELECT id, realm, subject, auth_time, methods, lineage, created_at, \
                       seen_at, ends_at FROM session \
                       WHERE id = $1 AND realm = $2 AND ended_at IS NULL";

const OF_SUBJECT: &str = "SELECT id, realm, subject, auth_time, methods, lineage, created_at, \
                          seen_at, ends_at FROM session \
                          WHERE realm = $1 AND subject = $2 AND id > $3 AND ended_at IS NULL \
                          AND ends_at > $4 ORDER BY id LIMIT $5";

const OF_REALM: &str = "SELECT id, realm, subject, auth_time, methods, lineage, created_at, \
                        seen_at, ends_at FROM session \
                        WHERE realm = $1 AND id > $2 AND ended_at IS NULL \
                        AND ends_at > $3 ORDER BY id LIMIT $4";

const RENEW: &str = "UPDATE session SET digest = $2, auth_time = $3, methods = $4, lineage = $5, \
                     seen_at = $3, ends_at = $6 WHERE id = $1 AND auth_time = $7 AND ended_at IS NULL";

const SEEN: &str = "UPDATE session SET seen_at = $2 WHERE id = $1 AND seen_at < $2";

const END: &str = "UPDATE session SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";

const END_ALL: &str = "UPDATE session SET ended_at = $3 WHERE realm = $1 AND subject = $2 \
                       AND ended_at IS NULL";

const OLD: &str = "SELECT ends_at FROM session WHERE ends_at < $1 LIMIT 1";

const SWEEP: &str = "DELETE FROM session WHERE id IN \
                     (SELECT id FROM session WHERE ends_at < $1 ORDER BY ends_at LIMIT 2000)";

fn read(row: &Row) -> Result<Session, LoadError> {
    let wrong = || LoadError::Value("session");
    let node = |column| NodeId::from_number(row.integer(column)?).map_err(|_| wrong());
    let methods = row.text(4)?.split_whitespace().map(Method::from_name);
    Ok(Session {
        node: SessionNode(node(0)?),
        realm: RealmNode(node(1)?),
        subject: SubjectNode(node(2)?),
        auth_time: Time(row.integer(3)?),
        methods: methods.collect::<Option<_>>().ok_or_else(wrong)?,
        lineage: Lineage::from_bytes(row.bytes(5)?).map_err(|_| wrong())?,
        created_at: Time(row.integer(6)?),
        seen_at: Time(row.integer(7)?),
        ends_at: Time(row.integer(8)?),
    })
}

fn methods(session: &Session) -> String {
    let names: Vec<_> = session.methods.iter().map(|one| one.name()).collect();
    names.join(" ")
}

pub(super) async fn by_digest(
    db: &Db,
    realm: RealmNode,
    digest: Digest,
) -> Result<Option<Session>, LoadError> {
    let params = [digest.0.as_slice().into(), realm.0.number().into()];
    let row = db.row(BY_DIGEST, &params).await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn by_node(
    db: &Db,
    realm: RealmNode,
    session: SessionNode,
) -> Result<Option<Session>, LoadError> {
    let params = [session.0.number().into(), realm.0.number().into()];
    let row = db.row(BY_NODE, &params).await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn of_subject(
    db: &Db,
    (realm, subject): (RealmNode, SubjectNode),
    after: Option<SessionNode>,
    (limit, now): (u32, Time),
) -> Result<Vec<Session>, LoadError> {
    let params = [
        realm.0.number().into(),
        subject.0.number().into(),
        after.map_or(-1, |session| session.0.number()).into(),
        now.0.into(),
        limit.into(),
    ];
    db.rows(OF_SUBJECT, &params)
        .await?
        .iter()
        .map(read)
        .collect()
}

pub(super) async fn of_realm(
    db: &Db,
    realm: RealmNode,
    after: Option<SessionNode>,
    (limit, now): (u32, Time),
) -> Result<Vec<Session>, LoadError> {
    let params = [
        realm.0.number().into(),
        after.map_or(-1, |session| session.0.number()).into(),
        now.0.into(),
        limit.into(),
    ];
    let rows = db.rows(OF_REALM, &params).await?;
    rows.iter().map(read).collect()
}

pub(super) fn insert(session: &Session, digest: Digest) -> Step {
    let params = vec![
        session.node.0.number().into(),
        session.realm.0.number().into(),
        session.subject.0.number().into(),
        digest.0.as_slice().into(),
        session.auth_time.0.into(),
        methods(session).into(),
        session.lineage.to_bytes().into(),
        session.created_at.0.into(),
        session.seen_at.0.into(),
        session.ends_at.0.into(),
    ];
    Step::one(INSERT, params)
}

/// Gives a session another cookie and another proof, if it still stands as before.
pub(super) fn renew(before: &Session, after: &Session, digest: Digest) -> Step {
    let params = vec![
        after.node.0.number().into(),
        digest.0.as_slice().into(),
        after.auth_time.0.into(),
        methods(after).into(),
        after.lineage.to_bytes().into(),
        after.ends_at.0.into(),
        before.auth_time.0.into(),
    ];
    Step::one(RENEW, params)
}

pub(super) fn seen(session: SessionNode, now: Time) -> Step {
    Step::any(SEEN, vec![session.0.number().into(), now.0.into()])
}

/// Ends a session, if nobody has yet.
pub(super) fn end(session: SessionNode, now: Time) -> Step {
    Step::one(END, vec![session.0.number().into(), now.0.into()])
}

/// Ends every session of a person.
pub(crate) fn end_all((realm, subject): (RealmNode, SubjectNode), now: Time) -> Step {
    let params = vec![
        realm.0.number().into(),
        subject.0.number().into(),
        now.0.into(),
    ];
    Step::any(END_ALL, params)
}

/// Whether there is a session that ended before a time.
pub(super) async fn has_old(db: &Db, before: Time) -> Result<bool, LoadError> {
    Ok(db.row(OLD, &[before.0.into()]).await?.is_some())
}

/// Forgets some sessions that ended before a time; a forgotten one is unknown, and so over.
pub(super) fn sweep(before: Time) -> Step {
    Step::any(SWEEP, vec![before.0.into()])
}
