//! What the arguments ask for.

use crate::failure::Failure;

/// How to use it.
const USAGE: &str = "usage: cargo xtask bench [--quick] [--seconds N] [--connections N] \
                     [--threads N] [--sign-ins N] [--only NAME] [--write], \
                     or cargo xtask bench jose [--quick] [--write], \
                     or cargo xtask bench verify [--write]";

/// Seconds of a row unless told otherwise: rates repeat within a few percent from here on.
const SECONDS: u32 = 5;

/// Connections unless told otherwise: what the aims are stated for.
const CONNECTIONS: u32 = 64;

/// Threads of the load generator unless told otherwise. One makes more load than two cores can
/// serve, and takes less of them than two do.
const THREADS: u32 = 1;

/// Sign-ins before memory is looked at, unless told otherwise: what the aim is stated for. They take
/// as long as their passwords take to hash: some ten a second and processor.
const SIGN_INS: u32 = 1_000;

/// Sign-ins that are enough to see whether it works.
const QUICK_SIGN_INS: u32 = 20;

/// What to measure, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Options {
    /// Seconds of each row.
    pub(super) seconds: u32,
    /// Connections at once.
    pub(super) connections: u32,
    /// Threads of the load generator.
    pub(super) threads: u32,
    /// Sign-ins before memory is looked at.
    pub(super) sign_ins: u32,
    /// Only to see whether it works: short rows, few repetitions.
    pub(super) quick: bool,
    /// Only rows whose name holds this, and their ceilings.
    pub(super) only: Option<String>,
    /// Put the table into `docs/performance.md`.
    pub(super) write: bool,
}

impl Options {
    /// Reads the arguments.
    ///
    /// # Errors
    /// [`Failure::Usage`].
    pub(super) fn read(arguments: &[String]) -> Result<Self, Failure> {
        let usage = || Failure::Usage(USAGE.into());
        let mut options = Self {
            seconds: SECONDS,
            connections: CONNECTIONS,
            threads: THREADS,
            sign_ins: SIGN_INS,
            quick: false,
            only: None,
            write: false,
        };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--quick" => {
                    (options.quick, options.seconds) = (true, 1);
                    options.sign_ins = QUICK_SIGN_INS;
                }
                "--write" => options.write = true,
                "--only" => options.only = Some(words.next().ok_or_else(usage)?.clone()),
                "--seconds" => options.seconds = number(words.next()).ok_or_else(usage)?,
                "--connections" => options.connections = number(words.next()).ok_or_else(usage)?,
                "--sign-ins" => options.sign_ins = number(words.next()).ok_or_else(usage)?,
                "--threads" => options.threads = number(words.next()).ok_or_else(usage)?,
                _ => return Err(usage()),
            }
        }
        // The load generator gives every thread at least one connection.
        let is_possible = options.threads <= options.connections;
        is_possible.then_some(options).ok_or_else(usage)
    }

    /// Whether a row of this name is asked for.
    pub(super) fn wants(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| name.contains(only))
    }

    /// Whether a row of one of these names is asked for.
    pub(super) fn wants_any(&self, names: &[String]) -> bool {
        names.iter().any(|name| self.wants(name))
    }

    /// The same with one caller instead of many.
    pub(super) fn alone(&self) -> Self {
        Self {
            connections: 1,
            threads: 1,
            ..self.clone()
        }
    }

    /// The same with a thread of the load generator for each connection.
    pub(super) fn thread_each(&self) -> Self {
        Self {
            threads: self.connections,
            ..self.clone()
        }
    }
}

fn number(word: Option<&String>) -> Option<u32> {
    word?.parse().ok().filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Options, Failure> {
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        Options::read(&words)
    }

    #[test]
    fn without_arguments_a_row_takes_five_seconds_of_64_connections() {
        let options = read("").unwrap();
        assert_eq!((options.seconds, options.connections), (5, 64));
        assert_eq!(options.sign_ins, 1_000);
        assert!(options.wants("sqlite/jwks") && !options.write && !options.quick);
    }

    #[test]
    fn quick_is_one_second_unless_told_otherwise() {
        assert_eq!(read("--quick").unwrap().seconds, 1);
        assert_eq!(read("--quick --seconds 2").unwrap().seconds, 2);
        assert_eq!(read("--quick").unwrap().sign_ins, 20);
        assert_eq!(read("--quick --sign-ins 3").unwrap().sign_ins, 3);
    }

    #[test]
    fn only_picks_rows_by_a_part_of_their_name() {
        let options = read("--only introspect").unwrap();
        assert!(options.wants("postgres/introspect-jwt") && !options.wants("sqlite/jwks"));
    }

    #[test]
    fn what_cannot_be_is_answered_with_the_usage() {
        for text in [
            "--fast",
            "--seconds",
            "--seconds 0",
            "--connections x",
            "--sign-ins 0",
            "--only",
            "--connections 1 --threads 2",
        ] {
            assert!(matches!(read(text), Err(Failure::Usage(_))), "{text}");
        }
    }
}
