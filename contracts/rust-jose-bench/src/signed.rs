//! Tokens signed by key pairs.

use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, ParsedPublicKey,
    RsaEncoding, RsaKeyPair, VerificationAlgorithm,
};
use josekit::jws::JwsHeader;
use josekit::jwt::{JwtPayload, JwtPayloadValidator};
use jsonwebtoken::{Header, Validation};
use serde_json::{Map, Value};
use symbolon_jose::jwt::{self, Purpose, Signer};
use symbolon_jose::{KeySet, SigningKey, base64url};

use crate::claim::{AUDIENCE, Claims, ISSUER, claims, expected};
use crate::measure::{BARE, Contender, Meter, OURS};
use crate::peer;

const KID: &str = "2026-11-a";

/// The cryptography alone, by a parsed key.
enum Bare {
    Ed25519(Ed25519KeyPair),
    Ecdsa(EcdsaKeyPair),
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
}

type Verification = &'static dyn VerificationAlgorithm;

fn ecdsa(
    algorithm: &'static EcdsaSigningAlgorithm,
    verification: Verification,
    pkcs8: &[u8],
) -> Result<(Bare, ParsedPublicKey), Box<dyn Error>> {
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8)?;
    let public = ParsedPublicKey::new(verification, pair.public_key().as_ref())?;
    Ok((Bare::Ecdsa(pair), public))
}

fn rsa(
    encoding: &'static dyn RsaEncoding,
    verification: Verification,
    pkcs8: &[u8],
) -> Result<(Bare, ParsedPublicKey), Box<dyn Error>> {
    let pair = RsaKeyPair::from_pkcs8(pkcs8)?;
    let public = ParsedPublicKey::new(verification, pair.public_key().as_ref())?;
    Ok((Bare::Rsa(pair, encoding), public))
}

fn bare(name: &str, pkcs8: &[u8]) -> Result<(Bare, ParsedPublicKey), Box<dyn Error>> {
    use signature as s;
    match name {
        "EdDSA" => {
            let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8)?;
            let public = ParsedPublicKey::new(&s::ED25519, pair.public_key().as_ref())?;
            Ok((Bare::Ed25519(pair), public))
        }
        "ES256" => ecdsa(
            &s::ECDSA_P256_SHA256_FIXED_SIGNING,
            &s::ECDSA_P256_SHA256_FIXED,
            pkcs8,
        ),
        "ES384" => ecdsa(
            &s::ECDSA_P384_SHA384_FIXED_SIGNING,
            &s::ECDSA_P384_SHA384_FIXED,
            pkcs8,
        ),
        "ES512" => ecdsa(
            &s::ECDSA_P521_SHA512_FIXED_SIGNING,
            &s::ECDSA_P521_SHA512_FIXED,
            pkcs8,
        ),
        "PS256" => rsa(&s::RSA_PSS_SHA256, &s::RSA_PSS_2048_8192_SHA256, pkcs8),
        "PS384" => rsa(&s::RSA_PSS_SHA384, &s::RSA_PSS_2048_8192_SHA384, pkcs8),
        "PS512" => rsa(&s::RSA_PSS_SHA512, &s::RSA_PSS_2048_8192_SHA512, pkcs8),
        "RS256" => rsa(&s::RSA_PKCS1_SHA256, &s::RSA_PKCS1_2048_8192_SHA256, pkcs8),
        "RS384" => rsa(&s::RSA_PKCS1_SHA384, &s::RSA_PKCS1_2048_8192_SHA384, pkcs8),
        "RS512" => rsa(&s::RSA_PKCS1_SHA512, &s::RSA_PKCS1_2048_8192_SHA512, pkcs8),
        _ => Err("no such algorithm".into()),
    }
}

impl Bare {
    fn sign(&self, random: &SystemRandom, message: &[u8], room: &mut [u8]) {
        match self {
            Self::Ed25519(pair) => drop(black_box(pair.sign(message))),
            Self::Ecdsa(pair) => drop(black_box(pair.sign(random, message))),
            Self::Rsa(pair, encoding) => {
                let room = &mut room[..pair.public_modulus_len()];
                let _ = black_box(pair.sign(*encoding, random, message, room));
            }
        }
    }
}

/// Names of the algorithms measured. Ed25519 by its older name, the only one that all have.
const NAMES: [&str; 10] = [
    "EdDSA", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512",
];

pub(crate) fn measure(meter: &mut Meter) -> Result<(), Box<dyn Error>> {
    for name in NAMES {
        let key = SigningKey::generate(name.parse()?)?.with_kid(KID);
        sign(meter, name, &key)?;
        verify(meter, name, key)?;
    }
    Ok(())
}

