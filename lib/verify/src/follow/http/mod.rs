//! Follow over HTTP: placeholder.
