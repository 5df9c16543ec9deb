//! Find the realm that a request is for: by host, then by path.
//!
//! The issuer is configured, never taken from a `Host` header; the header only chooses among the
//! issuers that are configured. A host that no issuer has means the first realm's host, for a proxy
//! may not pass it on.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use symbolon_journal::{Event, Follow, Noun};
use symbolon_store::{Db, Sequence};
use symbolon_token::node::RealmNode;

use super::{Realm, rows};
use crate::load::LoadError;

/// All realms, in memory. The first one manages the others.
#[derive(Default)]
pub struct Realms {
    known: RwLock<Known>,
    /// How many changes there were.
    changes: AtomicU64,
}

/// The realms, as they were after so many changes.
#[derive(Default)]
struct Known {
    /// The first one first.
    all: Vec<Arc<Realm>>,
    /// By the host of their issuer, the longest path first.
    by_host: HashMap<String, Vec<Arc<Realm>>>,
    changes: u64,
}

impl Known {
    fn new(all: Vec<Realm>, changes: u64) -> Self {
        let all: Vec<_> = all.into_iter().map(Arc::new).collect();
        let mut by_host: HashMap<String, Vec<Arc<Realm>>> = HashMap::new();
        for realm in &all {
            let host = by_host.entry(realm.issuer.authority().to_owned());
            host.or_default().push(Arc::clone(realm));
        }
        for realms in by_host.values_mut() {
            realms.sort_by_key(|realm| Reverse(realm.issuer.path().len()));
        }
        Self {
            all,
            by_host,
            changes,
        }
    }
}

impl Realms {
    /// Reads every realm. Of two that read at once, the one that began later counts.
    ///
    /// # Errors
    /// [`LoadError`].
    pub async fn load(&self, db: &Db) -> Result<(), LoadError> {
        let changes = self.changes.load(Ordering::Acquire);
        let all = rows::all(db).await?;
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if changes >= known.changes {
            *known = Known::new(all, changes);
        }
        Ok(())
    }

    /// Reads every realm anew if one was made or changed since.
    ///
    /// # Errors
    /// [`LoadError`].
    pub async fn refresh(&self, db: &Db) -> Result<(), LoadError> {
        if self.is_stale() {
            self.load(db).await?;
        }
        Ok(())
    }

    /// The same, after a change that is durable whether or not it can be read back now: if not, the
    /// next catching up reads it.
    pub(super) async fn learn(&self, db: &Db) {
        if let Err(error) = self.refresh(db).await {
            tracing::warn!(%error, "the realms could not be read; they will be");
        }
    }

    /// Whether a realm was made or changed since the last reading.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.known().changes != self.changes.load(Ordering::Acquire)
    }

    fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every realm, the first one first.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<Realm>> {
        self.known().all.clone()
    }

    /// The realm that was made first and manages the others.
    #[must_use]
    pub fn first(&self) -> Option<Arc<Realm>> {
        self.known().all.first().cloned()
    }

    /// The realm with this node.
    #[must_use]
    pub fn by_node(&self, node: RealmNode) -> Option<Arc<Realm>> {
        let known = self.known();
        known.all.iter().find(|realm| realm.node == node).cloned()
    }

    /// The realm with this name.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<Arc<Realm>> {
        let known = self.known();
        known.all.iter().find(|realm| realm.name == name).cloned()
    }

    /// The realm whose issuer has this host and the longest leading part of this path.
    #[must_use]
    pub fn at(&self, host: &str, path: &str) -> Option<Arc<Realm>> {
        let known = self.known();
        let here = known.by_host.get(host).or_else(|| {
            let first = known.all.first()?;
            known.by_host.get(first.issuer.authority())
        });
        let fitting = |realm: &&Arc<Realm>| leads(realm.issuer.path(), path);
        here?.iter().find(fitting).cloned()
    }
}

/// Whether a realm's path is the beginning of a request's, up to a slash.
fn leads(realm: &str, path: &str) -> bool {
    let rest = path.strip_prefix(realm);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Follow for Realms {
    fn follow(&self, _: Sequence, event: &Event) {
        if event.noun == Noun::Realm {
            self.changes.fetch_add(1, Ordering::AcqRel);
        }
    }
}

#[cfg(test)]
mod tests {
    use symbolon_token::node::NodeId;
    use symbolon_token::time::Time;

    use super::*;
    use crate::realm::Issuer;

    fn realms() -> Realms {
        let issuers = [
            "https://a.example",
            "https://a.example/one",
            "https://a.example/one/two",
            "https://b.example:8443/one",
        ];
        let realms = Realms::default();
        let all = issuers.iter().zip(1..).map(|(issuer, number)| Realm {
            node: RealmNode(NodeId::from_number(number).unwrap()),
            name: format!("r{number}"),
            issuer: Issuer::parse(issuer).unwrap(),
            created_at: Time(0),
        });
        *realms.known.write().unwrap() = Known::new(all.collect(), 0);
        realms
    }

    fn name(host: &str, path: &str) -> Option<String> {
        realms().at(host, path).map(|realm| realm.name.clone())
    }

    #[test]
    fn the_longest_path_of_the_host_wins() {
        assert_eq!(name("a.example", "/token").as_deref(), Some("r1"));
        assert_eq!(name("a.example", "/one/token").as_deref(), Some("r2"));
        assert_eq!(name("a.example", "/one/two/token").as_deref(), Some("r3"));
        assert_eq!(name("a.example", "/onerous").as_deref(), Some("r1"));
        assert_eq!(name("b.example:8443", "/one").as_deref(), Some("r4"));
    }

    #[test]
    fn a_host_with_paths_only_has_no_realm_elsewhere() {
        assert_eq!(name("b.example:8443", "/token"), None);
    }

    #[test]
    fn an_unknown_host_means_the_first_realms() {
        assert_eq!(name("10.0.0.7", "/one/token").as_deref(), Some("r2"));
    }
}
