//! What a claim may look like. Each rule refuses what surely is none, and no more.

use url::Url;

/// Longest text of one line, in bytes: names, places, numbers.
pub(super) const MAX_TEXT: usize = 200;

/// Longest text of several lines, in bytes.
pub(super) const MAX_LINES: usize = 1_000;

/// Longest URL, in bytes: what browsers and proxies surely pass.
pub(super) const MAX_URL: usize = 2_000;

/// Longest email address, in bytes (RFC 5321 §4.5.3.1.3, without its brackets).
pub(super) const MAX_EMAIL: usize = 254;

/// Longest part of one before the `@`, in bytes (RFC 5321 §4.5.3.1.1).
const MAX_LOCAL_PART: usize = 64;

/// Whether something may be called this.
pub(in super::super) fn is_text(text: &str) -> bool {
    (1..=MAX_TEXT).contains(&text.len()) && !text.chars().any(char::is_control)
}

pub(super) fn is_lines(text: &str) -> bool {
    let strange = |one: char| one.is_control() && one != '\n' && one != '\r';
    (1..=MAX_LINES).contains(&text.len()) && !text.chars().any(strange)
}

pub(super) fn is_web(text: &str) -> bool {
    let web = |url: Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    let plain = text.len() <= MAX_URL && !text.chars().any(|one| one.is_control() || one == ' ');
    plain && Url::parse(text).is_ok_and(web)
}

/// Whether mail could be sent to it: a part before the last `@` and a domain after it. Whether it can
/// be is found out by sending some.
pub(super) fn is_email(text: &str) -> bool {
    let strange = |one: char| one.is_control() || one.is_whitespace();
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let label = |label: &str| (1..=63).contains(&label.len()) && !label.starts_with('-');
    text.len() <= MAX_EMAIL
        && !text.chars().any(strange)
        && (1..=MAX_LOCAL_PART).contains(&local.len())
        && domain.split('.').all(label)
        && !domain.contains(['<', '>', '(', ')', ',', ';', ':', '"', '\\'])
        && !local.contains(['<', '>', ',', ';'])
}

pub(super) fn is_birthdate(text: &str) -> bool {
    let number = |digits: &str, length: usize| {
        let is_number = digits.len() == length && digits.bytes().all(|one| one.is_ascii_digit());
        is_number.then(|| digits.parse::<u16>().ok()).flatten()
    };
    let mut parts = text.split('-');
    let year = parts.next().and_then(|part| number(part, 4));
    let month = parts.next().map(|part| number(part, 2));
    let day = parts.next().map(|part| number(part, 2));
    match (year, month, day, parts.next()) {
        (Some(year), None, None, None) => year > 0,
        (Some(year), Some(Some(month)), Some(Some(day)), None) => {
            (1..=days_of(year, month)).contains(&day)
        }
        _ => false,
    }
}

/// Days of a month; of the year 0000, which stands for any, as of a leap year.
fn days_of(year: u16, month: u16) -> u16 {
    let leaps = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leaps => 29,
        2 => 28,
        _ => 0,
    }
}

pub(super) fn is_zone(text: &str) -> bool {
    let letter = |one: u8| one.is_ascii_alphanumeric() || matches!(one, b'_' | b'-' | b'+');
    let part = |part: &str| !part.is_empty() && part.bytes().all(letter);
    text.len() <= MAX_TEXT && text.split('/').all(part)
}

pub(super) fn is_locale(text: &str) -> bool {
    let part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|one| one.is_ascii_alphanumeric())
    };
    let language = text.split(['-', '_']).next().unwrap_or_default();
    let is_language = language.len() >= 2 && language.bytes().all(|one| one.is_ascii_alphabetic());
    text.len() <= MAX_TEXT && is_language && text.split(['-', '_']).all(part)
}

pub(super) fn is_phone_number(text: &str) -> bool {
    let mark = |one: char| {
        matches!(
            one,
            '+' | '-' | '.' | ' ' | '(' | ')' | '/' | ';' | '=' | ','
        )
    };
    let known = |one: char| one.is_ascii_alphanumeric() || mark(one);
    let digit = |one: char| one.is_ascii_digit();
    text.len() <= MAX_TEXT && text.chars().all(known) && text.chars().any(digit)
}
