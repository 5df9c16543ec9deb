//! Claims about the gate before real proxies, each with the configuration that `docs/gate/` gives:
//! the binary as an authority, the binary as a gate, the proxy, and a service that repeats what it was
//! told.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test, what is not as arranged should end it"
)]

mod alone;
mod claim;
mod echo;
mod follow;
#[path = "../suite/harness/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the suite needs all of it")]
mod harness;
mod metrics;
mod proxied;
mod proxy;
mod serve;
mod site;
mod tls;
mod traefik;
