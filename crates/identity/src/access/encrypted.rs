//! Encrypted access tokens (RFC 9068 §2 by RFC 7516): signed as any other, then encrypted to the
//! resource's key, so that whoever carries one reads nothing of it.
//!
//! The authority opens it again without that key: the header repeats the `jti` (RFC 7519 §5.3), and
//! the content's key follows from it. A header that names another `jti` leads to another key, under
//! which nothing opens.

use symbolon_jose::KeySource;
use symbolon_jose::danger::unauthenticated_header;
use symbolon_jose::jwe::{ContentEncryption, ContentKey, EncryptionKey, KeyManagement};
use symbolon_jose::jwt::{Claim, Expected, Nesting, Verified, open_and_verify};
use symbolon_keys::pepper::ContentBytes;
use symbolon_keys::ring::ActiveKey;
use symbolon_token::node::RealmNode;
use symbolon_token::time::Time;

use super::claim::AccessClaims;
use super::issue::Signed;
use crate::World;
use crate::encryption::{self, KeysAt, RecipientError};
use crate::jwks_uri::JwksUriError;
use crate::resource::{CHOSEN, Resource};

/// The key of a resource.
pub(super) async fn recipient(
    world: &World,
    resource: &Resource,
    alg: KeyManagement,
    now: Time,
) -> Result<EncryptionKey, RecipientError> {
    let settings = &resource.settings;
    let handed_over = world.directory.handed_over.of(resource);
    let handed_over = handed_over.map_err(JwksUriError::Unusable)?;
    let keys = KeysAt::of(handed_over.as_deref(), settings.jwks_uri.as_deref());
    encryption::recipient(world, keys, alg, now).await
}

/// Signs and encrypts.
pub(super) fn nest(
    world: &World,
    key: &ActiveKey,
    (signed, realm): (&Signed<'_>, RealmNode),
    (recipient, enc): (&EncryptionKey, ContentEncryption),
) -> Result<String, RecipientError> {
    let bytes = world
        .material
        .content_keys
        .current(realm, &signed.claims.jti);
    let content_key = content_key(enc, &bytes)?;
    let nesting = Nesting::with_content_key(recipient, &content_key).repeat(&[Claim::Jti]);
    Ok(key.sign_and_encrypt(signed.purpose, &signed.claims, &nesting)?)
}

/// What an encrypted token says, if this realm encrypted it and one of these keys signed it.
pub(super) fn open(
    world: &World,
    realm: RealmNode,
    token: &str,
    (keys, expected): (&impl KeySource, &Expected<'_>),
) -> Option<Verified<AccessClaims<'static>>> {
    let header = unauthenticated_header(token).ok()?;
    KeyManagement::from_name(&header.alg_name).filter(|alg| CHOSEN.contains(alg))?;
    let enc = ContentEncryption::from_name(&header.enc_name)?;
    let jti: String = header.repeated(Claim::Jti)?;
    let mut all = world.material.content_keys.all(realm, &jti);
    all.find_map(|bytes| {
        let content_key = content_key(enc, &bytes).ok()?;
        open_and_verify(token, &content_key, keys, expected).ok()
    })
}

fn content_key(enc: ContentEncryption, bytes: &ContentBytes) -> Result<ContentKey, RecipientError> {
    let own = bytes.get(..enc.key_len()).unwrap_or_default();
    Ok(ContentKey::new(enc, own)?)
}
