//! What many issued tokens cost those who come later: nothing, it is hoped. A development authority
//! issues ten million tokens. Its introspection is held against that of one that has issued hardly any,
//! the time of a revocation by cause against how many descend from the cause, a million at most.
//!
//! Introspection is measured at both by turns ([`TURNS`]), and the run in the middle counts: between
//! the first token and the ten-millionth a shared machine changes by more than what is looked for. How
//! long processors worked for an answer is told beside it, for it varies less from turn to turn.
//!
//! The cause is the client that all tokens were issued to. The first two revocations are the middle of
//! some, the last is one.

use std::time::{Duration, Instant};

use serde_json::json;

use super::authority::{self, Authority, connect};
use super::build::Programs;
use super::drive::Driver;
use super::folder::Folder;
use super::http::Request;
use super::option::Options;
use super::process::Process;
use super::row::Form;
use super::table::{Line, milliseconds, thousands};
use super::token::FORM;
use super::wrk::Measured;
use crate::failure::Failure;

/// Tokens of the greatest cause, all tokens, and what they are with `--quick`.
const MANY: (u64, u64) = (1_000_000, 10_000_000);
const QUICK_MANY: (u64, u64) = (50_000, 100_000);

/// How many descend from the cause, and how often it is revoked.
const CAUSES: [(u64, usize, &str); 2] = [
    (10, 9, "issued/revoke-cause-10"),
    (10_000, 5, "issued/revoke-cause-10000"),
];

/// The same with a million.
const CAUSE_OF_MANY: &str = "issued/revoke-cause-million";

/// Introspection at the one that has issued few, and at the other.
const FEW: &str = "issued/introspect-after-few";
const AFTER: &str = "issued/introspect-after-ten-million";

/// How long a revocation by cause may take.
const AIM: Duration = Duration::from_millis(10);

/// What introspection may lose, in percent: what two runs of one row differ by.
const LEAST: f64 = 90.0;

/// How often each is measured.
const TURNS: usize = 5;

/// The client of a development authority.
const CLIENT: &str = "demo-service";

/// How tokens look that are issued fastest.
const FORM_OF_MANY: Form = Form::Ed25519;

/// The lines.
pub(super) fn names() -> Vec<String> {
    let causes = CAUSES.map(|(_, _, name)| name);
    let names = causes.into_iter().chain([CAUSE_OF_MANY, FEW, AFTER]);
    names.map(str::to_owned).collect()
}

/// Measures what is asked for.
///
/// # Errors
/// [`Failure`] where something does not start, or an answer is not what it should be.
pub(super) fn measure(options: &Options, programs: &Programs) -> Result<Vec<Line>, Failure> {
    let folder = Folder::new("bench")?;
    let process = authority::start_dev(&programs.symbolon, &folder)?;
    let authority = authority::development(&process, &folder)?;
    authority.make_resources()?;
    let driver = Driver {
        options,
        folder: &folder,
    };
    let mut lines = Vec::new();
    for (count, rounds, name) in CAUSES {
        if options.wants(name) {
            let mut times = Vec::with_capacity(rounds);
            for _ in 0..rounds {
                driver.issue_about(&authority, FORM_OF_MANY, count)?;
                times.push(revoke(&authority)?);
            }
            times.sort_unstable();
            let middle = times.get(rounds / 2).copied().unwrap_or_default();
            lines.push(cause(name, middle));
        }
    }
    let (many, all) = if options.quick { QUICK_MANY } else { MANY };
    let mut issued = 0;
    if options.wants(CAUSE_OF_MANY) {
        issued += driver.issue_about(&authority, FORM_OF_MANY, many)?;
        lines.push(cause(CAUSE_OF_MANY, revoke(&authority)?));
    }
    if [FEW, AFTER].iter().any(|name| options.wants(name)) {
        let rest = all.saturating_sub(issued);
        issued += driver.issue_about(&authority, FORM_OF_MANY, rest)?;
        lines.extend(introspections(&driver, programs, (&authority, &process))?);
    }
    if issued > 0 {
        println!("  {} tokens were issued", shown(issued));
    }
    process.end()?;
    Ok(lines)
}

/// Introspection at an authority that has issued few tokens, and at this one, by turns.
fn introspections(
    driver: &Driver<'_>,
    programs: &Programs,
    after: (&Authority, &Process),
) -> Result<[Line; 2], Failure> {
    let folder = Folder::new("bench-fresh")?;
    let process = authority::start_dev(&programs.symbolon, &folder)?;
    let fresh = authority::development(&process, &folder)?;
    fresh.make_resources()?;
    let (mut few, mut many) = (Vec::new(), Vec::new());
    for _ in 0..if driver.options.quick { 1 } else { TURNS } {
        few.push(driver.known_by((&fresh, &process), FORM_OF_MANY)?);
        many.push(driver.known_by(after, FORM_OF_MANY)?);
    }
    process.end()?;
    let are_right = few.iter().chain(&many).all(|(run, _)| run.errors == 0);
    let [few_worked, many_worked] = [&few, &many].map(|runs| 1e6 * work(runs));
    println!("  an answer took {few_worked:.1} and {many_worked:.1} µs of processor time");
    let (few, many) = (middle(few), middle(many));
    let share = 100.0 * many.rate / few.rate;
    let words = format!("≥ {LEAST:.0} % of after few, is {share:.0} %");
    let after = rate(AFTER, &many).aim(&words, are_right && share >= LEAST);
    Ok([rate(FEW, &few), after])
}

/// The run in the middle, by its rate.
fn middle(mut runs: Vec<(Measured, Duration)>) -> Measured {
    runs.sort_by(|(one, _), (other, _)| one.rate.total_cmp(&other.rate));
    runs.swap_remove(runs.len() / 2).0
}

/// Seconds that processors worked for an answer, in the run in the middle.
fn work(runs: &[(Measured, Duration)]) -> f64 {
    let mut costs: Vec<_> = runs.iter().map(cost).collect();
    costs.sort_by(f64::total_cmp);
    costs.get(costs.len() / 2).copied().unwrap_or_default()
}

/// Seconds that processors worked for an answer.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn cost((measured, worked): &(Measured, Duration)) -> f64 {
    worked.as_secs_f64() / measured.requests.max(1) as f64
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn shown(count: u64) -> String {
    thousands(count as f64)
}

fn cause(name: &str, time: Duration) -> Line {
    Line::of(name, milliseconds(time)).aim("< 10 ms", time < AIM)
}

fn rate(name: &str, measured: &Measured) -> Line {
    Line {
        p50: milliseconds(measured.p50),
        p99: milliseconds(measured.p99),
        ..Line::of(name, format!("{} /s", thousands(measured.rate)))
    }
}

/// Revokes what descends from the client, and gives how long that took; one of its tokens is dead then.
fn revoke(authority: &Authority) -> Result<Duration, Failure> {
    let token = authority.token(&FORM_OF_MANY.request())?;
    let asked = json!({"cause": {"client": CLIENT}, "reason": "the bench"});
    let start = Instant::now();
    authority.make("/v1/revocations", &asked)?;
    let took = start.elapsed();
    let answer = connect(authority.address)?.succeed(Request {
        path: "/introspect",
        authorization: Some(&authority.basic),
        body: Some((FORM, &format!("token={token}"))),
        ..Request::default()
    })?;
    if answer.json().get("active") == Some(&json!(false)) {
        return Ok(took);
    }
    Err(answer.fault("/introspect of what was revoked").into())
}
