//! What a revoked token costs a verifier, and that it costs nothing for ever. A binary of its own, because
//! the allocator that counts serves a whole program.

#[cfg(test)]
mod cost;
#[cfg(test)]
mod feed;
#[cfg(test)]
mod month;
