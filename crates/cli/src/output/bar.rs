//! A bar for work of a known size: on standard error, and only where that is a terminal.

use std::io::{self, IsTerminal, Write};

/// Its width, in characters.
const WIDTH: u64 = 30;

/// What wipes the line.
const WIPE: &str = "\r\x1b[2K";

/// The bar. It goes away when this is dropped.
pub(crate) struct Bar {
    doing: &'static str,
    is_shown: bool,
}

impl Bar {
    /// Begins to show how far this is done.
    pub(crate) fn begin(doing: &'static str) -> Self {
        let is_shown = io::stderr().is_terminal();
        Self { doing, is_shown }
    }

    /// Shows that so many are done, of at most so many.
    pub(crate) fn show(&self, done: u64, total: u64) {
        if self.is_shown {
            write(&format!("{WIPE}{}", line(self.doing, (done, total))));
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if self.is_shown {
            write(WIPE);
        }
    }
}

fn line(doing: &str, (done, total): (u64, u64)) -> String {
    let done = done.min(total);
    let filled = (done * WIDTH).checked_div(total).unwrap_or(WIDTH);
    let bar: String = (0..WIDTH)
        .map(|at| if at < filled { '#' } else { '.' })
        .collect();
    format!("{doing} [{bar}] {done} of {total}")
}

fn write(text: &str) {
    let mut out = io::stderr().lock();
    let _closed = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_filled_as_far_as_the_work_is_done() {
        let told = line("looking", (5, 10));
        assert_eq!(
            told,
            format!("looking [{}{}] 5 of 10", "#".repeat(15), ".".repeat(15))
        );
        assert!(line("looking", (0, 0)).contains(&"#".repeat(30)));
        assert!(line("looking", (12, 10)).ends_with("10 of 10"));
    }
}
