//! The rows of subjects.

use symbolon_store::{Db, Row, Step};
use symbolon_token::node::{ClientNode, NodeId, RealmNode, SubjectNode};
use symbolon_token::time::Time;

use super::{Subject, SubjectKind};
use crate::load::LoadError;

const FIND: &str = "SELECT id, realm, kind, name, client, created_at FROM subject \
                    WHERE realm = $1 AND id = $2 AND ended_at IS NULL";

const PAGE: &str = "SELECT id, realm, kind, name, client, created_at FROM subject \
                    WHERE realm = $1 AND id > $2 AND ended_at IS NULL ORDER BY id LIMIT $3";

const AGENT_BY_NAME: &str = "SELECT id, realm, kind, name, client, created_at FROM subject \
                             WHERE realm = $1 AND kind = 'agent' AND name = $2 \
                             AND ended_at IS NULL ORDER BY id LIMIT 1";

const INSERT: &str = "INSERT INTO subject (id, realm, kind, name, client, created_at) \
                      VALUES ($1, $2, $3, $4, $5, $6)";

const END: &str = "UPDATE subject SET ended_at = $3 \
                   WHERE realm = $1 AND id = $2 AND ended_at IS NULL";

const END_SERVICE: &str = "UPDATE subject SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";

fn read(row: &Row) -> Result<Subject, LoadError> {
    let node = |column| {
        let number = row.optional_integer(column)?;
        let node = number.map(NodeId::from_number).transpose();
        node.map_err(|_| LoadError::Value("subject"))
    };
    let required = |column| node(column)?.ok_or(LoadError::Value("subject"));
    let kind = SubjectKind::from_name(row.text(2)?);
    Ok(Subject {
        node: SubjectNode(required(0)?),
        realm: RealmNode(required(1)?),
        kind: kind.ok_or(LoadError::Value("subject.kind"))?,
        name: row.text(3)?.to_owned(),
        client: node(4)?.map(ClientNode),
        created_at: Time(row.integer(5)?),
    })
}

pub(super) async fn find(
    db: &Db,
    realm: RealmNode,
    subject: SubjectNode,
) -> Result<Option<Subject>, LoadError> {
    let params = [realm.0.number().into(), subject.0.number().into()];
    let row = db.row(FIND, &params).await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn agent_by_name(
    db: &Db,
    realm: RealmNode,
    name: &str,
) -> Result<Option<Subject>, LoadError> {
    let params = [realm.0.number().into(), name.into()];
    let row = db.row(AGENT_BY_NAME, &params).await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn page(
    db: &Db,
    realm: RealmNode,
    after: Option<SubjectNode>,
    limit: u32,
) -> Result<Vec<Subject>, LoadError> {
    let after = after.map_or(-1, |subject| subject.0.number());
    let params = [realm.0.number().into(), after.into(), limit.into()];
    db.rows(PAGE, &params).await?.iter().map(read).collect()
}

pub(crate) fn insert(subject: &Subject) -> Step {
    let params = vec![
        subject.node.0.number().into(),
        subject.realm.0.number().into(),
        subject.kind.name().into(),
        subject.name.as_str().into(),
        subject.client.map(|client| client.0.number()).into(),
        subject.created_at.0.into(),
    ];
    Step::one(INSERT, params)
}

pub(super) fn end(realm: RealmNode, subject: SubjectNode, now: Time) -> Step {
    let params = vec![
        realm.0.number().into(),
        subject.0.number().into(),
        now.0.into(),
    ];
    Step::one(END, params)
}

/// Ends the service of a client that ends; it may have ended before.
pub(crate) fn end_service(service: SubjectNode, now: Time) -> Step {
    Step::any(END_SERVICE, vec![service.0.number().into(), now.0.into()])
}
