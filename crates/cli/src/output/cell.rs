//! Cells of tables: how values read to people.

use std::fmt::Write;

use serde_json::Value;

const DAY: i64 = 86_400_000;

/// A value as a cell: lists with commas, objects as JSON, nothing as nothing.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => plain(text),
        Value::Array(values) => {
            let texts: Vec<_> = values.iter().map(text).collect();
            texts.join(", ")
        }
        Value::Object(_) => value.to_string(),
    }
}

/// Control characters in others' names must not steer a terminal.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for one in text.chars() {
        if one.is_control() {
            let _infallible = write!(out, "{}", one.escape_default());
        } else {
            out.push(one);
        }
    }
    out
}

/// Milliseconds since 1970 as UTC: `2026-11-21 00:35:06Z`.
pub(crate) fn time(millis: i64) -> String {
    let (days, rest) = (millis.div_euclid(DAY), millis.rem_euclid(DAY) / 1000);
    let (year, month, day) = date(days);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}Z")
}

/// How far from now: `3 minutes ago`, `in 9 minutes`.
pub(crate) fn ago(millis: i64, now: i64) -> String {
    let seconds = (now - millis).abs() / 1000;
    let (count, unit) = match seconds {
        0..=119 => (seconds, "second"),
        120..=7199 => (seconds / 60, "minute"),
        7200..=172_799 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let many = if count == 1 { "" } else { "s" };
    if millis > now {
        format!("in {count} {unit}{many}")
    } else {
        format!("{count} {unit}{many} ago")
    }
}

/// The Gregorian date of a day since 1970-01-01, counted in eras of 400 years from 0000-03-01.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_dates_in_utc() {
        assert_eq!(time(0), "1970-01-01 00:00:00Z");
        assert_eq!(time(951_782_400_000), "2000-02-29 00:00:00Z");
        assert_eq!(time(1_795_221_306_999), "2026-11-21 00:35:06Z");
        assert_eq!(time(-1), "1969-12-31 23:59:59Z");
    }

    #[test]
    fn distances_are_in_words() {
        assert_eq!(ago(0, 1000), "1 second ago");
        assert_eq!(ago(600_000, 0), "in 10 minutes");
        assert_eq!(ago(0, 3 * DAY), "3 days ago");
    }

    #[test]
    fn names_cannot_steer_a_terminal() {
        assert_eq!(text(&json!("a\u{1b}[2Jb")), "a\\u{1b}[2Jb");
        assert_eq!(text(&json!(["a", 1, true, null])), "a, 1, yes, ");
    }
}
