//! The canary: something that dies every few seconds, so that it is seen how long it takes until that
//! is enforced, also while nothing else dies.
//!
//! It is a node that no token names and no row or journal knows: it dies in memory, at the place where
//! a commit of this process is handed on. What is measured is therefore all that comes behind the
//! commit: waiting for the next frame, signing it, sending it, and the follower's verifying it,
//! applying it and saying so. It costs no journal entry; each follower keeps one node more.

use symbolon_identity::World;
use symbolon_token::node::RealmNode;
use symbolon_token::time::Time;

use super::Feed;

impl Feed {
    /// Lets it die in every realm that somebody follows.
    pub fn canary(&self, world: &World, now: Time) {
        let mut followed: Vec<RealmNode> = Vec::new();
        for channel in self.channels().values() {
            if channel.followers() > 0 && !followed.contains(&channel.realm) {
                followed.push(channel.realm);
            }
        }
        for realm in followed {
            let node = *self.canary.get_or_init(|| world.ids.next(now));
            world.changes.canary(realm, node, now);
        }
    }
}
