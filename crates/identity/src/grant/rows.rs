//! The rows of grants.

use symbolon_store::{Db, Row, Step};
use symbolon_token::node::{ClientNode, GrantNode, NodeId, RealmNode, SubjectNode};
use symbolon_token::scope::Scope;
use symbolon_token::time::Time;

use super::Grant;
use crate::LoadError;

const OF_CLIENT: &str = "SELECT id, realm, subject, client, scope, created_at, changed_at \
                         FROM person_grant \
                         WHERE subject = $1 AND client = $2 AND realm = $3";

const BY_NODE: &str = "SELECT id, realm, subject, client, scope, created_at, changed_at \
                       FROM person_grant WHERE id = $1 AND realm = $2";

const OF_SUBJECT: &str = "SELECT id, realm, subject, client, scope, created_at, changed_at \
                          FROM person_grant \
                          WHERE realm = $1 AND subject = $2 AND id > $3 \
                          ORDER BY id LIMIT $4";

const INSERT: &str = "INSERT INTO person_grant \
                      (id, realm, subject, client, scope, created_at, changed_at) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";

const WIDEN: &str = "UPDATE person_grant SET scope = $2, changed_at = $3 \
                     WHERE id = $1 AND scope = $4";

const END: &str = "DELETE FROM person_grant WHERE id = $1";

fn read(row: &Row) -> Result<Grant, LoadError> {
    let wrong = || LoadError::Value("person_grant");
    let node = |column| NodeId::from_number(row.integer(column)?).map_err(|_| wrong());
    Ok(Grant {
        node: GrantNode(node(0)?),
        realm: RealmNode(node(1)?),
        subject: SubjectNode(node(2)?),
        client: ClientNode(node(3)?),
        scope: Scope::parse(row.text(4)?).map_err(|_| wrong())?,
        created_at: Time(row.integer(5)?),
        changed_at: Time(row.integer(6)?),
    })
}

pub(super) async fn of_client(
    db: &Db,
    realm: RealmNode,
    (subject, client): (SubjectNode, ClientNode),
) -> Result<Option<Grant>, LoadError> {
    let params = [subject.0, client.0, realm.0].map(|node| node.number().into());
    let row = db.row(OF_CLIENT, &params).await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn by_node(
    db: &Db,
    realm: RealmNode,
    grant: GrantNode,
) -> Result<Option<Grant>, LoadError> {
    let params = [grant.0, realm.0].map(|node| node.number().into());
    let row = db.row(BY_NODE, &params).await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn of_subject(
    db: &Db,
    (realm, subject): (RealmNode, SubjectNode),
    after: Option<GrantNode>,
    limit: u32,
) -> Result<Vec<Grant>, LoadError> {
    let params = [
        realm.0.number().into(),
        subject.0.number().into(),
        after.map_or(-1, |grant| grant.0.number()).into(),
        limit.into(),
    ];
    db.rows(OF_SUBJECT, &params)
        .await?
        .iter()
        .map(read)
        .collect()
}

/// Writes a new grant, if the person has none for this client.
pub(super) fn insert(grant: &Grant) -> Step {
    let params = vec![
        grant.node.0.number().into(),
        grant.realm.0.number().into(),
        grant.subject.0.number().into(),
        grant.client.0.number().into(),
        grant.scope.to_string().into(),
        grant.created_at.0.into(),
        grant.changed_at.0.into(),
    ];
    Step::one(INSERT, params)
}

/// Adds to what is allowed, if it is still as before.
pub(super) fn widen(before: &Grant, after: &Grant) -> Step {
    let params = vec![
        after.node.0.number().into(),
        after.scope.to_string().into(),
        after.changed_at.0.into(),
        before.scope.to_string().into(),
    ];
    Step::one(WIDEN, params)
}

/// Ends a grant, if nobody has yet. Its node and the journal remember it.
pub(super) fn end(grant: GrantNode) -> Step {
    Step::one(END, vec![grant.0.number().into()])
}
