//! The wake-up: something happened that clients may have to be told of. The journal says so, so that
//! every node hears it; what there is to tell stands in the rows.

use symbolon_journal::{Event, Follow, Noun};
use symbolon_store::Sequence;
use tokio::sync::Notify;

/// Hears that sessions may have ended.
#[derive(Default)]
pub struct News(Notify);

impl News {
    /// Waits until there may be news; at once, where there was some since the last time. One task
    /// may wait.
    pub async fn heard(&self) {
        self.0.notified().await;
    }
}

impl Follow for News {
    fn follow(&self, _: Sequence, event: &Event) {
        if matches!(event.noun, Noun::Session | Noun::Subject | Noun::Password) {
            self.0.notify_one();
        }
    }
}
