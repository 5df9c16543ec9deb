//! What was found, line by line, shown as it comes and once more as a table.

use std::collections::BTreeMap;

use super::fault::Fault;
use super::row::{Aim, Row};
use super::table::{Line, milliseconds, render, thousands, verdict};
use super::wrk::Measured;
use crate::failure::Failure;

/// What was found so far.
#[derive(Default)]
pub(super) struct Report {
    lines: Vec<Line>,
    /// Rates by row: what others are held against.
    rates: BTreeMap<&'static str, f64>,
    /// Rows with errors.
    faulty: Vec<String>,
}

impl Report {
    /// Adds a row of rates.
    pub(super) fn rate(&mut self, row: &Row, measured: &Measured) {
        self.rates.insert(row.name, measured.rate);
        let ceiling = row.ceiling.and_then(|name| {
            let most = self.rates.get(name).filter(|most| **most > 0.0)?;
            Some((name, 100.0 * measured.rate / most))
        });
        let fault = fault(measured);
        if let Some(fault) = &fault {
            let complaint = measured
                .complaint
                .iter()
                .map(|text| format!(", first {text}"));
            let complaint: String = complaint.collect();
            self.faulty
                .push(format!("{}: {fault}{complaint}", row.name));
        }
        let judged = row
            .aim
            .map(|aim| judged(aim, measured.rate, ceiling.map(|(_, share)| share)));
        let aim = fault.into_iter().chain(judged).collect::<Vec<_>>();
        self.add(Line {
            name: row.name.to_owned(),
            value: format!("{} /s", thousands(measured.rate)),
            p50: milliseconds(measured.p50),
            p99: milliseconds(measured.p99),
            share: ceiling.map_or_else(String::new, |(name, share)| share_of(name, share)),
            aim: aim.join(", "),
        });
    }

    /// Adds a line, and shows it.
    pub(super) fn add(&mut self, line: Line) {
        let Line {
            name, value, aim, ..
        } = &line;
        println!("{name:<32} {value:>20}  {aim}");
        self.lines.push(line);
    }

    /// Adds some.
    pub(super) fn extend(&mut self, lines: impl IntoIterator<Item = Line>) {
        lines.into_iter().for_each(|line| self.add(line));
    }

    /// All of it as a table.
    pub(super) fn table(&self) -> String {
        render(&self.lines)
    }

    /// Whether there are rows, and every one means something.
    ///
    /// # Errors
    /// [`Fault::Nothing`], [`Fault::Rows`].
    pub(super) fn verdict(&self) -> Result<(), Failure> {
        if self.lines.is_empty() {
            return Err(Fault::Nothing.into());
        }
        if self.faulty.is_empty() {
            return Ok(());
        }
        Err(Fault::Rows(self.faulty.join("; ")).into())
    }
}

/// Why the rate means nothing, if so.
fn fault(measured: &Measured) -> Option<String> {
    if measured.errors > 0 {
        return Some(format!("{} ERRORS", measured.errors));
    }
    measured.ran_out.then(|| "TOKENS RAN OUT".to_owned())
}

fn share_of(ceiling: &str, share: f64) -> String {
    let name = ceiling.rsplit('/').next().unwrap_or(ceiling);
    format!("{share:.0} % of {name}")
}

fn judged(aim: Aim, rate: f64, share: Option<f64>) -> String {
    let of_rate = verdict(&format!("≥ {}", thousands(aim.rate)), rate >= aim.rate);
    let of_share = aim.share.zip(share).map(|(least, share)| {
        let words = format!("≥ {least:.0} %");
        verdict(&words, share >= least)
    });
    match of_share {
        Some(of_share) => format!("{of_rate}, {of_share}"),
        None => of_rate,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::bench::row::ROWS;

    fn row(name: &str) -> &'static Row {
        ROWS.iter().find(|row| row.name == name).unwrap()
    }

    fn measured(rate: f64) -> Measured {
        Measured {
            rate,
            requests: 100,
            p50: Duration::from_millis(1),
            p99: Duration::from_millis(9),
            errors: 0,
            ran_out: false,
            complaint: None,
        }
    }

    #[test]
    fn a_row_is_held_against_its_ceiling_and_its_aims() {
        let mut report = Report::default();
        report.rate(row("ceiling/sign-ed25519"), &measured(80_000.0));
        report.rate(row("sqlite/token-ed25519"), &measured(32_000.0));
        let line = report.lines.last().unwrap();
        assert_eq!(line.share, "40 % of sign-ed25519");
        assert_eq!(line.aim, "≥ 30,000 ✓, ≥ 45 % ✗");
        assert!(report.verdict().is_ok());
    }

    #[test]
    fn a_row_with_errors_is_marked_and_fails_the_bench() {
        let mut report = Report::default();
        let errors = Measured {
            errors: 3,
            complaint: Some("400 no".into()),
            ..measured(90_000.0)
        };
        report.rate(row("sqlite/introspect-jwt-hit"), &errors);
        assert_eq!(report.lines.last().unwrap().aim, "3 ERRORS, ≥ 40,000 ✓");
        let sentence = report.verdict().unwrap_err().to_string();
        let expected = "introspect-jwt-hit: 3 ERRORS, first 400 no";
        assert!(sentence.contains(expected), "{sentence}");
    }

    #[test]
    fn nothing_measured_is_a_fault() {
        assert!(Report::default().verdict().is_err());
    }

    #[test]
    fn a_row_that_used_tokens_twice_is_marked() {
        let mut report = Report::default();
        let short = Measured {
            ran_out: true,
            ..measured(1.0)
        };
        report.rate(row("sqlite/revoke-jwt"), &short);
        assert_eq!(report.lines.last().unwrap().aim, "TOKENS RAN OUT");
        assert!(report.verdict().is_err());
    }
}
