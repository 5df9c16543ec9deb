//! What this library promises, held against the standards' vectors, the known attacks, and chance.

#[cfg(test)]
mod arrange;
#[cfg(test)]
mod attack;
#[cfg(test)]
mod claim;
#[cfg(test)]
mod detached;
#[cfg(test)]
mod json;
#[cfg(test)]
mod jwe;
#[cfg(test)]
mod key;
#[cfg(test)]
#[cfg(feature = "ml-dsa")]
mod ml_dsa;
#[cfg(test)]
mod property;
#[cfg(test)]
mod purpose;
#[cfg(test)]
mod shortcut;
#[cfg(test)]
mod vector;
#[cfg(test)]
mod wycheproof;
