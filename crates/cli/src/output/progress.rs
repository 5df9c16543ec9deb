//! A line that says how long work goes on: on standard error, and only where that is a terminal.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;
use tokio::time::interval;

/// How often the line is written anew.
const EVERY: Duration = Duration::from_millis(250);

/// What wipes the line.
const WIPE: &str = "\r\x1b[2K";

/// The line. It goes away when this is dropped.
pub(crate) struct Progress(Option<JoinHandle<()>>);

impl Progress {
    /// Begins to say that this is being done: `copying the database … 3 s`.
    pub(crate) fn begin(doing: &'static str) -> Self {
        if !io::stderr().is_terminal() {
            return Self(None);
        }
        let began = Instant::now();
        Self(Some(tokio::spawn(async move {
            let mut tick = interval(EVERY);
            loop {
                tick.tick().await;
                write(&line(doing, began.elapsed()));
            }
        })))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(line) = self.0.take() {
            line.abort();
            write(WIPE);
        }
    }
}

fn line(doing: &str, elapsed: Duration) -> String {
    format!("{WIPE}{doing} … {} s", elapsed.as_secs())
}

fn write(text: &str) {
    let mut out = io::stderr().lock();
    let _closed = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_written_over_itself() {
        let told = line("copying", Duration::from_millis(2900));
        assert_eq!(told, "\r\x1b[2Kcopying … 2 s");
    }
}
