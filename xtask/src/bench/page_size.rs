//! What a browser loads to show a page for the first time, compressed as a proxy before the authority
//! would: the page, and each file that it names.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use super::authority::Authority;
use super::browser::Browser;
use super::drive::sign_in_path;
use super::fault::Fault;
use super::folder::{self, Folder};
use super::table::Line;
use super::visitor::Visitor;
use crate::command;
use crate::failure::Failure;

/// The name of its line.
pub(super) const NAME: &str = "size/page/sign-in";

/// Bytes aimed at.
const MOST: u64 = 25 * 1024;

/// Where pages name files, up to the quote.
const FILES: [&str; 2] = [" href=\"", " src=\""];

/// Loads the sign-in page and its files, and sums them up.
///
/// # Errors
/// [`Failure`] where one cannot be loaded.
pub(super) fn sign_in(at: &Authority, folder: &Folder) -> Result<Line, Failure> {
    let mut browser = Browser::open(at.address)?;
    let path = sign_in_path(&mut browser, &Visitor::make(at)?)?;
    let page = load(&mut browser, &path)?;
    let mut sum = compressed(folder, &page)?;
    let files = files(&page);
    for file in &files {
        sum += compressed(folder, &load(&mut browser, file)?)?;
    }
    Ok(line(sum, files.len()))
}

fn load(browser: &mut Browser, path: &str) -> Result<String, Fault> {
    let answer = browser.get(path)?;
    match answer.status {
        200 => Ok(answer.body),
        _ => Err(answer.fault(path)),
    }
}

/// The files that a page names, each once.
fn files(page: &str) -> BTreeSet<&str> {
    let of = |begin| page.split(begin).skip(1);
    let values = FILES.into_iter().flat_map(of);
    values
        .filter_map(|rest| rest.split_once('"'))
        .map(|(path, _)| path)
        .filter(|path| path.contains("/assets/"))
        .collect()
}

fn compressed(folder: &Folder, text: &str) -> Result<u64, Failure> {
    let path = folder.write("loaded", text)?;
    command::run(Command::new("gzip").args(["--keep", "--force"]).arg(&path))?;
    let path = path.with_extension("gz");
    let found = fs::metadata(&path).map_err(|source| folder::fault(&path, source))?;
    Ok(found.len())
}

#[expect(clippy::cast_precision_loss, reason = "some kilobytes")]
fn line(bytes: u64, files: usize) -> Line {
    let words = format!("with {files} files: ≤ 25 KiB");
    Line::of(NAME, format!("{:.1} KiB", bytes as f64 / 1024.0)).aim(&words, bytes <= MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_that_a_page_names_is_loaded_once() {
        let page = "<link rel=\"stylesheet\" href=\"/assets/style.1.css\">\n\
                    <link rel=\"icon\" href=\"/assets/symbol.2.svg\">\n\
                    <img src=\"/assets/symbol.2.svg\" alt=\"\"><a href=\"/sign-in/\">";
        let found: Vec<_> = files(page).into_iter().collect();
        assert_eq!(found, ["/assets/style.1.css", "/assets/symbol.2.svg"]);
    }

    #[test]
    fn a_page_is_shown_in_kibibytes() {
        let line = line(3_072, 2);
        assert_eq!(
            (line.value.as_str(), line.aim.as_str()),
            ("3.0 KiB", "with 2 files: ≤ 25 KiB ✓")
        );
    }
}
