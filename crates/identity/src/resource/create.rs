//! Create a resource.

use symbolon_jose::Algorithm;
use symbolon_jose::jwe::KeyManagement;
use symbolon_journal::{Event, Noun, Verb};
use symbolon_store::{CommitError, Unit};
use symbolon_token::call::Call;
use symbolon_token::kind::Format;
use symbolon_token::node::{RealmNode, ResourceNode};
use symbolon_token::scope::{Scope, ScopeError};
use thiserror::Error;

use super::{MAX_LIFETIME, Resource, Settings, rows};
use crate::client::is_called;
use crate::encryption::{self, EncryptionSettingsError, KeysAt};
use crate::realm::Realm;
use crate::signing_key::{EnsureError, ensure};
use crate::{With, World, WriteError};

/// Longest audience, in bytes: it stands in every token.
const MAX_AUDIENCE: usize = 200;

/// Longest name or scope description, in bytes.
const MAX_WORDS: usize = 200;

/// Those by which the authority chooses the content's key, so that it can open its tokens again.
pub(crate) const CHOSEN: [KeyManagement; 3] = [
    KeyManagement::RsaOaep256,
    KeyManagement::EcdhEsA128Kw,
    KeyManagement::EcdhEsA256Kw,
];

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct NewResource {
    /// What will stand in `aud`.
    pub audience: String,
    /// Whether tokens are meant for it where nobody says otherwise.
    pub is_default: bool,
    /// What can be set.
    pub settings: Settings,
}

