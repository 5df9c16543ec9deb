//! Has an object named this member before?

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::JsonError;

/// Names per object compared without allocating; a typical token has a dozen claims.
const FEW_NAMES: usize = 16;

/// The names of one object, so far. Few names are kept on the stack, each with a mark that nearly
/// always tells it apart without looking at its text.
pub(super) struct Names<'a> {
    marks: [u32; FEW_NAMES],
    few: [&'a str; FEW_NAMES],
    len: usize,
    more: BTreeSet<Cow<'a, str>>,
}

impl<'a> Names<'a> {
    pub(super) fn new() -> Self {
        Self {
            marks: [0; FEW_NAMES],
            few: [""; FEW_NAMES],
            len: 0,
            more: BTreeSet::new(),
        }
    }

    /// Adds a name, unless it is there.
    pub(super) fn insert(&mut self, name: Cow<'a, str>) -> Result<(), JsonError> {
        let mark = mark(&name);
        let known = self.marks.iter().zip(&self.few).take(self.len);
        let twice = known
            .filter(|known| *known.0 == mark)
            .any(|known| **known.1 == *name);
        if twice || (!self.more.is_empty() && self.more.contains(&name)) {
            return Err(JsonError::Duplicate);
        }
        let free = (self.marks.get_mut(self.len), self.few.get_mut(self.len));
        if let (Cow::Borrowed(name), (Some(free_mark), Some(free))) = (&name, free) {
            (*free_mark, *free) = (mark, name);
            self.len += 1;
        } else {
            self.more.insert(name);
        }
        Ok(())
    }
}

/// A name's length, first, middle and last byte.
fn mark(name: &str) -> u32 {
    let bytes = name.as_bytes();
    let (first, last) = (bytes.first().copied(), bytes.last().copied());
    let middle = bytes.get(bytes.len() / 2).copied();
    let [length, ..] = bytes.len().to_le_bytes();
    let [first, middle, last] = [first, middle, last].map(Option::unwrap_or_default);
    u32::from_le_bytes([length, first, middle, last])
}
