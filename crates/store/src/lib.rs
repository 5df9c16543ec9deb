//! symbolon-store.
