//! `NUMERIC` on the wire, as far as sums of integers need it: PostgreSQL gives `sum(BIGINT)` that
//! type, SQLite an integer.

/// Reads a whole number that fits 64 bits.
///
/// The format: number of digits, weight of the first, sign, digits after the point (16 bits each,
/// big-endian), then the digits, base 10,000.
pub(super) fn whole(raw: &[u8]) -> Option<i64> {
    const POSITIVE: i16 = 0;
    const NEGATIVE: i16 = 0x4000;
    let (words, rest) = raw.as_chunks::<2>();
    let mut words = words.iter().map(|word| i16::from_be_bytes(*word));
    let (count, weight, sign, _scale) =
        (words.next()?, words.next()?, words.next()?, words.next()?);
    let digits: Vec<i16> = words.collect();
    if !rest.is_empty() || digits.len() != usize::try_from(count).ok()? {
        return None;
    }
    let mut value: i128 = 0;
    for place in 0..=weight.max(-1) {
        let digit = usize::try_from(place).ok().and_then(|at| digits.get(at));
        value = value
            .checked_mul(10_000)?
            .checked_add(i128::from(digit.copied().unwrap_or(0)))?;
    }
    let after_point = usize::try_from(weight.checked_add(1)?).ok()?;
    if digits.iter().skip(after_point).any(|digit| *digit != 0) {
        return None;
    }
    match sign {
        POSITIVE => i64::try_from(value).ok(),
        NEGATIVE => i64::try_from(-value).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(words: &[i16]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    #[test]
    fn whole_numbers_are_read() {
        assert_eq!(whole(&raw(&[0, 0, 0, 0])), Some(0));
        assert_eq!(whole(&raw(&[1, 0, 0, 0, 7])), Some(7));
        assert_eq!(whole(&raw(&[1, 1, 0, 0, 7])), Some(70_000));
        assert_eq!(whole(&raw(&[2, 1, 0x4000, 0, 7, 3])), Some(-70_003));
        assert_eq!(
            whole(&raw(&[5, 4, 0x4000, 0, 922, 3372, 368, 5477, 5808])),
            Some(i64::MIN)
        );
    }

    #[test]
    fn fractions_and_what_does_not_fit_are_not() {
        assert_eq!(whole(&raw(&[2, 0, 0, 1, 7, 5000])), None);
        assert_eq!(whole(&raw(&[1, -1, 0, 1, 5000])), None);
        assert_eq!(whole(&raw(&[5, 4, 0, 0, 922, 3372, 368, 5477, 5808])), None);
        assert_eq!(whole(&raw(&[1, 500, 0, 0, 1])), None);
        assert_eq!(whole(&raw(&[0, 0, -0x4000, 0])), None);
        assert_eq!(whole(&[0, 1, 0]), None);
    }
}
