//! symbolon-keys.
