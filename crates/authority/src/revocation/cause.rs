//! What may be named as a cause, and what becomes of it.

use std::sync::Arc;

use symbolon_identity::access::Access;
use symbolon_identity::realm::Realm;
use symbolon_lineage::node::Change;
use symbolon_token::node::{
    AuthenticatorNode, ClientNode, ClientSecretNode, FamilyNode, GrantNode, NodeId, SessionNode,
    SigningKeyNode, SubjectNode,
};
use symbolon_token::secret::Secret;
use thiserror::Error;

/// A cause as it is named.
pub enum Cause {
    /// A tenant, by its id or its name.
    Realm(String),
    /// A person, service, device or agent.
    Subject(SubjectNode),
    /// A client, by its `client_id`.
    Client(String),
    /// One of a client's secrets.
    ClientSecret(ClientSecretNode),
    /// One sign-in.
    Session(SessionNode),
    /// What a person allowed to a client.
    Grant(GrantNode),
    /// What a subject proved itself with.
    Authenticator(AuthenticatorNode),
    /// A signing key, by its `kid`.
    SigningKey(SigningKeyNode),
    /// Any of these, or a refresh family, by its id.
    Node(NodeId),
    /// One token; with a refresh token its family.
    Token(Secret),
}

/// A cause that was found: what is to be changed.
#[derive(Clone, Debug)]
pub enum Target {
    /// A tenant.
    Realm(Arc<Realm>),
    /// A person, service, device or agent.
    Subject(SubjectNode),
    /// A client, by its `client_id`.
    Client(String),
    /// A client's secret.
    ClientSecret(ClientNode, ClientSecretNode),
    /// One sign-in.
    Session(SessionNode),
    /// What a person allowed to a client.
    Grant(GrantNode),
    /// A password.
    Authenticator(AuthenticatorNode),
    /// A signing key.
    SigningKey(SigningKeyNode),
    /// What one code gave, to whom, for whom.
    Family(FamilyNode, ClientNode, SubjectNode),
    /// One access token.
    Access(Arc<Access>),
}

/// What becomes of a cause that may live on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Afterwards {
    /// It does; what it gives from then on lives.
    #[default]
    Live,
    /// It is refused until it is enabled.
    Disabled,
}

/// It cannot be disabled beside, for nothing of it is left to enable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a {0} that is revoked is dead for good, so it cannot be disabled beside")]
pub struct DiesForGood(pub &'static str);

impl Target {
    /// What it is, in the words of the API.
    #[must_use]
    pub fn role(&self) -> &'static str {
        match self {
            Self::Realm(_) => "realm",
            Self::Subject(_) => "subject",
            Self::Client(_) => "client",
            Self::ClientSecret(..) => "client_secret",
            Self::Session(_) => "session",
            Self::Grant(_) => "grant",
            Self::Authenticator(_) => "authenticator",
            Self::SigningKey(_) => "signing_key",
            Self::Family(..) => "family",
            Self::Access(_) => "token",
        }
    }

    /// The rule: what happens to it.
    ///
    /// # Errors
    /// [`DiesForGood`].
    pub fn change(&self, afterwards: Afterwards) -> Result<Change, DiesForGood> {
        match (self, afterwards) {
            (Self::Realm(_) | Self::Subject(_) | Self::Client(_), Afterwards::Live) => {
                Ok(Change::Revoke)
            }
            (Self::Realm(_) | Self::Subject(_) | Self::Client(_), Afterwards::Disabled) => {
                Ok(Change::RevokeAndDisable)
            }
            (
                Self::ClientSecret(..)
                | Self::Session(_)
                | Self::Grant(_)
                | Self::Authenticator(_)
                | Self::SigningKey(_)
                | Self::Family(..)
                | Self::Access(_),
                Afterwards::Live,
            ) => Ok(Change::End),
            (
                Self::ClientSecret(..)
                | Self::Session(_)
                | Self::Grant(_)
                | Self::Authenticator(_)
                | Self::SigningKey(_)
                | Self::Family(..)
                | Self::Access(_),
                Afterwards::Disabled,
            ) => Err(DiesForGood(self.role())),
        }
    }
}
