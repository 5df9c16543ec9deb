//! symbolon-authority.
