//! The rows of realms.

use symbolon_store::{Db, Step};
use symbolon_token::node::{NodeId, RealmNode};
use symbolon_token::time::Time;

use super::{Issuer, Realm};
use crate::load::LoadError;

const ALL: &str = "SELECT id, name, issuer, created_at, is_first FROM realm \
                   WHERE id > $1 ORDER BY id LIMIT 1000";

const INSERT: &str = "INSERT INTO realm (id, name, issuer, created_at, is_first) \
                      VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";

const MOVE: &str = "UPDATE realm SET issuer = $3 WHERE id = $1 AND issuer = $2";

/// Every realm: the first one, then the others by age. (A clock that was wrong when the first one was
/// made must not let another take its place, so it is marked.)
pub(super) async fn all(db: &Db) -> Result<Vec<Realm>, LoadError> {
    let (mut first, mut others, mut after) = (Vec::new(), Vec::new(), -1_i64);
    loop {
        let rows = db.rows(ALL, &[after.into()]).await?;
        if rows.is_empty() {
            first.append(&mut others);
            return Ok(first);
        }
        for row in rows {
            after = row.integer(0)?;
            let node = NodeId::from_number(after).map_err(|_| LoadError::Value("realm.id"))?;
            let issuer = Issuer::parse(row.text(2)?);
            let realms = if row.flag(4)? {
                &mut first
            } else {
                &mut others
            };
            realms.push(Realm {
                node: RealmNode(node),
                name: row.text(1)?.to_owned(),
                issuer: issuer.map_err(|_| LoadError::Value("realm.issuer"))?,
                created_at: Time(row.integer(3)?),
            });
        }
    }
}

/// Writes a new realm. One row must change: name and issuer are free, and so is the first place
/// where it is to be the first one.
pub(super) fn insert(realm: &Realm, is_first: bool) -> Step {
    let params = vec![
        realm.node.0.number().into(),
        realm.name.as_str().into(),
        realm.issuer.as_str().into(),
        realm.created_at.0.into(),
        is_first.into(),
    ];
    Step::one(INSERT, params)
}

/// Gives a realm another issuer, if it still has this one.
pub(super) fn put_issuer(before: &Realm, issuer: &Issuer) -> Step {
    let params = vec![
        before.node.0.number().into(),
        before.issuer.as_str().into(),
        issuer.as_str().into(),
    ];
    Step::one(MOVE, params)
}
