//! The wake-up of whoever goes through the journal to set bits: a revocation that runs over it was asked
//! for, or a node was revoked whose descendants outside readers are to see dead. The journal says so,
//! whichever verb and whichever process it was.

use symbolon_journal::{Event, Fact, Follow, Noun, Verb};
use symbolon_store::Sequence;
use tokio::sync::Notify;

use crate::node::raises;

/// Hears that there may be bits to set.
#[derive(Default)]
pub struct Work(Notify);

impl Work {
    /// Waits until there may be; at once, where there was some since the last time. One task may wait.
    pub async fn heard(&self) {
        self.0.notified().await;
    }
}

impl Follow for Work {
    fn follow(&self, _: Sequence, event: &Event) {
        let stands = |fact: &Fact| fact.stands().is_some();
        let was_asked_for = event.verb == Verb::Create && event.noun == Noun::Revocation;
        if was_asked_for || (raises(event.verb) && event.facts.iter().any(stands)) {
            self.0.notify_one();
        }
    }
}
