//! Curves for key agreement: their names, and the points that are keys (RFC 7518 §6.2, RFC 8037 §2).

use aws_lc_rs::agreement::{self, ParsedPublicKey, PrivateKey, UnparsedPublicKey};
use aws_lc_rs::encoding::{AsBigEndian, AsDer, Curve25519SeedBin, Pkcs8V1Der};
use zeroize::Zeroizing;

use crate::KeyError;
use crate::jwk::{Material, Secret};

/// What an X25519 private key's PKCS#8 document begins with (RFC 8410 §7); the 32 bytes of the key
/// follow, and nothing else.
const X25519_PKCS8: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20,
];

/// A curve for ECDH-ES.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Curve {
    /// `P-256`
    P256,
    /// `P-384`
    P384,
    /// `P-521`
    P521,
    /// `X25519`
    X25519,
}

impl Curve {
    /// All curves, in the order of their declaration.
    pub const ALL: [Self; 4] = [Self::P256, Self::P384, Self::P521, Self::X25519];

    /// The registered name, as `crv` carries it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
            Self::X25519 => "X25519",
        }
    }

    /// Length of one coordinate and of the private key, in bytes.
    const fn coordinate_len(self) -> usize {
        match self {
            Self::P256 | Self::X25519 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    fn algorithm(self) -> &'static agreement::Algorithm {
        match self {
            Self::P256 => &agreement::ECDH_P256,
            Self::P384 => &agreement::ECDH_P384,
            Self::P521 => &agreement::ECDH_P521,
            Self::X25519 => &agreement::X25519,
        }
    }

    fn from_crv(kty: &str, crv: &str) -> Result<Self, KeyError> {
        let kty_of = |one: &Self| if *one == Self::X25519 { "OKP" } else { "EC" };
        Self::ALL
            .into_iter()
            .find(|one| one.name() == crv && kty_of(one) == kty)
            .ok_or(KeyError::Curve)
    }

    /// A new private key.
    pub(super) fn generate(self) -> Result<PrivateKey, KeyError> {
        PrivateKey::generate(self.algorithm()).map_err(|_| KeyError::Generation)
    }

    /// The public members of a key's JWK, for what goes to others and is not agreed with here.
    pub(super) fn public_material(self, key: &PrivateKey) -> Result<Material, KeyError> {
        let public = key.compute_public_key().map_err(|_| KeyError::Encoding)?;
        Ok(self.material(public.as_ref()))
    }

    /// The members of a point in its usual form.
    fn material(self, bytes: &[u8]) -> Material {
        let crv = self.name().to_owned();
        match bytes.strip_prefix(&[4]) {
            Some(coordinates) if self != Self::X25519 => {
                let (x, y) = coordinates.split_at(coordinates.len() / 2);
                Material::Ec {
                    crv,
                    x: x.to_vec(),
                    y: y.to_vec(),
                    d: None,
                }
            }
            Some(_) | None => Material::Okp {
                crv,
                x: bytes.to_vec(),
                d: None,
            },
        }
    }

    /// The key as PKCS#8.
    pub(super) fn to_pkcs8(self, key: &PrivateKey) -> Result<Secret, KeyError> {
        let document = if self == Self::X25519 {
            let seed: Curve25519SeedBin<'_> = key.as_be_bytes().map_err(|_| KeyError::Encoding)?;
            [&X25519_PKCS8, seed.as_ref()].concat()
        } else {
            let der: Pkcs8V1Der<'_> = key.as_der().map_err(|_| KeyError::Encoding)?;
            der.as_ref().to_vec()
        };
        Ok(Zeroizing::new(document))
    }

    /// The key of a PKCS#8 document, and its curve.
    pub(super) fn from_pkcs8(pkcs8: &[u8]) -> Result<(Self, PrivateKey), KeyError> {
        if let Some(seed) = pkcs8.strip_prefix(&X25519_PKCS8) {
            let key = PrivateKey::from_private_key(&agreement::X25519, seed);
            return Ok((Self::X25519, key.map_err(|_| KeyError::Inconsistent)?));
        }
        [Self::P256, Self::P384, Self::P521]
            .into_iter()
            .find_map(|curve| {
                let key = PrivateKey::from_private_key_der(curve.algorithm(), pkcs8).ok()?;
                Some((curve, key))
            })
            .ok_or(KeyError::Inconsistent)
    }
}

/// A valid public key on its curve.
#[derive(Clone)]
pub(super) struct Point {
    pub(super) curve: Curve,
    /// SEC 1 uncompressed (§2.3.3), or the 32 bytes of X25519.
    bytes: Vec<u8>,
    parsed: ParsedPublicKey,
}

