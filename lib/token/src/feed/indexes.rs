//! A set of status indexes in few characters: ascending, each as its distance from the one before in
//! seven bits a byte, least significant first, and all of it in base64url. Two bytes for one in ten
//! thousand.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// A text that is no set of indexes, or not in its one form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this is no set of status indexes")]
pub struct NotIndexes;

/// Status indexes of one bucket, ascending, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Indexes(Vec<u32>);

impl FromIterator<u32> for Indexes {
    fn from_iter<I: IntoIterator<Item = u32>>(indexes: I) -> Self {
        let mut indexes: Vec<u32> = indexes.into_iter().collect();
        indexes.sort_unstable();
        indexes.dedup();
        Self(indexes)
    }
}

impl Indexes {
    /// The indexes, ascending.
    #[must_use]
    pub fn as_slice(&self) -> &[u32] {
        &self.0
    }

    /// As text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut bytes = Vec::with_capacity(self.0.len() * 3);
        let mut next = 0;
        for index in &self.0 {
            push(&mut bytes, index - next);
            next = index.saturating_add(1);
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a text.
    ///
    /// # Errors
    /// [`NotIndexes`] for anything that [`Indexes::to_text`] would not have written.
    pub fn from_text(text: &str) -> Result<Self, NotIndexes> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotIndexes)?;
        let mut indexes = Vec::new();
        let mut rest = bytes.as_slice();
        let mut next = Some(0_u32);
        while !rest.is_empty() {
            let (distance, after) = read(rest).ok_or(NotIndexes)?;
            let index = next.and_then(|next| next.checked_add(distance));
            let index = index.ok_or(NotIndexes)?;
            indexes.push(index);
            next = index.checked_add(1);
            rest = after;
        }
        Ok(Self(indexes))
    }
}

fn push(bytes: &mut Vec<u8>, mut rest: u32) {
    while rest > 0x7f {
        bytes.push(u8::try_from(rest & 0x7f).unwrap_or(0) | 0x80);
        rest >>= 7;
    }
    bytes.push(u8::try_from(rest).unwrap_or(0));
}

fn read(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let last = bytes.iter().take(5).position(|byte| byte & 0x80 == 0)?;
    let (own, rest) = bytes.split_at_checked(last + 1)?;
    if last > 0 && own.last() == Some(&0) {
        return None;
    }
    let number = own
        .iter()
        .rev()
        .fold(0_u64, |number, byte| number << 7 | u64::from(byte & 0x7f));
    Some((u32::try_from(number).ok()?, rest))
}

impl Serialize for Indexes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text())
    }
}

impl<'de> Deserialize<'de> for Indexes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_text(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn there_is_one_way_to_write_a_set() {
        for text in ["gAA", "gICAgBA", "_____w8A", "A", "AA=="] {
            assert_eq!(Indexes::from_text(text), Err(NotIndexes), "{text}");
        }
    }

    #[test]
    fn one_in_ten_thousand_costs_two_bytes() {
        let set: Indexes = (0..1000).map(|at| at * 10_000).collect();
        assert!(set.to_text().len() * 3 / 4 <= 2000);
    }

    proptest! {
        #[test]
        fn every_set_reads_back(indexes in prop::collection::vec(any::<u32>(), 0..50)) {
            let set: Indexes = indexes.into_iter().chain([u32::MAX]).collect();
            prop_assert_eq!(Indexes::from_text(&set.to_text()), Ok(set));
        }

        #[test]
        fn what_reads_was_written_so(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let text = URL_SAFE_NO_PAD.encode(bytes);
            if let Ok(set) = Indexes::from_text(&text) {
                prop_assert_eq!(set.to_text(), text);
            }
        }
    }
}
