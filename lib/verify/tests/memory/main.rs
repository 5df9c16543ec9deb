//! What a revoked token costs a verifier, that it costs nothing for ever, and what happens under its lock.
//! A binary of its own, because the allocator that counts serves a whole program.

#[cfg(test)]
mod cost;
#[cfg(test)]
mod feed;
#[cfg(test)]
mod lock;
#[cfg(test)]
mod month;
