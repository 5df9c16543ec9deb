//! symbolon-lineage.
