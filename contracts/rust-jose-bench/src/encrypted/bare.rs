//! The cryptography alone: what every encrypted token needs, by parsed keys, and nothing written.

use std::error::Error;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, ParsedPublicKey, PrivateKey};
use aws_lc_rs::cipher::{
    self, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey,
    UnboundCipherKey,
};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::kdf::{self, SskdfDigestAlgorithmId};
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrap as _};
use aws_lc_rs::rand;
use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, OaepPublicEncryptingKey,
    PrivateDecryptingKey,
};
use symbolon_jose::jwe::{ContentEncryption, Curve, KeyManagement};

/// As long as a usual header.
const AAD: [u8; 100] = [b'e'; 100];

/// Keys, parsed.
pub(super) enum Bare {
    Gcm(LessSafeKey),
    Cbc(Box<Cbc>),
    /// Its key is used up by each call.
    Wrap([u8; 32]),
    GcmWrap(LessSafeKey),
    Agree(Box<Agree>),
    Oaep(OaepPublicEncryptingKey, OaepPrivateDecryptingKey),
}

pub(super) struct Cbc {
    encrypting: PaddedBlockEncryptingKey,
    decrypting: PaddedBlockDecryptingKey,
    mac: hmac::Key,
}

pub(super) struct Agree {
    algorithm: &'static agreement::Algorithm,
    own: PrivateKey,
    public: ParsedPublicKey,
    wraps: bool,
}

/// What is sent.
#[derive(Default)]
pub(super) struct Sent {
    key: Vec<u8>,
    key_tag: Vec<u8>,
    ephemeral: Vec<u8>,
    iv: [u8; 16],
    text: Vec<u8>,
    tag: Vec<u8>,
}

fn gcm(secret: &[u8]) -> Result<LessSafeKey, Unspecified> {
    Ok(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, secret)?))
}

impl Bare {
    pub(super) fn new(
        management: KeyManagement,
        enc: ContentEncryption,
        curve: Option<Curve>,
    ) -> Result<Self, Box<dyn Error>> {
        Ok(match (management, curve) {
            (KeyManagement::Dir, _) => match enc {
                ContentEncryption::A128CbcHs256 => {
                    Self::Cbc(Box::new(Cbc::new(&cipher::AES_128, hmac::HMAC_SHA256)?))
                }
                ContentEncryption::A256CbcHs512 => {
                    Self::Cbc(Box::new(Cbc::new(&cipher::AES_256, hmac::HMAC_SHA512)?))
                }
                _ => Self::Gcm(gcm(&[7; 32])?),
            },
            (KeyManagement::A256Kw, _) => Self::Wrap([7; 32]),
            (KeyManagement::A256GcmKw, _) => Self::GcmWrap(gcm(&[7; 32])?),
            (KeyManagement::RsaOaep256, _) => {
                let private = PrivateDecryptingKey::generate(KeySize::Rsa2048)?;
                let public = OaepPublicEncryptingKey::new(private.public_key())?;
                Self::Oaep(public, OaepPrivateDecryptingKey::new(private)?)
            }
            (_, Some(curve)) => {
                let wraps = management != KeyManagement::EcdhEs;
                Self::Agree(Box::new(Agree::new(curve, wraps)?))
            }
            (_, None) => return Err("no such row".into()),
        })
    }

    pub(super) fn encrypt(&self, content: &[u8]) -> Result<Sent, Unspecified> {
        let mut sent = Sent::default();
        let mut secret = [0; 32];
        match self {
            Self::Gcm(key) => return sent.seal(key, content),
            Self::Cbc(key) => return key.seal(sent, content),
            Self::Wrap(key) => {
                rand::fill(&mut secret)?;
                sent.key = wrap(key, &secret)?;
            }
            Self::GcmWrap(key) => {
                rand::fill(&mut secret)?;
                sent.key = secret.to_vec();
                let mut nonce = [0; 12];
                rand::fill(&mut nonce)?;
                sent.iv[..12].copy_from_slice(&nonce);
                let nonce = Nonce::assume_unique_for_key(nonce);
                let tag = key.seal_in_place_separate_tag(nonce, Aad::empty(), &mut sent.key)?;
                sent.key_tag = [&sent.iv[..12], tag.as_ref()].concat();
            }
            Self::Agree(key) => secret = key.send(&mut sent)?,
            Self::Oaep(public, _) => {
                rand::fill(&mut secret)?;
                sent.key = vec![0; public.ciphertext_size()];
                public.encrypt(&OAEP_SHA256_MGF1SHA256, &secret, &mut sent.key, None)?;
            }
        }
        sent.seal(&gcm(&secret)?, content)
    }

    pub(super) fn decrypt(&self, sent: &Sent) -> Result<Vec<u8>, Unspecified> {
        match self {
            Self::Gcm(key) => sent.open(key),
            Self::Cbc(key) => key.open(sent),
            Self::Wrap(key) => sent.open(&gcm(&unwrap(key, &sent.key)?)?),
            Self::GcmWrap(key) => {
                let (nonce, tag) = sent.key_tag.split_at(12);
                let nonce = Nonce::try_assume_unique_for_key(nonce)?;
                let mut secret = sent.key.clone();
                key.open_in_place_separate_tag(nonce, Aad::empty(), tag, &mut secret)?;
                sent.open(&gcm(&secret)?)
            }
            Self::Agree(key) => sent.open(&gcm(&key.receive(sent)?)?),
            Self::Oaep(_, private) => {
                let mut room = vec![0; private.min_output_size()];
                let secret =
                    private.decrypt(&OAEP_SHA256_MGF1SHA256, &sent.key, &mut room, None)?;
                sent.open(&gcm(secret)?)
            }
        }
    }
}

