//! Secrets of `dev`: derived from the directory's root key, so that they are random per directory and
//! the same at every start, and stand nowhere but in `dev.json`.

use std::sync::atomic::{AtomicU32, Ordering};

use symbolon_keys::root::RootKeys;
use symbolon_token::kind::Kind;
use symbolon_token::opaque;
use symbolon_token::random::Random;
use symbolon_token::secret::Secret;

/// Bytes that one derivation gives.
const BLOCK: usize = 32;

/// A stream of derived bytes, in the place of chance.
struct Derived<'a> {
    root: &'a RootKeys,
    label: &'a str,
    block: AtomicU32,
}

impl Random for Derived<'_> {
    fn fill(&self, buffer: &mut [u8]) {
        for part in buffer.chunks_mut(BLOCK) {
            let block = self.block.fetch_add(1, Ordering::Relaxed);
            let bytes = self.root.derive_secret(&format!("{}/{block}", self.label));
            for (to, from) in part.iter_mut().zip(bytes.iter()) {
                *to = *from;
            }
        }
    }
}

/// The directory's secret of this kind and name.
pub(super) fn derive(root: &RootKeys, kind: Kind, label: &str) -> Secret {
    let chance = Derived {
        root,
        label,
        block: AtomicU32::new(0),
    };
    opaque::mint(kind, &chance)
}

#[cfg(test)]
mod tests {
    use symbolon_keys::random::SystemRandom;

    use super::*;

    #[test]
    fn a_secret_is_the_same_for_the_same_root_and_name_only() {
        let (one, other) = (
            RootKeys::generate(&SystemRandom),
            RootKeys::generate(&SystemRandom),
        );
        let secret = derive(&one, Kind::Access, "a");
        assert!(secret == derive(&one, Kind::Access, "a"));
        assert!(secret != derive(&one, Kind::Access, "b"));
        assert!(secret != derive(&other, Kind::Access, "a"));
        assert_eq!(opaque::kind(secret.reveal()), Ok(Kind::Access));
    }
}
