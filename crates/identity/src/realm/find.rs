//! Find the realm that a request is for: by host, then by path.
//!
//! The issuer is configured, never taken from a `Host` header; the header only chooses among the
//! issuers that are configured. A host that no issuer has means the first realm's host, for a proxy
//! may not pass it on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use symbolon_journal::{Event, Follow, Noun};
use symbolon_store::{Db, Sequence};
use symbolon_token::node::RealmNode;

use super::{Realm, rows};
use crate::load::LoadError;

/// All realms, in memory. The first one manages the others.
#[derive(Default)]
pub struct Realms {
    all: RwLock<Vec<Arc<Realm>>>,
    stale: AtomicBool,
}

impl Realms {
    /// Reads every realm.
    ///
    /// # Errors
    /// [`LoadError`].
    pub async fn load(&self, db: &Db) -> Result<(), LoadError> {
        self.stale.store(false, Ordering::Release);
        let realms = rows::all(db).await?.into_iter().map(Arc::new).collect();
        *self.all.write().unwrap_or_else(PoisonError::into_inner) = realms;
        Ok(())
    }

    /// Reads every realm anew if one was made since.
    ///
    /// # Errors
    /// [`LoadError`].
    pub async fn refresh(&self, db: &Db) -> Result<(), LoadError> {
        if self.stale.load(Ordering::Acquire) {
            self.load(db).await?;
        }
        Ok(())
    }

    /// Whether a realm was made since the last reading.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.stale.load(Ordering::Acquire)
    }

    /// Every realm, the first one first.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<Realm>> {
        self.all
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The realm that was made first and manages the others.
    #[must_use]
    pub fn first(&self) -> Option<Arc<Realm>> {
        let all = self.all.read().unwrap_or_else(PoisonError::into_inner);
        all.first().cloned()
    }

    /// The realm with this node.
    #[must_use]
    pub fn by_node(&self, node: RealmNode) -> Option<Arc<Realm>> {
        let all = self.all.read().unwrap_or_else(PoisonError::into_inner);
        all.iter().find(|realm| realm.node == node).cloned()
    }

    /// The realm with this name.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<Arc<Realm>> {
        let all = self.all.read().unwrap_or_else(PoisonError::into_inner);
        all.iter().find(|realm| realm.name == name).cloned()
    }

    /// The realm whose issuer has this host and the longest leading part of this path.
    #[must_use]
    pub fn at(&self, host: &str, path: &str) -> Option<Arc<Realm>> {
        let all = self.all.read().unwrap_or_else(PoisonError::into_inner);
        let known = all.iter().any(|realm| realm.issuer.authority() == host);
        let host = match all.first() {
            Some(first) if !known => first.issuer.authority(),
            Some(_) | None => host,
        };
        let here = all.iter().filter(|realm| realm.issuer.authority() == host);
        let fitting = here.filter(|realm| leads(realm.issuer.path(), path));
        fitting
            .max_by_key(|realm| realm.issuer.path().len())
            .cloned()
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
            self.stale.store(true, Ordering::Release);
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
        *realms.all.write().unwrap() = issuers
            .iter()
            .zip(1..)
            .map(|(issuer, number)| {
                Arc::new(Realm {
                    node: RealmNode(NodeId::from_number(number).unwrap()),
                    name: format!("r{number}"),
                    issuer: Issuer::parse(issuer).unwrap(),
                    created_at: Time(0),
                })
            })
            .collect();
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
