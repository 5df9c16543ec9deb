//! The rows of clients.

use symbolon_store::{Db, Row, Step};
use symbolon_token::node::{ClientNode, NodeId, RealmNode, SubjectNode};
use symbolon_token::time::Time;

use super::{Client, Settings};
use crate::load::LoadError;

const BY_CLIENT_ID: &str = "SELECT id, realm, client_id, subject, settings, created_at \
                            FROM client \
                            WHERE realm = $1 AND client_id = $2 AND ended_at IS NULL";

const BY_NODE: &str = "SELECT id, realm, client_id, subject, settings, created_at \
                       FROM client WHERE id = $1 AND realm = $2";

const PAGE: &str = "SELECT id, realm, client_id, subject, settings, created_at \
                    FROM client WHERE realm = $1 AND id > $2 AND ended_at IS NULL \
                    ORDER BY id LIMIT $3";

const INSERT: &str = "INSERT INTO client (id, realm, client_id, subject, settings, created_at) \
                      VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";

const PUT: &str = "UPDATE client SET settings = $2, subject = $3 \
                   WHERE id = $1 AND ended_at IS NULL AND settings = $4";

const END: &str = "UPDATE client SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";

fn read(row: &Row) -> Result<Client, LoadError> {
    let node = |column| {
        let number = row.optional_integer(column)?;
        let node = number.map(NodeId::from_number).transpose();
        node.map_err(|_| LoadError::Value("client"))
    };
    let required = |column| node(column)?.ok_or(LoadError::Value("client"));
    let settings = serde_json::from_str(row.text(4)?);
    Ok(Client {
        node: ClientNode(required(0)?),
        realm: RealmNode(required(1)?),
        client_id: row.text(2)?.to_owned(),
        subject: node(3)?.map(SubjectNode),
        settings: settings.map_err(|_| LoadError::Value("client.settings"))?,
        created_at: Time(row.integer(5)?),
    })
}

fn text(settings: &Settings) -> String {
    serde_json::to_string(settings).unwrap_or_default()
}

pub(crate) async fn by_client_id(
    db: &Db,
    realm: RealmNode,
    client_id: &str,
) -> Result<Option<Client>, LoadError> {
    let found = with_text(db, realm, client_id).await?;
    Ok(found.map(|(client, _)| client))
}

/// The same, with its settings as they are written: a version that knows more members would write
/// the same settings otherwise.
pub(super) async fn with_text(
    db: &Db,
    realm: RealmNode,
    client_id: &str,
) -> Result<Option<(Client, String)>, LoadError> {
    let params = [realm.0.number().into(), client_id.into()];
    let Some(row) = db.row(BY_CLIENT_ID, &params).await? else {
        return Ok(None);
    };
    Ok(Some((read(&row)?, row.text(4)?.to_owned())))
}

/// The client with this node, whether it has ended or not.
pub(crate) async fn by_node(
    db: &Db,
    realm: RealmNode,
    node: NodeId,
) -> Result<Option<Client>, LoadError> {
    let params = [node.number().into(), realm.0.number().into()];
    let row = db.row(BY_NODE, &params).await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn page(
    db: &Db,
    realm: RealmNode,
    after: Option<ClientNode>,
    limit: u32,
) -> Result<Vec<Client>, LoadError> {
    let after = after.map_or(-1, |client| client.0.number());
    let params = [realm.0.number().into(), after.into(), limit.into()];
    db.rows(PAGE, &params).await?.iter().map(read).collect()
}

/// Writes a new client. One row must change: its `client_id` is free.
pub(super) fn insert(client: &Client) -> Step {
    let params = vec![
        client.node.0.number().into(),
        client.realm.0.number().into(),
        client.client_id.as_str().into(),
        client.subject.map(|subject| subject.0.number()).into(),
        text(&client.settings).into(),
        client.created_at.0.into(),
    ];
    Step::one(INSERT, params)
}

/// Changes a client, if its settings still are as they were written.
pub(super) fn put(before: &str, after: &Client) -> Step {
    let params = vec![
        after.node.0.number().into(),
        text(&after.settings).into(),
        after.subject.map(|subject| subject.0.number()).into(),
        before.into(),
    ];
    Step::one(PUT, params)
}

pub(super) fn end(client: ClientNode, now: Time) -> Step {
    Step::one(END, vec![client.0.number().into(), now.0.into()])
}
