//! The proof that a client is who it says: without one, no verb that needs it can be called.

use std::sync::Arc;

use symbolon_token::call::{Actor, Call};
use symbolon_token::lineage::Ancestor;
use symbolon_token::node::ClientSecretNode;

use super::Client;
use crate::directory::KnownClient;

/// How a client proved itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// By one of its secrets, with the epoch that the secret had.
    Secret(Ancestor),
    /// By its own key.
    Key,
    /// Not at all: it is public.
    Public,
}

/// A client that was recognised in this call.
#[derive(Clone)]
pub struct AuthenticatedClient {
    known: Arc<KnownClient>,
    proof: Proof,
}

impl AuthenticatedClient {
    /// Says that the client proved itself. Only client authentication may say so.
    #[must_use]
    pub fn attest(known: Arc<KnownClient>, proof: Proof) -> Self {
        Self { known, proof }
    }

    /// The client.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.known.client
    }

    /// What is known of it, with the epochs from before it was judged.
    #[must_use]
    pub fn known(&self) -> &KnownClient {
        &self.known
    }

    /// How it proved itself.
    #[must_use]
    pub fn proof(&self) -> Proof {
        self.proof
    }

    /// Whether anybody could have said the same.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.proof == Proof::Public
    }

    /// The secret that it used, if it was one.
    #[must_use]
    pub fn secret(&self) -> Option<ClientSecretNode> {
        match self.proof {
            Proof::Secret(ancestor) => Some(ClientSecretNode(ancestor.node)),
            Proof::Key | Proof::Public => None,
        }
    }

    /// The call, now that it is known who asks.
    #[must_use]
    pub fn call(&self, call: &Call) -> Call {
        call.by(Actor::Client(self.known.client.node))
    }
}