impl Point {
    /// Reads the public members of a key that others will agree with. For X25519 its point must not
    /// be of small order: with such a one everybody shares the same secret (RFC 7748 §6.1).
    pub(super) fn of_recipient(material: &Material) -> Result<Self, KeyError> {
        let point = Self::from_material(material)?;
        if point.curve == Curve::X25519 {
            let anybody = point.curve.generate()?;
            point.agree(&anybody, |_| Some(())).ok_or(KeyError::Point)?;
        }
        Ok(point)
    }

    /// Reads the public members, whose point must lie on its curve. One of small order agrees with
    /// nobody.
    pub(super) fn from_material(material: &Material) -> Result<Self, KeyError> {
        let (curve, bytes) = match material {
            Material::Okp { crv, x, .. } => {
                let curve = Curve::from_crv("OKP", crv)?;
                if x.len() != curve.coordinate_len() {
                    return Err(KeyError::CoordinateLength);
                }
                (curve, x.clone())
            }
            Material::Ec { crv, x, y, .. } => {
                let curve = Curve::from_crv("EC", crv)?;
                if x.len() != curve.coordinate_len() || y.len() != x.len() {
                    return Err(KeyError::CoordinateLength);
                }
                (curve, [&[4], x.as_slice(), y].concat())
            }
            Material::Rsa { .. } | Material::Akp { .. } | Material::Oct { .. } => {
                return Err(KeyError::KeyType);
            }
        };
        Self::new(curve, bytes)
    }

    /// The public half of a private key.
    pub(super) fn of(curve: Curve, key: &PrivateKey) -> Result<Self, KeyError> {
        let public = key.compute_public_key().map_err(|_| KeyError::Encoding)?;
        Self::new(curve, public.as_ref().to_vec())
    }

    fn new(curve: Curve, bytes: Vec<u8>) -> Result<Self, KeyError> {
        let unparsed = UnparsedPublicKey::new(curve.algorithm(), bytes.as_slice());
        let parsed = ParsedPublicKey::try_from(unparsed).map_err(|_| KeyError::Point)?;
        Ok(Self {
            curve,
            bytes,
            parsed,
        })
    }

    /// Calls `derive` with the secret shared with `key`, which must be of the same curve.
    pub(super) fn agree<T>(
        &self,
        key: &PrivateKey,
        derive: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Option<T> {
        let derived = agreement::agree(key, self.parsed.clone(), (), |secret| {
            derive(secret).ok_or(())
        });
        derived.ok()
    }

    /// The private key of `d`, which must belong to this point.
    pub(super) fn private(&self, d: &[u8]) -> Result<PrivateKey, KeyError> {
        if d.len() != self.curve.coordinate_len() {
            return Err(KeyError::CoordinateLength);
        }
        let key = PrivateKey::from_private_key(self.curve.algorithm(), d)
            .map_err(|_| KeyError::Inconsistent)?;
        let public = key
            .compute_public_key()
            .map_err(|_| KeyError::Inconsistent)?;
        if public.as_ref() == self.bytes {
            Ok(key)
        } else {
            Err(KeyError::Inconsistent)
        }
    }

    /// The public members of its JWK.
    pub(super) fn to_material(&self) -> Material {
        self.curve.material(&self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Jwk;

    /// RFC 8037 appendix A.6.
    #[test]
    fn alice_and_bob_share_the_secret_of_rfc_8037() {
        let bob = Jwk::parse(
            r#"{"kty":"OKP","crv":"X25519","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}"#,
        );
        let bob = Point::from_material(&bob.unwrap().material).unwrap();
        let own = [
            0x77, 0x07, 0x6d, 0x0a, 0x73, 0x18, 0xa5, 0x7d, 0x3c, 0x16, 0xc1, 0x72, 0x51, 0xb2,
            0x66, 0x45, 0xdf, 0x4c, 0x2f, 0x87, 0xeb, 0xc0, 0x99, 0x2a, 0xb1, 0x77, 0xfb, 0xa5,
            0x1d, 0xb9, 0x2c, 0x2a,
        ];
        let alice = PrivateKey::from_private_key(&agreement::X25519, &own).unwrap();
        let shared = bob.agree(&alice, |secret| Some(secret.to_vec())).unwrap();
        let wanted = [
            0x4a, 0x5d, 0x9d, 0x5b, 0xa4, 0xce, 0x2d, 0xe1, 0x72, 0x8e, 0x3b, 0xf4, 0x80, 0x35,
            0x0f, 0x25, 0xe0, 0x7e, 0x21, 0xc9, 0x47, 0xd1, 0x9e, 0x33, 0x76, 0xf0, 0x9b, 0x3c,
            0x1e, 0x16, 0x17, 0x42,
        ];
        assert_eq!(shared, wanted);
    }
}
