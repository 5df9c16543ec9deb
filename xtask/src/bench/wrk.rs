//! Runs wrk, the load generator, and reads what it prints.
//!
//! wrk keeps a number of connections busy: each sends its next request once its last one is
//! answered. So a rate is what the server sustains at that concurrency, and latency grows with it.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::fault::Fault;
use super::option::Options;
use super::script::{COMPLAINT, FLOW_P50, FLOW_P99, RAN_OUT, WRONG};
use crate::command;
use crate::failure::Failure;

/// How Debian brings it.
const INSTALL: &str = "apt-get install -y --no-install-recommends wrk";

/// Seconds after which a load ends that nobody ended.
const LONGEST: u32 = 600;

/// What one run found.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Measured {
    /// Answers a second.
    pub(super) rate: f64,
    /// All answers.
    pub(super) requests: u64,
    /// Half of the answers were faster.
    pub(super) p50: Duration,
    /// One in a hundred answers was slower.
    pub(super) p99: Duration,
    /// Answers that were refusals, requests without an answer.
    pub(super) errors: u64,
    /// The script had not enough tokens, and used some twice.
    pub(super) ran_out: bool,
    /// The first answer that was not what it should be, as far as the script looks at answers.
    pub(super) complaint: Option<String>,
}

/// Makes sure that wrk is there; installs it where that needs no question.
///
/// # Errors
/// [`Fault::Missing`] with the command to run.
pub(super) fn provide() -> Result<(), Failure> {
    if command::on_path("wrk") {
        return Ok(());
    }
    let id = command::read(Command::new("id").arg("-u"))?;
    if id.trim() == "0" && command::on_path("apt-get") {
        println!("installing Debian's wrk");
        let update = command::succeeds(Command::new("apt-get").args(["update", "-qq"]));
        let mut install = Command::new("sh");
        if update && command::succeeds(install.args(["-c", INSTALL])) {
            return Ok(());
        }
    }
    let missing = Fault::Missing {
        what: "wrk",
        command: INSTALL,
    };
    Err(missing.into())
}

/// Drives a URL for some seconds, with a script where there is one.
///
/// # Errors
/// [`Failure`] where it cannot run, or prints something else than it should.
pub(super) fn run(
    options: &Options,
    seconds: u32,
    script: Option<&Path>,
    url: &str,
) -> Result<Measured, Failure> {
    read(&command::read(&mut wrk(options, seconds, script, url))?)
}

/// A load that goes on until it is told to end.
pub(super) struct Load(Child);

impl Load {
    /// Begins to drive a URL with a script.
    ///
    /// # Errors
    /// [`Failure::Start`].
    pub(super) fn start(options: &Options, script: &Path, url: &str) -> Result<Self, Failure> {
        let mut wrk = wrk(options, LONGEST, Some(script), url);
        let child = wrk.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        child.map(Self).map_err(|source| Failure::Start {
            command: "wrk".into(),
            source,
        })
    }

    /// Ends it, and says what it found.
    ///
    /// # Errors
    /// As [`run`].
    pub(super) fn stop(self) -> Result<Measured, Failure> {
        let id = self.0.id().to_string();
        command::run(Command::new("kill").args(["-INT", &id]))?;
        let output = self.0.wait_with_output();
        let output = output.map_err(|source| Failure::Start {
            command: "wrk".into(),
            source,
        })?;
        read(&String::from_utf8_lossy(&output.stdout))
    }
}

fn wrk(options: &Options, seconds: u32, script: Option<&Path>, url: &str) -> Command {
    let mut wrk = Command::new("wrk");
    wrk.arg("--latency")
        .arg(format!("-t{}", options.threads))
        .arg(format!("-c{}", options.connections))
        .arg(format!("-d{seconds}s"));
    if let Some(script) = script {
        wrk.arg("-s").arg(script);
    }
    wrk.arg(url);
    wrk
}

fn read(printed: &str) -> Result<Measured, Failure> {
    parse(printed).ok_or_else(|| Failure::Shape {
        what: "the output of wrk",
        why: printed.to_owned(),
    })
}

