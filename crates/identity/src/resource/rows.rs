//! The rows of resources.

use symbolon_store::{Db, Row, Step};
use symbolon_token::node::{NodeId, RealmNode, ResourceNode};
use symbolon_token::scope::Scope;
use symbolon_token::time::Time;

use super::{Resource, Settings};
use crate::load::LoadError;

const BY_AUDIENCE: &str = "SELECT id, realm, audience, is_default, settings, created_at \
                           FROM resource \
                           WHERE realm = $1 AND audience = $2 AND ended_at IS NULL";

const DEFAULT: &str = "SELECT id, realm, audience, is_default, settings, created_at \
                       FROM resource \
                       WHERE realm = $1 AND is_default = 1 AND ended_at IS NULL";

const FIND: &str = "SELECT id, realm, audience, is_default, settings, created_at \
                    FROM resource WHERE realm = $1 AND id = $2 AND ended_at IS NULL";

const PAGE: &str = "SELECT id, realm, audience, is_default, settings, created_at \
                    FROM resource WHERE realm = $1 AND id > $2 AND ended_at IS NULL \
                    ORDER BY id LIMIT $3";

const INSERT: &str = "INSERT INTO resource \
                      (id, realm, audience, is_default, settings, created_at) \
                      VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";

const NO_DEFAULT: &str = "UPDATE resource SET is_default = 0 WHERE realm = $1 AND is_default = 1";

const PUT: &str = "UPDATE resource SET settings = $3, is_default = $4 \
                   WHERE realm = $1 AND id = $2 AND ended_at IS NULL AND settings = $5";

const END: &str = "UPDATE resource SET ended_at = $3 \
                   WHERE realm = $1 AND id = $2 AND ended_at IS NULL";

fn read(row: &Row) -> Result<Resource, LoadError> {
    let node = |column| {
        NodeId::from_number(row.integer(column)?).map_err(|_| LoadError::Value("resource"))
    };
    let settings: Settings =
        serde_json::from_str(row.text(4)?).map_err(|_| LoadError::Value("resource.settings"))?;
    let names = settings.scopes.iter().map(|scope| scope.name.as_str());
    let scope = Scope::from_tokens(names).map_err(|_| LoadError::Value("resource.scopes"))?;
    Ok(Resource {
        node: ResourceNode(node(0)?),
        realm: RealmNode(node(1)?),
        audience: row.text(2)?.to_owned(),
        is_default: row.flag(3)?,
        scope,
        settings,
        created_at: Time(row.integer(5)?),
    })
}

fn text(settings: &Settings) -> String {
    serde_json::to_string(settings).unwrap_or_default()
}

pub(crate) async fn by_audience(
    db: &Db,
    realm: RealmNode,
    audience: &str,
) -> Result<Option<Resource>, LoadError> {
    let params = [realm.0.number().into(), audience.into()];
    let row = db.row(BY_AUDIENCE, &params).await?;
    row.as_ref().map(read).transpose()
}

pub(crate) async fn default(db: &Db, realm: RealmNode) -> Result<Option<Resource>, LoadError> {
    let row = db.row(DEFAULT, &[realm.0.number().into()]).await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn find(
    db: &Db,
    realm: RealmNode,
    resource: ResourceNode,
) -> Result<Option<Resource>, LoadError> {
    let found = with_text(db, realm, resource).await?;
    Ok(found.map(|(resource, _)| resource))
}

/// The same, with its settings as they are written: a version that knows more members would write
/// the same settings otherwise.
pub(super) async fn with_text(
    db: &Db,
    realm: RealmNode,
    resource: ResourceNode,
) -> Result<Option<(Resource, String)>, LoadError> {
    let params = [realm.0.number().into(), resource.0.number().into()];
    let Some(row) = db.row(FIND, &params).await? else {
        return Ok(None);
    };
    Ok(Some((read(&row)?, row.text(4)?.to_owned())))
}

pub(super) async fn page(
    db: &Db,
    realm: RealmNode,
    after: Option<ResourceNode>,
    limit: u32,
) -> Result<Vec<Resource>, LoadError> {
    let after = after.map_or(-1, |resource| resource.0.number());
    let params = [realm.0.number().into(), after.into(), limit.into()];
    db.rows(PAGE, &params).await?.iter().map(read).collect()
}

/// The steps that write a new resource. The last must change one row: its audience is free.
pub(super) fn insert(resource: &Resource) -> Vec<Step> {
    let params = vec![
        resource.node.0.number().into(),
        resource.realm.0.number().into(),
        resource.audience.as_str().into(),
        resource.is_default.into(),
        text(&resource.settings).into(),
        resource.created_at.0.into(),
    ];
    let mut steps = no_other_default(resource);
    steps.push(Step::one(INSERT, params));
    steps
}

/// The steps that change a resource, if its settings still are as they were written.
pub(super) fn put(before: &str, resource: &Resource) -> Vec<Step> {
    let params = vec![
        resource.realm.0.number().into(),
        resource.node.0.number().into(),
        text(&resource.settings).into(),
        resource.is_default.into(),
        before.into(),
    ];
    let mut steps = no_other_default(resource);
    steps.push(Step::one(PUT, params));
    steps
}

/// A realm has one default resource: a new one takes the place.
fn no_other_default(resource: &Resource) -> Vec<Step> {
    let realm = vec![resource.realm.0.number().into()];
    let take = resource.is_default.then(|| Step::any(NO_DEFAULT, realm));
    take.into_iter().collect()
}

pub(super) fn end(realm: RealmNode, resource: ResourceNode, now: Time) -> Step {
    let params = vec![
        realm.0.number().into(),
        resource.0.number().into(),
        now.0.into(),
    ];
    Step::one(END, params)
}
