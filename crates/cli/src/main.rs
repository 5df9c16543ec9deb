//! The one binary `symbolon`: the only place where everything is wired.
//!
//! `argument` says what can be asked, `command` does it. Servers: `place` and `config` say where the
//! installation is, `open` opens it, `listen` serves it, `task` runs beside it. Commands: every one is
//! an HTTP request to the management API, to a running server or to one inside this process.

mod argument;
mod backchannel;
mod clock;
mod command;
mod config;
mod exit;
mod feed;
mod gate;
mod jwks;
mod listen;
mod log;
mod node_lease;
mod open;
mod operator;
mod output;
mod place;
mod task;
mod transport;

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

use crate::argument::Arguments;
use crate::exit::{Fault, StartError};

/// A request makes some eighty small allocations; this allocator takes a tenth less of a token's
/// time than the C library's (see the decisions).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    keep_pages_small();
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(command::run(arguments)),
        Err(error) => Err(Fault::Start(StartError::Sentence(format!(
            "threads cannot be started: {error}"
        )))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            output::message(&format!("symbolon: {fault}"));
            fault.code()
        }
    }
}

/// A page of 2 MiB is resident as a whole for its first byte: with them an idle server takes 8 MiB
/// more, and serves no faster. The allocator asks for none; this is for systems that give them unasked.
fn keep_pages_small() {
    #[cfg(target_os = "linux")]
    {
        // A system that knows no such pages refuses, and gives none.
        let _ = rustix::thread::disable_transparent_huge_pages(true);
    }
}
