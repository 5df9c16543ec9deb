//! The rows of opaque access tokens. They are written once and never changed: what kills a token
//! stands in memory, so a row that was read stays true.

use symbolon_store::{Db, Row, Step};
use symbolon_token::kind::Format;
use symbolon_token::lineage::Lineage;
use symbolon_token::node::{ClientNode, NodeId, RealmNode, SubjectNode};
use symbolon_token::scope::Scope;
use symbolon_token::secret::Digest;
use symbolon_token::status::{Bucket, StatusRef};
use symbolon_token::time::Time;

use super::Access;
use crate::load::LoadError;

const INSERT: &str = "INSERT INTO access (digest, realm, client, client_id, subject, sub, \
                      audience, scope, issued_at, expires_at, bucket, place, lineage, \
                      userinfo_claims) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
                      ON CONFLICT (digest) DO NOTHING";

const FIND: &str = "SELECT realm, client, client_id, subject, sub, audience, scope, issued_at, \
                    expires_at, bucket, place, lineage, userinfo_claims FROM access WHERE digest = $1";

const OLD: &str = "SELECT expires_at FROM access WHERE expires_at < $1 LIMIT 1";

const SWEEP: &str = "DELETE FROM access WHERE digest IN \
                     (SELECT digest FROM access WHERE expires_at < $1 \
                     ORDER BY expires_at LIMIT 2000)";

pub(super) fn insert(digest: Digest, access: &Access) -> Step {
    let names = &access.userinfo_claims;
    let params = vec![
        digest.0.as_slice().into(),
        access.realm.0.number().into(),
        access.client.0.number().into(),
        access.client_id.as_str().into(),
        access.subject.0.number().into(),
        access.sub.as_str().into(),
        access.audience.join(" ").into(),
        access.scope.to_string().into(),
        access.issued_at.0.into(),
        access.expires_at.0.into(),
        access.status.bucket.0.into(),
        access.status.index.into(),
        access.lineage.to_bytes().into(),
        (!names.is_empty()).then(|| names.join(" ")).into(),
    ];
    Step::one(INSERT, params)
}

pub(super) async fn find(db: &Db, digest: Digest) -> Result<Option<Access>, LoadError> {
    let row = db.row(FIND, &[digest.0.as_slice().into()]).await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &Row) -> Result<Access, LoadError> {
    let wrong = || LoadError::Value("access");
    let node = |column| NodeId::from_number(row.integer(column)?).map_err(|_| wrong());
    let number = |column| u32::try_from(row.integer(column)?).map_err(|_| wrong());
    let names = row
        .optional_text(12)?
        .unwrap_or_default()
        .split_whitespace();
    Ok(Access {
        realm: RealmNode(node(0)?),
        client: ClientNode(node(1)?),
        client_id: row.text(2)?.to_owned(),
        subject: SubjectNode(node(3)?),
        sub: row.text(4)?.to_owned(),
        audience: row.text(5)?.split(' ').map(str::to_owned).collect(),
        scope: Scope::parse(row.text(6)?).map_err(|_| wrong())?,
        issued_at: Time(row.integer(7)?),
        expires_at: Time(row.integer(8)?),
        status: StatusRef {
            bucket: Bucket(number(9)?),
            index: number(10)?,
        },
        lineage: Lineage::from_bytes(row.bytes(11)?).map_err(|_| wrong())?,
        userinfo_claims: names.map(str::to_owned).collect(),
        format: Format::Opaque,
        signing_key: None,
    })
}

/// Whether there is a token that expired before a time.
pub(super) async fn has_old(db: &Db, before: Time) -> Result<bool, LoadError> {
    Ok(db.row(OLD, &[before.0.into()]).await?.is_some())
}

/// Forgets some tokens that expired before a time; a forgotten token is unknown, and so dead.
pub(super) fn sweep(before: Time) -> Step {
    Step::any(SWEEP, vec![before.0.into()])
}
