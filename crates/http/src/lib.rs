//! symbolon-http.
