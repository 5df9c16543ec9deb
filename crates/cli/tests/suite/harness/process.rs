//! Processes: started with standard streams caught, ended when they go out of scope.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

/// The binary, in an environment that says nothing about installations.
pub(crate) fn symbolon() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_symbolon"));
    for variable in [
        "SYMBOLON_DIR",
        "SYMBOLON_CONFIG",
        "SYMBOLON_LOG",
        "JOURNAL_STREAM",
    ] {
        command.env_remove(variable);
    }
    command
}

/// What a finished process said.
#[derive(Debug)]
pub(crate) struct Spoken {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs to the end.
pub(crate) fn run(arguments: &[&str]) -> Spoken {
    run_with_input(arguments, "")
}

/// Runs to the end, with this on standard input.
pub(crate) fn run_with_input(arguments: &[&str], input: &str) -> Spoken {
    let mut child = symbolon()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // One that reads nothing may be gone already.
    let _gone = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Spoken {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A process that goes on.
pub(crate) struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Running {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut command = symbolon();
        command.args(arguments);
        Self::spawn(command)
    }

    pub(crate) fn spawn(mut command: Command) -> Self {
        command.stderr(Stdio::inherit());
        Self::spawn_caught(command)
    }

    /// One whose standard error goes where the command says.
    pub(crate) fn spawn_caught(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out }
    }

    /// The first line of standard output that begins so.
    pub(crate) fn wait_for(&mut self, beginning: &str) -> String {
        loop {
            let mut line = String::new();
            let read = self.out.read_line(&mut line).unwrap();
            assert!(read > 0, "it ended before it said {beginning:?}");
            if line.starts_with(beginning) {
                return line.trim_end().to_owned();
            }
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([format!("-{name}"), self.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn stop(mut self) -> ExitStatus {
        self.signal("TERM");
        self.child.wait().unwrap()
    }

    /// Waits until it has ended.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// Ends it in the middle of whatever it does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        let status = self.child.wait().unwrap();
        assert_eq!(status.signal(), Some(9));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A process that has ended cannot be killed, which is as good.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}
