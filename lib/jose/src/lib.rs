//! symbolon-jose.
