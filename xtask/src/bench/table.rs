//! The table: aligned for a terminal, and Markdown as it stands.

use std::ops::RangeInclusive;
use std::time::Duration;

/// The heads of the columns.
const HEADS: [&str; COLUMNS] = ["row", "value", "p50", "p99", "of the ceiling", "aim"];
const COLUMNS: usize = 6;

/// One line of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// Its name: what `--only` looks at.
    pub(super) name: String,
    /// What was found, with its unit.
    pub(super) value: String,
    /// Half of the answers were faster.
    pub(super) p50: String,
    /// One in a hundred answers was slower.
    pub(super) p99: String,
    /// The rate as a share of the row's ceiling, and which one that is.
    pub(super) share: String,
    /// What it should be, and whether it is.
    pub(super) aim: String,
}

impl Line {
    /// A line that has only a value.
    pub(super) fn of(name: &str, value: String) -> Self {
        Self {
            name: name.to_owned(),
            value,
            ..Self::default()
        }
    }

    /// The same with an aim.
    pub(super) fn aim(mut self, words: &str, is_met: bool) -> Self {
        self.aim = verdict(words, is_met);
        self
    }

    fn cells(&self) -> [&str; COLUMNS] {
        [
            &self.name,
            &self.value,
            &self.p50,
            &self.p99,
            &self.share,
            &self.aim,
        ]
    }
}

/// An aim in words, and whether it was met.
pub(super) fn verdict(words: &str, is_met: bool) -> String {
    format!("{words} {}", if is_met { "✓" } else { "✗" })
}

/// All lines under their heads.
pub(super) fn render(lines: &[Line]) -> String {
    let rows: Vec<[&str; COLUMNS]> = lines.iter().map(Line::cells).collect();
    grid(&HEADS, &rows, 1..=3)
}

/// Rows under their heads; the columns of numbers are aligned to the right.
pub(super) fn grid<const N: usize>(
    heads: &[&str; N],
    rows: &[[&str; N]],
    numbers: RangeInclusive<usize>,
) -> String {
    let mut widths = heads.map(width);
    for row in rows {
        for (most, cell) in widths.iter_mut().zip(row) {
            *most = (*most).max(width(cell));
        }
    }
    let rule = widths.iter().zip(0..).map(|(width, column)| {
        if numbers.contains(&column) {
            "-".repeat(width - 1) + ":"
        } else {
            "-".repeat(*width)
        }
    });
    let rule = format!("| {} |\n", rule.collect::<Vec<_>>().join(" | "));
    let body = rows.iter().map(|row| line(row, &widths, &numbers));
    line(heads, &widths, &numbers) + &rule + &body.collect::<String>()
}

fn line<const N: usize>(
    cells: &[&str; N],
    widths: &[usize; N],
    numbers: &RangeInclusive<usize>,
) -> String {
    let columns = cells.iter().zip(widths).zip(0..);
    let padded = columns.map(|((cell, most), column)| {
        let room = " ".repeat(most.saturating_sub(width(cell)));
        if numbers.contains(&column) {
            room + cell
        } else {
            (*cell).to_owned() + &room
        }
    });
    format!("| {} |\n", padded.collect::<Vec<_>>().join(" | "))
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// `31,204`
pub(super) fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `0.43 ms`: three digits that mean something.
pub(super) fn milliseconds(duration: Duration) -> String {
    let number = duration.as_secs_f64() * 1e3;
    match number {
        ..10.0 => format!("{number:.2} ms"),
        ..100.0 => format!("{number:.1} ms"),
        _ => format!("{number:.0} ms"),
    }
}

/// `21.3 MiB`
#[expect(
    clippy::cast_precision_loss,
    reason = "sizes stay far below 2^52, and one decimal is shown"
)]
pub(super) fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / (1024.0 * 1024.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let shown = [0.4, 999.0, 1_000.0, 31_203.6, 1_234_567.0].map(thousands);
        assert_eq!(shown, ["0", "999", "1,000", "31,204", "1,234,567"]);
    }

    #[test]
    fn times_show_three_digits() {
        let shown = [430, 4_810, 48_100, 1_050_000]
            .map(Duration::from_micros)
            .map(milliseconds);
        assert_eq!(shown, ["0.43 ms", "4.81 ms", "48.1 ms", "1050 ms"]);
    }

    #[test]
    fn sizes_are_in_mebibytes() {
        assert_eq!(mebibytes(30 * 1024 * 1024 + 524_288), "30.5 MiB");
    }

    #[test]
    fn the_table_is_aligned_and_markdown() {
        let rate = Line {
            name: "sqlite/jwks".into(),
            value: "9,000 /s".into(),
            p50: "0.43 ms".into(),
            p99: "4.81 ms".into(),
            share: "45 % of bare".into(),
            aim: String::new(),
        };
        let idle = Line::of("memory/idle", "21.3 MiB".into()).aim("≤ 30 MiB", true);
        let expected = "\
| row         |    value |     p50 |     p99 | of the ceiling | aim        |
| ----------- | -------: | ------: | ------: | -------------- | ---------- |
| sqlite/jwks | 9,000 /s | 0.43 ms | 4.81 ms | 45 % of bare   |            |
| memory/idle | 21.3 MiB |         |         |                | ≤ 30 MiB ✓ |
";
        assert_eq!(render(&[rate, idle]), expected);
    }
}
