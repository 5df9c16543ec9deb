//! The keys that resources handed over, read once: a set may have twenty, and each token that is encrypted
//! for the resource needs one of them.

use std::sync::Arc;

use quick_cache::sync::Cache;
use serde_json::Value;
use symbolon_token::node::ResourceNode;

use super::Resource;
use crate::encryption::handed_over;
use crate::jwks_uri::PublishedKeys;

/// Sets kept in memory; some ten kilobytes each, and seldom a resource has one.
const MAX_SETS: usize = 1000;

/// Sets that were read, each with the text that it was read from.
pub(crate) struct HandedOver(Cache<ResourceNode, (Arc<Value>, Arc<PublishedKeys>)>);

impl Default for HandedOver {
    fn default() -> Self {
        Self(Cache::new(MAX_SETS))
    }
}

impl HandedOver {
    /// The keys that a resource handed over, if it did. What was read before counts only as long as the
    /// resource says the same: no mark has to be raised for it.
    ///
    /// # Errors
    /// Why they cannot be used, in a few words.
    pub(crate) fn of(&self, resource: &Resource) -> Result<Option<Arc<PublishedKeys>>, String> {
        let Some(jwks) = &resource.settings.jwks else {
            return Ok(None);
        };
        if let Some((text, keys)) = self.0.get(&resource.node)
            && *text == *jwks
        {
            return Ok(Some(keys));
        }
        let keys = Arc::new(handed_over(jwks)?);
        let text = Arc::new(jwks.clone());
        self.0.insert(resource.node, (text, Arc::clone(&keys)));
        Ok(Some(keys))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use symbolon_token::node::{NodeId, RealmNode};
    use symbolon_token::scope::Scope;
    use symbolon_token::time::Time;

    use super::*;
    use crate::resource::Settings;

    fn resource(number: i64, jwks: Option<Value>) -> Resource {
        let node = NodeId::from_number(number).unwrap();
        Resource {
            node: ResourceNode(node),
            realm: RealmNode(node),
            audience: "api".to_owned(),
            is_default: false,
            settings: Settings {
                jwks,
                ..Settings::default()
            },
            scope: Scope::default(),
            created_at: Time(0),
        }
    }

    /// A set of so many keys for encryption.
    fn set(keys: usize) -> Value {
        let key = json!({"kty": "oct-of-another-kind", "use": "enc"});
        json!({"keys": vec![key; keys]})
    }

    #[test]
    fn a_set_is_read_once_and_again_when_it_changed() {
        let known = HandedOver::default();
        let first = known.of(&resource(1, Some(set(1)))).unwrap().unwrap();
        let again = known.of(&resource(1, Some(set(1)))).unwrap().unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        let changed = known.of(&resource(1, Some(set(2)))).unwrap().unwrap();
        assert!(!Arc::ptr_eq(&first, &changed));
        let other = known.of(&resource(2, Some(set(2)))).unwrap().unwrap();
        assert!(!Arc::ptr_eq(&changed, &other));
        assert!(known.of(&resource(1, None)).unwrap().is_none());
    }

    #[test]
    fn what_cannot_be_used_is_told_each_time() {
        let known = HandedOver::default();
        for _ in 0..2 {
            assert!(known.of(&resource(1, Some(json!(7)))).is_err());
        }
    }
}
