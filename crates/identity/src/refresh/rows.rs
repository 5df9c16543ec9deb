//! The one row behind a family.

use symbolon_store::{Db, Row, Step};
use symbolon_token::node::{ClientNode, FamilyNode, NodeId, RealmNode};
use symbolon_token::time::Time;
use zeroize::Zeroizing;

use super::{Family, Generation, SEED, Seed, place};
use crate::{LoadError, World};

const FIND: &str = "SELECT client, generation, turned_at, seed, allowance, is_online, ends_at, \
                    ended_at FROM refresh WHERE id = $1 AND realm = $2";

const RUNNING: &str = "SELECT client, generation, turned_at, seed, allowance, is_online, ends_at, \
                       ended_at, id FROM refresh WHERE realm = $1 AND id > $2 \
                       AND ended_at IS NULL AND ends_at > $3 ORDER BY id LIMIT $4";

const INSERT: &str = "INSERT INTO refresh (id, realm, client, generation, turned_at, seed, \
                      allowance, is_online, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

const TURN: &str = "UPDATE refresh SET generation = $3, turned_at = $4 \
                    WHERE id = $1 AND generation = $2 AND ended_at IS NULL";

const USE: &str = "UPDATE refresh SET turned_at = $3 \
                   WHERE id = $1 AND generation = $2 AND ended_at IS NULL";

const END: &str = "UPDATE refresh SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";

const OLD: &str = "SELECT ends_at FROM refresh WHERE ends_at < $1 LIMIT 1";

const SWEEP: &str = "DELETE FROM refresh WHERE id IN \
                     (SELECT id FROM refresh WHERE ends_at < $1 ORDER BY ends_at LIMIT 2000)";

/// The family with this id, ended or not.
pub(super) async fn find(
    world: &World,
    realm: RealmNode,
    family: FamilyNode,
) -> Result<Option<Family>, LoadError> {
    let params = [family.0, realm.0].map(|node| node.number().into());
    let row = world.db.row(FIND, &params).await?;
    row.map(|row| read(world, (realm, family), &row))
        .transpose()
}

/// The next families of a realm after one that have not ended.
pub(super) async fn running(
    world: &World,
    realm: RealmNode,
    after: Option<FamilyNode>,
    (limit, now): (u32, Time),
) -> Result<Vec<Family>, LoadError> {
    let params = [
        realm.0.number().into(),
        after.map_or(-1, |family| family.0.number()).into(),
        now.0.into(),
        limit.into(),
    ];
    let rows = world.db.rows(RUNNING, &params).await?;
    let family = |row: &Row| {
        let node = NodeId::from_number(row.integer(8)?);
        let node = node.map_err(|_| LoadError::Value("refresh.id"))?;
        read(world, (realm, FamilyNode(node)), row)
    };
    rows.iter().map(family).collect()
}

fn read(
    world: &World,
    (realm, node): (RealmNode, FamilyNode),
    row: &Row,
) -> Result<Family, LoadError> {
    let wrong = || LoadError::Value("refresh");
    let client = NodeId::from_number(row.integer(0)?).map_err(|_| wrong())?;
    let generation = u32::try_from(row.integer(1)?).map_err(|_| wrong())?;
    let seed = world
        .material
        .seals
        .open(&place(realm, node), row.bytes(3)?);
    let seed = seed.map_err(|_| LoadError::Seal("refresh.seed"))?;
    let seed: [u8; SEED] = seed.as_slice().try_into().map_err(|_| wrong())?;
    Ok(Family {
        node,
        realm,
        client: ClientNode(client),
        generation: Generation(generation),
        turned_at: Time(row.integer(2)?),
        allowance: serde_json::from_str(row.text(4)?).map_err(|_| wrong())?,
        is_online: row.flag(5)?,
        ends_at: Time(row.integer(6)?),
        is_ended: row.optional_integer(7)?.is_some(),
        seed: Seed(Zeroizing::new(seed)),
    })
}

pub(super) fn insert(family: &Family, sealed_seed: Vec<u8>) -> Step {
    let allowance = serde_json::to_string(&family.allowance)
        .expect("an allowance has text keys and no value that JSON lacks");
    let params = vec![
        family.node.0.number().into(),
        family.realm.0.number().into(),
        family.client.0.number().into(),
        family.generation.0.into(),
        family.turned_at.0.into(),
        sealed_seed.into(),
        allowance.into(),
        family.is_online.into(),
        family.ends_at.0.into(),
    ];
    Step::one(INSERT, params)
}

/// Moves the family on by one, if nobody has in the meantime.
pub(super) fn turn(family: &Family, now: Time) -> Step {
    let params = vec![
        family.node.0.number().into(),
        family.generation.0.into(),
        family.generation.next().0.into(),
        now.0.into(),
    ];
    Step::one(TURN, params)
}

/// Notes that a token which does not turn was used.
pub(super) fn used(family: &Family, now: Time) -> Step {
    let params = vec![
        family.node.0.number().into(),
        family.generation.0.into(),
        now.0.into(),
    ];
    Step::any(USE, params)
}

/// Ends the family, however it stands; one code may have given no refresh token.
pub(super) fn end(family: FamilyNode, now: Time) -> Step {
    Step::any(END, vec![family.0.number().into(), now.0.into()])
}

/// Whether there is a family that ended before a time.
pub(super) async fn has_old(db: &Db, before: Time) -> Result<bool, LoadError> {
    Ok(db.row(OLD, &[before.0.into()]).await?.is_some())
}

/// Forgets some families that ended before a time; a forgotten one is unknown, and so dead.
pub(super) fn sweep(before: Time) -> Step {
    Step::any(SWEEP, vec![before.0.into()])
}
