//! Issue the first refresh token of a family: with the code that is redeemed, in its unit.

use std::time::Duration;

use symbolon_token::call::Call;
use symbolon_token::node::{FamilyNode, RealmNode};
use symbolon_token::random;
use symbolon_token::secret::Secret;
use symbolon_token::time::Time;
use zeroize::Zeroizing;

use super::{Family, Generation, SEED, Seed, place, rows};
use crate::code::{Allowance, OFFLINE_ACCESS};
use crate::{Draft, World};

/// What a family begins with.
pub struct NewFamily<'a> {
    /// Its realm.
    pub realm: RealmNode,
    /// The code's id.
    pub node: FamilyNode,
    /// What a person allowed.
    pub allowance: &'a Allowance,
    /// How long it lives, however often it turns.
    pub lifetime: Duration,
    /// When its session ends: it ends then too, unless it may outlive it.
    pub session_ends_at: Time,
}

/// The first token, and the row behind it.
pub fn issue(world: &World, call: &Call, new: &NewFamily<'_>) -> (Secret, Draft) {
    let seed = Zeroizing::new(random::bytes::<SEED>(&*world.random));
    let place = place(new.realm, new.node);
    let seals = &world.material.seals;
    let sealed = seals.seal(&place, call.now, &*seed, &*world.random);
    let is_online = !new.allowance.scope.contains(OFFLINE_ACCESS);
    let end = call.now.plus(new.lifetime);
    let family = Family {
        node: new.node,
        realm: new.realm,
        client: new.allowance.client,
        generation: Generation::FIRST,
        turned_at: call.now,
        allowance: new.allowance.clone(),
        is_online,
        ends_at: if is_online {
            end.min(new.session_ends_at)
        } else {
            end
        },
        is_ended: false,
        seed: Seed(seed),
    };
    let step = rows::insert(&family, sealed);
    (family.token(Generation::FIRST), Draft::steps([step]))
}
