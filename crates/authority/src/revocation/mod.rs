//! Revoke by cause: whatever tokens descend from is named, and all of them are dead at that commit.
//!
//! 1. The cause is found in this realm ([`find`]); another realm's things are unknown here. The first
//!    realm alone may name another realm.
//! 2. What becomes of it is a rule ([`Target::change`]): a realm, a client and a subject lose their
//!    descendants and live on, unless they are disabled too; everything else dies for good.
//! 3. Its noun's own verb writes epoch, state and journal entry in one unit ([`revoke`]).
//! 4. Beforehand, a [`preview`] counts what would die.
//! 5. Where the entry stands is known from then on; a caller that did not hear it finds it again by
//!    the call's own name ([`recall`]), and is given the same facts, signed ([`receipt`]).

mod cause;
mod find;
mod order;
mod preview;
mod recall;
mod receipt;
mod revoke;
mod span;

pub use cause::{Afterwards, Cause, DiesForGood, Target};
pub use find::{FindError, find};
pub use order::order;
pub(crate) use preview::MAX_DISORDER;
pub use preview::{Asked, Live, Preview, PreviewError, preview};
pub(crate) use recall::first_behind;
pub use recall::{Claimed, Revocation, head, recall};
pub use receipt::{claim, receipt};
pub use revoke::{RevokeError, revoke};
pub(crate) use span::Search;
pub use span::{Backwards, Of, Span};

#[cfg(test)]
mod scale;
#[cfg(test)]
mod tests;
