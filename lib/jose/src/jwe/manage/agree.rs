//! Key agreement with an ephemeral key (ECDH-ES, RFC 7518 §4.6, RFC 8037 §3.2).
//!
//! The agreed secret becomes a key by the Concat KDF (NIST SP 800-56A §5.8.1) with SHA-256, over the
//! algorithm's name, both parties' names, and the key's length.

use aws_lc_rs::agreement::PrivateKey;
use aws_lc_rs::kdf::{SskdfDigestAlgorithmId, get_sskdf_digest_algorithm, sskdf_digest};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::super::algorithm::Wrap;
use super::super::content::{ContentEncryption, ContentKey};
use super::super::curve::{Curve, Point};
use super::super::error::{DecryptError, EncryptError, FormError};
use super::super::header::Parameters;
use super::{Parties, Wrapped, aes, decoded};
use crate::Jwk;
use crate::jwk::Secret;

/// The agreed key is the content key.
pub(super) fn derive(
    recipient: &Point,
    enc: ContentEncryption,
    parties: Parties<'_>,
) -> Result<(ContentKey, Wrapped), EncryptError> {
    let (agreed, members) = agree(recipient, (enc.name(), enc.key_len()), parties)?;
    let key = ContentKey::new(enc, &agreed).map_err(|_| EncryptError::Refused)?;
    let wrapped = Wrapped {
        encrypted_key: Vec::new(),
        members,
    };
    Ok((key, wrapped))
}

/// The agreed key wraps the content key.
pub(super) fn wrap(
    recipient: &Point,
    (alg, wrap): (&str, Wrap),
    content_key: &[u8],
    parties: Parties<'_>,
) -> Result<Wrapped, EncryptError> {
    let (agreed, members) = agree(recipient, (alg, wrap.key_len()), parties)?;
    let encrypted_key = aes::wrap(wrap, &agreed, content_key).ok_or(EncryptError::Refused)?;
    Ok(Wrapped {
        encrypted_key,
        members,
    })
}

/// Agrees by a new ephemeral key, whose public half goes into the header.
fn agree(
    recipient: &Point,
    (name, len): (&str, usize),
    parties: Parties<'_>,
) -> Result<(Secret, Map<String, Value>), EncryptError> {
    let ephemeral = recipient
        .curve
        .generate()
        .map_err(|_| EncryptError::Refused)?;
    let material = recipient.curve.public_material(&ephemeral);
    let agreed = recipient
        .agree(&ephemeral, |secret| concat_kdf(secret, name, parties, len))
        .ok_or(EncryptError::Agreement)?;
    let epk = Jwk {
        material: material.map_err(|_| EncryptError::Refused)?,
        kid: None,
        alg: None,
        purpose: None,
        key_ops: None,
    };
    let epk = serde_json::to_value(epk).map_err(|_| EncryptError::Refused)?;
    Ok((agreed, Map::from_iter([("epk".to_owned(), epk)])))
}

/// What the sender gave for the agreement.
pub(super) struct Agreement {
    epk: Point,
    apu: Vec<u8>,
    apv: Vec<u8>,
}

impl Agreement {
    /// Reads `epk`, which must be a valid point of `curve`, `apu` and `apv`.
    pub(super) fn read(parameters: &Parameters<'_>, curve: Curve) -> Result<Self, DecryptError> {
        let party = |name, text: Option<&str>| match text {
            Some(text) => decoded(name, Some(text)),
            None => Ok(Vec::new()),
        };
        let apu = party("apu", parameters.apu.as_deref())?;
        let apv = party("apv", parameters.apv.as_deref())?;
        let epk = parameters.epk.ok_or(FormError::HeaderMember("epk"))?;
        let epk = Jwk::parse(epk).map_err(|_| DecryptError::EphemeralKey)?;
        if epk.is_secret() || epk.crv() != Some(curve.name()) {
            return Err(DecryptError::EphemeralKey);
        }
        let epk = Point::from_material(&epk.material).map_err(|_| DecryptError::EphemeralKey)?;
        Ok(Self { epk, apu, apv })
    }

    /// The agreed key of `len` bytes, for the algorithm of this name. There is none with a point of
    /// small order, which everybody can see.
    pub(super) fn derive(
        &self,
        key: &PrivateKey,
        name: &str,
        len: usize,
    ) -> Result<Secret, DecryptError> {
        let parties = Parties {
            apu: &self.apu,
            apv: &self.apv,
        };
        self.epk
            .agree(key, |secret| concat_kdf(secret, name, parties, len))
            .ok_or(DecryptError::EphemeralKey)
    }
}

fn concat_kdf(secret: &[u8], name: &str, parties: Parties<'_>, len: usize) -> Option<Secret> {
    let mut info = Vec::new();
    for part in [name.as_bytes(), parties.apu, parties.apv] {
        info.extend_from_slice(&u32::try_from(part.len()).ok()?.to_be_bytes());
        info.extend_from_slice(part);
    }
    let bits = u32::try_from(len.checked_mul(8)?).ok()?;
    info.extend_from_slice(&bits.to_be_bytes());
    let algorithm = get_sskdf_digest_algorithm(SskdfDigestAlgorithmId::Sha256)?;
    let mut key = Zeroizing::new(vec![0; len]);
    sskdf_digest(algorithm, secret, &info, &mut key).ok()?;
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base64url;

    /// RFC 7518 appendix C, from both sides.
    #[test]
    fn alice_and_bob_derive_the_key_of_rfc_7518() {
        let jwk = |x: &str, y: &str, d: &str| {
            let text = format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}","d":"{d}"}}"#);
            Jwk::parse(text).unwrap()
        };
        let alice = jwk(
            "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
            "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps",
            "0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo",
        );
        let bob = jwk(
            "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
            "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
            "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw",
        );
        let parties = Parties {
            apu: b"Alice",
            apv: b"Bob",
        };
        for (own, other) in [(&alice, &bob), (&bob, &alice)] {
            let crate::jwk::Material::Ec { d: Some(d), .. } = &own.material else {
                panic!("an EC key")
            };
            let key = Point::from_material(&own.material)
                .unwrap()
                .private(d)
                .unwrap();
            let derived = Point::from_material(&other.material)
                .unwrap()
                .agree(&key, |secret| concat_kdf(secret, "A128GCM", parties, 16))
                .unwrap();
            assert_eq!(base64url::encode(&*derived), "VqqN6vgjbSBcIijNcacQGg");
        }
    }
}
