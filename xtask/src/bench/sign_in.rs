//! What a server holds in memory once many people have signed in and gone: hashing a password takes
//! 19 MiB, which should go back.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::authority::Authority;
use super::fault::Fault;
use super::option::Options;
use super::process::{Memory, Process, rest};
use super::table::{Line, mebibytes, thousands};
use super::visitor::Person;
use crate::failure::Failure;

/// People who sign in, each in a new browser each time.
const PEOPLE: usize = 8;

/// How long the server is left alone then.
const REST: Duration = Duration::from_mins(1);

/// The same where it is only to be seen whether it works.
const QUICK_REST: Duration = Duration::from_secs(5);

/// Memory aimed at, in bytes.
const MOST: u64 = 35 * 1024 * 1024;

/// The name of its line.
pub(super) fn name(engine: &str) -> String {
    format!("memory/{engine}-sign-ins")
}

/// Signs people in, lets time pass, and looks.
///
/// # Errors
/// [`Failure`] where somebody is not signed in.
pub(super) fn memory(
    (process, at): (&Process, &Authority),
    options: &Options,
    engine: &str,
) -> Result<Line, Failure> {
    let people: Vec<Person> = (0..PEOPLE)
        .map(|_| Person::make(at))
        .collect::<Result<_, _>>()?;
    let (left, begin) = (AtomicU32::new(options.sign_ins), Instant::now());
    thread::scope(|scope| {
        let sign_in = |person: &Person| {
            let one_less = |left: u32| left.checked_sub(1);
            while left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less)
                .is_ok()
            {
                person.sign_in(at.address)?;
            }
            Ok::<_, Fault>(())
        };
        let started: Vec<_> = people
            .iter()
            .map(|person| scope.spawn(move || sign_in(person)))
            .collect();
        let joined = started.into_iter().map(|one| one.join().unwrap_or(Ok(())));
        joined.collect::<Result<(), Fault>>()
    })?;
    let took = begin.elapsed();
    let pause = if options.quick { QUICK_REST } else { REST };
    rest(pause);
    let Memory { resident, peak } = process.memory()?;
    println!("  at most {} while they signed in", mebibytes(peak));
    Ok(line(engine, resident, (options.sign_ins, took, pause)))
}

fn line(engine: &str, resident: u64, (count, took, pause): (u32, Duration, Duration)) -> Line {
    let words = format!(
        "{} in {:.0} s, {} s rest: ≤ 35 MiB",
        thousands(count.into()),
        took.as_secs_f64(),
        pause.as_secs()
    );
    Line::of(&name(engine), mebibytes(resident)).aim(&words, resident <= MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_many_signed_in_and_how_long_it_took_is_told() {
        let times = (Duration::from_millis(104_400), Duration::from_mins(1));
        let line = line("sqlite", 30 * 1024 * 1024, (1_000, times.0, times.1));
        assert_eq!(line.name, "memory/sqlite-sign-ins");
        assert_eq!(line.aim, "1,000 in 104 s, 60 s rest: ≤ 35 MiB ✓");
    }
}
