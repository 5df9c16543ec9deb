//! An access token as its entry names it.

use symbolon_identity::World;
use symbolon_journal::{Event, Fact, Noun, Outcome, Role, Verb};
use symbolon_lineage::node::State;
use symbolon_token::node::{NodeId, RealmNode};
use symbolon_token::status::StatusRef;
use symbolon_token::time::Time;

/// An access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Issued {
    pub(crate) at: Time,
    pub(crate) realm: RealmNode,
    pub(crate) status: StatusRef,
    pub(crate) expires_at: Time,
    pub(crate) client: Option<NodeId>,
    pub(crate) subject: Option<NodeId>,
    pub(crate) signing_key: Option<NodeId>,
    /// What it descends from, beside its realm.
    ancestors: Vec<NodeId>,
}

impl Issued {
    /// The token that an entry is about, if it gave one out.
    pub(crate) fn of(event: &Event) -> Option<Self> {
        let what = (event.verb, event.noun, event.outcome);
        if what != (Verb::Issue, Noun::Access, Outcome::Done) {
            return None;
        }
        let mut found = (None, None);
        let mut ancestors = Vec::with_capacity(8);
        for fact in &event.facts {
            match fact {
                Fact::Status(status) => found.0 = Some(*status),
                Fact::Expires(at) => found.1 = Some(*at),
                Fact::Node(Role::Resource | Role::Realm, _)
                | Fact::Network(_)
                | Fact::Stands(_)
                | Fact::Term(_)
                | Fact::Block(_)
                | Fact::Request(_)
                | Fact::Name(_)
                | Fact::Sealed(..)
                | Fact::Reason(_) => {}
                Fact::Node(_, node) => ancestors.push(*node),
            }
        }
        Some(Self {
            at: event.at,
            realm: event.realm,
            status: found.0?,
            expires_at: found.1?,
            client: event.node(Role::Client),
            subject: event.node(Role::Subject),
            signing_key: event.node(Role::SigningKey),
            ancestors,
        })
    }

    /// Whether it descends from this node, its realm among them.
    pub(crate) fn descends_from(&self, node: NodeId) -> bool {
        self.realm.0 == node || self.ancestors.contains(&node)
    }

    /// Whether it descends from any of these.
    pub(crate) fn descends(&self, from: impl Fn(&NodeId) -> bool) -> bool {
        from(&self.realm.0) || self.ancestors.iter().any(from)
    }

    /// Whether it has not expired, has not been revoked by itself, and nothing that it descends from
    /// is disabled or has ended.
    pub(crate) fn stands(&self, world: &World, now: Time) -> bool {
        let known = &world.lineages;
        let lives = |node: &NodeId| known.standing(*node).state == State::Live;
        now < self.expires_at
            && known.realm(self.realm).state == State::Live
            && self.ancestors.iter().all(lives)
            && !known.is_revoked(self.realm, self.status)
    }
}
