//! For whom a token is encrypted: a client or a resource that registered how, and whose public key it
//! is (RFC 7516; OpenID Connect Core §10.2, Registration §2).
//!
//! 1. `alg` names how the content's key reaches the recipient, `enc` what encrypts the content. Where
//!    only `alg` is named, `enc` is the one that the standard says: `A128CBC-HS256`.
//! 2. The key comes from the set that the recipient handed over or publishes: the first that is
//!    marked for encryption and fits, else the first that fits.

use std::sync::Arc;

use serde::Serialize;
use symbolon_jose::jwe::{
    self, ContentEncryption, EncryptError, EncryptionKey, EncryptionKeyError, KeyManagement,
    Protected,
};
use symbolon_jose::jwt::{Nesting, NestingError, Purpose};
use symbolon_jose::{JwkSet, SignError};
use symbolon_keys::ring::ActiveKey;
use symbolon_token::call::Call;
use symbolon_token::time::Time;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::World;
use crate::jwks_uri::{self, JwksUriError, PublishedKeys};

/// What encrypts the content where nobody says (OpenID Connect Registration §2).
pub const USUAL: ContentEncryption = ContentEncryption::A128CbcHs256;

/// Longest key set that is handed over, in bytes.
const MAX_JWKS: usize = 32 * 1024;

/// Longest name of a key to encrypt by, in bytes: it stands in the header of each token.
const MAX_KID: usize = 200;

/// How a recipient wants its tokens encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encryption {
    /// How the content's key reaches it.
    pub alg: KeyManagement,
    /// What encrypts the content.
    pub enc: ContentEncryption,
}

impl Encryption {
    /// What was registered, if anything was.
    #[must_use]
    pub fn registered(alg: Option<KeyManagement>, enc: Option<ContentEncryption>) -> Option<Self> {
        let enc = enc.unwrap_or(USUAL);
        alg.map(|alg| Self { alg, enc })
    }
}

