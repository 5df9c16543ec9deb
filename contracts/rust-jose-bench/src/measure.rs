//! Rounds in turn: whoever is measured has had the same neighbours on the machine as the others.
//!
//! A round is as many calls as fit into a fraction of a time slice. Reported are medians over all
//! rounds: of each contender, and of what ours took beside each of the others in the same round.

use std::time::Instant;

use serde_json::{Value, json};

/// Rounds of each contender.
pub(crate) const ROUNDS: usize = 301;

/// Rounds that are enough to see whether it works.
pub(crate) const QUICK_ROUNDS: usize = 3;

/// How long a round may take, in nanoseconds.
const ROUND: f64 = 300_000.0;

/// Most calls of a round.
const MOST_CALLS: u32 = 1024;

/// Who is measured: a name, and one call.
pub(crate) struct Contender<'a> {
    name: &'static str,
    call: Box<dyn FnMut() + 'a>,
}

/// The cryptography alone.
pub(crate) const BARE: &str = "bare";
/// The library of this project.
pub(crate) const OURS: &str = "ours";

impl<'a> Contender<'a> {
    pub(crate) fn new(name: &'static str, call: impl FnMut() + 'a) -> Self {
        Self {
            name,
            call: Box::new(call),
        }
    }

    /// Nanoseconds a call.
    fn round(&mut self, calls: u32) -> f64 {
        let start = Instant::now();
        (0..calls).for_each(|_| (self.call)());
        start.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
    }
}

/// Collects rows.
pub(crate) struct Meter {
    rounds: usize,
    rows: Vec<Value>,
}

impl Meter {
    pub(crate) fn new(rounds: usize) -> Self {
        Self {
            rounds,
            rows: Vec::new(),
        }
    }

    pub(crate) fn rounds(&self) -> usize {
        self.rounds
    }

    pub(crate) fn rows(&self) -> &[Value] {
        &self.rows
    }

    /// Lets them run against each other.
    pub(crate) fn race(&mut self, name: &str, mut contenders: Vec<Contender<'_>>) {
        eprintln!("  {name}");
        let calls: Vec<u32> = contenders.iter_mut().map(calls).collect();
        let mut times = vec![Vec::with_capacity(self.rounds); contenders.len()];
        for round in 0..self.rounds {
            for turn in 0..contenders.len() {
                let at = (round + turn) % contenders.len();
                times[at].push(contenders[at].round(calls[at]));
            }
        }
        let at = |name| contenders.iter().position(|one| one.name == name);
        let ours = at(OURS).map(|at| times[at].clone()).unwrap_or_default();
        let entries = contenders.iter().zip(&times).map(|(one, times)| {
            let pairs = || ours.iter().zip(times);
            json!({
                "name": one.name,
                "ns": median(times.clone()),
                "excess": median(pairs().map(|(ours, other)| ours - other).collect()),
                "ratio": median(pairs().map(|(ours, other)| ours / other).collect()),
            })
        });
        let entries: Vec<Value> = entries.collect();
        self.rows.push(json!({ "name": name, "entries": entries }));
    }
}

/// How many calls make a round.
fn calls(contender: &mut Contender<'_>) -> u32 {
    let once = (0..5)
        .map(|_| contender.round(1))
        .fold(f64::INFINITY, f64::min);
    let fit = (1..=MOST_CALLS).rev();
    fit.into_iter()
        .find(|calls| f64::from(*calls) * once <= ROUND)
        .unwrap_or(1)
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}
