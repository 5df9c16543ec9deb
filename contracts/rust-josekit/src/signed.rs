//! Signed tokens, and the sets of keys that they verify by.

use std::error::Error;

use josekit::jwk::{Jwk, JwkSet};
use josekit::jws::{
    ES256, ES384, ES512, EdDSA, HS256, HS384, HS512, JwsHeader, JwsSigner, JwsVerifier, PS256,
    PS384, PS512, RS256, RS384, RS512,
};
use josekit::jwt::{self, JwtPayload, JwtPayloadValidator};
use serde_json::Value;

use crate::{Answer, key, map, text};

fn signer(alg: &str, key: &Jwk) -> Result<Box<dyn JwsSigner>, Box<dyn Error>> {
    Ok(match alg {
        "HS256" => Box::new(HS256.signer_from_jwk(key)?),
        "HS384" => Box::new(HS384.signer_from_jwk(key)?),
        "HS512" => Box::new(HS512.signer_from_jwk(key)?),
        "ES256" => Box::new(ES256.signer_from_jwk(key)?),
        "ES384" => Box::new(ES384.signer_from_jwk(key)?),
        "ES512" => Box::new(ES512.signer_from_jwk(key)?),
        "RS256" => Box::new(RS256.signer_from_jwk(key)?),
        "RS384" => Box::new(RS384.signer_from_jwk(key)?),
        "RS512" => Box::new(RS512.signer_from_jwk(key)?),
        "PS256" => Box::new(PS256.signer_from_jwk(key)?),
        "PS384" => Box::new(PS384.signer_from_jwk(key)?),
        "PS512" => Box::new(PS512.signer_from_jwk(key)?),
        "EdDSA" => Box::new(EdDSA.signer_from_jwk(key)?),
        _ => return Err("this algorithm is not known".into()),
    })
}

fn verifier(alg: &str, key: &Jwk) -> Result<Box<dyn JwsVerifier>, Box<dyn Error>> {
    Ok(match alg {
        "HS256" => Box::new(HS256.verifier_from_jwk(key)?),
        "HS384" => Box::new(HS384.verifier_from_jwk(key)?),
        "HS512" => Box::new(HS512.verifier_from_jwk(key)?),
        "ES256" => Box::new(ES256.verifier_from_jwk(key)?),
        "ES384" => Box::new(ES384.verifier_from_jwk(key)?),
        "ES512" => Box::new(ES512.verifier_from_jwk(key)?),
        "RS256" => Box::new(RS256.verifier_from_jwk(key)?),
        "RS384" => Box::new(RS384.verifier_from_jwk(key)?),
        "RS512" => Box::new(RS512.verifier_from_jwk(key)?),
        "PS256" => Box::new(PS256.verifier_from_jwk(key)?),
        "PS384" => Box::new(PS384.verifier_from_jwk(key)?),
        "PS512" => Box::new(PS512.verifier_from_jwk(key)?),
        "EdDSA" => Box::new(EdDSA.verifier_from_jwk(key)?),
        _ => return Err("this algorithm is not known".into()),
    })
}

pub(crate) fn sign(task: &Value) -> Answer {
    let signer = signer(text(task, "alg")?, &key(task)?)?;
    let mut header = JwsHeader::new();
    header.set_token_type(text(&task["header"], "typ")?);
    let claims = JwtPayload::from_map(map(&task["claims"])?)?;
    Ok(jwt::encode_with_signer(&claims, &header, &*signer)?.into())
}

pub(crate) fn verify(task: &Value) -> Answer {
    claims(task, &*verifier(text(task, "alg")?, &key(task)?)?)
}

pub(crate) fn verify_by_set(task: &Value) -> Answer {
    let set = JwkSet::from_map(map(&task["set"])?)?;
    let header = jwt::decode_header(text(task, "token")?)?;
    let kid = header.claim("kid").and_then(Value::as_str);
    let found = set.get(kid.ok_or("no kid")?);
    let key = found.first().ok_or("no such key")?;
    claims(task, &*verifier(text(task, "alg")?, key)?)
}

/// The claims of a token that holds, for whom it is said to be.
fn claims(task: &Value, verifier: &dyn JwsVerifier) -> Answer {
    let (claims, _) = jwt::decode_with_verifier(text(task, "token")?, verifier)?;
    let mut expected = JwtPayloadValidator::new();
    expected.set_issuer(text(task, "issuer")?);
    expected.set_audience(text(task, "audience")?);
    expected.validate(&claims)?;
    Ok(claims.claims_set().clone().into())
}

pub(crate) fn publish(task: &Value) -> Answer {
    let mut set = JwkSet::new();
    for one in task["keys"].as_array().ok_or("no keys")? {
        let mut public = key(one)?.to_public_key()?;
        public.set_algorithm(text(one, "alg")?);
        public.set_key_use("sig");
        public.set_key_id(text(&one["key"], "kid")?);
        set.push_key(public);
    }
    Ok(serde_json::from_str(&set.to_string())?)
}
