//! What this library promises: judged by values, properties, a table for other languages, and a feed
//! that is cut, delayed, reordered, replayed and forged.

#[cfg(test)]
mod arrange;
#[cfg(test)]
mod feed;
#[cfg(test)]
mod forget;
#[cfg(test)]
#[cfg(all(feature = "follow", feature = "axum"))]
mod http;
#[cfg(test)]
mod parity;
#[cfg(test)]
#[cfg(feature = "follow")]
mod simulation;
#[cfg(test)]
mod verdict;
#[cfg(test)]
mod verifier;
