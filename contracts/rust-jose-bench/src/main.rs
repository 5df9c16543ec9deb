//! What a token costs by the JOSE library, beside the bare calls of aws-lc-rs that it rests on, and
//! beside other libraries: `cargo xtask bench jose` builds this and runs it.
//!
//! An access token of some 300 bytes of claims, by keys that were parsed before. jsonwebtoken is built
//! with its backend aws-lc-rs, josekit with the system's OpenSSL. Prints one JSON document: rows of
//! nanoseconds a call. `--quick` only shows that it works.

mod claim;
mod encrypted;
mod measure;
mod peer;
mod shared;
mod signed;

use std::error::Error;

use measure::Meter;
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let mut meter = match std::env::args().nth(1).as_deref() {
        None => Meter::new(measure::ROUNDS),
        Some("--quick") => Meter::new(measure::QUICK_ROUNDS),
        Some(_) => return Err("usage: symbolon-jose-bench [--quick]".into()),
    };
    signed::measure(&mut meter)?;
    shared::measure(&mut meter)?;
    encrypted::measure(&mut meter)?;
    let claims = serde_json::to_string(&claim::claims("alice"))?.len();
    println!(
        "{}",
        json!({ "claims": claims, "rounds": meter.rounds(), "rows": meter.rows() })
    );
    Ok(())
}