/// Why there is no resource.
#[derive(Debug, Error)]
pub enum CreateError {
    /// The audience is empty, too long, or has spaces or control characters.
    #[error("an audience has 1 to {MAX_AUDIENCE} printable characters without spaces")]
    Audience,
    /// The audience is the realm's own: issuer or management API.
    #[error("this audience is the realm's own; choose another")]
    OwnAudience,
    /// The audience is taken.
    #[error("another resource of this realm has this audience")]
    AudienceTaken,
    /// A scope is malformed.
    #[error(transparent)]
    Scope(#[from] ScopeError),
    /// A name or description is too long.
    #[error("names and descriptions have at most {MAX_WORDS} characters")]
    Words,
    /// Tokens cannot be signed so.
    #[error("token_algorithm must be a signature algorithm, such as ES256 or Ed25519")]
    Algorithm,
    /// Its key set is not usable.
    #[error("jwks: {0}")]
    Jwks(String),
    /// Its keys are not where a server looks.
    #[error("jwks_uri is an https URL without fragment, and stands without jwks beside it")]
    JwksUri,
    /// Its tokens cannot be encrypted so.
    #[error(transparent)]
    Encryption(#[from] EncryptionSettingsError),
    /// An opaque token has no content to encrypt.
    #[error("token_encryption_alg needs token_format jwt: an opaque token says nothing")]
    OpaqueEncrypted,
    /// The lifetime is zero or too long.
    #[error("token_lifetime is 1 to {} seconds", MAX_LIFETIME.as_secs())]
    Lifetime,
    /// There is no key to sign its tokens with, and none could be made.
    #[error(transparent)]
    Key(#[from] EnsureError),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Creates a resource.
///
/// # Errors
/// [`CreateError`]; nothing was written.
pub async fn create(
    world: &World,
    call: &Call,
    realm: &Realm,
    (new, with): (NewResource, With<Resource>),
) -> Result<Resource, CreateError> {
    let scope = check(&new.settings)?;
    check_audience(&new.audience, realm)?;
    publish_key(world, call, realm.node, &new.settings).await?;
    let resource = Resource {
        node: ResourceNode(world.ids.next(call.now)),
        realm: realm.node,
        audience: new.audience,
        is_default: new.is_default,
        settings: new.settings,
        scope,
        created_at: call.now,
    };
    let event = Event::done(call, realm.node, Verb::Create, Noun::Resource)
        .resource(resource.node)
        .name(resource.audience.as_str())
        .request(call);
    let joined = with.steps(&resource);
    let own = joined.len();
    let unit = Unit::entry(event.entry())
        .steps(joined)
        .steps(rows::insert(&resource));
    match world.db.commit(unit).await {
        Ok(_) => Ok(resource),
        Err(CommitError::Conflict { step }) if step < own => Err(WriteError::Busy.into()),
        Err(CommitError::Conflict { .. }) => Err(CreateError::AudienceTaken),
        Err(CommitError::Unavailable(error)) => Err(WriteError::from(error).into()),
    }
}

fn check_audience(audience: &str, realm: &Realm) -> Result<(), CreateError> {
    let printable = |byte: u8| byte.is_ascii_graphic();
    if audience.is_empty() || audience.len() > MAX_AUDIENCE || !audience.bytes().all(printable) {
        return Err(CreateError::Audience);
    }
    if audience == realm.issuer.as_str() || audience == realm.management_audience() {
        return Err(CreateError::OwnAudience);
    }
    Ok(())
}

/// The key that will sign its tokens stands in the key set before the resource does: verifiers load
/// the set when they start, and many will not look again for half a minute.
pub(super) async fn publish_key(
    world: &World,
    call: &Call,
    realm: RealmNode,
    settings: &Settings,
) -> Result<(), EnsureError> {
    if settings.token_format == Format::Jwt {
        ensure(world, call, realm, settings.token_algorithm).await?;
    }
    Ok(())
}

/// The rules for what can be set, and the names of the scopes.
pub(super) fn check(settings: &Settings) -> Result<Scope, CreateError> {
    let names = settings.scopes.iter().map(|scope| scope.name.as_str());
    let scope = Scope::from_tokens(names)?;
    let long = |text: &str| text.len() > MAX_WORDS;
    if long(&settings.name) || settings.scopes.iter().any(|scope| long(&scope.description)) {
        return Err(CreateError::Words);
    }
    if settings.token_format == Format::Jwt && is_symmetric(settings.token_algorithm) {
        return Err(CreateError::Algorithm);
    }
    check_encryption(settings)?;
    let longest = MAX_LIFETIME.as_secs();
    let fits = |seconds: u32| (1..=longest).contains(&u64::from(seconds));
    if !settings.token_lifetime.is_none_or(fits) {
        return Err(CreateError::Lifetime);
    }
    Ok(scope)
}

/// Its keys, and what is encrypted by them.
fn check_encryption(settings: &Settings) -> Result<(), CreateError> {
    let handed_over = settings.jwks.as_ref().map(encryption::handed_over);
    let handed_over = handed_over.transpose().map_err(CreateError::Jwks)?;
    let uri = settings.jwks_uri.as_deref();
    if uri.is_some_and(|uri| handed_over.is_some() || !is_called(uri)) {
        return Err(CreateError::JwksUri);
    }
    let keys = KeysAt::of(handed_over.as_ref(), uri);
    let wish = (settings.token_encryption_alg, settings.token_encryption_enc);
    encryption::check("token_encryption", wish, &CHOSEN, keys)?;
    if settings.token_encryption_alg.is_some() && settings.token_format == Format::Opaque {
        return Err(CreateError::OpaqueEncrypted);
    }
    Ok(())
}

fn is_symmetric(algorithm: Algorithm) -> bool {
    matches!(
        algorithm,
        Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::ScopeWords;

    fn settings() -> Settings {
        Settings {
            scopes: vec![ScopeWords {
                name: "read".to_owned(),
                description: "Read it".to_owned(),
            }],
            ..Settings::default()
        }
    }

    #[test]
    fn a_usual_resource_passes() {
        assert_eq!(check(&settings()).unwrap().to_string(), "read");
    }

    #[test]
    fn what_cannot_be_is_named() {
        let hmac = Settings {
            token_algorithm: Algorithm::Hs256,
            ..settings()
        };
        assert!(matches!(check(&hmac), Err(CreateError::Algorithm)));
        for seconds in [0, 86_401] {
            let lifetime = Settings {
                token_lifetime: Some(seconds),
                ..settings()
            };
            assert!(matches!(check(&lifetime), Err(CreateError::Lifetime)));
        }
        let long = Settings {
            name: "x".repeat(201),
            ..settings()
        };
        assert!(matches!(check(&long), Err(CreateError::Words)));
    }
}
