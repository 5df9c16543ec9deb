//! Any token that this authority issues.

mod find;
mod inspect;
mod revoke;

pub use find::{FindError, find, find_alive};
pub use inspect::{Ancestor, InspectError, Story, inspect};
pub use revoke::revoke;

use std::sync::Arc;

use symbolon_identity::access::Access;
use symbolon_token::kind::Kind;

/// A token that is authentic: the authority issued it. Whether it lives is another question.
#[derive(Clone, Debug)]
pub enum Token {
    /// An access token.
    Access(Arc<Access>),
}

impl Token {
    /// What it is for.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Access(_) => Kind::Access,
        }
    }
}

#[cfg(test)]
mod tests;
