//! Breach: a break of the seals that an operator acknowledged, so that sealing went on behind it.
//!
//! It stands in the first segment that was sealed after it, and is signed with it. Segments stay for
//! ever, and one whose breach was taken away is not signed any more; so the break is told for ever.

use serde::ser::{Serialize, SerializeStruct, Serializer};
use symbolon_store::Sequence;
use symbolon_token::node::NodeId;

use super::Finding;
use crate::merkle::{HASH, Hash};

/// What was wrong with the seals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The last ones were not signed by this installation, or were changed.
    Unsigned,
    /// They were there, and gone.
    Unsealed,
}

/// A break that an operator acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breach {
    /// What was wrong.
    pub cause: Cause,
    /// The first entry without a seal that held.
    pub first: Sequence,
    /// The last entry of the journal when it was acknowledged.
    pub last: Sequence,
    /// The call that acknowledged it: its event in the journal names this request.
    pub request: NodeId,
    /// SHA-256 over the seals that were put aside, as their lines in an export.
    pub aside: Hash,
}

/// Something wrong that belongs to an acknowledged break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acknowledged {
    /// What.
    pub finding: Finding,
    /// By which call.
    pub request: NodeId,
}

impl Breach {
    /// As a finding.
    #[must_use]
    pub const fn finding(&self) -> Finding {
        match self.cause {
            Cause::Unsigned => Finding::Unsigned(self.first, self.last),
            Cause::Unsealed => Finding::Unsealed(self.first, self.last),
        }
    }

    /// Whether this place lost its seal.
    pub(super) fn holds(&self, place: Sequence) -> bool {
        (self.first..=self.last).contains(&place)
    }

    /// The bytes that are stored and signed: 57.
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let cause = match self.cause {
            Cause::Unsigned => 0,
            Cause::Unsealed => 1,
        };
        let mut bytes = vec![cause];
        for number in [self.first.0, self.last.0, self.request.number()] {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        bytes.extend_from_slice(&self.aside);
        bytes
    }

    /// Reads what [`Breach::to_bytes`] wrote.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (cause, rest) = bytes.split_first()?;
        let (first, rest) = rest.split_first_chunk()?;
        let (last, rest) = rest.split_first_chunk()?;
        let (request, rest) = rest.split_first_chunk()?;
        Some(Self {
            cause: match cause {
                0 => Cause::Unsigned,
                1 => Cause::Unsealed,
                _ => return None,
            },
            first: Sequence(i64::from_be_bytes(*first)),
            last: Sequence(i64::from_be_bytes(*last)),
            request: NodeId::from_number(i64::from_be_bytes(*request)).ok()?,
            aside: <[u8; HASH]>::try_from(rest).ok()?,
        })
    }
}

impl Acknowledged {
    /// The sentence for people.
    #[must_use]
    pub fn sentence(&self) -> String {
        let found = self.finding.sentence();
        format!("{found}; acknowledged by request {}", self.request)
    }
}

/// As a [`Finding`], with `request_id`.
impl Serialize for Acknowledged {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (at, other) = self.finding.places();
        let mut told = serializer.serialize_struct("Acknowledged", 5)?;
        told.serialize_field("finding", self.finding.name())?;
        told.serialize_field("sequence", &at.0)?;
        match other {
            Some(other) => told.serialize_field("other", &other.0)?,
            None => told.skip_field("other")?,
        }
        told.serialize_field("detail", &self.sentence())?;
        told.serialize_field("request_id", &self.request)?;
        told.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_breach_reads_back_and_nothing_else_is_one() {
        for cause in [Cause::Unsigned, Cause::Unsealed] {
            let breach = Breach {
                cause,
                first: Sequence(11),
                last: Sequence(57),
                request: NodeId::from_number(99).unwrap(),
                aside: [7; HASH],
            };
            let bytes = breach.to_bytes();
            assert_eq!(Breach::from_bytes(&bytes), Some(breach));
            assert_eq!(Breach::from_bytes(&bytes[..56]), None);
            assert_eq!(Breach::from_bytes(&[&bytes[..], &[0]].concat()), None);
            assert_eq!(Breach::from_bytes(&[&[2], &bytes[1..]].concat()), None);
        }
    }
}
