//! Proofs as JSON that can be checked alone.
//!
//! 1. The checkpoints are signed by one of the keys that the checker trusts; the document names the
//!    authority's own, for a checker that has got them no other way.
//! 2. The leaf is computed from the entry and its place, the path leads from it to the checkpoint's
//!    root (RFC 9162 §2.1.3.2); or from one checkpoint's root to the other's (§2.1.4.2).
//! 3. What the entry says is read from its bytes, never from the document.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use symbolon_jose::{Algorithm, JwkSet, KeySet, VerifyError, base64url};
use symbolon_store::{Sequence, Written};
use symbolon_token::time::Time;
use thiserror::Error;

use super::Checkpoint;
use crate::event::Event;
use crate::merkle::{Hash, is_consistent, is_included, leaf};
use crate::read::{Record, hex, unhex};
use crate::segment::Proved;

/// A proof of either sort; its members tell which.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Document {
    /// That an entry is in the journal.
    Entry(EntryProof),
    /// That one checkpoint's journal is the beginning of another's.
    Growth(GrowthProof),
}

/// That an entry is in the journal of a checkpoint.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EntryProof {
    /// Its place.
    pub sequence: i64,
    /// Whether followers read it.
    pub followed: bool,
    /// Its bytes, in base64url.
    pub entry: String,
    /// The hashes beside its way to the root, the nearest first, in hexadecimal digits.
    pub path: Vec<String>,
    /// The signed checkpoint.
    pub checkpoint: String,
    /// The authority's keys, as JWKs.
    pub keys: Value,
}

/// That one checkpoint's journal is the beginning of another's.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GrowthProof {
    /// The older checkpoint, signed.
    pub since: String,
    /// The hashes of RFC 6962 §2.1.2, in hexadecimal digits.
    pub path: Vec<String>,
    /// The newer checkpoint, signed.
    pub checkpoint: String,
    /// The authority's keys, as JWKs.
    pub keys: Value,
}

/// What was proved.
#[derive(Debug, Serialize)]
pub struct Checked {
    /// What the proof's checkpoint says.
    pub checkpoint: Checkpoint,
    /// The older one, where growth was proved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Checkpoint>,
    /// The entry, where one was proved; absent where this version cannot read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<Record>,
    /// The thumbprints (RFC 7638) of the keys that were trusted.
    pub keys: Vec<String>,
}

/// Why a proof proves nothing.
#[derive(Debug, Error)]
pub enum CheckError {
    /// No usable Ed25519 key.
    #[error("there is no usable Ed25519 key to check it with")]
    Keys,
    /// A checkpoint is not signed by one of the keys, or is none.
    #[error("the checkpoint does not hold: {0}")]
    Checkpoint(#[from] VerifyError),
    /// A member is no hash, no base64url or no place.
    #[error("the proof cannot be read: {0} is not in its form")]
    Form(&'static str),
    /// The path leads elsewhere.
    #[error("the path does not lead to the checkpoint's root: this is no proof")]
    Path,
}

impl EntryProof {
    /// Of an entry.
    #[must_use]
    pub fn new(proved: &Proved, checkpoint: String, keys: Value) -> Self {
        Self {
            sequence: proved.written.sequence.0,
            followed: proved.written.followed,
            entry: base64url::encode(&proved.written.bytes),
            path: proved.path.iter().map(|hash| hex(hash)).collect(),
            checkpoint,
            keys,
        }
    }
}

impl GrowthProof {
    /// Of a path between two checkpoints.
    #[must_use]
    pub fn new(path: &[Hash], (since, checkpoint): (String, String), keys: Value) -> Self {
        Self {
            since,
            path: path.iter().map(|hash| hex(hash)).collect(),
            checkpoint,
            keys,
        }
    }
}

impl Document {
    /// Checks it by these keys; where none are given, by those that it names itself.
    ///
    /// # Errors
    /// [`CheckError`].
    pub fn check(&self, keys: Option<&str>, now: Time) -> Result<Checked, CheckError> {
        let own = match self {
            Self::Entry(proof) => &proof.keys,
            Self::Growth(proof) => &proof.keys,
        };
        let text = keys.map_or_else(|| own.to_string(), str::to_owned);
        let set = JwkSet::parse(&text).map_err(|_| CheckError::Keys)?;
        let known = KeySet::from_jwks(&set, &[Algorithm::Ed25519]);
        let known = known.map_err(|_| CheckError::Keys)?;
        let read = |text| Checkpoint::read(text, known.keys(), now);
        let thumbprints = set.keys().iter().map(symbolon_jose::Jwk::thumbprint);
        let keys = thumbprints.collect();
        match self {
            Self::Entry(proof) => {
                let checkpoint = read(&proof.checkpoint)?;
                let record = proof.holds(&checkpoint)?;
                Ok(Checked {
                    checkpoint,
                    since: None,
                    record,
                    keys,
                })
            }
            Self::Growth(proof) => {
                let (since, checkpoint) = (read(&proof.since)?, read(&proof.checkpoint)?);
                proof.holds(&since, &checkpoint)?;
                Ok(Checked {
                    checkpoint,
                    since: Some(since),
                    record: None,
                    keys,
                })
            }
        }
    }
}

impl EntryProof {
    fn holds(&self, checkpoint: &Checkpoint) -> Result<Option<Record>, CheckError> {
        let (size, root) = checkpoint.tree().ok_or(CheckError::Form("root"))?;
        let index = self.sequence.checked_sub(1);
        let index = index.and_then(|index| u64::try_from(index).ok());
        let index = index.ok_or(CheckError::Form("sequence"))?;
        let written = Written {
            sequence: Sequence(self.sequence),
            followed: self.followed,
            bytes: base64url::decode(&self.entry).map_err(|_| CheckError::Form("entry"))?,
        };
        let leaf = leaf(written.sequence, written.followed, &written.bytes);
        if !is_included((index, &leaf), &path(&self.path)?, (size, &root)) {
            return Err(CheckError::Path);
        }
        let record = Event::decode(&written.bytes).ok().map(|event| Record {
            sequence: written.sequence,
            event,
        });
        Ok(record)
    }
}

impl GrowthProof {
    fn holds(&self, since: &Checkpoint, checkpoint: &Checkpoint) -> Result<(), CheckError> {
        let tree = |one: &Checkpoint| one.tree().ok_or(CheckError::Form("root"));
        let ((old, old_root), (new, new_root)) = (tree(since)?, tree(checkpoint)?);
        if is_consistent((old, &old_root), (new, &new_root), &path(&self.path)?) {
            Ok(())
        } else {
            Err(CheckError::Path)
        }
    }
}

fn path(texts: &[String]) -> Result<Vec<Hash>, CheckError> {
    let hashes: Option<_> = texts.iter().map(|text| unhex(text)).collect();
    hashes.ok_or(CheckError::Form("path"))
}
