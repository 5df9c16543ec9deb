//! Seal private halves anew under the current root key, so that an old one can be taken out.

use symbolon_store::Step;
use symbolon_token::random::Random;
use symbolon_token::time::Time;

use super::{SigningKeyRow, rows};
use crate::seal::{OpenError, Seals};

/// The steps for those of these keys that are sealed under an older root key. Each may be a unit of
/// its own; a conflict means that the key was revoked or sealed anew in the meantime.
///
/// # Errors
/// [`OpenError`] where a private half does not open; nothing is to be written then.
pub fn decide(
    keys: &[SigningKeyRow],
    seals: &Seals,
    now: Time,
    random: &dyn Random,
) -> Result<Vec<Step>, OpenError> {
    let mut steps = Vec::new();
    for row in keys.iter().filter(|row| !row.sealed_private.is_empty()) {
        if Seals::root_key_of(&row.sealed_private)? == seals.current() {
            continue;
        }
        let sealed = rows::place((row.realm, row.id), row.algorithm, |place| {
            let plain = seals.open(place, &row.sealed_private)?;
            Ok(seals.seal(place, now, &plain, random))
        })?;
        steps.push(rows::reseal(row, &sealed));
    }
    Ok(steps)
}
