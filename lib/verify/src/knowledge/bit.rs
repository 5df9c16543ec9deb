//! Which single tokens were revoked: status bits, packed.
//!
//! Per bucket, indexes are cut into chunks of 65,536. A chunk keeps the lower halves of its indexes
//! in order, two bytes each; where that would take more than 8 KiB it becomes a bitmap. So a revoked
//! token costs two to three bytes, and a bucket never more than one bit for each token in it.

use std::collections::BTreeMap;

use symbolon_token::status::{Bucket, StatusRef};

/// From how many indexes on a bitmap is smaller.
const DENSE_FROM: usize = 4096;

/// Words of a bitmap of 65,536 bits.
const WORDS: usize = 1024;

/// The bits that are set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bits(BTreeMap<Bucket, Vec<(u16, Chunk)>>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Chunk {
    /// Ascending, each once.
    Sparse(Vec<u16>),
    /// One bit for each.
    Dense(Vec<u64>),
}

/// An index as chunk and place in it.
fn halves(index: u32) -> (u16, u16) {
    let [a, b, c, d] = index.to_be_bytes();
    (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]))
}

impl Bits {
    pub(super) fn contains(&self, status: StatusRef) -> bool {
        let (high, low) = halves(status.index);
        let chunks = self.0.get(&status.bucket);
        let found = chunks.and_then(|chunks| {
            let at = chunks.binary_search_by_key(&high, |chunk| chunk.0).ok()?;
            chunks.get(at)
        });
        found.is_some_and(|(_, chunk)| chunk.contains(low))
    }

    /// Sets bits, ascending.
    pub(super) fn set(&mut self, bucket: Bucket, indexes: &[u32]) {
        let chunks = self.0.entry(bucket).or_default();
        for run in indexes.chunk_by(|one, other| halves(*one).0 == halves(*other).0) {
            let Some(first) = run.first() else { continue };
            let high = halves(*first).0;
            let at = chunks.binary_search_by_key(&high, |chunk| chunk.0);
            let at = at.unwrap_or_else(|at| {
                chunks.insert(at, (high, Chunk::Sparse(Vec::new())));
                at
            });
            if let Some((_, chunk)) = chunks.get_mut(at) {
                chunk.set(run);
            }
        }
    }

    /// Sets those of another set too.
    pub(super) fn extend(&mut self, other: &Self) {
        for (bucket, chunks) in &other.0 {
            for (high, chunk) in chunks {
                let base = u32::from(*high) << 16;
                let indexes: Vec<u32> = chunk.lows().map(|low| base | u32::from(low)).collect();
                self.set(*bucket, &indexes);
            }
        }
    }

    /// Forgets everything up to a bucket.
    pub(super) fn forget(&mut self, floor: Bucket) {
        self.0.retain(|bucket, _| *bucket > floor);
    }

    /// How many bits are set.
    pub(super) fn count(&self) -> usize {
        let chunks = self.0.values().flatten();
        chunks.map(|(_, chunk)| chunk.count()).sum()
    }
}

impl Chunk {
    fn contains(&self, low: u16) -> bool {
        match self {
            Self::Sparse(lows) => lows.binary_search(&low).is_ok(),
            Self::Dense(words) => {
                let word = words.get(usize::from(low / 64));
                word.is_some_and(|word| word >> (low % 64) & 1 == 1)
            }
        }
    }

    fn set(&mut self, indexes: &[u32]) {
        if let Self::Sparse(lows) = self
            && lows.len() + indexes.len() >= DENSE_FROM
        {
            let mut words = vec![0; WORDS];
            for low in lows.iter() {
                mark(&mut words, *low);
            }
            *self = Self::Dense(words);
        }
        match self {
            Self::Sparse(lows) => {
                // Exactly: frames bring few at a time, and doubling would cost more than the bits.
                lows.reserve_exact(indexes.len());
                for index in indexes {
                    let low = halves(*index).1;
                    if let Err(at) = lows.binary_search(&low) {
                        lows.insert(at, low);
                    }
                }
            }
            Self::Dense(words) => {
                let lows = indexes.iter().map(|index| halves(*index).1);
                lows.for_each(|low| mark(words, low));
            }
        }
    }

    /// What is set, ascending.
    fn lows(&self) -> Box<dyn Iterator<Item = u16> + '_> {
        match self {
            Self::Sparse(lows) => Box::new(lows.iter().copied()),
            Self::Dense(_) => Box::new((0..=u16::MAX).filter(|low| self.contains(*low))),
        }
    }

    fn count(&self) -> usize {
        match self {
            Self::Sparse(lows) => lows.len(),
            Self::Dense(words) => {
                let ones = words.iter().map(|word| word.count_ones());
                usize::try_from(ones.sum::<u32>()).unwrap_or(usize::MAX)
            }
        }
    }
}

fn mark(words: &mut [u64], low: u16) {
    if let Some(word) = words.get_mut(usize::from(low / 64)) {
        *word |= 1 << (low % 64);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const HOUR: Bucket = Bucket(500_000);

    fn at(index: u32) -> StatusRef {
        let bucket = HOUR;
        StatusRef { bucket, index }
    }

    #[test]
    fn a_crowded_chunk_becomes_a_bitmap_and_means_the_same() {
        let mut bits = Bits::default();
        let even: Vec<u32> = (70_000..90_000).filter(|index| index % 2 == 0).collect();
        for part in even.chunks(100) {
            bits.set(HOUR, part);
        }
        assert_eq!(bits.count(), 10_000);
        for index in 69_990..90_010 {
            assert_eq!(bits.contains(at(index)), even.contains(&index), "{index}");
        }
    }

    #[test]
    fn what_is_below_the_floor_is_forgotten() {
        let mut bits = Bits::default();
        bits.set(HOUR, &[1]);
        bits.set(Bucket(HOUR.0 + 1), &[1]);
        bits.forget(HOUR);
        assert!(!bits.contains(at(1)));
        assert_eq!(bits.count(), 1);
    }

    proptest! {
        #[test]
        fn what_was_set_is_set(sets in prop::collection::vec(prop::collection::btree_set(0..200_000_u32, 0..60), 0..6)) {
            let mut bits = Bits::default();
            let mut all = BTreeSet::new();
            for set in &sets {
                bits.set(HOUR, &set.iter().copied().collect::<Vec<_>>());
                all.extend(set);
            }
            prop_assert_eq!(bits.count(), all.len());
            prop_assert!(all.iter().all(|index| bits.contains(at(*index))));
            prop_assert!(!bits.contains(at(200_001)));
        }

        #[test]
        fn what_either_has_both_have(
            one in prop::collection::btree_set(0..200_000_u32, 0..60),
            other in prop::collection::btree_set(0..80_000_u32, 0..6000),
        ) {
            let of = |set: &BTreeSet<u32>| {
                let mut bits = Bits::default();
                bits.set(HOUR, &set.iter().copied().collect::<Vec<_>>());
                bits
            };
            let mut bits = of(&one);
            bits.extend(&of(&other));
            prop_assert_eq!(bits.count(), one.union(&other).count());
            prop_assert!(one.union(&other).all(|index| bits.contains(at(*index))));
        }
    }
}
