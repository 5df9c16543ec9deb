//! Which machine, and when: a figure without them means nothing.

use std::fs;
use std::process::Command;
use std::thread::available_parallelism;
use std::time::Duration;

use super::process::rest;
use crate::command;
use crate::failure::Failure;

/// How long the machine is watched before anything is measured.
const WATCH: Duration = Duration::from_secs(1);

/// Percent of its time from which on a machine is called busy.
const BUSY: f64 = 10.0;

/// Reads it in one sentence, before anything is measured.
///
/// # Errors
/// [`Failure`] where `date` or `rustc` cannot be run.
pub(super) fn describe() -> Result<String, Failure> {
    let date = command::read(Command::new("date").args(["-u", "+%Y-%m-%d"]))?;
    let rustc = command::read(Command::new("rustc").arg("--version"))?;
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let before = fs::read_to_string("/proc/stat").unwrap_or_default();
    rest(WATCH);
    let after = fs::read_to_string("/proc/stat").unwrap_or_default();
    let cores = available_parallelism().map_or(1, std::num::NonZero::get);
    Ok(format!(
        "{date}, {model}, {cores} {unit}, {memory} GiB, Linux {kernel}, {rustc}, {busy}",
        date = date.trim(),
        model = model(&processors),
        unit = if cores == 1 { "core" } else { "cores" },
        memory = gibibytes(&memory),
        kernel = kernel.trim(),
        rustc = rustc.split(" (").next().unwrap_or_default().trim(),
        busy = others(&before, &after),
    ))
}

/// What else was going on: beside other work, rates say little about the program.
fn others(before: &str, after: &str) -> String {
    let (Some(before), Some(after)) = (spent(before), spent(after)) else {
        return "load unknown".to_owned();
    };
    let (idle, all) = (after.0 - before.0, after.1 - before.1);
    let busy = if all > 0.0 {
        100.0 * (1.0 - idle / all)
    } else {
        0.0
    };
    if busy > BUSY {
        format!("**{busy:.0} % busy with other work**")
    } else {
        "idle before".to_owned()
    }
}

/// Idle time and all time of all cores, by the first line of `/proc/stat` (proc(5)).
fn spent(stat: &str) -> Option<(f64, f64)> {
    let fields = stat.lines().next()?.strip_prefix("cpu ")?;
    let times: Vec<f64> = fields
        .split_whitespace()
        .map_while(|field| field.parse().ok())
        .collect();
    // Waiting for the disk, the fifth, is no work of a processor.
    let idle = times.get(3)? + times.get(4)?;
    Some((idle, times.iter().take(8).sum()))
}

/// The processor's name, and where that says little its family, model and stepping.
fn model(processors: &str) -> String {
    let of = |name: &str| {
        let fields = processors.lines().filter_map(|line| line.split_once(':'));
        let found = fields
            .filter(|(field, _)| field.trim() == name)
            .map(|(_, value)| value.trim());
        found.into_iter().next().unwrap_or("unknown").to_owned()
    };
    format!(
        "{} (family {}, model {}, stepping {})",
        of("model name"),
        of("cpu family"),
        of("model"),
        of("stepping")
    )
}

/// The machine's memory from `/proc/meminfo`, rounded.
fn gibibytes(memory: &str) -> u64 {
    let line = memory
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kibibytes.unwrap_or_default().div_ceil(1024 * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_processor_is_named_by_its_first_core() {
        let processors = "processor\t: 0\ncpu family\t: 6\nmodel\t\t: 143\n\
                          model name\t: Some CPU\nstepping\t: 8\n\nprocessor\t: 1\nmodel\t\t: 7\n";
        assert_eq!(
            model(processors),
            "Some CPU (family 6, model 143, stepping 8)"
        );
    }

    #[test]
    fn a_busy_machine_is_called_so() {
        let before = "cpu  100 0 50 1000 10 0 0 0 0 0\ncpu0 1\n";
        let idle = "cpu  101 0 51 1190 18 0 0 0 0 0\n";
        let busy = "cpu  200 0 100 1050 10 0 0 0 0 0\n";
        assert_eq!(others(before, idle), "idle before");
        assert_eq!(others(before, busy), "**75 % busy with other work**");
        assert_eq!(others("", busy), "load unknown");
    }

    #[test]
    fn memory_is_rounded_up_to_what_was_bought() {
        assert_eq!(gibibytes("MemTotal:       24682416 kB\n"), 24);
    }
}
