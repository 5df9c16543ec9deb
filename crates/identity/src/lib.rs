//! symbolon-identity.
