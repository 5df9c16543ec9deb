//! symbolon-journal.
