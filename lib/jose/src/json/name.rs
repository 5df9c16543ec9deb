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
        // All sixteen at once, which the compiler makes vectors of; free places bear the mark of an
        // empty name, and are told apart below.
        let alike = |seen, known: &u32| seen | u32::from(*known == mark);
        if self.marks.iter().fold(0, alike) != 0 && self.holds(mark, &name) {
            return Err(JsonError::Duplicate);
        }
        if !self.more.is_empty() && self.more.contains(&name) {
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

    fn holds(&self, mark: u32, name: &str) -> bool {
        let mut known = self.marks.iter().zip(&self.few).take(self.len);
        known.any(|known| *known.0 == mark && *known.1 == name)
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
