//! A realm's signing keys, as units with their journal events. The rules are those of
//! `symbolon_keys::signing_key`; here they are loaded, decided and applied.

mod ensure;
mod find;
mod list;
mod revoke;
mod rotate;
mod schedule;

pub use ensure::{EnsureError, SignError, ensure, first};
pub(crate) use find::revoked;
pub use find::ring;
pub use list::list;
pub use revoke::{RevokeError, revoke, revoke_ordered};
pub use rotate::{RotateError, rotate};
pub use schedule::schedule;

use symbolon_journal::{Event, Noun, Verb};
use symbolon_keys::signing_key::{Made, MakeError, Successor};
use symbolon_store::Unit;
use symbolon_token::call::Call;
use symbolon_token::node::SigningKeyNode;

use crate::World;

/// Makes a key pair off the async runtime (RSA takes some hundred milliseconds) and gives it a row.
async fn make(world: &World, call: &Call, successor: Successor) -> Result<Made, MakeError> {
    let algorithm = successor.algorithm;
    let generate = move || symbolon_keys::signing_key::generate(algorithm);
    let pair = tokio::task::spawn_blocking(generate).await;
    let pair = pair.unwrap_or_else(|_| generate())?;
    let id = SigningKeyNode(world.ids.next(call.now));
    successor.make(id, &pair, &world.material.seals, &*world.random)
}

/// The unit that makes a key durable.
fn unit(call: &Call, verb: Verb, made: &Made) -> Unit {
    let event = Event::done(call, made.row.realm, verb, Noun::SigningKey)
        .signing_key(made.row.id)
        .name(made.row.algorithm.name())
        .request(call);
    Unit::entry(event.entry()).steps(made.steps.clone())
}
