//! symbolon-oauth.