fn parse(printed: &str) -> Option<Measured> {
    let lines = || printed.lines().map(str::trim);
    let after = |start: &str| lines().find_map(|line| line.strip_prefix(start));
    let requests = lines().find_map(|line| line.split_once(" requests in ")?.0.parse().ok());
    let refused = match after("Non-2xx or 3xx responses:") {
        Some(count) => count.trim().parse().ok()?,
        None => 0,
    };
    let lost: u64 = match after("Socket errors:") {
        Some(counts) => counts.split(',').map(count).sum::<Option<u64>>()?,
        None => 0,
    };
    let wrong: u64 = match after(WRONG) {
        Some(count) => count.trim().parse().ok()?,
        None => 0,
    };
    let time = |own: &str, column: &str| duration(after(own).or_else(|| after(column))?);
    Some(Measured {
        rate: after("Requests/sec:")?.trim().parse().ok()?,
        requests: requests?,
        p50: time(FLOW_P50, "50%")?,
        p99: time(FLOW_P99, "99%")?,
        errors: lost + refused + wrong,
        ran_out: lines().any(|line| line == RAN_OUT),
        complaint: after(COMPLAINT).map(|text| text.trim().to_owned()),
    })
}

/// The number of `connect 3`.
fn count(text: &str) -> Option<u64> {
    text.split_whitespace().last()?.parse().ok()
}

/// `12.30us`, `1.20ms`, `1.00s`, `1.02m`.
fn duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let end = text.find(|one: char| one.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at_checked(end)?;
    let unit = match unit {
        "us" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(number.parse::<f64>().ok()? * unit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLEAN: &str = "\
Running 5s test @ http://127.0.0.1:8181/
  2 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   699.08us    0.95ms  21.12ms   91.00%
    Req/Sec    61.57k     8.00k   75.36k    66.00%
  Latency Distribution
     50%  432.00us
     75%  800.00us
     90%    1.50ms
     99%    4.81ms
  614052 requests in 5.03s, 128.24MB read
Requests/sec: 122101.39
Transfer/sec:     25.50MB
";

    const FAULTY: &str = "\
Running 1m test @ http://127.0.0.1:8181/token
  1 threads and 8 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.05s   650.13ms   1.99s    50.00%
    Req/Sec     0.90      0.70     3.00     70.00%
  Latency Distribution
     50%    1.05s 
     75%    1.50s 
     90%    1.90s 
     99%    1.02m 
  9 requests in 1.00m, 1.84KB read
  Socket errors: connect 1, read 2, write 0, timeout 4
  Non-2xx or 3xx responses: 3
Requests/sec:      0.15
Transfer/sec:     31.00B
tokens ran out
";

    #[test]
    fn a_clean_run_is_read() {
        let expected = Measured {
            rate: 122_101.39,
            requests: 614_052,
            p50: Duration::from_micros(432),
            p99: Duration::from_micros(4810),
            errors: 0,
            ran_out: false,
            complaint: None,
        };
        assert_eq!(parse(CLEAN), Some(expected));
    }

    #[test]
    fn lost_connections_and_refusals_are_errors() {
        let expected = Measured {
            rate: 0.15,
            requests: 9,
            p50: Duration::from_millis(1050),
            p99: Duration::from_millis(61_200),
            errors: 10,
            ran_out: true,
            complaint: None,
        };
        assert_eq!(parse(FAULTY), Some(expected));
    }

    #[test]
    fn what_a_script_saw_counts_too() {
        let printed = format!(
            "{CLEAN}wrong answers: 2\nfirst wrong answer: 400 no\n\
             p50 of a flow: 2500.00us\np99 of a flow: 9000.00us\n"
        );
        let found = parse(&printed).unwrap();
        assert_eq!(
            (found.p50, found.p99),
            (Duration::from_micros(2500), Duration::from_millis(9))
        );
        assert_eq!(
            (found.errors, found.complaint.as_deref()),
            (2, Some("400 no"))
        );
    }

    #[test]
    fn what_wrk_does_not_print_is_no_measurement() {
        assert_eq!(parse("unable to connect to 127.0.0.1:1"), None);
        assert_eq!(parse(&CLEAN.replace("99%", "98%")), None);
        assert_eq!(parse(&CLEAN.replace("432.00us", "432.00 parsecs")), None);
    }
}
