//! How long one caller waits for an introspection: when nothing else happens, and while people sign in
//! as fast as the password pool can bear, and faster.
//!
//! The pool is kept full by right passwords from a browser that is known for them: attempts that fail
//! would soon wait at the gate, before the pool, since all of them come from one network.
//!
//! Both are measured several times by turns ([`TURNS`]), and the run in the middle counts: one stall of
//! a shared machine is more than a hundredth of a short run.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::{Driver, KNOWN, run};
use crate::bench::authority::{Authority, connect};
use crate::bench::browser::Browser;
use crate::bench::fault::Fault;
use crate::bench::http::Request;
use crate::bench::process::rest;
use crate::bench::row::Form;
use crate::bench::script::Each;
use crate::bench::table::{Line, milliseconds, thousands};
use crate::bench::token::{FORM, fetch};
use crate::bench::visitor::{Person, first_csrf};
use crate::bench::wrk::Measured;
use crate::failure::Failure;

/// People who sign in.
const PEOPLE: usize = 4;

/// Sign-ins beyond what the pool takes, so that it is never less than full.
const BEYOND: usize = 16;

/// What the pool takes for each processor but one: a hash under way, and a queue of 64.
const POOL: usize = 65;

/// How long the pool may take until it is full.
const FULL: Duration = Duration::from_secs(20);

/// How often it is looked at.
const GLANCE: Duration = Duration::from_millis(10);

/// How often each is measured.
const TURNS: usize = 5;

/// How many times as long an introspection may take beside a full pool.
const MOST: f64 = 3.0;

/// The two rows.
pub(in crate::bench) struct Rows {
    /// Nothing else happens.
    pub(in crate::bench) idle: Measured,
    /// The pool is full.
    pub(in crate::bench) busy: Measured,
    signed_in: u32,
    sent_away: u32,
}

/// What those who sign in were told.
#[derive(Default)]
struct Counts {
    ended: AtomicBool,
    signed_in: AtomicU32,
    sent_away: AtomicU32,
}

impl Driver<'_> {
    /// Measures both.
    ///
    /// # Errors
    /// [`Failure`] where it cannot be measured, or the pool was never full.
    pub(in crate::bench) fn alone(&self, at: &Authority) -> Result<Rows, Failure> {
        let (browser, forms) = people(at)?;
        let tokens = fetch(at, &Form::Es256.request(), KNOWN)?;
        let alone = self.options.alone();
        let each = Each {
            tokens: &tokens,
            threads: 1,
            ..self.each(at, "/introspect")
        };
        let script = each.write(self.folder)?;
        let url = format!("http://{}/introspect", at.address);
        let measure = || right(run(&alone, Some(&script), &url)?).map_err(Failure::from);
        let cookie = browser.cookie();
        let (mut idle, mut busy) = (Vec::new(), Vec::new());
        let (mut signed_in, mut sent_away) = (0, 0);
        for _ in 0..if self.options.quick { 1 } else { TURNS } {
            idle.push(measure()?);
            let counts = Counts::default();
            busy.push(beside(at, (&cookie, &forms), &counts, measure)?);
            signed_in += counts.signed_in.into_inner();
            sent_away += counts.sent_away.into_inner();
        }
        Ok(Rows {
            idle: middle(idle),
            busy: middle(busy),
            signed_in,
            sent_away,
        })
    }
}

/// Measures while the pool is full.
fn beside(
    at: &Authority,
    (cookie, forms): (&str, &[String]),
    counts: &Counts,
    measure: impl Fn() -> Result<Measured, Failure>,
) -> Result<Measured, Failure> {
    thread::scope(|scope| {
        let forms = forms.iter().cycle().take(crowd());
        let started: Vec<_> = forms
            .map(|form| scope.spawn(|| sign_in_on_and_on(at, (cookie, form), counts)))
            .collect();
        let measured = counts.full().and_then(|()| measure());
        counts.ended.store(true, Ordering::Relaxed);
        for one in &started {
            one.thread().unpark();
        }
        for one in started {
            // One that panicked kept nothing busy: the count of those sent away tells.
            one.join().unwrap_or(Ok(()))?;
        }
        measured
    })
}

/// The run whose slow answers are in the middle.
fn middle(mut runs: Vec<Measured>) -> Measured {
    runs.sort_by_key(|run| run.p99);
    runs.swap_remove(runs.len() / 2)
}

impl Counts {
    /// Waits until somebody was sent away.
    fn full(&self) -> Result<(), Failure> {
        let begin = Instant::now();
        while self.sent_away.load(Ordering::Relaxed) == 0 {
            if begin.elapsed() > FULL || self.ended.load(Ordering::Relaxed) {
                return Err(Failure::Shape {
                    what: "the password pool",
                    why: "it is not full, whoever signs in".into(),
                });
            }
            rest(GLANCE);
        }
        Ok(())
    }

