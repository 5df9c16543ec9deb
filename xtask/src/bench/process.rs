//! A server as a process: started, waited for, looked at, ended.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::fault::Fault;
use super::folder::{self, Folder};
use super::http::{Connection, Request};
use crate::command;
use crate::failure::Failure;

/// How long a server may take until it answers.
const START: Duration = Duration::from_secs(20);

/// How long a server may take to end once it is told: its own drain takes less.
const END: Duration = Duration::from_secs(30);

/// How often something that tells nobody is looked at.
const GLANCE: Duration = Duration::from_millis(1);

/// Milliseconds of a tick, in which Linux tells processor time: `USER_HZ` is 100.
const TICK: u64 = 10;

/// A running server. It ends with this value.
pub(super) struct Process {
    child: Child,
    name: &'static str,
    log: PathBuf,
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// From its start to its first answer.
    pub(super) ready_after: Duration,
}

/// What of the machine's memory a process holds, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Memory {
    /// Now.
    pub(super) resident: u64,
    /// At the worst.
    pub(super) peak: u64,
}

/// Lets time pass: only where time itself is what is measured, or another process tells nobody.
pub(super) fn rest(duration: Duration) {
    let start = Instant::now();
    while let Some(left) = duration.checked_sub(start.elapsed()) {
        thread::park_timeout(left);
    }
}

/// A loopback address that nobody listens on at this moment.
///
/// # Errors
/// [`Fault::Connection`].
pub(super) fn free_address() -> Result<SocketAddr, Fault> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let address = listener.and_then(|listener| listener.local_addr());
    address.map_err(|source| Fault::Connection {
        what: "a free port".into(),
        source,
    })
}

impl Process {
    /// Starts a server that will listen on the address, and waits until it answers a GET of the
    /// path with success.
    ///
    /// # Errors
    /// [`Failure::Start`]; [`Fault::NotReady`] with what it logged.
    pub(super) fn start(
        (name, folder): (&'static str, &Folder),
        command: &mut Command,
        (address, path): (SocketAddr, &str),
    ) -> Result<Self, Failure> {
        let log = folder.path().join(format!("{name}.log"));
        let file = File::create(&log).map_err(|source| folder::fault(&log, source))?;
        let also = file
            .try_clone()
            .map_err(|source| folder::fault(&log, source))?;
        let command = command.stdin(Stdio::null()).stdout(also);
        let begin = Instant::now();
        let child = command.stderr(file).spawn().map_err(|source| {
            let command = name.to_owned();
            Failure::Start { command, source }
        })?;
        let mut process = Self {
            child,
            name,
            log,
            address,
            ready_after: Duration::ZERO,
        };
        while !process.answers(path) {
            let ended = process
                .child
                .try_wait()
                .is_ok_and(|status| status.is_some());
            if ended || begin.elapsed() > START {
                return Err(process.not_ready().into());
            }
            rest(GLANCE);
        }
        process.ready_after = begin.elapsed();
        Ok(process)
    }

    fn answers(&self, path: &str) -> bool {
        let request = Request {
            path,
            ..Request::default()
        };
        let asked = Connection::open(self.address).and_then(|mut server| server.ask(request));
        asked.is_ok_and(|answer| answer.status == 200)
    }

    fn not_ready(&self) -> Fault {
        Fault::NotReady {
            program: self.name,
            log: self.log(),
        }
    }

    /// What it has written, on either stream.
    pub(super) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// How much memory it holds.
    ///
    /// # Errors
    /// [`Fault::Ended`].
    pub(super) fn memory(&self) -> Result<Memory, Fault> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let memory = status.ok().and_then(|status| memory(&status));
        memory.ok_or(Fault::Ended(self.name))
    }

    /// How long processors have worked for it, which a machine that is shared does not change much.
    ///
    /// # Errors
    /// [`Fault::Ended`].
    pub(super) fn processor_time(&self) -> Result<Duration, Fault> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        let time = stat.ok().and_then(|stat| processor_time(&stat));
        time.ok_or(Fault::Ended(self.name))
    }

    /// Ends it as an operator would, and waits until it is gone.
    ///
    /// # Errors
    /// [`Fault::Ended`] where it was gone before, or would not go.
    pub(super) fn end(mut self) -> Result<(), Failure> {
        let id = self.child.id().to_string();
        command::run(Command::new("kill").args(["-TERM", &id]))?;
        let begin = Instant::now();
        while begin.elapsed() < END {
            if let Ok(Some(status)) = self.child.try_wait() {
                let fault = Fault::Ended(self.name);
                return if status.success() {
                    Ok(())
                } else {
                    Err(fault.into())
                };
            }
            rest(GLANCE);
        }
        Err(Fault::Ended(self.name).into())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // One that has ended cannot be killed, and need not be.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Reads `/proc/<pid>/stat` (proc(5)): `utime` and `stime` are the 14th and 15th word, the second one
/// is a name in parentheses.
fn processor_time(stat: &str) -> Option<Duration> {
    let (_, after) = stat.rsplit_once(')')?;
    let words = after.split_whitespace().skip(11).take(2);
    let ticks: Option<Vec<u64>> = words.map(|word| word.parse().ok()).collect();
    let ticks: u64 = ticks.filter(|ticks| ticks.len() == 2)?.iter().sum();
    Some(Duration::from_millis(ticks * TICK))
}

/// Reads `/proc/<pid>/status` (proc(5)): `VmRSS: 1234 kB`.
fn memory(status: &str) -> Option<Memory> {
    let of = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
        Some(kibibytes * 1024)
    };
    Some(Memory {
        resident: of("VmRSS:")?,
        peak: of("VmHWM:")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_from_the_status_of_a_process() {
        let status = "Name:\tsymbolon\nVmPeak:\t  9 kB\nVmHWM:\t   30720 kB\nVmRSS:\t     512 kB\n";
        let expected = Memory {
            resident: 512 * 1024,
            peak: 30 * 1024 * 1024,
        };
        assert_eq!(memory(status), Some(expected));
    }

    #[test]
    fn processor_time_is_what_it_took_itself_and_in_the_kernel() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4 9 9 0 0 150 50 3 4 20 0 5 0 99\n";
        assert_eq!(processor_time(stat), Some(Duration::from_secs(2)));
        assert_eq!(processor_time("7 (a) S 1 7"), None);
    }

    #[test]
    fn a_process_that_is_gone_has_no_memory() {
        assert_eq!(memory("Name:\tzombie\n"), None);
    }

    #[test]
    fn a_server_that_ends_at_once_is_named_with_its_log() {
        let folder = Folder::new("process-test").unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "echo no such file >&2; exit 2"]);
        let address = free_address().unwrap();
        let started = Process::start(("shell", &folder), &mut command, (address, "/"));
        let sentence = started.err().unwrap().to_string();
        assert!(
            sentence.contains("shell does not become ready"),
            "{sentence}"
        );
        assert!(sentence.contains("no such file"), "{sentence}");
    }
}
