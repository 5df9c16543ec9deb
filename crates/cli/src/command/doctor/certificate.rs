//! When the served certificate ends (RFC 5280 §4.1.2.5): read off its DER by position, for nothing
//! else of it is needed.
//!
//! ```text
//! Certificate ::= SEQUENCE { tbsCertificate SEQUENCE { [0] version?, serialNumber, signature, issuer,
//! validity SEQUENCE { notBefore, notAfter }, … } … }
//! ```

use std::path::Path;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::check::Check;
use crate::clock;
use crate::place::Installation;

/// Days before its end from which to say so: renewal by machine happens thirty days before.
const DAYS: i64 = 14;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// The tag of a version, of a time in two-digit years, and of one in four-digit years.
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The check, where a certificate is served.
pub(super) fn check(place: &Installation) -> Option<Check> {
    let path = place.certificate.as_deref()?;
    let Some(end) = end(path) else {
        let detail = format!("{} holds no certificate that can be read", path.display());
        return Some(Check::broken("certificate", detail));
    };
    let left = end - clock::now().seconds();
    Some(judge(path, left.div_euclid(DAY)))
}

fn judge(path: &Path, days: i64) -> Check {
    let path = path.display();
    match days {
        ..0 => Check::broken("certificate", format!("{path} has expired")),
        0..DAYS => Check::soon("certificate", format!("{path} expires in {days} days")),
        _ => Check::well("certificate", format!("{path} is good for {days} days")),
    }
}

/// When the first certificate of a file ends, in seconds since 1970.
fn end(path: &Path) -> Option<i64> {
    let der = CertificateDer::from_pem_file(path).ok()?;
    not_after(&der)
}

fn not_after(der: &[u8]) -> Option<i64> {
    let (_, certificate, _) = element(der)?;
    let (_, mut rest, _) = element(certificate)?;
    let (tag, _, after) = element(rest)?;
    if tag == VERSION {
        rest = after;
    }
    for _before in ["serialNumber", "signature", "issuer"] {
        rest = element(rest)?.2;
    }
    let (_, validity, _) = element(rest)?;
    let (_, _, after) = element(validity)?;
    let (tag, text, _) = element(after)?;
    seconds(tag, std::str::from_utf8(text).ok()?)
}

/// Tag, content and what follows of the first element.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = if *first < 0x80 {
        (usize::from(*first), rest)
    } else {
        let count = usize::from(*first & 0x7f);
        let (bytes, rest) = rest.split_at_checked(count)?;
        if count == 0 || count > 4 {
            return None;
        }
        let length = bytes
            .iter()
            .fold(0, |sum, one| sum << 8 | usize::from(*one));
        (length, rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

/// `YYMMDDhhmmssZ` or `YYYYMMDDhhmmssZ`.
fn seconds(tag: u8, text: &str) -> Option<i64> {
    let text = match tag {
        UTC_TIME if text.get(..2)? < "50" => format!("20{text}"),
        UTC_TIME => format!("19{text}"),
        GENERALIZED_TIME => text.to_owned(),
        _ => return None,
    };
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(4, 6)?, number(6, 8)?);
    let (hour, minute, second) = (number(8, 10)?, number(10, 12)?, number(12, 14)?);
    Some(days(year, month, day) * DAY + hour * 3600 + minute * 60 + second)
}

/// Days from 1970-01-01 to a Gregorian date, counted from 0000-03-01.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let shifted = (month + 9) % 12;
    let day_of_year = (153 * shifted + 2) / 5 + day - 1;
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leaps + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::super::check::Verdict;
    use super::*;

    #[test]
    fn dates_are_read_in_both_forms() {
        assert_eq!(seconds(UTC_TIME, "700101000000Z"), Some(0));
        assert_eq!(seconds(UTC_TIME, "261121003506Z"), Some(1_795_221_306));
        assert_eq!(
            seconds(GENERALIZED_TIME, "20000229000000Z"),
            Some(951_782_400)
        );
        assert_eq!(seconds(0x02, "20000229000000Z"), None);
    }

    #[test]
    fn a_certificates_end_is_found() {
        let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.not_after = rcgen::date_time_ymd(2031, 5, 6);
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let expected = days(2031, 5, 6) * DAY;
        assert_eq!(not_after(certificate.der()), Some(expected));
    }

    #[test]
    fn other_bytes_have_no_end() {
        for der in [
            &[][..],
            &[0x30],
            &[0x30, 0x80],
            &[0x30, 0x85, 1, 1, 1, 1, 1],
            &[0x30, 2, 5, 0],
        ] {
            assert_eq!(not_after(der), None, "{der:?}");
        }
    }

    #[test]
    fn an_end_that_is_near_is_said_soon() {
        let verdict = |days| judge(Path::new("a.pem"), days).verdict;
        assert_eq!(verdict(-1), Verdict::Broken);
        assert_eq!(verdict(13), Verdict::Soon);
        assert_eq!(verdict(14), Verdict::Well);
    }
}
