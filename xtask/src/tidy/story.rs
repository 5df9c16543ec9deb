//! A file opens with its story: what it is, and the standard it follows.

use super::tree::{Fault, File};

/// Files of code without a `//!` at the top. Tests are named by their claims instead.
pub(crate) fn opening(file: &File) -> Option<Fault> {
    let governed = file.is_rust() && file.path.contains("/src/") && !file.test;
    let told = file.text.starts_with("//! ");
    (governed && !told).then(|| file.fault(1, "open with the story: `//! what this is`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_story_is_refused() {
        assert!(opening(&File::new("crates/a/src/lib.rs", "mod b;\n")).is_some());
        assert!(opening(&File::new("crates/a/src/b.rs", "use c::d;\n")).is_some());
    }

    #[test]
    fn a_file_with_a_story_passes() {
        assert_eq!(
            opening(&File::new("crates/a/src/lib.rs", "//! What it is.\n")),
            None
        );
    }

    #[test]
    fn tests_need_no_story() {
        assert_eq!(
            opening(&File::new("crates/a/src/b/tests.rs", "use super::*;\n")),
            None
        );
    }
}
