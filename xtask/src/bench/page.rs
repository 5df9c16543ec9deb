//! Puts tables into `docs/performance.md`, between their marks; the words around them are people's.

use std::fs;
use std::path::Path;

use super::folder;
use crate::failure::Failure;

/// The page, from the root.
const PAGE: &str = "docs/performance.md";

/// A place for a table on the page.
#[derive(Clone, Copy)]
pub(super) struct Marks {
    begin: &'static str,
    end: &'static str,
}

/// What the authority does.
pub(super) const AUTHORITY: Marks = Marks {
    begin: "<!-- bench:begin -->\n",
    end: "<!-- bench:end -->",
};

/// What the JOSE library does.
pub(super) const JOSE: Marks = Marks {
    begin: "<!-- bench-jose:begin -->\n",
    end: "<!-- bench-jose:end -->",
};

/// What verifying beside the authority costs.
pub(super) const VERIFY: Marks = Marks {
    begin: "<!-- bench-verify:begin -->\n",
    end: "<!-- bench-verify:end -->",
};

/// Writes what was found.
///
/// # Errors
/// [`Failure::File`]; [`Failure::Shape`] where the page has no marks.
pub(super) fn write(root: &Path, marks: Marks, found: &str) -> Result<(), Failure> {
    let path = root.join(PAGE);
    let page = fs::read_to_string(&path).map_err(|source| folder::fault(&path, source))?;
    let page = placed(&page, marks, found).ok_or_else(|| Failure::Shape {
        what: PAGE,
        why: format!("it has no {} … {}", marks.begin.trim(), marks.end),
    })?;
    fs::write(&path, page).map_err(|source| folder::fault(&path, source))
}

fn placed(page: &str, marks: Marks, found: &str) -> Option<String> {
    let Marks { begin, end } = marks;
    let (before, rest) = page.split_once(begin)?;
    let (_, after) = rest.split_once(end)?;
    Some(format!("{before}{begin}{found}{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_marks_is_replaced() {
        let page = "Words.\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nMore.\n";
        let expected = "Words.\n<!-- bench:begin -->\nnew\n<!-- bench:end -->\nMore.\n";
        assert_eq!(placed(page, AUTHORITY, "new\n").as_deref(), Some(expected));
        assert_eq!(placed("Words.\n", JOSE, "new\n"), None);
    }
}
