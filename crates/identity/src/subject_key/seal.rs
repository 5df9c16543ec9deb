//! Seal a text about a person, under the person's key, which is made where there is none.

use aws_lc_rs::aead::{Aad, NONCE_LEN, Nonce};
use symbolon_journal::Fact;
use symbolon_store::Unit;
use symbolon_token::node::{RealmNode, SubjectNode};
use symbolon_token::random;
use symbolon_token::time::Time;
use zeroize::Zeroizing;

use super::{KEY_BYTES, bound, opened, place, rows};
use crate::{LoadError, World, WriteError};

/// The fact that holds this reason, for the journal.
///
/// # Errors
/// [`WriteError`].
pub async fn seal(
    world: &World,
    (realm, subject): (RealmNode, SubjectNode),
    text: &str,
    now: Time,
) -> Result<Fact, WriteError> {
    let whose = (realm, subject);
    if rows::find(&world.db, whose).await?.is_none() {
        let bytes = Zeroizing::new(random::bytes::<KEY_BYTES>(&*world.random));
        let seals = &world.material.seals;
        let sealed = seals.seal(&place(whose), now, &*bytes, &*world.random);
        let unit = Unit::default().step(rows::insert(whose, sealed));
        world.db.commit(unit).await?;
    }
    // Of many at once one has written, and what it wrote counts.
    let refused = LoadError::Seal("subject_key");
    let sealed = rows::find(&world.db, whose).await?;
    let key = sealed.and_then(|sealed| opened(world, whose, &sealed));
    let key = key.ok_or(refused)?;
    let nonce = random::bytes::<NONCE_LEN>(&*world.random);
    let mut body = text.as_bytes().to_vec();
    let aad = Aad::from(bound(subject));
    let done = key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut body);
    done.map_err(|_| LoadError::Seal("subject_key"))?;
    Ok(Fact::Sealed(subject, [&nonce[..], &body].concat()))
}
