//! The proof that a subject is who it says: without one, no session begins.

use symbolon_token::call::{Actor, Call};
use symbolon_token::lineage::Ancestor;
use symbolon_token::node::{RealmNode, SubjectNode};
use symbolon_token::time::Time;

/// How somebody proved himself (RFC 8176 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// By a password: `pwd`.
    Password,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 1] = [Self::Password];

    /// The registered name, as `amr` has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Password => "pwd",
        }
    }

    /// The method with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}

/// One authenticator that somebody proved himself with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factor {
    /// How.
    pub method: Method,
    /// With what, under the epoch from before it was judged.
    pub authenticator: Ancestor,
}

/// A subject that has proved itself in this call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authenticated {
    realm: RealmNode,
    subject: Ancestor,
    factors: Vec<Factor>,
    at: Time,
}

impl Authenticated {
    /// Says that the subject proved itself, by these factors. Only sign-in may say so. The
    /// subject's epoch is the one from before its factors were judged.
    #[must_use]
    pub fn attest((realm, subject): (RealmNode, Ancestor), factors: Vec<Factor>, at: Time) -> Self {
        Self {
            realm,
            subject,
            factors,
            at,
        }
    }

    /// In which realm.
    #[must_use]
    pub fn realm(&self) -> RealmNode {
        self.realm
    }

    /// Who.
    #[must_use]
    pub fn subject(&self) -> SubjectNode {
        SubjectNode(self.subject.node)
    }

    /// By what.
    #[must_use]
    pub fn factors(&self) -> &[Factor] {
        &self.factors
    }

    /// When.
    #[must_use]
    pub fn at(&self) -> Time {
        self.at
    }

    /// What the session descends from: the subject, and the authenticators that it used.
    pub fn ancestors(&self) -> impl Iterator<Item = Ancestor> {
        let authenticators = self.factors.iter().map(|factor| factor.authenticator);
        std::iter::once(self.subject).chain(authenticators)
    }

    /// The call, now that it is known who asks.
    #[must_use]
    pub fn call(&self, call: &Call) -> Call {
        call.by(Actor::Subject(self.subject()))
    }
}
