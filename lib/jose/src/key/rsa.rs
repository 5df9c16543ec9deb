//! What an RSA public key must satisfy before anything is verified with it (RFC 7518 §3.3, §6.3.1).

use super::KeyError;

/// Shortest modulus, in bits (RFC 7518 §3.3).
pub const MIN_RSA_BITS: usize = 2048;

/// Longest modulus, in bits: verifying costs the square of the length, and keys come from strangers.
pub const MAX_RSA_BITS: usize = 8192;

/// Longest exponent, in bits: the limit of the library below, and far above the usual 65537.
const MAX_EXPONENT_BITS: usize = 33;

/// Primes modulo which 65537 generates a proper subgroup. The faulty generator's primes, and so its
/// moduli, lie in all of these subgroups at once; another modulus does by a chance of 2^-27.
const ROCA_PRIMES: [u32; 17] = [
    11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157,
];

/// Checks big-endian modulus and exponent.
pub(crate) fn check_public(n: &[u8], e: &[u8]) -> Result<(), KeyError> {
    let (Some(n_bits), Some(e_bits)) = (bits(n), bits(e)) else {
        return Err(KeyError::RsaForm);
    };
    if !(MIN_RSA_BITS..=MAX_RSA_BITS).contains(&n_bits) {
        return Err(KeyError::RsaSize);
    }
    if !is_odd(n) {
        return Err(KeyError::RsaForm);
    }
    if !is_odd(e) || !(2..=MAX_EXPONENT_BITS).contains(&e_bits) {
        return Err(KeyError::RsaExponent);
    }
    if ROCA_PRIMES
        .iter()
        .all(|prime| is_power_of_f4(remainder(n, *prime), *prime))
    {
        return Err(KeyError::RsaWeak);
    }
    Ok(())
}

/// Modulus and exponent of a DER `RSAPublicKey` (RFC 8017 §A.1.1), without leading zeros.
pub(crate) fn read_public(der: &[u8]) -> Option<(&[u8], &[u8])> {
    const SEQUENCE: u8 = 0x30;
    const INTEGER: u8 = 0x02;
    let (sequence, _) = read(SEQUENCE, der)?;
    let (n, rest) = read(INTEGER, sequence)?;
    let (e, _) = read(INTEGER, rest)?;
    Some((
        n.strip_prefix(&[0]).unwrap_or(n),
        e.strip_prefix(&[0]).unwrap_or(e),
    ))
}

/// The content of the value of this tag that `der` begins with, and what follows it.
fn read(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (first, rest) = der.split_first()?;
    let (len, rest) = rest.split_first()?;
    let (len, rest) = match *len {
        short @ ..0x80 => (usize::from(short), rest),
        long => {
            let (octets, rest) = rest.split_at_checked(usize::from(long & 0x7F))?;
            let shift = |len: usize, octet: &u8| Some(len.checked_mul(256)? + usize::from(*octet));
            (octets.iter().try_fold(0, shift)?, rest)
        }
    };
    if *first == tag {
        rest.split_at_checked(len)
    } else {
        None
    }
}

/// How many bits the integer has; `None` for an empty one or one with leading zeros.
fn bits(integer: &[u8]) -> Option<usize> {
    let first = integer.first().filter(|first| **first != 0)?;
    Some(integer.len() * 8 - usize::try_from(first.leading_zeros()).ok()?)
}

fn is_odd(integer: &[u8]) -> bool {
    integer.last().is_some_and(|last| last & 1 == 1)
}

fn remainder(integer: &[u8], modulus: u32) -> u32 {
    integer
        .iter()
        .fold(0, |rest, byte| (rest * 256 + u32::from(*byte)) % modulus)
}

/// Whether `residue` is a power of 65537 modulo `prime`.
fn is_power_of_f4(residue: u32, prime: u32) -> bool {
    let factor = 65537 % prime;
    let mut power = 1;
    loop {
        if power == residue {
            return true;
        }
        power = power * factor % prime;
        if power == 1 {
            return false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modulus(bits: usize) -> Vec<u8> {
        let mut n = vec![0xA5; bits.div_ceil(8)];
        n[0] = 0xFF >> (n.len() * 8 - bits);
        n
    }

    #[test]
    fn the_modulus_has_2048_to_8192_bits() {
        for (bits, wanted) in [
            (1024, Err(KeyError::RsaSize)),
            (2047, Err(KeyError::RsaSize)),
            (2048, Ok(())),
            (8192, Ok(())),
            (8193, Err(KeyError::RsaSize)),
        ] {
            assert_eq!(check_public(&modulus(bits), &[1, 0, 1]), wanted, "{bits}");
        }
    }

    #[test]
    fn exponents_are_odd_and_neither_1_nor_huge() {
        let n = modulus(2048);
        for e in [&[1][..], &[2], &[1, 0, 0], &[2, 0, 0, 0, 1]] {
            assert_eq!(check_public(&n, e), Err(KeyError::RsaExponent), "{e:?}");
        }
        for e in [&[3][..], &[1, 0, 1], &[1, 0, 0, 0, 1]] {
            assert_eq!(check_public(&n, e), Ok(()), "{e:?}");
        }
    }

    #[test]
    fn leading_zeros_and_even_moduli_are_malformed() {
        let mut even = modulus(2048);
        even[255] = 0xA4;
        assert_eq!(check_public(&even, &[1, 0, 1]), Err(KeyError::RsaForm));
        assert_eq!(
            check_public(&[&[0], &modulus(2048)[..]].concat(), &[1, 0, 1]),
            Err(KeyError::RsaForm)
        );
        assert_eq!(
            check_public(&modulus(2048), &[0, 1, 0, 1]),
            Err(KeyError::RsaForm)
        );
        assert_eq!(check_public(&[], &[3]), Err(KeyError::RsaForm));
    }
}
