//! Open what an event says about persons, for who may read the journal.

use aws_lc_rs::aead::{Aad, NONCE_LEN, Nonce};
use symbolon_journal::{Event, Fact};
use symbolon_store::Unavailable;
use symbolon_token::node::{RealmNode, SubjectNode};

use super::{bound, opened, rows};
use crate::World;

/// Puts the reason in the place of what was sealed, where the person was not erased.
///
/// # Errors
/// [`Unavailable`].
pub async fn reveal(world: &World, event: &mut Event) -> Result<(), Unavailable> {
    for fact in &mut event.facts {
        let Fact::Sealed(subject, sealed) = &fact else {
            continue;
        };
        let whose = (event.realm, *subject);
        let Some(key) = rows::find(&world.db, whose).await? else {
            continue;
        };
        if let Some(text) = text(world, whose, &key, sealed) {
            *fact = Fact::Reason(text);
        }
    }
    Ok(())
}

fn text(
    world: &World,
    whose: (RealmNode, SubjectNode),
    key: &[u8],
    sealed: &[u8],
) -> Option<String> {
    let key = opened(world, whose, key)?;
    let (nonce, body) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let mut body = body.to_vec();
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let plain = key.open_in_place(nonce, Aad::from(bound(whose.1)), &mut body);
    String::from_utf8(plain.ok()?.to_vec()).ok()
}
