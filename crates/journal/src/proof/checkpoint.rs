//! A checkpoint: where the journal ends and what its tree's root is, signed. Who keeps one can show
//! later that an end was cut off or the past written anew.

use serde::{Deserialize, Serialize};
use symbolon_jose::jwt::{self, Expected, Names, Purpose};
use symbolon_jose::{KeySet, SignError, SigningKey, VerifyError, VerifyingKey};
use symbolon_store::{Sequence, Term};
use symbolon_token::time::Time;

use crate::merkle::{Frontier, Hash};
use crate::read::{hex, unhex};
use crate::segment::Claim;

/// How far ahead of this machine's clock a checkpoint may be dated, in seconds.
const LEEWAY: u32 = 60;

/// The claims. `at` is in milliseconds, `iat` in seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The issuer of the realm that was asked; the journal is that of all realms.
    pub iss: String,
    /// When it was signed.
    pub iat: i64,
    /// The last entry.
    pub sequence: i64,
    /// The root of the tree of all entries up to it (RFC 6962 §2.1), in hexadecimal digits.
    pub root: String,
    /// When it was signed.
    pub at: i64,
    /// The store's history. A restored backup begins another one.
    pub term: i64,
}

impl Checkpoint {
    /// Of this tree.
    #[must_use]
    pub fn new(issuer: &str, tree: &Frontier, term: Term, now: Time) -> Self {
        Self {
            iss: issuer.to_owned(),
            iat: now.seconds(),
            sequence: i64::try_from(tree.size()).unwrap_or(i64::MAX),
            root: hex(&tree.root()),
            at: now.0,
            term: term.0,
        }
    }

    /// As a JWT.
    ///
    /// # Errors
    /// [`SignError`].
    pub fn sign(&self, key: &SigningKey) -> Result<String, SignError> {
        jwt::sign(key, Purpose::JournalCheckpoint, self)
    }

    /// Reads one that one of these keys signed.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub fn read(text: &str, known: &[VerifyingKey], now: Time) -> Result<Self, VerifyError> {
        let keys = KeySet::new(known.iter().cloned()).unwrap_or_default();
        let any = Names::Unchecked;
        let expected = Expected::new(Purpose::JournalCheckpoint, any, any, now.seconds());
        let read = jwt::verify::<Self>(text.trim(), &keys, &expected.leeway(LEEWAY))?;
        Ok(read.into_claims())
    }

    /// The tree that it speaks of: how many entries, and the root.
    #[must_use]
    pub fn tree(&self) -> Option<(u64, Hash)> {
        let size = u64::try_from(self.sequence).ok()?;
        Some((size, unhex(&self.root)?))
    }

    /// What it says of the journal.
    #[must_use]
    pub fn claim(&self) -> Option<Claim> {
        let (_, root) = self.tree()?;
        let sequence = Sequence(self.sequence);
        Some(Claim::Head { sequence, root })
    }
}