/// Where a recipient's keys are.
#[derive(Clone, Copy)]
pub enum KeysAt<'a> {
    /// It has none.
    Nowhere,
    /// It handed them over.
    Here(&'a PublishedKeys),
    /// It publishes them.
    There(&'a str),
}

impl<'a> KeysAt<'a> {
    /// Those handed over, else those published: a party has one of them at most.
    #[must_use]
    pub fn of(handed_over: Option<&'a PublishedKeys>, jwks_uri: Option<&'a str>) -> Self {
        match (handed_over, jwks_uri) {
            (Some(keys), _) => Self::Here(keys),
            (None, Some(url)) => Self::There(url),
            (None, None) => Self::Nowhere,
        }
    }
}

/// Why nothing is encrypted for a recipient.
#[derive(Debug, Error)]
pub enum RecipientError {
    /// Its keys are not to be had.
    #[error(transparent)]
    Keys(#[from] JwksUriError),
    /// None of them fits.
    #[error("the recipient has no key that fits: {0}")]
    Key(#[from] EncryptionKeyError),
    /// The library did not encrypt.
    #[error(transparent)]
    Encrypt(#[from] EncryptError),
    /// The library did not sign or encrypt.
    #[error(transparent)]
    Nesting(#[from] NestingError),
}

impl RecipientError {
    /// Asking again later may help.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Keys(JwksUriError::Unfetched))
    }

    /// It is the recipient's keys that are no good.
    #[must_use]
    pub fn is_recipients(&self) -> bool {
        match self {
            Self::Keys(JwksUriError::Unusable(_)) | Self::Key(_) => true,
            Self::Encrypt(error) | Self::Nesting(NestingError::Encrypt(error)) => {
                matches!(error, EncryptError::HeaderTooLong | EncryptError::Agreement)
            }
            Self::Keys(JwksUriError::Unfetched) | Self::Nesting(_) => false,
        }
    }
}

/// The key to encrypt by: step 2.
///
/// # Errors
/// [`RecipientError`].
pub async fn recipient(
    world: &World,
    keys: KeysAt<'_>,
    alg: KeyManagement,
    now: Time,
) -> Result<EncryptionKey, RecipientError> {
    let published: Arc<PublishedKeys>;
    let set = match keys {
        KeysAt::Nowhere => return Err(EncryptionKeyError::Empty.into()),
        KeysAt::Here(keys) => &keys.all,
        KeysAt::There(url) => {
            published = jwks_uri::find(&world.jwks_uris, (url, None), now).await?;
            &published.all
        }
    };
    Ok(fitting(set, alg)?)
}

/// The key of a set that serves an algorithm.
fn fitting(set: &JwkSet, alg: KeyManagement) -> Result<EncryptionKey, EncryptionKeyError> {
    let key = EncryptionKey::from_jwks(set, alg)?;
    match key.kid() {
        Some(kid) if kid.len() > MAX_KID => Err(EncryptionKeyError::Empty),
        Some(_) | None => Ok(key),
    }
}

/// Signs claims for a purpose, and encrypts the token for a recipient.
///
/// # Errors
/// [`RecipientError`].
pub async fn sign_and_encrypt(
    world: &World,
    call: &Call,
    (key, purpose, claims): (&ActiveKey, Purpose, &(impl Serialize + Sync)),
    (keys, wish): (KeysAt<'_>, Encryption),
) -> Result<String, RecipientError> {
    let recipient = recipient(world, keys, wish.alg, call.now).await?;
    let nesting = Nesting::new(&recipient, wish.enc);
    Ok(key.sign_and_encrypt(purpose, claims, &nesting)?)
}

/// Encrypts claims for a recipient, unsigned: it trusts them for the connection that they come by.
///
/// # Errors
/// [`RecipientError`].
pub async fn encrypt(
    world: &World,
    call: &Call,
    claims: &(impl Serialize + Sync),
    (keys, wish): (KeysAt<'_>, Encryption),
) -> Result<String, RecipientError> {
    let recipient = recipient(world, keys, wish.alg, call.now).await?;
    let content = serde_json::to_vec(claims).map_err(|_| NestingError::from(SignError::Claims))?;
    let content = Zeroizing::new(content);
    let protected = Protected::new().typ("JWT");
    Ok(jwe::encrypt(&recipient, wish.enc, &protected, &content)?)
}

/// Why a party cannot be a recipient as it is set. Members are named without their ending `_alg` or
/// `_enc`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EncryptionSettingsError {
    /// Only half is said.
    #[error("{0}_enc needs {0}_alg beside it")]
    EncWithoutAlg(&'static str),
    /// The algorithm is none that a public key serves.
    #[error("{0}_alg is one of {1}")]
    Alg(&'static str, String),
    /// There are no keys.
    #[error("{0}_alg needs jwks with a public key for {1}, or jwks_uri where there is one")]
    NoKey(&'static str, KeyManagement),
}

/// Checks one pair of members, by the name that both begin with.
///
/// # Errors
/// [`EncryptionSettingsError`].
pub(crate) fn check(
    member: &'static str,
    (alg, enc): (Option<KeyManagement>, Option<ContentEncryption>),
    allowed: &[KeyManagement],
    keys: KeysAt<'_>,
) -> Result<(), EncryptionSettingsError> {
    let Some(alg) = alg else {
        return match enc {
            Some(_) => Err(EncryptionSettingsError::EncWithoutAlg(member)),
            None => Ok(()),
        };
    };
    if !allowed.contains(&alg) {
        let names: Vec<_> = allowed.iter().map(|one| one.name()).collect();
        return Err(EncryptionSettingsError::Alg(member, names.join(", ")));
    }
    let fits = match keys {
        KeysAt::Nowhere => false,
        KeysAt::Here(keys) => fitting(&keys.all, alg).is_ok(),
        KeysAt::There(_) => true,
    };
    if fits {
        Ok(())
    } else {
        Err(EncryptionSettingsError::NoKey(member, alg))
    }
}

/// Reads keys that were handed over.
///
/// # Errors
/// Why they cannot be used, in a few words.
pub(crate) fn handed_over(jwks: &serde_json::Value) -> Result<PublishedKeys, String> {
    let text = jwks.to_string();
    if text.len() > MAX_JWKS {
        return Err(format!("at most {MAX_JWKS} bytes"));
    }
    PublishedKeys::read(text.as_bytes()).map_err(|error| match error {
        JwksUriError::Unusable(why) => why,
        JwksUriError::Unfetched => error.to_string(),
    })
}
