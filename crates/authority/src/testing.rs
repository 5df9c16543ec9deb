//! A world over an empty database, at noon.

use std::sync::Arc;

use symbolon_identity::World;
use symbolon_identity::realm::{NewRealm, Realm, create_first};
use symbolon_keys::random::SystemRandom;
use symbolon_keys::root::RootKeys;
use symbolon_keys::signing_key::Policy;
use symbolon_store::{Db, Migration};
use symbolon_token::call::{Actor, Call, RequestId};
use symbolon_token::node::{NodeId, NodeIds};
use symbolon_token::time::Time;

pub(crate) const NOON: Time = Time(1_800_000_000_000);

/// Every table.
pub(crate) fn migrations() -> Vec<Migration> {
    let mut all = symbolon_keys::MIGRATIONS.to_vec();
    all.extend(symbolon_lineage::MIGRATIONS);
    all.extend(symbolon_identity::MIGRATIONS);
    all.extend(crate::MIGRATIONS);
    all
}

pub(crate) async fn world(db: Db) -> Arc<World> {
    let root = RootKeys::generate(&SystemRandom);
    let minting = (Arc::new(SystemRandom) as _, NodeIds::new(0));
    let world = World::open(db, (&root, Policy::production()), minting, NOON).await;
    Arc::new(world.unwrap())
}

pub(crate) async fn realm(world: &World) -> Realm {
    let new = NewRealm {
        name: "main".to_owned(),
        issuer: "https://auth.example".to_owned(),
    };
    create_first(world, &call(NOON), new)
        .await
        .unwrap()
        .unwrap()
}

pub(crate) fn call(now: Time) -> Call {
    Call {
        now,
        request_id: RequestId(NodeId::from_number(1).unwrap()),
        actor: Actor::Operator,
        address: None,
    }
}
