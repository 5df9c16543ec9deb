//! What travels from page to page: sealed into one text, so that nothing is stored for strangers and
//! nobody changes what was asked. Bound to its realm and to what it is.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use symbolon_identity::World;
use symbolon_identity::realm::Realm;
use symbolon_keys::seal::{Place, RowId};
use symbolon_token::call::Call;
use symbolon_token::time::Time;

/// How long a person may take from page to page.
const LIFETIME: Duration = Duration::from_hours(1);

/// The longest sealed text, in characters: with a cookie and the rest of an address it must fit into
/// what servers and proxies accept.
const MAX_SEALED: usize = 6 * 1024;

/// Something that travels.
pub(crate) trait Travels: Serialize + DeserializeOwned {
    /// What it is.
    const NAME: &'static str;

    /// When it was asked.
    fn asked_at(&self) -> Time;
}

/// Seals it. `None` where it is too long for an address.
pub(crate) fn seal<T: Travels>(
    world: &World,
    realm: &Realm,
    call: &Call,
    what: &T,
) -> Option<String> {
    let plain = serde_json::to_vec(what).ok()?;
    let seals = &world.material.seals;
    let sealed = seals.seal(&place::<T>(realm), call.now, &plain, &*world.random);
    let text = URL_SAFE_NO_PAD.encode(sealed);
    (text.len() <= MAX_SEALED).then_some(text)
}

/// Opens what came back; nothing where it is too old, was changed, or is another realm's.
pub(crate) fn open<T: Travels>(world: &World, realm: &Realm, text: &str, now: Time) -> Option<T> {
    if text.len() > MAX_SEALED {
        return None;
    }
    let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
    let plain = world
        .material
        .seals
        .open(&place::<T>(realm), &sealed)
        .ok()?;
    let opened: T = serde_json::from_slice(&plain).ok()?;
    (now < opened.asked_at().plus(LIFETIME)).then_some(opened)
}

fn place<T: Travels>(realm: &Realm) -> Place<'static> {
    Place {
        realm: realm.node,
        table: T::NAME,
        column: "request",
        row: RowId::Number(0),
    }
}
