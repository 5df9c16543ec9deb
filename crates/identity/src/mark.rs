//! Marks: numbers that changes raise, so that what was read before a change is known to be stale.
//!
//! Each client has a mark, which it shares with others; all resources have one. A reader notes them
//! before it reads. A change raises them before and after the lineages learn of it (see
//! [`Directory`](crate::Directory)), so whoever notes them between the two is stale afterwards.

use std::sync::atomic::{AtomicU64, Ordering};

use symbolon_journal::{Event, Noun, Role};
use symbolon_token::node::{ClientNode, NodeId};

/// Marks of one kind. What shares one is read again together.
pub(crate) const SLOTS: usize = 1024;

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
            | Noun::Code
            | Noun::Grant
            | Noun::Id
            | Noun::Logout
            | Noun::Password
            | Noun::PasswordLink
            | Noun::Refresh
            | Noun::Revocation
            | Noun::Session
            | Noun::Setup
            | Noun::SigningKey
            | Noun::StatusBlock => {}
        }
    }

    fn slot(&self, node: NodeId) -> Option<&AtomicU64> {
        self.slots.get(place(node))
    }
}

/// Where a node's mark stands. The low bits of an id are a counter that is mostly 0, so the product
/// with an odd number spreads them (Knuth, volume 3, §6.4), and its highest bits count.
pub(crate) fn place(node: NodeId) -> usize {
    let spread = node
        .number()
        .unsigned_abs()
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from(spread >> (u64::BITS - SLOTS.ilog2())).unwrap_or(0)
}

fn read(mark: &AtomicU64) -> u64 {
    mark.load(Ordering::Acquire)
}

fn raise(mark: &AtomicU64) {
    mark.fetch_add(1, Ordering::AcqRel);
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use symbolon_token::node::NodeIds;
    use symbolon_token::time::Time;

    use super::*;

    #[test]
    fn clients_made_one_by_one_hardly_share_marks() {
        let ids = NodeIds::new(0);
        let made = (0..256).map(|second| ids.next(Time(1_800_000_000_000 + second * 1000)));
        let places: HashSet<_> = made.map(place).collect();
        assert!(places.len() > 200, "{}", places.len());
        assert!(places.iter().all(|place| *place < SLOTS));
    }
}
