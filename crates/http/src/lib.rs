//! HTTP: the server edge, and the routes on it.
//!
//! [`server`] brings requests in and replies out; [`router`] is what it serves. A route extracts
//! typed input, calls one verb and replies; every rule stands in the verbs' crates.

mod app;
mod bearer;
mod call;
mod demo;
mod document;
mod enforcement;
mod metrics;
mod problem;
mod realm;
mod route;
pub mod server;

pub use app::{App, Clock, Lag, Options, Trust};
pub use metrics::{Asked, GateCounts, Known};
pub use problem::oauth::unavailable;
pub use route::{Alone, Meter, gate_router, router};
