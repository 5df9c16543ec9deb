//! The examples of RFC 6962 §2.1.3, and every tree up to some size.

use proptest::prelude::*;

use super::super::{BLOCK, Frontier, Hash, digest, empty};
use super::*;

/// A tree by the definition of RFC 6962 §2.1.
fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty(),
        [one] => *one,
        _ => {
            let half = 1 << (leaves.len() - 1).ilog2();
            node(&root(&leaves[..half]), &root(&leaves[half..]))
        }
    }
}

fn leaves(count: usize) -> Vec<Hash> {
    (0..count)
        .map(|number| digest(&[&[0], &number.to_be_bytes()]))
        .collect()
}

fn hashes(leaves: &[Hash], ranges: &[Range]) -> Vec<Hash> {
    ranges
        .iter()
        .map(|range| root(within(leaves, *range)))
        .collect()
}

fn within(leaves: &[Hash], range: Range) -> &[Hash] {
    let [from, to] = [range.from, range.to].map(|place| usize::try_from(place).unwrap());
    &leaves[from..to]
}

/// The well-known test leaves of the Certificate Transparency project, hashed without a place.
fn known() -> Vec<Hash> {
    ["", "00", "10", "2021", "3031", "40414243"]
        .into_iter()
        .chain(["5051525354555657", "606162636465666768696a6b6c6d6e6f"])
        .map(|text| digest(&[&[0], &unhex(text)]))
        .collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(digit).collect()
}

fn hex(hash: &Hash) -> String {
    crate::read::hex(hash)
}

#[test]
fn the_roots_of_the_known_leaves_are_the_known_ones() {
    let known = known();
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut frontier = Frontier::default();
    for (leaf, expected) in known.iter().zip(roots) {
        frontier.push(*leaf);
        assert_eq!(hex(&frontier.root()), expected);
    }
    let none = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(hex(&empty()), none);
}

#[test]
fn the_paths_of_the_rfcs_example_are_its_own() {
    // RFC 6962 §2.1.3, a tree of seven: d0 has b, h, l; d3 has c, g, l; d4 has f, j, k; d6 has i, k.
    let range = |from, to| Range { from, to };
    assert_eq!(inclusion(0, 7), [range(1, 2), range(2, 4), range(4, 7)]);
    assert_eq!(inclusion(3, 7), [range(2, 3), range(0, 2), range(4, 7)]);
    assert_eq!(inclusion(4, 7), [range(5, 6), range(6, 7), range(0, 4)]);
    assert_eq!(inclusion(6, 7), [range(4, 6), range(0, 4)]);
    let from_three = [range(2, 3), range(3, 4), range(0, 2), range(4, 7)];
    assert_eq!(consistency(3, 7), from_three);
    assert_eq!(consistency(4, 7), [range(4, 7)]);
    assert_eq!(consistency(6, 7), [range(4, 6), range(6, 7), range(0, 4)]);
}

#[test]
fn every_leaf_of_every_small_tree_is_proved_and_nothing_else_is() {
    let all = leaves(33);
    for size in 1..=all.len() {
        let tree = (size as u64, &root(&all[..size]));
        for index in 0..size as u64 {
            let path = hashes(&all, &inclusion(index, size as u64));
            let leaf = &all[usize::try_from(index).unwrap()];
            assert!(is_included((index, leaf), &path, tree), "{index} of {size}");
            assert!(!is_included((index + 1, leaf), &path, tree));
            let other = digest(&[b"another"]);
            assert!(!is_included((index, &other), &path, tree));
            let longer: Vec<_> = path.iter().copied().chain([other]).collect();
            assert!(!is_included((index, leaf), &longer, tree));
        }
    }
}

#[test]
fn every_small_tree_is_the_beginning_of_every_larger_one() {
    let all = leaves(33);
    for new in 1..=all.len() {
        for old in 1..=new {
            let path = hashes(&all, &consistency(old as u64, new as u64));
            let small = (old as u64, &root(&all[..old]));
            let large = (new as u64, &root(&all[..new]));
            assert!(is_consistent(small, large, &path), "{old} of {new}");
            let other = digest(&[b"another"]);
            assert!(!is_consistent((old as u64, &other), large, &path));
            assert!(!is_consistent(small, (new as u64, &other), &path));
        }
    }
}

proptest! {
    #[test]
    fn a_frontier_grows_like_the_tree_and_reads_back(count in 0_usize..600) {
        let all = leaves(count);
        let mut frontier = Frontier::default();
        for leaf in &all {
            frontier.push(*leaf);
        }
        prop_assert_eq!(frontier.root(), root(&all));
        let read = Frontier::from_bytes(count as u64, &frontier.to_bytes()).unwrap();
        prop_assert_eq!(read.root(), frontier.root());
        for (range, peak) in read.peaks() {
            prop_assert_eq!(peak, root(within(&all, range)));
        }
        let other = Frontier::from_bytes(count as u64 + 1, &frontier.to_bytes());
        prop_assert!(other.is_none_or(|other| other.root() == frontier.root()));
    }

    #[test]
    fn a_path_of_a_large_tree_holds_and_a_flipped_bit_does_not(
        size in 1_usize..3000, at in any::<prop::sample::Index>(), bit in 0_usize..256,
    ) {
        let all = leaves(size);
        let index = at.index(size);
        let mut path = hashes(&all, &inclusion(index as u64, size as u64));
        let tree = (size as u64, &root(&all));
        let leaf = (index as u64, &all[index]);
        prop_assert!(is_included(leaf, &path, tree));
        if let Some(hash) = path.last_mut() {
            hash[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!is_included(leaf, &path, tree));
        }
    }
}

#[test]
fn a_block_is_told_with_its_last_leaf() {
    let block = usize::try_from(BLOCK).unwrap();
    let all = leaves(block * 2);
    let mut frontier = Frontier::default();
    for (at, leaf) in all.iter().enumerate() {
        frontier.push(*leaf);
        let completes = (at as u64 + 1).is_multiple_of(BLOCK);
        assert_eq!(frontier.block().is_some(), completes);
    }
    assert_eq!(frontier.block(), Some(root(&all[block..])));
}
