//! Marks: numbers that changes raise, so that what was read before a change is known to be stale.
//!
//! Each client has a mark, which it shares with others; all resources have one. A reader notes them
//! before it reads. A change raises them before and after the lineages learn of it (see
//! [`Directory`](crate::Directory)), so whoever notes them between the two is stale afterwards.

use std::sync::atomic::{AtomicU64, Ordering};

use symbolon_journal::{Event, Noun, Role};
use symbolon_token::node::{ClientNode, NodeId};

/// Clients that share a mark are read again together.
const SLOTS: usize = 1024;

/// A client's mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClientMark {
    own: u64,
    all: u64,
}

/// Every mark.
pub(crate) struct Marks {
    slots: Vec<AtomicU64>,
    /// Raised by every change that concerns more than one client.
    all: AtomicU64,
    /// Raised by every change of a resource.
    resource: AtomicU64,
    /// Raised by every change that concerns any client, before its mark.
    clients: AtomicU64,
}

impl Default for Marks {
    fn default() -> Self {
        Self {
            slots: (0..SLOTS).map(|_| AtomicU64::new(0)).collect(),
            all: AtomicU64::new(0),
            resource: AtomicU64::new(0),
            clients: AtomicU64::new(0),
        }
    }
}

impl Marks {
    /// The mark of one client.
    pub(crate) fn client(&self, client: ClientNode) -> ClientMark {
        ClientMark {
            own: self.slot(client.0).map_or(0, read),
            all: read(&self.all),
        }
    }

    /// The mark of all clients together.
    pub(crate) fn clients(&self) -> u64 {
        read(&self.clients)
    }

    /// The mark of all resources together.
    pub(crate) fn resource(&self) -> u64 {
        read(&self.resource)
    }

    /// Raises the marks of whatever an event changes. What is only issued or revoked by itself, and
    /// keys, change neither clients nor resources.
    pub(crate) fn raise(&self, event: &Event) {
        match event.noun {
            Noun::Realm | Noun::Term => {
                raise(&self.clients);
                raise(&self.all);
            }
            // A person's event names no client.
            Noun::Client | Noun::ClientSecret | Noun::Subject => {
                if let Some(client) = event.node(Role::Client) {
                    raise(&self.clients);
                    self.slot(client).into_iter().for_each(raise);
                }
            }
            Noun::Resource => raise(&self.resource),
            Noun::Access
            | Noun::ClientAssertion
            | Noun::Setup
            | Noun::SigningKey
            | Noun::StatusBlock => {}
        }
    }

    fn slot(&self, node: NodeId) -> Option<&AtomicU64> {
        let at = node.number().unsigned_abs() % SLOTS as u64;
        self.slots.get(usize::try_from(at).unwrap_or(0))
    }
}

fn read(mark: &AtomicU64) -> u64 {
    mark.load(Ordering::Acquire)
}

fn raise(mark: &AtomicU64) {
    mark.fetch_add(1, Ordering::AcqRel);
}
