//! Which machine, and when: a figure without them means nothing.

use std::fs;
use std::process::Command;
use std::thread::available_parallelism;

use crate::command;
use crate::failure::Failure;

/// Reads it in one sentence.
///
/// # Errors
/// [`Failure`] where `date` or `rustc` cannot be run.
pub(super) fn describe() -> Result<String, Failure> {
    let date = command::read(Command::new("date").args(["-u", "+%Y-%m-%d"]))?;
    let rustc = command::read(Command::new("rustc").arg("--version"))?;
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let cores = available_parallelism().map_or(1, std::num::NonZero::get);
    Ok(format!(
        "{date}, {model}, {cores} {unit}, {memory} GiB, Linux {kernel}, {rustc}",
        date = date.trim(),
        model = model(&processors),
        unit = if cores == 1 { "core" } else { "cores" },
        memory = gibibytes(&memory),
        kernel = kernel.trim(),
        rustc = rustc.split(" (").next().unwrap_or_default().trim(),
    ))
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
    fn memory_is_rounded_up_to_what_was_bought() {
        assert_eq!(gibibytes("MemTotal:       24682416 kB\n"), 24);
    }
}
