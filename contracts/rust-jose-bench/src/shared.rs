//! Tokens signed by shared secrets.

use std::error::Error;
use std::hint::black_box;

use aws_lc_rs::hmac;
use josekit::jws::JwsHeader;
use jsonwebtoken::{DecodingKey, EncodingKey, Header};
use symbolon_jose::jwt::Purpose;
use symbolon_jose::{SymmetricKey, base64url, symmetric};

use crate::claim::{Claims, assertion, expected};
use crate::measure::{BARE, Contender, Meter, OURS};
use crate::{peer, signed};

const SECRET: [u8; 64] = [7; 64];

/// Who issues: the client.
const CLIENT: &str = "3b1f8d0e-7a44-4a55-9d0b-0c2f6a1f9f11";

pub(crate) fn measure(meter: &mut Meter) -> Result<(), Box<dyn Error>> {
    for (name, hash) in [
        ("HS256", hmac::HMAC_SHA256),
        ("HS384", hmac::HMAC_SHA384),
        ("HS512", hmac::HMAC_SHA512),
    ] {
        let key = SymmetricKey::new(name.parse()?, &SECRET)?;
        let bare = hmac::Key::new(hash, &SECRET);
        sign(meter, name, (&key, &bare))?;
        verify(meter, name, (&key, &bare))?;
    }
    Ok(())
}

type Keys<'a> = (&'a SymmetricKey, &'a hmac::Key);

fn sign(meter: &mut Meter, name: &str, (key, bare): Keys<'_>) -> Result<(), Box<dyn Error>> {
    let claims = assertion();
    let token = symmetric::sign(key, &claims)?;
    let (message, _) = token.rsplit_once('.').ok_or("no token")?;
    let mut header = Header::new(name.parse()?);
    header.typ = Some(Purpose::ClientAssertion.typ().into());
    let encoding = EncodingKey::from_secret(&SECRET);
    let mut named = JwsHeader::new();
    named.set_token_type(Purpose::ClientAssertion.typ());
    let (josekit, _) = peer::josekit_shared(name, &SECRET)?;
    let (payload, claims) = (signed::payload(&claims)?, &claims);
    let contenders = vec![
        Contender::new(BARE, || {
            black_box(hmac::sign(bare, message.as_bytes()));
        }),
        Contender::new(OURS, || drop(black_box(symmetric::sign(key, claims)))),
        Contender::new("jsonwebtoken", move || {
            drop(black_box(jsonwebtoken::encode(&header, claims, &encoding)));
        }),
        Contender::new("josekit", move || {
            drop(black_box(josekit::jwt::encode_with_signer(
                &payload, &named, &*josekit,
            )));
        }),
    ];
    meter.race(&format!("sign {name}"), contenders);
    Ok(())
}

fn verify(meter: &mut Meter, name: &str, (key, bare): Keys<'_>) -> Result<(), Box<dyn Error>> {
    let token = symmetric::sign(key, &assertion())?;
    let (message, tag) = token.rsplit_once('.').ok_or("no token")?;
    let tag = base64url::decode(tag)?;
    let read = || {
        let expected = expected(Purpose::ClientAssertion, CLIENT);
        symmetric::verify::<Claims>(&token, key, &expected)
    };
    read()?;
    let (_, verifier) = peer::josekit_shared(name, &SECRET)?;
    let decoding = DecodingKey::from_secret(&SECRET);
    let contenders = vec![
        Contender::new(BARE, || {
            let _ = black_box(hmac::verify(bare, message.as_bytes(), &tag));
        }),
        Contender::new(OURS, || drop(black_box(read()))),
        signed::jsonwebtoken(&token, decoding, (name, CLIENT))?,
        signed::josekit(&token, verifier, CLIENT)?,
    ];
    meter.race(&format!("verify {name}"), contenders);
    Ok(())
}
