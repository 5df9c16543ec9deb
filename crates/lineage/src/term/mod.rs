//! Terms: the histories of a database. A restored backup or a promoted standby begins a new one.

mod begin;

pub use begin::begin;
