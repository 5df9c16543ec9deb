//! What a revoked token costs a verifier. A binary of its own, because the allocator that counts serves a
//! whole program.

#[cfg(test)]
mod cost;
