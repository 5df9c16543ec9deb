//! How a thing stands, in a word.

use symbolon_identity::World;
use symbolon_lineage::node::State;
use symbolon_token::node::NodeId;

/// `live`, `disabled` or `ended`.
#[must_use]
pub fn standing(world: &World, node: impl Into<NodeId>) -> &'static str {
    word(world.lineages.standing(node.into()).state)
}

pub(crate) const fn word(state: State) -> &'static str {
    match state {
        State::Live => "live",
        State::Disabled => "disabled",
        State::Ended => "ended",
    }
}
