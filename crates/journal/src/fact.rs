//! What an event adds to who, what and when: the nodes it concerns, and details.

use symbolon_token::lineage::Epoch;
use symbolon_token::node::{NodeId, SubjectNode};
use symbolon_token::status::{Bucket, StatusRef};
use symbolon_token::time::Time;

/// The part that a node plays in an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The client concerned.
    Client,
    /// The client secret concerned.
    ClientSecret,
    /// The resource that the token is meant for.
    Resource,
    /// The key that signed.
    SigningKey,
    /// The subject that the token speaks for.
    Subject,
    /// The realm concerned, where it is another than the event's own.
    Realm,
    /// What the subject proved itself with.
    Authenticator,
    /// What one code gave.
    Family,
    /// What a person allowed to the client.
    Grant,
    /// The sign-in.
    Session,
}

impl Role {
    /// Every role, in the order of its code.
    pub const ALL: [Self; 10] = [
        Self::Client,
        Self::ClientSecret,
        Self::Resource,
        Self::SigningKey,
        Self::Subject,
        Self::Realm,
        Self::Authenticator,
        Self::Family,
        Self::Grant,
        Self::Session,
    ];

    /// The member name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::ClientSecret => "client_secret",
            Self::Resource => "resource",
            Self::SigningKey => "signing_key",
            Self::Subject => "subject",
            Self::Realm => "realm",
            Self::Authenticator => "authenticator",
            Self::Family => "family",
            Self::Grant => "grant",
            Self::Session => "session",
        }
    }
}

/// A run of status indexes that one process leased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// The bucket that it belongs to.
    pub bucket: Bucket,
    /// Its first index.
    pub first: u32,
    /// How many indexes it has.
    pub count: u32,
}

/// How a node stands from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stands {
    /// Which node.
    pub node: NodeId,
    /// Its epoch.
    pub epoch: Epoch,
    /// Its state, in the code of the lineage's rows.
    pub state: u8,
}

/// The words for a node's state, by its code.
const STATES: [&str; 3] = ["live", "disabled", "ended"];

impl Stands {
    /// The word for its state; none for one that this version does not know.
    #[must_use]
    pub fn state_name(&self) -> Option<&'static str> {
        STATES.get(usize::from(self.state)).copied()
    }
}

/// One detail of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A node that plays a part.
    Node(Role, NodeId),
    /// The token's status bit, which with the realm names the token.
    Status(StatusRef),
    /// When the token expires.
    Expires(Time),
    /// The network that the call came from: a digest of its prefix under the day's key.
    Network([u8; 6]),
    /// How a node stands from now on.
    Stands(Stands),
    /// The term that began.
    Term(i64),
    /// The status indexes that were leased.
    Block(Block),
    /// The call's name, as logs and error answers have it.
    Request(NodeId),
    /// A name that people know the thing by.
    Name(String),
    /// Why, in a word of the protocol or in the actor's words.
    Reason(String),
    /// Why, in words about a person, sealed under that person's key: whoever reads it back opens it, as
    /// long as the person was not erased.
    Sealed(SubjectNode, Vec<u8>),
}

impl Fact {
    /// The node and its part, if this names one.
    #[must_use]
    pub fn named(&self) -> Option<(Role, NodeId)> {
        if let Self::Node(role, node) = self {
            Some((*role, *node))
        } else {
            None
        }
    }

    /// The node, if this says that one plays this part.
    pub(crate) fn node(&self, role: Role) -> Option<NodeId> {
        let named = self.named().filter(|(one, _)| *one == role);
        named.map(|(_, node)| node)
    }

    /// The token, if this names one.
    #[must_use]
    pub fn status(&self) -> Option<StatusRef> {
        if let Self::Status(status) = self {
            Some(*status)
        } else {
            None
        }
    }

    /// The network, if this says from where the call came.
    #[must_use]
    pub fn network(&self) -> Option<&[u8; 6]> {
        if let Self::Network(digest) = self {
            Some(digest)
        } else {
            None
        }
    }

    /// How a node stands from now on, if this says so of one.
    #[must_use]
    pub fn stands(&self) -> Option<&Stands> {
        if let Self::Stands(stands) = self {
            Some(stands)
        } else {
            None
        }
    }

    /// Why, if this says so in words that are not sealed.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        if let Self::Reason(reason) = self {
            Some(reason)
        } else {
            None
        }
    }
}
