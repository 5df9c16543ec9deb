//! Puts the table into `docs/performance.md`, between its marks; the words around it are people's.

use std::fs;
use std::path::Path;

use super::folder;
use crate::failure::Failure;

/// The page, from the root.
const PAGE: &str = "docs/performance.md";

const BEGIN: &str = "<!-- bench:begin -->\n";
const END: &str = "<!-- bench:end -->";

/// Writes what was found.
///
/// # Errors
/// [`Failure::File`]; [`Failure::Shape`] where the page has no marks.
pub(super) fn write(root: &Path, found: &str) -> Result<(), Failure> {
    let path = root.join(PAGE);
    let page = fs::read_to_string(&path).map_err(|source| folder::fault(&path, source))?;
    let page = placed(&page, found).ok_or_else(|| Failure::Shape {
        what: PAGE,
        why: format!("it has no {} … {END}", BEGIN.trim()),
    })?;
    fs::write(&path, page).map_err(|source| folder::fault(&path, source))
}

fn placed(page: &str, found: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{found}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_marks_is_replaced() {
        let page = "Words.\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nMore.\n";
        let expected = "Words.\n<!-- bench:begin -->\nnew\n<!-- bench:end -->\nMore.\n";
        assert_eq!(placed(page, "new\n").as_deref(), Some(expected));
        assert_eq!(placed("Words.\n", "new\n"), None);
    }
}