    /// Waits so long before coming again, as one that was sent away is told to; not beyond the end.
    fn wait(&self, told: Duration) {
        let begin = Instant::now();
        while !self.ended.load(Ordering::Relaxed) {
            let Some(left) = told.checked_sub(begin.elapsed()) else {
                return;
            };
            thread::park_timeout(left);
        }
    }
}

impl Rows {
    /// The names of its lines.
    pub(in crate::bench) fn names(engine: &str) -> [String; 2] {
        [
            format!("{engine}/introspect-alone"),
            format!("{engine}/introspect-beside-passwords"),
        ]
    }

    /// Its lines.
    pub(in crate::bench) fn lines(&self, engine: &str) -> [Line; 2] {
        let [idle, busy] = Self::names(engine);
        let line = |name: &str, measured: &Measured| Line {
            p50: milliseconds(measured.p50),
            p99: milliseconds(measured.p99),
            ..Line::of(name, format!("{} /s", thousands(measured.rate)))
        };
        let ratio = self.busy.p99.as_secs_f64() / self.idle.p99.as_secs_f64().max(1e-9);
        let words = format!("p99 ≤ {MOST:.0} × alone, is {ratio:.1}");
        let busy = line(&busy, &self.busy).aim(&words, ratio <= MOST);
        [line(&idle, &self.idle), busy]
    }

    /// What kept the pool busy, in words.
    pub(in crate::bench) fn crowd(&self) -> String {
        format!(
            "{} signed in meanwhile, {} were sent away (429)",
            self.signed_in, self.sent_away
        )
    }
}

/// Only what had no errors. Its few tokens are used many times, as they should be.
fn right(measured: Measured) -> Result<Measured, Fault> {
    match measured.errors {
        0 => Ok(measured),
        count => Err(Fault::Rows(format!("introspect-alone: {count} ERRORS"))),
    }
}

/// How many sign in at once.
fn crowd() -> usize {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    processors.saturating_sub(1).max(1) * POOL + BEYOND
}

/// One browser in which several people have signed in, and the form that each sends from it.
fn people(at: &Authority) -> Result<(Browser, Vec<String>), Fault> {
    let mut browser = Browser::open(at.address)?;
    let csrf = first_csrf(&mut browser)?;
    // The session's cookies are not kept: whoever comes has only the browser's.
    let own = browser.cookie();
    let mut forms = Vec::new();
    for _ in 0..PEOPLE {
        let form = Person::make(at)?.form(&csrf);
        let answer = submit(at, (&own, &form))?;
        if answer != 303 {
            return Err(Fault::Reply {
                what: "/sign-in/".into(),
                status: answer,
                body: String::new(),
            });
        }
        forms.push(form);
    }
    Ok((browser, forms))
}

fn submit(at: &Authority, sent: (&str, &str)) -> Result<u16, Fault> {
    let answer = connect(at.address)?.answer(sign_in(sent))?;
    Ok(answer.status)
}

fn sign_in<'a>((cookie, form): (&'a str, &'a str)) -> Request<'a> {
    Request {
        path: "/sign-in/",
        cookie: Some(cookie),
        body: Some((FORM, form)),
        ..Request::default()
    }
}

fn sign_in_on_and_on(at: &Authority, sent: (&str, &str), counts: &Counts) -> Result<(), Fault> {
    let mut connection = connect(at.address)?;
    while !counts.ended.load(Ordering::Relaxed) {
        let answer = connection.answer(sign_in(sent));
        match answer.as_ref().map(|answer| answer.status) {
            Ok(303) => {
                counts.signed_in.fetch_add(1, Ordering::Relaxed);
            }
            Ok(429) => {
                counts.sent_away.fetch_add(1, Ordering::Relaxed);
                let told = answer.ok().and_then(|answer| answer.retry_after);
                counts.wait(told.unwrap_or_default());
            }
            Ok(_) | Err(_) => {
                counts.ended.store(true, Ordering::Relaxed);
                return answer.and_then(|answer| Err(answer.fault("/sign-in/")));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(micros: u64) -> Measured {
        Measured {
            rate: 9_000.0,
            requests: 9_000,
            p50: Duration::from_micros(90),
            p99: Duration::from_micros(micros),
            errors: 0,
            ran_out: true,
            complaint: None,
        }
    }

    #[test]
    fn beside_a_full_pool_it_is_held_against_itself_alone() {
        let shown = |busy| {
            let rows = Rows {
                idle: measured(200),
                busy: measured(busy),
                signed_in: 9,
                sent_away: 1,
            };
            let [_, line] = rows.lines("sqlite");
            line.aim
        };
        assert_eq!(shown(500), "p99 ≤ 3 × alone, is 2.5 ✓");
        assert_eq!(shown(900), "p99 ≤ 3 × alone, is 4.5 ✗");
    }

    #[test]
    fn the_run_in_the_middle_counts() {
        let runs = [900, 40, 60, 55, 3000].map(measured).to_vec();
        assert_eq!(middle(runs), measured(60));
    }

    #[test]
    fn there_are_always_more_than_the_pool_takes() {
        assert!(crowd() > POOL);
    }
}
