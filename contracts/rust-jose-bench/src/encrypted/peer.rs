//! josekit's keys for encryption, and the same as JWK for this library.

use std::error::Error;

use josekit::jwe::{
    A256GCMKW, A256KW, Dir, ECDH_ES, ECDH_ES_A256KW, JweDecrypter, JweEncrypter, RSA_OAEP_256,
};
use josekit::jwk::Jwk;
use josekit::jwk::alg::ec::EcCurve;
use josekit::jwk::alg::ecx::EcxCurve;
use symbolon_jose::jwe::{ContentEncryption, Curve, KeyManagement};

/// What encrypts, and what decrypts.
pub(super) struct Pair {
    pub(super) encrypter: Box<dyn JweEncrypter>,
    pub(super) decrypter: Box<dyn JweDecrypter>,
}

/// A new key.
pub(super) fn generate(
    management: KeyManagement,
    enc: ContentEncryption,
    curve: Option<Curve>,
) -> Result<(Pair, symbolon_jose::Jwk), Box<dyn Error>> {
    let private = match (management, curve) {
        (KeyManagement::RsaOaep256, _) => Jwk::generate_rsa_key(2048)?,
        (KeyManagement::Dir, _) => Jwk::generate_oct_key(enc.key_len().try_into()?)?,
        (_, None) => Jwk::generate_oct_key(32)?,
        (_, Some(Curve::X25519)) => Jwk::generate_ecx_key(EcxCurve::X25519)?,
        (_, Some(Curve::P256)) => Jwk::generate_ec_key(EcCurve::P256)?,
        (_, Some(Curve::P384)) => Jwk::generate_ec_key(EcCurve::P384)?,
        (_, Some(Curve::P521)) => Jwk::generate_ec_key(EcCurve::P521)?,
    };
    let mut private = private;
    private.set_key_id(super::KID);
    let public = match private.key_type() {
        "oct" => private.clone(),
        _ => private.to_public_key()?,
    };
    macro_rules! keys {
        ($algorithm:expr) => {
            Pair {
                encrypter: Box::new($algorithm.encrypter_from_jwk(&public)?),
                decrypter: Box::new($algorithm.decrypter_from_jwk(&private)?),
            }
        };
    }
    let pair = match management {
        KeyManagement::Dir => keys!(Dir),
        KeyManagement::A256Kw => keys!(A256KW),
        KeyManagement::A256GcmKw => keys!(A256GCMKW),
        KeyManagement::EcdhEs => keys!(ECDH_ES),
        KeyManagement::EcdhEsA256Kw => keys!(ECDH_ES_A256KW),
        KeyManagement::RsaOaep256 => keys!(RSA_OAEP_256),
        _ => return Err("no such row".into()),
    };
    Ok((pair, private.to_string().parse()?))
}
