//! A Token Status List (draft-ietf-oauth-status-list-21 §4): the bits of one bucket, one for each
//! token, for verifiers that are not ours.
//!
//! One bit: 0 is valid, 1 invalid. What may come back (§7.1, `SUSPENDED`) has none: a bit here is
//! never cleared, so that a list that was kept too long is wrong in one direction alone. The first
//! index is the lowest bit of the first byte; the list's length says only how many millions of tokens
//! end in this hour.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::deflate::compress_to_vec_zlib;

/// Bits of a list are a multiple of this, so that its length tells little of how many tokens there
/// are: 128 KiB, and a few hundred bytes when they are compressed and clear.
pub const LIST_BLOCK: u32 = 1 << 20;

/// The draft recommends the highest level (§4.1): one compression serves everybody.
const LEVEL: u8 = 9;

/// The bits of one bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusList(Vec<u8>);

impl StatusList {
    /// A list that has room for all indexes below `leased`, these of them set.
    #[must_use]
    pub fn new(leased: u32, revoked: impl IntoIterator<Item = u32>) -> Self {
        let mut list = Self::clear(blocks(leased).saturating_mul(u64::from(LIST_BLOCK)));
        revoked.into_iter().for_each(|index| list.set(index));
        list
    }

    fn clear(bits: u64) -> Self {
        Self(vec![0; usize::try_from(bits / 8).unwrap_or(0)])
    }

    /// An index that was never leased has no place here.
    fn set(&mut self, index: u32) {
        if let Some(byte) = usize::try_from(index / 8)
            .ok()
            .and_then(|at| self.0.get_mut(at))
        {
            *byte |= 1 << (index % 8);
        }
    }

    /// The member `lst`: zlib (RFC 1950), then base64url.
    #[must_use]
    pub fn lst(&self) -> String {
        URL_SAFE_NO_PAD.encode(compress_to_vec_zlib(&self.0, LEVEL))
    }
}

/// How many blocks a list has for so many indexes; always one at least.
pub(crate) fn blocks(leased: u32) -> u64 {
    u64::from(leased.div_ceil(LIST_BLOCK).max(1))
}

#[cfg(test)]
mod tests {
    use miniz_oxide::inflate::decompress_to_vec_zlib;
    use proptest::prelude::*;

    use super::*;

    /// Draft 21, §4.1.
    const SHORT: &str = "eNrbuRgAAhcBXQ";

    /// Draft 21, appendix C.1: 2^20 tokens, of which [`SET`] are invalid.
    const LONG: &str = "eNrt3AENwCAMAEGogklACtKQPg9LugC9k_ACvreiogEAAKkeCQAAAAAAAAAAAAA\
        AAAAAAIBylgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAXG9IAAAAAAAAAPwsJAAAAAAAA\
        AAAAAAAvhsSAAAAAAAAAAAA7KpLAAAAAAAAAAAAAAAAAAAAAJsLCQAAAAAAAAAAADjelAAAAAAAAAAAKjDMAQAAAACAZ\
        C8L2AEb";

    const SET: [u32; 11] = [
        0, 1993, 25_460, 159_495, 495_669, 554_353, 645_645, 723_232, 854_545, 934_534, 1_000_345,
    ];

    fn bytes_of(lst: &str) -> Vec<u8> {
        decompress_to_vec_zlib(&URL_SAFE_NO_PAD.decode(lst).unwrap()).unwrap()
    }

    #[test]
    fn the_short_list_of_the_draft_is_ours_byte_by_byte() {
        let mut list = StatusList::clear(16);
        for index in [0, 3, 4, 5, 7, 8, 9, 13, 15] {
            list.set(index);
        }
        assert_eq!(list.0, [0xb9, 0xa3]);
        assert_eq!(list.lst(), SHORT);
    }

    #[test]
    fn the_long_list_of_the_draft_says_what_ours_says() {
        let list = StatusList::new(1 << 20, SET);
        assert_eq!(bytes_of(LONG), list.0);
        assert_eq!(bytes_of(&list.lst()), list.0);
    }

    #[test]
    fn one_token_and_a_million_have_lists_of_one_length() {
        let length = |leased| StatusList::new(leased, []).0.len();
        assert_eq!(length(0), 131_072);
        assert_eq!(length(1024), length(1 << 20));
        assert_eq!(length((1 << 20) + 1), 2 * length(1));
        assert!(StatusList::new(1024, []).lst().len() < 300);
    }

    #[test]
    fn an_index_beyond_the_list_is_not_written() {
        assert_eq!(StatusList::new(1, [1 << 20]), StatusList::new(1, []));
    }

    proptest! {
        #[test]
        fn exactly_the_revoked_are_set(
            revoked in prop::collection::btree_set(0_u32..(1 << 20), 0..50),
        ) {
            let bytes = bytes_of(&StatusList::new(1, revoked.iter().copied()).lst());
            let set: Vec<u32> = (0..1 << 20)
                .filter(|index| bytes[*index as usize / 8] >> (index % 8) & 1 == 1)
                .collect();
            prop_assert_eq!(set, revoked.into_iter().collect::<Vec<_>>());
        }
    }
}
