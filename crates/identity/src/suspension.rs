//! Suspending: a node is taken out of use, and may come back. What descends from it is refused meanwhile
//! and then lives again as it was; nothing dies by it.

use symbolon_journal::Verb;
use symbolon_lineage::node::Change;

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Out of use: it and what descends from it are refused at this commit.
    Suspend,
    /// Into use again: what descends from it is accepted, unless it died or expired meanwhile.
    Resume,
}

impl Way {
    /// What happens to the node.
    #[must_use]
    pub const fn change(self) -> Change {
        match self {
            Self::Suspend => Change::Disable,
            Self::Resume => Change::Enable,
        }
    }

    /// What the journal calls it.
    #[must_use]
    pub const fn verb(self) -> Verb {
        match self {
            Self::Suspend => Verb::Suspend,
            Self::Resume => Verb::Resume,
        }
    }
}
