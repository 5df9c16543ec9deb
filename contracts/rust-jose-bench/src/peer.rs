//! The keys of one algorithm, as each of the other libraries wants them.

use std::error::Error;

use base64::Engine as _;
use josekit::jwk::KeyPair as _;
use josekit::jwk::alg::rsa::RsaKeyPair;
use josekit::jws::{
    ES256, ES384, ES512, EdDSA, HS256, HS384, HS512, JwsSigner, JwsVerifier, PS256, PS384, PS512,
    RS256, RS384, RS512,
};
use jsonwebtoken::{AlgorithmFamily, DecodingKey, EncodingKey};
use symbolon_jose::SigningKey;

/// Unencrypted PKCS#8.
pub(crate) fn pem(key: &SigningKey) -> Result<String, Box<dyn Error>> {
    let text = base64::engine::general_purpose::STANDARD.encode(&*key.to_pkcs8()?);
    Ok(format!(
        "-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n"
    ))
}

/// jsonwebtoken's keys; none for an algorithm that it lacks.
pub(crate) fn jsonwebtoken(
    name: &str,
    key: &SigningKey,
) -> Result<Option<(EncodingKey, DecodingKey)>, Box<dyn Error>> {
    let Ok(algorithm) = name.parse::<jsonwebtoken::Algorithm>() else {
        return Ok(None);
    };
    let pem = pem(key)?;
    let encoding = match algorithm.family() {
        AlgorithmFamily::Rsa => EncodingKey::from_rsa_pem(pem.as_bytes())?,
        AlgorithmFamily::Ec => EncodingKey::from_ec_pem(pem.as_bytes())?,
        AlgorithmFamily::Ed => EncodingKey::from_ed_pem(pem.as_bytes())?,
        AlgorithmFamily::Hmac => return Ok(None),
    };
    let jwk = serde_json::from_value(serde_json::to_value(key.public().to_jwk())?)?;
    Ok(Some((encoding, DecodingKey::from_jwk(&jwk)?)))
}

type Josekit = (Box<dyn JwsSigner>, Box<dyn JwsVerifier>);

/// josekit's keys.
pub(crate) fn josekit(name: &str, key: &SigningKey) -> Result<Josekit, Box<dyn Error>> {
    let pem = pem(key)?;
    let jwk = serde_json::to_string(&key.public().to_jwk())?;
    let jwk = josekit::jwk::Jwk::from_bytes(jwk)?;
    macro_rules! keys {
        ($algorithm:expr) => {
            (
                Box::new($algorithm.signer_from_pem(&pem)?),
                Box::new($algorithm.verifier_from_jwk(&jwk)?),
            )
        };
    }
    // By PEM it wants keys that are marked for PSS.
    macro_rules! pss {
        ($algorithm:expr) => {{
            let private = RsaKeyPair::from_pem(&pem)?.to_jwk_private_key();
            (
                Box::new($algorithm.signer_from_jwk(&private)?),
                Box::new($algorithm.verifier_from_jwk(&jwk)?),
            )
        }};
    }
    Ok(match name {
        "EdDSA" => keys!(EdDSA),
        "ES256" => keys!(ES256),
        "ES384" => keys!(ES384),
        "ES512" => keys!(ES512),
        "RS256" => keys!(RS256),
        "RS384" => keys!(RS384),
        "RS512" => keys!(RS512),
        "PS256" => pss!(PS256),
        "PS384" => pss!(PS384),
        "PS512" => pss!(PS512),
        _ => return Err("no such algorithm".into()),
    })
}

/// josekit's keys of a shared secret.
pub(crate) fn josekit_shared(name: &str, secret: &[u8]) -> Result<Josekit, Box<dyn Error>> {
    macro_rules! keys {
        ($algorithm:expr) => {
            (
                Box::new($algorithm.signer_from_bytes(secret)?),
                Box::new($algorithm.verifier_from_bytes(secret)?),
            )
        };
    }
    Ok(match name {
        "HS256" => keys!(HS256),
        "HS384" => keys!(HS384),
        "HS512" => keys!(HS512),
        _ => return Err("no such algorithm".into()),
    })
}
