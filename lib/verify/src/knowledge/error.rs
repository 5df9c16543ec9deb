//! Why a text of the feed changes nothing, and what to fetch next.

use symbolon_jose::VerifyError;
use thiserror::Error;

/// Why a text of the feed was not taken in. Whatever it is, what is known stands as before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FeedError {
    /// No feed key of the authority's signed it as what it is to be.
    #[error("the text is not signed by the authority's feed key: {0}")]
    Forged(#[from] VerifyError),
    /// It is authentic, and cannot be read: from a later version?
    #[error("the text is authentic, but its claims cannot be read")]
    Unreadable,
    /// It is another issuer's, or meant for another audience.
    #[error("the text belongs to another channel")]
    Foreign,
    /// It is from a term that has passed: a replay, or an authority that has lost the past.
    #[error("the text is from an older term")]
    OldTerm,
    /// A new term has begun: what was known of the old one may be more than is true now.
    #[error("a new term has begun")]
    NewTerm,
    /// It belongs to another run of the channel.
    #[error("the text belongs to another stream")]
    OtherStream,
    /// Frames between are missing.
    #[error("frames are missing: {known} is known, {found} has come")]
    Gap {
        /// The last frame that is known.
        known: u64,
        /// The one that came, or that is spoken of.
        found: u64,
    },
    /// Its hash is not that of what is known: somebody forked the stream.
    #[error("the text does not continue what is known")]
    Fork,
    /// There is no snapshot yet.
    #[error("nothing is known yet")]
    Nothing,
    /// It answers no nonce of ours, or one that was answered before.
    #[error("the echo answers no open question")]
    UnknownNonce,
}

/// What to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing: go on.
    GoOn,
    /// Fetch the feed's keys, within a cool-down, and read the text again.
    FeedKeys,
    /// Fetch what came after the last known frame.
    Delta,
    /// Fetch a snapshot.
    Snapshot,
}

impl FeedError {
    /// What to fetch next.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::Forged(VerifyError::KeyUnknown) => Remedy::FeedKeys,
            Self::Forged(_) | Self::Foreign | Self::OldTerm | Self::UnknownNonce => Remedy::GoOn,
            Self::Gap { .. } => Remedy::Delta,
            Self::Unreadable | Self::NewTerm | Self::OtherStream | Self::Fork | Self::Nothing => {
                Remedy::Snapshot
            }
        }
    }
}
