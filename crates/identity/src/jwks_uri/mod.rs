//! Keys that others publish at an address of theirs (`jwks_uri`, RFC 7591 §2), kept for a while.
//!
//! 1. A copy that is young, and has the key that is asked for, serves.
//! 2. An older one serves too, and is fetched again beside that: nobody waits for a host that hangs
//!    while there is a copy. Only who asks for a key that the copy lacks, or finds none, waits.
//! 3. A fetch is nobody's own: it goes on when who began it hangs up, all who wait get what it brings,
//!    and none begins within the [`COOL_DOWN`] of the one before. So nobody makes this server call
//!    others as often as he likes by making up names of keys.
//! 4. Where the other side does not answer, its copy goes on serving for [`STALE`]: a client must not
//!    be shut out because its own server restarts.
//!
//! Copies stand in memory alone; a restart fetches again.

mod find;
mod set;

pub use find::find;
pub use set::PublishedKeys;

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use quick_cache::unsync::Cache;
use symbolon_token::time::Time;
use thiserror::Error;
use tokio::sync::watch;

/// How long a copy serves without a look at the original: how long a key that its owner takes away
/// may still be believed here.
pub const FRESH: Duration = Duration::from_mins(5);

/// How long after a try there is no other one.
pub const COOL_DOWN: Duration = Duration::from_secs(30);

/// How long a copy serves while its original cannot be had.
pub const STALE: Duration = Duration::from_hours(24);

/// Addresses whose keys are kept; the least used go first.
const MAX_ADDRESSES: usize = 200;

/// The way to documents of others: whoever has one fetches over the network, within limits.
pub trait Fetch: Send + Sync {
    /// Fetches a document. It ends within ten seconds.
    fn fetch<'a>(&'a self, url: &'a str) -> Fetching<'a>;
}

/// A document on its way; or why it does not come, in a sentence.
pub type Fetching<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, String>> + Send + 'a>>;

/// Why there are no keys.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum JwksUriError {
    /// The address does not answer as it should, or did not a moment ago. Only the log says how: who
    /// asks must not learn what this server can reach.
    #[error("the keys at jwks_uri cannot be fetched at the moment; the server's log says why")]
    Unfetched,
    /// What it answers is no set of keys that can be used.
    #[error("what jwks_uri answers is no key set that can be used; the server's log says why")]
    Unusable(String),
}

/// The keys of others that are known.
pub struct JwksUris {
    port: OnceLock<Arc<dyn Fetch>>,
    known: Mutex<Cache<String, Arc<Address>>>,
}

impl Default for JwksUris {
    fn default() -> Self {
        Self {
            port: OnceLock::new(),
            known: Mutex::new(Cache::new(MAX_ADDRESSES)),
        }
    }
}

impl JwksUris {
    /// Opens the way to others; a second one is not taken. Before that no address answers.
    pub fn connect(&self, port: Arc<dyn Fetch>) {
        let _ = self.port.set(port);
    }

    fn at(&self, url: &str) -> Arc<Address> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(url) {
            return Arc::clone(found);
        }
        let new = Arc::<Address>::default();
        known.insert(url.to_owned(), Arc::clone(&new));
        new
    }
}

/// One address.
#[derive(Default)]
struct Address {
    state: Mutex<State>,
    /// Counts the fetches that ended.
    ended: watch::Sender<u64>,
}

/// What is known of an address.
#[derive(Clone, Default)]
struct State {
    copy: Option<Kept>,
    /// When the last fetch began.
    tried_at: Option<Time>,
    /// Why it brought nothing, if it did not.
    failed: Option<JwksUriError>,
    /// Whether it is still under way.
    is_fetching: bool,
}

/// What an address answered.
#[derive(Clone)]
struct Kept {
    keys: Arc<PublishedKeys>,
    fetched_at: Time,
}

impl Address {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
