//! `symbolon completion SHELL`: the shell's script, on standard output.

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use crate::argument::Arguments;
use crate::output;

/// Prints a completion script.
#[derive(Args, Debug)]
pub(crate) struct Completion {
    /// The shell
    shell: Shell,
}

impl Completion {
    /// Prints it.
    pub(crate) fn run(self) {
        let mut script = Vec::new();
        let mut command = Arguments::command();
        generate(self.shell, &mut command, "symbolon", &mut script);
        output::line(String::from_utf8_lossy(&script).trim_end());
    }
}
