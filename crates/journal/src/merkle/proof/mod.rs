//! Proofs: that an entry is in a tree, and that a tree is the beginning of another one (RFC 6962
//! §2.1.1 and §2.1.2; checked as RFC 9162 §2.1.3.2 and §2.1.4.2 say).
//!
//! What a proof needs is named as ranges of leaves; who has the leaves, or hashes of whole runs of
//! them, gives the hashes.

use super::{Hash, node};

/// Leaves from one place, counted from 0, up to but without another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Range {
    /// The first.
    pub from: u64,
    /// Behind the last.
    pub to: u64,
}

impl Range {
    pub(crate) fn size(self) -> u64 {
        self.to - self.from
    }

    /// Where RFC 6962 cuts it: the largest power of two below its size. It has two leaves at least.
    pub(crate) fn halves(self) -> (Self, Self) {
        let at = self.from + (1 << (self.size() - 1).ilog2());
        let (from, to) = (self.from, self.to);
        (Self { from, to: at }, Self { from: at, to })
    }
}

/// Whose hashes prove that leaf `index` is in a tree of `size`, the nearest first.
#[must_use]
pub fn inclusion(index: u64, size: u64) -> Vec<Range> {
    let mut path = Vec::new();
    let mut tree = Range { from: 0, to: size };
    while index < size && tree.size() > 1 {
        let (left, right) = tree.halves();
        let is_left = index < left.to;
        path.push(if is_left { right } else { left });
        tree = if is_left { left } else { right };
    }
    path.reverse();
    path
}

/// Whose hashes prove that a tree of `old` leaves is the beginning of one of `new`.
#[must_use]
pub fn consistency(old: u64, new: u64) -> Vec<Range> {
    let mut path = Vec::new();
    if old == 0 || old >= new {
        return path;
    }
    let mut tree = Range { from: 0, to: new };
    // Whether the old tree is this one's beginning and itself known to who checks.
    let mut is_known = true;
    while old != tree.to {
        let (left, right) = tree.halves();
        if old <= left.to {
            path.push(right);
            tree = left;
        } else {
            path.push(left);
            tree = right;
            is_known = false;
        }
    }
    if !is_known {
        path.push(tree);
    }
    path.reverse();
    path
}

/// Whether a path proves that this leaf is at `index` in the tree of `size` with this root.
#[must_use]
pub fn is_included((index, leaf): (u64, &Hash), path: &[Hash], (size, root): (u64, &Hash)) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if at % 2 == 1 || at == last {
            hash = node(sibling, &hash);
            climb_left(&mut at, &mut last);
        } else {
            hash = node(&hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether a path proves that one tree, its size and root, is the beginning of another.
#[must_use]
pub fn is_consistent(
    (old, old_root): (u64, &Hash),
    (new, new_root): (u64, &Hash),
    path: &[Hash],
) -> bool {
    if old == new {
        return old_root == new_root && path.is_empty();
    }
    if old == 0 || old > new {
        return old == 0 && path.is_empty() && *old_root == super::empty();
    }
    let mut path = path.iter();
    let begin = if old.is_power_of_two() {
        Some(old_root)
    } else {
        path.next()
    };
    let Some(begin) = begin else {
        return false;
    };
    let (mut at, mut last) = (old - 1, new - 1);
    let skipped = at.trailing_ones();
    at >>= skipped;
    last >>= skipped;
    let (mut small, mut large) = (*begin, *begin);
    for hash in path {
        if last == 0 {
            return false;
        }
        if at % 2 == 1 || at == last {
            small = node(hash, &small);
            large = node(hash, &large);
            climb_left(&mut at, &mut last);
        } else {
            large = node(&large, hash);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && small == *old_root && large == *new_root
}

/// Goes up as long as this is the left child of a tree that ends with it.
fn climb_left(at: &mut u64, last: &mut u64) {
    while at.is_multiple_of(2) && *at != 0 {
        *at >>= 1;
        *last >>= 1;
    }
}

#[cfg(test)]
mod tests;
