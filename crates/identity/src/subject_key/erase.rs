//! Erase: what was sealed under the key opens no more.

use symbolon_store::Step;
use symbolon_token::node::{RealmNode, SubjectNode};

use super::rows;

/// The step that destroys a person's key; it may have none.
pub(crate) fn destroy(whose: (RealmNode, SubjectNode)) -> Step {
    rows::delete(whose)
}
