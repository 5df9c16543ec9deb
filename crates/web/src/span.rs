//! A length of time in words: `10 minutes`, `1 day`.

use std::fmt;

/// A length of time in seconds, shown in the largest unit that it fills without a remainder; a
/// remainder of less than a tenth is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub u64);

/// Seconds in a unit, and its name; the largest first.
const UNITS: [(u64, &str); 4] = [
    (86_400, "day"),
    (3_600, "hour"),
    (60, "minute"),
    (1, "second"),
];

impl fmt::Display for Span {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fits = |unit: u64| self.0 >= unit && (self.0 % unit) * 10 < self.0;
        let unit = UNITS.into_iter().find(|(unit, _)| fits(*unit));
        let (unit, name) = unit.unwrap_or((1, "second"));
        let count = self.0 / unit;
        let plural = if count == 1 { "" } else { "s" };
        write!(out, "{count} {name}{plural}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(seconds: u64) -> String {
        Span(seconds).to_string()
    }

    #[test]
    fn a_span_is_told_in_its_largest_unit() {
        let told = [0, 1, 59, 60, 300, 3_600, 86_400, 2_592_000].map(said);
        let expected = [
            "0 seconds",
            "1 second",
            "59 seconds",
            "1 minute",
            "5 minutes",
            "1 hour",
            "1 day",
            "30 days",
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_large_remainder_keeps_the_smaller_unit() {
        assert_eq!(said(90), "90 seconds");
        assert_eq!(said(5_400), "90 minutes");
        assert_eq!(said(36 * 3_600), "36 hours");
    }

    #[test]
    fn a_small_remainder_is_left_out() {
        assert_eq!(said(30 * 86_400 + 1), "30 days");
        assert_eq!(said(601), "10 minutes");
    }
}
