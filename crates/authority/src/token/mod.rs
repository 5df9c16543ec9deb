//! Any token that this authority issues.

mod find;
mod inspect;
mod revoke;
mod why;

pub use find::{FindError, alive, find, find_alive};
pub use inspect::{Ancestor, InspectError, Story, inspect};
pub use revoke::revoke;
pub use why::{Killer, Why, why};

use std::fmt;
use std::sync::Arc;

use symbolon_identity::access::Access;
use symbolon_identity::client::Client;
use symbolon_identity::refresh::{Holder, Presented};
use symbolon_token::kind::Kind;
use symbolon_token::time::Time;

/// A token that is authentic: the authority issued it. Whether it lives is another question.
#[derive(Clone, Debug)]
pub enum Token {
    /// An access token.
    Access(Arc<Access>),
    /// A refresh token.
    Refresh(Box<Refresh>),
}

/// A refresh token, and the client that holds it.
#[derive(Clone)]
pub struct Refresh {
    /// What was presented.
    pub presented: Presented,
    /// Who holds it.
    pub client: Client,
}

/// Which one, and nothing that could be used.
impl fmt::Debug for Refresh {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Presented { family, generation } = &self.presented;
        write!(out, "Refresh({} {})", family.node, generation.0)
    }
}

impl Refresh {
    /// When it ends, if it is not used before.
    #[must_use]
    pub fn expires_at(&self) -> Time {
        let family = &self.presented.family;
        let idle = family.turned_at.plus(Holder::new(&self.client).idle);
        idle.min(family.ends_at)
    }
}

impl Token {
    /// What it is for.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Access(_) => Kind::Access,
            Self::Refresh(_) => Kind::Refresh,
        }
    }
}

#[cfg(test)]
mod tests;
