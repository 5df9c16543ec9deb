//! What programs in Rust share that check clients of others: what they are told, how requests travel,
//! and a browser.

pub mod authority;
pub mod browser;
pub mod transport;

use std::error::Error;
use std::process::ExitCode;

pub use authority::Authority;
pub use browser::Browser;
pub use transport::Transport;

/// A check ends with a reason, or holds.
pub type Checked<T = ()> = Result<T, Box<dyn Error>>;

/// Runs the checks of a program; the first that does not hold is told with its causes.
pub fn report(run: fn() -> Checked) -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("FAILED  {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                eprintln!("because {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

/// Fails with what was found.
#[track_caller]
pub fn ensure(is_so: bool, found: impl std::fmt::Debug) -> Checked {
    if is_so {
        return Ok(());
    }
    let place = std::panic::Location::caller();
    Err(format!("{place}: found {found:?}").into())
}