pub(crate) fn payload(claims: &Claims) -> Result<JwtPayload, Box<dyn Error>> {
    let claims: Map<String, Value> = serde_json::from_value(serde_json::to_value(claims)?)?;
    Ok(JwtPayload::from_map(claims)?)
}

fn sign(meter: &mut Meter, name: &str, key: &SigningKey) -> Result<(), Box<dyn Error>> {
    let pkcs8 = key.to_pkcs8()?;
    let claims = claims(ISSUER);
    let own = SigningKey::from_pkcs8(key.algorithm(), &pkcs8)?.with_kid(KID);
    let signer = Signer::new(Arc::new(own), Purpose::AccessToken)?;
    let token = signer.sign(&claims)?;
    let (message, _) = token.rsplit_once('.').ok_or("no token")?;
    let (bare, _) = bare(name, &pkcs8)?;
    let (random, mut room) = (SystemRandom::new(), [0; 512]);
    let mut contenders = vec![
        Contender::new(BARE, move || {
            bare.sign(&random, message.as_bytes(), &mut room)
        }),
        Contender::new(OURS, || drop(black_box(signer.sign(&claims)))),
    ];
    if let Some((encoding, _)) = peer::jsonwebtoken(name, key)? {
        let mut header = Header::new(name.parse()?);
        (header.kid, header.typ) = (Some(KID.into()), Some("at+jwt".into()));
        let claims = &claims;
        contenders.push(Contender::new("jsonwebtoken", move || {
            drop(black_box(jsonwebtoken::encode(&header, claims, &encoding)));
        }));
    }
    let (josekit, _) = peer::josekit(name, key)?;
    let mut header = JwsHeader::new();
    header.set_token_type("at+jwt");
    header.set_key_id(KID);
    let payload = payload(&claims)?;
    contenders.push(Contender::new("josekit", move || {
        drop(black_box(josekit::jwt::encode_with_signer(
            &payload, &header, &*josekit,
        )));
    }));
    meter.race(&format!("sign {name}"), contenders);
    Ok(())
}

fn verify(meter: &mut Meter, name: &str, key: SigningKey) -> Result<(), Box<dyn Error>> {
    let token = jwt::sign(&key, Purpose::AccessToken, &claims(ISSUER))?;
    let token = token.as_str();
    let trusted = KeySet::new([key.public()])?;
    let (message, signature) = token.rsplit_once('.').ok_or("no token")?;
    let signature = base64url::decode(signature)?;
    let (_, public) = bare(name, &key.to_pkcs8()?)?;
    let read = || jwt::verify::<Claims>(token, &trusted, &expected(Purpose::AccessToken, ISSUER));
    read()?;
    public.verify_sig(message.as_bytes(), &signature)?;
    let mut contenders = vec![
        Contender::new(BARE, move || {
            let _ = black_box(public.verify_sig(message.as_bytes(), &signature));
        }),
        Contender::new(OURS, move || drop(black_box(read()))),
    ];
    if let Some((_, decoding)) = peer::jsonwebtoken(name, &key)? {
        contenders.push(jsonwebtoken(token, decoding, (name, ISSUER))?);
    }
    let (_, verifier) = peer::josekit(name, &key)?;
    contenders.push(josekit(token, verifier, ISSUER)?);
    meter.race(&format!("verify {name}"), contenders);
    Ok(())
}

/// Reads the same claims, and checks issuer, audience and time.
pub(crate) fn jsonwebtoken<'a>(
    token: &'a str,
    key: jsonwebtoken::DecodingKey,
    (name, issuer): (&str, &str),
) -> Result<Contender<'a>, Box<dyn Error>> {
    let mut wanted = Validation::new(name.parse()?);
    wanted.set_issuer(&[issuer]);
    wanted.set_audience(&[AUDIENCE]);
    let read = move || jsonwebtoken::decode::<Claims>(token, &key, &wanted);
    read()?;
    Ok(Contender::new("jsonwebtoken", move || {
        drop(black_box(read()))
    }))
}

/// Reads the claims, which it has in no other form than a map, and checks issuer, audience and time.
pub(crate) fn josekit<'a>(
    token: &'a str,
    verifier: Box<dyn josekit::jws::JwsVerifier>,
    issuer: &str,
) -> Result<Contender<'a>, Box<dyn Error>> {
    let mut wanted = JwtPayloadValidator::new();
    wanted.set_issuer(issuer);
    wanted.set_audience(AUDIENCE);
    let read = move || {
        let (claims, _) = josekit::jwt::decode_with_verifier(token, &*verifier)?;
        wanted.validate(&claims).map(|()| claims)
    };
    read()?;
    Ok(Contender::new("josekit", move || drop(black_box(read()))))
}
