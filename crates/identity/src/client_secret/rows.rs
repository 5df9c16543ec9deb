//! The rows of client secrets.

use std::cmp::Reverse;

use symbolon_keys::pepper::{PepperId, Peppered};
use symbolon_store::{Db, Row, Step};
use symbolon_token::lineage::Epoch;
use symbolon_token::node::{ClientNode, ClientSecretNode, NodeId, RealmNode};
use symbolon_token::secret::Digest;
use symbolon_token::time::Time;

use super::{ClientSecret, MAX_SECRETS};
use crate::load::LoadError;

/// Those that never expire first, then those that expire last: of all that have not been ended, the
/// living are among the first [`MAX_SECRETS`].
const LIVE: &str = "SELECT id, pepper, digest, sealed, created_at, expires_at \
                    FROM client_secret WHERE client = $1 AND ended_at IS NULL \
                    ORDER BY CASE WHEN expires_at IS NULL THEN 0 ELSE 1 END, expires_at DESC, \
                    id DESC LIMIT $2";

const INSERT: &str = "INSERT INTO client_secret \
                      (id, realm, client, pepper, digest, sealed, created_at, expires_at) \
                      SELECT $1, $2, $3, $4, $5, $6, $7, $8 \
                      WHERE (SELECT COUNT(*) FROM client_secret \
                      WHERE client = $3 AND ended_at IS NULL \
                      AND (expires_at IS NULL OR expires_at > $7)) < $9";

const END: &str = "UPDATE client_secret SET ended_at = $3 \
                   WHERE id = $1 AND client = $2 AND ended_at IS NULL";

const OWNER: &str = "SELECT client FROM client_secret \
                     WHERE id = $1 AND realm = $2 AND ended_at IS NULL";

fn read(row: &Row) -> Result<ClientSecret, LoadError> {
    let node = NodeId::from_number(row.integer(0)?);
    let pepper = PepperId::from_number(row.integer(1)?);
    let digest = <[u8; 32]>::try_from(row.bytes(2)?);
    Ok(ClientSecret {
        node: ClientSecretNode(node.map_err(|_| LoadError::Value("client_secret.id"))?),
        digest: Peppered {
            pepper: pepper.ok_or(LoadError::Value("client_secret.pepper"))?,
            digest: Digest(digest.map_err(|_| LoadError::Value("client_secret.digest"))?),
        },
        sealed: row.optional_bytes(3)?.map(<[u8]>::to_vec),
        created_at: Time(row.integer(4)?),
        expires_at: row.optional_integer(5)?.map(Time),
        epoch: Epoch::default(),
    })
}

/// The secrets of a client that have not been ended, the newest first. Some may have expired.
pub(crate) async fn live(db: &Db, client: ClientNode) -> Result<Vec<ClientSecret>, LoadError> {
    let params = [client.0.number().into(), MAX_SECRETS.into()];
    let rows = db.rows(LIVE, &params).await?;
    let secrets: Result<Vec<_>, _> = rows.iter().map(read).collect();
    let mut secrets = secrets?;
    secrets.sort_unstable_by_key(|secret| Reverse(secret.node));
    Ok(secrets)
}

/// The client whose secret this is, unless the secret has ended.
pub(super) async fn owner(
    db: &Db,
    realm: RealmNode,
    secret: ClientSecretNode,
) -> Result<Option<ClientNode>, LoadError> {
    let params = [secret.0.number().into(), realm.0.number().into()];
    let row = db.row(OWNER, &params).await?;
    let node = row.map(|row| {
        NodeId::from_number(row.integer(0)?).map_err(|_| LoadError::Value("client_secret.client"))
    });
    node.transpose().map(|node| node.map(ClientNode))
}

/// Writes a new secret. One row must change: the client has fewer than [`MAX_SECRETS`].
pub(super) fn insert(realm: RealmNode, client: ClientNode, secret: &ClientSecret) -> Step {
    let params = vec![
        secret.node.0.number().into(),
        realm.0.number().into(),
        client.0.number().into(),
        secret.digest.pepper.number().into(),
        secret.digest.digest.0.as_slice().into(),
        secret.sealed.clone().into(),
        secret.created_at.0.into(),
        secret.expires_at.map(|end| end.0).into(),
        MAX_SECRETS.into(),
    ];
    Step::one(INSERT, params)
}

pub(super) fn end(client: ClientNode, secret: ClientSecretNode, now: Time) -> Step {
    let params = vec![
        secret.0.number().into(),
        client.0.number().into(),
        now.0.into(),
    ];
    Step::one(END, params)
}
