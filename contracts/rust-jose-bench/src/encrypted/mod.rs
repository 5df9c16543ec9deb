//! Claims that are encrypted: beside the bare calls that each key management is made of, and josekit.
//! jsonwebtoken only signs.

mod bare;
mod peer;

use std::error::Error;
use std::hint::black_box;

use josekit::jwe::JweHeader;
use symbolon_jose::jwe::{
    self, ContentEncryption, Curve, DecryptionKey, Expected, KeyManagement, Protected, Typ,
};

use self::bare::Bare;
use self::peer::Pair;
use crate::claim::{ISSUER, claims};
use crate::measure::{BARE, Contender, Meter, OURS};

const KID: &str = "2026-11-e";

/// Key management, content encryption, and for key agreement the curve.
type Row = (KeyManagement, ContentEncryption, Option<Curve>);

const ROWS: [Row; 9] = [
    (KeyManagement::Dir, ContentEncryption::A256Gcm, None),
    (KeyManagement::Dir, ContentEncryption::A128CbcHs256, None),
    (KeyManagement::Dir, ContentEncryption::A256CbcHs512, None),
    (KeyManagement::A256Kw, ContentEncryption::A256Gcm, None),
    (KeyManagement::A256GcmKw, ContentEncryption::A256Gcm, None),
    (
        KeyManagement::EcdhEs,
        ContentEncryption::A256Gcm,
        Some(Curve::P256),
    ),
    (
        KeyManagement::EcdhEsA256Kw,
        ContentEncryption::A256Gcm,
        Some(Curve::P256),
    ),
    (
        KeyManagement::EcdhEsA256Kw,
        ContentEncryption::A256Gcm,
        Some(Curve::X25519),
    ),
    (KeyManagement::RsaOaep256, ContentEncryption::A256Gcm, None),
];

/// The same kind of key, as everybody wants it.
struct Keys {
    name: String,
    enc: ContentEncryption,
    own: DecryptionKey,
    bare: Bare,
    peer: Pair,
}

pub(crate) fn measure(meter: &mut Meter) -> Result<(), Box<dyn Error>> {
    let content = serde_json::to_vec(&claims(ISSUER))?;
    for row in ROWS {
        let keys = Keys::new(row)?;
        keys.encrypt(meter, &content)?;
        keys.decrypt(meter, &content)?;
    }
    Ok(())
}

impl Keys {
    fn new((management, enc, curve): Row) -> Result<Self, Box<dyn Error>> {
        let mut name = format!("{} {}", management.name(), enc.name());
        if let Some(curve) = curve {
            name = format!("{name} {}", curve.name());
        }
        let (peer, jwk) = peer::generate(management, enc, curve)?;
        let own = match management {
            KeyManagement::Dir => DecryptionKey::direct_from_jwk(&jwk, enc)?,
            _ => DecryptionKey::from_jwk(&jwk, management)?,
        };
        Ok(Self {
            name,
            enc,
            own,
            bare: Bare::new(management, enc, curve)?,
            peer,
        })
    }

    fn encrypt(&self, meter: &mut Meter, content: &[u8]) -> Result<(), Box<dyn Error>> {
        let key = self.own.encryption_key()?;
        let protected = Protected::new().cty("json");
        let header = self.header();
        let contenders = vec![
            Contender::new(BARE, || drop(black_box(self.bare.encrypt(content)))),
            Contender::new(OURS, || {
                drop(black_box(jwe::encrypt(&key, self.enc, &protected, content)));
            }),
            Contender::new("josekit", || {
                let encrypter = &*self.peer.encrypter;
                drop(black_box(josekit::jwe::serialize_compact(
                    content, &header, encrypter,
                )));
            }),
        ];
        meter.race(&format!("encrypt {}", self.name), contenders);
        Ok(())
    }

    fn decrypt(&self, meter: &mut Meter, content: &[u8]) -> Result<(), Box<dyn Error>> {
        let sent = self.bare.encrypt(content)?;
        let header = self.header();
        let token = josekit::jwe::serialize_compact(content, &header, &*self.peer.encrypter)?;
        let accepted = [self.enc];
        let read = || {
            let expected = Expected::new(&accepted, Typ::AbsentOr(&[]), Typ::AnyOf(&["json"]));
            jwe::decrypt(&token, &self.own, &expected)
        };
        let theirs = || josekit::jwe::deserialize_compact(&token, &*self.peer.decrypter);
        if self.bare.decrypt(&sent)? != content
            || read()?.plaintext() != content
            || theirs()?.0 != content
        {
            return Err("another content came out".into());
        }
        let contenders = vec![
            Contender::new(BARE, || drop(black_box(self.bare.decrypt(&sent)))),
            Contender::new(OURS, || drop(black_box(read()))),
            Contender::new("josekit", || drop(black_box(theirs()))),
        ];
        meter.race(&format!("decrypt {}", self.name), contenders);
        Ok(())
    }

    fn header(&self) -> JweHeader {
        let mut header = JweHeader::new();
        header.set_content_encryption(self.enc.name());
        header.set_content_type("json");
        header.set_key_id(KID);
        header
    }
}