impl Sent {
    fn seal(mut self, key: &LessSafeKey, content: &[u8]) -> Result<Self, Unspecified> {
        rand::fill(&mut self.iv[..12])?;
        self.text = content.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(&self.iv[..12])?;
        let tag = key.seal_in_place_separate_tag(nonce, Aad::from(AAD), &mut self.text)?;
        self.tag = tag.as_ref().to_vec();
        Ok(self)
    }

    fn open(&self, key: &LessSafeKey) -> Result<Vec<u8>, Unspecified> {
        let mut text = self.text.clone();
        let nonce = Nonce::try_assume_unique_for_key(&self.iv[..12])?;
        key.open_in_place_separate_tag(nonce, Aad::from(AAD), &self.tag, &mut text)?;
        Ok(text)
    }
}

impl Cbc {
    fn new(
        algorithm: &'static cipher::Algorithm,
        hash: hmac::Algorithm,
    ) -> Result<Self, Unspecified> {
        let half = vec![7; hash.digest_algorithm().output_len() / 2];
        let key = || UnboundCipherKey::new(algorithm, &half);
        Ok(Self {
            encrypting: PaddedBlockEncryptingKey::cbc_pkcs7(key()?)?,
            decrypting: PaddedBlockDecryptingKey::cbc_pkcs7(key()?)?,
            mac: hmac::Key::new(hash, &half),
        })
    }

    fn tag(&self, sent: &Sent) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.mac);
        for part in [&AAD[..], &sent.iv, &sent.text, &800_u64.to_be_bytes()] {
            context.update(part);
        }
        let tag = context.sign();
        tag.as_ref()[..tag.as_ref().len() / 2].to_vec()
    }

    fn seal(&self, mut sent: Sent, content: &[u8]) -> Result<Sent, Unspecified> {
        rand::fill(&mut sent.iv)?;
        sent.text = Vec::with_capacity(content.len() + 16);
        sent.text.extend_from_slice(content);
        let context = EncryptionContext::Iv128(FixedLength::from(sent.iv));
        self.encrypting.less_safe_encrypt(&mut sent.text, context)?;
        sent.tag = self.tag(&sent);
        Ok(sent)
    }

    fn open(&self, sent: &Sent) -> Result<Vec<u8>, Unspecified> {
        aws_lc_rs::constant_time::verify_slices_are_equal(&self.tag(sent), &sent.tag)?;
        let mut text = sent.text.clone();
        let context = DecryptionContext::Iv128(FixedLength::from(sent.iv));
        let len = self.decrypting.decrypt(&mut text, context)?.len();
        text.truncate(len);
        Ok(text)
    }
}

impl Agree {
    fn new(curve: Curve, wraps: bool) -> Result<Self, Box<dyn Error>> {
        let algorithm = match curve {
            Curve::P256 => &agreement::ECDH_P256,
            Curve::P384 => &agreement::ECDH_P384,
            Curve::P521 => &agreement::ECDH_P521,
            Curve::X25519 => &agreement::X25519,
        };
        let own = PrivateKey::generate(algorithm)?;
        let public = agreement::UnparsedPublicKey::new(algorithm, own.compute_public_key()?);
        let public = ParsedPublicKey::try_from(public)?;
        Ok(Self {
            algorithm,
            own,
            public,
            wraps,
        })
    }

    fn send(&self, sent: &mut Sent) -> Result<[u8; 32], Unspecified> {
        let ephemeral = PrivateKey::generate(self.algorithm)?;
        sent.ephemeral = ephemeral.compute_public_key()?.as_ref().to_vec();
        let agreed = agreement::agree(&ephemeral, self.public.clone(), Unspecified, derive)?;
        if !self.wraps {
            return Ok(agreed);
        }
        let mut secret = [0; 32];
        rand::fill(&mut secret)?;
        sent.key = wrap(&agreed, &secret)?;
        Ok(secret)
    }

    fn receive(&self, sent: &Sent) -> Result<Vec<u8>, Unspecified> {
        let ephemeral = agreement::UnparsedPublicKey::new(self.algorithm, &sent.ephemeral);
        let agreed = agreement::agree(&self.own, ephemeral, Unspecified, derive)?;
        if !self.wraps {
            return Ok(agreed.to_vec());
        }
        unwrap(&agreed, &sent.key)
    }
}

fn wrap(key: &[u8], secret: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let mut room = vec![0; secret.len() + 8];
    AesKek::new(&AES_256, key)?.wrap(secret, &mut room)?;
    Ok(room)
}

fn unwrap(key: &[u8], wrapped: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let mut room = vec![0; wrapped.len()];
    let key = AesKek::new(&AES_256, key)?;
    Ok(key.unwrap(wrapped, &mut room)?.to_vec())
}

fn derive(secret: &[u8]) -> Result<[u8; 32], Unspecified> {
    let hash = kdf::get_sskdf_digest_algorithm(SskdfDigestAlgorithmId::Sha256);
    let mut key = [0; 32];
    kdf::sskdf_digest(hash.ok_or(Unspecified)?, secret, &[1; 30], &mut key)?;
    Ok(key)
}
