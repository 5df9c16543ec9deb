//! The rows of salts.

use symbolon_store::{Db, Step};
use symbolon_token::node::RealmNode;

use crate::LoadError;

const SEALED: &str = "SELECT sealed FROM pairwise_salt WHERE realm = $1";

const INSERT: &str = "INSERT INTO pairwise_salt (realm, sealed) VALUES ($1, $2) \
                      ON CONFLICT DO NOTHING";

pub(super) async fn sealed(db: &Db, realm: RealmNode) -> Result<Option<Vec<u8>>, LoadError> {
    let Some(row) = db.row(SEALED, &[realm.0.number().into()]).await? else {
        return Ok(None);
    };
    Ok(Some(row.bytes(0)?.to_vec()))
}

/// Writes a realm's salt, unless it has one.
pub(super) fn insert(realm: RealmNode, sealed: Vec<u8>) -> Step {
    Step::any(INSERT, vec![realm.0.number().into(), sealed.into()])
}
