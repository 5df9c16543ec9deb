//! When something ends by itself, in seconds since 1970, as RFC 7591 §3.2.1 has it.

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use symbolon_token::time::Time;

/// The last second of the year 9999: later times fit into no calendar, and soon into no number of
/// milliseconds.
const LAST: i64 = 253_402_300_799;

/// An end; none where it is absent, null or 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Expiry(pub(crate) Option<Time>);

impl<'de> Deserialize<'de> for Expiry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Option::<i64>::deserialize(deserializer)? {
            None | Some(0) => Ok(Self(None)),
            Some(seconds @ 1..=LAST) => Ok(Self(Some(Time::from_seconds(seconds)))),
            Some(_) => Err(D::Error::custom(format_args!(
                "it is a time in seconds since 1970, at most {LAST}, the end of the year 9999; 0 \
                 means never"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Expiry, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn an_end_is_a_time_that_a_calendar_has() {
        assert_eq!(read("null"), Ok(Expiry(None)));
        assert_eq!(read("0"), Ok(Expiry(None)));
        let end = Expiry(Some(Time(1_800_000_000_000)));
        assert_eq!(read("1800000000"), Ok(end));
        for text in ["-1", "253402300800", "9223372036854775807"] {
            assert!(
                read(text).unwrap_err().starts_with("it is a time"),
                "{text}"
            );
        }
    }
}
