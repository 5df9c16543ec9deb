//! symbolon-token.
