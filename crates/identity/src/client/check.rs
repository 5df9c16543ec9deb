//! The rules for what can be set about a client (RFC 7591 §2, RFC 9700, RFC 8252 §7).

use symbolon_jose::Algorithm;
use symbolon_jose::jwe::KeyManagement;
use thiserror::Error;
use url::Url;

use super::redirect::{MAX_URL, is_called, is_redirect};
use super::{AuthMethod, GrantType, Settings, SubjectType};
use crate::encryption::{self, EncryptionSettingsError, KeysAt};
use crate::jwks_uri::PublishedKeys;
use crate::resource::MAX_LIFETIME;

/// Redirect addresses or origins that one client may have.
const MAX_URLS: usize = 50;

/// Longest life of a refresh token's family, in seconds: ten years.
const MAX_REFRESH: u32 = 10 * 365 * 24 * 3600;

/// Longest time within which a client may ask again for the same refresh token, in seconds.
const MAX_WINDOW: u32 = 600;

/// Longest name, in bytes.
const MAX_NAME: usize = 200;

/// Algorithms that a client's own key may sign its assertions with.
pub const ASSERTION_ALGORITHMS: [Algorithm; 11] = [
    Algorithm::Es256,
    Algorithm::Ed25519,
    Algorithm::EdDsa,
    Algorithm::Ps256,
    Algorithm::Rs256,
    Algorithm::Es384,
    Algorithm::Es512,
    Algorithm::Ps384,
    Algorithm::Ps512,
    Algorithm::Rs384,
    Algorithm::Rs512,
];

/// Why a client cannot be set so. RFC 7591 §3.2.2 has two codes for all of these.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SettingsError {
    /// The name is too long.
    #[error("client_name has at most {MAX_NAME} characters")]
    Name,
    /// A redirect address cannot be used.
    #[error(
        "redirect_uris: {0:?} is no absolute URL without fragment, or uses plain http other than to loopback"
    )]
    RedirectUri(String),
    /// An origin cannot be used.
    #[error("origins: {0:?} is no origin such as https://app.example.com")]
    Origin(String),
    /// Too many addresses.
    #[error("at most {MAX_URLS} redirect_uris and origins each")]
    TooMany,
    /// The code grant needs somewhere to send people back to.
    #[error(
        "grant_types has authorization_code (as it has where it is absent), so \
         redirect_uris needs at least one address; a service has client_credentials"
    )]
    NoRedirectUri,
    /// A public client cannot act for itself.
    #[error("a public client (token_endpoint_auth_method none) cannot have client_credentials")]
    PublicService,
    /// Anybody could say that he is a public client.
    #[error("a public client (token_endpoint_auth_method none) cannot have introspect_all")]
    PublicIntrospector,
    /// A client that signs its assertions needs keys.
    #[error(
        "private_key_jwt needs jwks with at least one public signature key, or jwks_uri where they are"
    )]
    NoKeys,
    /// The key set is not usable.
    #[error("jwks: {0}")]
    Jwks(String),
    /// Something cannot be encrypted for it.
    #[error(transparent)]
    Encryption(#[from] EncryptionSettingsError),
    /// Keys come from one place.
    #[error("jwks and jwks_uri are two places for the same keys; name one (RFC 7591 §2)")]
    TwoKeySets,
    /// The lifetime is zero or too long.
    #[error("access_token_lifetime is 1 to {} seconds", MAX_LIFETIME.as_secs())]
    Lifetime,
    /// Some other lifetime is zero or too long.
    #[error("{0} is 1 to {1} seconds")]
    RefreshLifetime(&'static str, u64),
    /// A public client without a code challenge is anybody's.
    #[error("a public client (token_endpoint_auth_method none) cannot do without require_pkce")]
    PublicWithoutPkce,
    /// A public client's refresh tokens must turn.
    #[error(
        "a public client (token_endpoint_auth_method none) cannot do without rotate_refresh_tokens (RFC 9700 §2.2.2)"
    )]
    PublicWithoutRotation,
    /// Refresh tokens come of codes.
    #[error("grant_types has refresh_token, which needs authorization_code beside it")]
    RefreshWithoutCode,
    /// An address to be told at, or to send people to after sign-out, cannot be used.
    #[error(
        "{0}: {1:?} is no absolute URL without fragment, or uses plain http other than to loopback"
    )]
    Address(&'static str, String),
    /// ID tokens and userinfo are signed with a key pair.
    #[error("{0} must be a signature algorithm with a key pair, such as RS256 or ES256")]
    Symmetric(&'static str),
    /// Pairwise identifiers need one sector.
    #[error(
        "subject_type pairwise needs redirect_uris of one host, or sector_identifier_uri (an https URL)"
    )]
    Sector,
}

impl SettingsError {
    /// The code of RFC 7591 §3.2.2.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::RedirectUri(_) | Self::NoRedirectUri => "invalid_redirect_uri",
            Self::RefreshLifetime(..)
            | Self::PublicWithoutPkce
            | Self::PublicWithoutRotation
            | Self::RefreshWithoutCode
            | Self::Address(..)
            | Self::Symmetric(_)
            | Self::Sector
            | Self::Name
            | Self::Origin(_)
            | Self::TooMany
            | Self::PublicService
            | Self::PublicIntrospector
            | Self::NoKeys
            | Self::TwoKeySets
            | Self::Encryption(_)
            | Self::Jwks(_)
            | Self::Lifetime => "invalid_client_metadata",
        }
    }
}

/// Checks settings, and writes origins as browsers do.
///
/// # Errors
/// [`SettingsError`], the first that is found.
pub(super) fn check(settings: &mut Settings) -> Result<(), SettingsError> {
    if settings
        .client_name
        .as_ref()
        .is_some_and(|name| name.len() > MAX_NAME)
    {
        return Err(SettingsError::Name);
    }
    if settings.redirect_uris.len() > MAX_URLS || settings.origins.len() > MAX_URLS {
        return Err(SettingsError::TooMany);
    }
    for uri in &settings.redirect_uris {
        if !is_redirect(uri) {
            return Err(SettingsError::RedirectUri(uri.clone()));
        }
    }
    for text in &mut settings.origins {
        *text = origin(text).ok_or_else(|| SettingsError::Origin(text.clone()))?;
    }
    check_grants(settings)?;
    check_sign_in(settings)?;
    check_keys(settings)?;
    let longest = MAX_LIFETIME.as_secs();
    let fits = |seconds: u32| (1..=longest).contains(&u64::from(seconds));
    if !settings.access_token_lifetime.is_none_or(fits) {
        return Err(SettingsError::Lifetime);
    }
    Ok(())
}

fn check_grants(settings: &Settings) -> Result<(), SettingsError> {
    let has = |grant| settings.grant_types.contains(&grant);
    if has(GrantType::AuthorizationCode) && settings.redirect_uris.is_empty() {
        return Err(SettingsError::NoRedirectUri);
    }
    let is_public = settings.token_endpoint_auth_method == AuthMethod::None;
    if has(GrantType::ClientCredentials) && is_public {
        return Err(SettingsError::PublicService);
    }
    if has(GrantType::RefreshToken) && !has(GrantType::AuthorizationCode) {
        return Err(SettingsError::RefreshWithoutCode);
    }
    if settings.introspect_all && is_public {
        return Err(SettingsError::PublicIntrospector);
    }
    Ok(())
}

/// What concerns people who sign in.
fn check_sign_in(settings: &Settings) -> Result<(), SettingsError> {
    let is_public = settings.token_endpoint_auth_method == AuthMethod::None;
    if is_public && !settings.require_pkce {
        return Err(SettingsError::PublicWithoutPkce);
    }
    if is_public && !settings.rotate_refresh_tokens {
        return Err(SettingsError::PublicWithoutRotation);
    }
    if settings.post_logout_redirect_uris.len() > MAX_URLS {
        return Err(SettingsError::TooMany);
    }
    for uri in &settings.post_logout_redirect_uris {
        if !is_redirect(uri) {
            let uri = uri.clone();
            return Err(SettingsError::Address("post_logout_redirect_uris", uri));
        }
    }
    if let Some(uri) = &settings.backchannel_logout_uri {
        check_called("backchannel_logout_uri", uri)?;
    }
    if settings.id_token_signed_response_alg.is_symmetric() {
        return Err(SettingsError::Symmetric("id_token_signed_response_alg"));
    }
    let userinfo = settings.userinfo_signed_response_alg;
    if userinfo.is_some_and(symbolon_jose::Algorithm::is_symmetric) {
        return Err(SettingsError::Symmetric("userinfo_signed_response_alg"));
    }
    if settings.subject_type == SubjectType::Pairwise && settings.sector().is_none() {
        return Err(SettingsError::Sector);
    }
    for (member, seconds, longest) in [
        (
            "refresh_token_lifetime",
            settings.refresh_token_lifetime,
            MAX_REFRESH,
        ),
        (
            "refresh_token_idle_lifetime",
            settings.refresh_token_idle_lifetime,
            MAX_REFRESH,
        ),
        (
            "refresh_token_window",
            settings.refresh_token_window,
            MAX_WINDOW,
        ),
    ] {
        if seconds.is_some_and(|seconds| !(1..=longest).contains(&seconds)) {
            return Err(SettingsError::RefreshLifetime(member, longest.into()));
        }
    }
    Ok(())
}

/// An address that this server calls.
fn check_called(member: &'static str, uri: &str) -> Result<(), SettingsError> {
    if is_called(uri) {
        Ok(())
    } else {
        Err(SettingsError::Address(member, uri.to_owned()))
    }
}

/// Its keys, and what is encrypted or verified by them.
fn check_keys(settings: &Settings) -> Result<(), SettingsError> {
    let handed_over = keys(settings)?;
    if let Some(uri) = &settings.jwks_uri {
        if handed_over.is_some() {
            return Err(SettingsError::TwoKeySets);
        }
        check_called("jwks_uri", uri)?;
    }
    let keys = KeysAt::of(handed_over.as_ref(), settings.jwks_uri.as_deref());
    let proves = match keys {
        KeysAt::Nowhere => false,
        KeysAt::Here(keys) => !keys.signature.keys().is_empty(),
        KeysAt::There(_) => true,
    };
    if settings.token_endpoint_auth_method == AuthMethod::PrivateKeyJwt && !proves {
        return Err(SettingsError::NoKeys);
    }
    for (member, alg, enc) in [
        (
            "id_token_encrypted_response",
            settings.id_token_encrypted_response_alg,
            settings.id_token_encrypted_response_enc,
        ),
        (
            "userinfo_encrypted_response",
            settings.userinfo_encrypted_response_alg,
            settings.userinfo_encrypted_response_enc,
        ),
        (
            "introspection_encrypted_response",
            settings.introspection_encrypted_response_alg,
            settings.introspection_encrypted_response_enc,
        ),
    ] {
        encryption::check(member, (alg, enc), &KeyManagement::ASYMMETRIC, keys)?;
    }
    Ok(())
}

/// The keys that a client handed over, if it did.
///
/// # Errors
/// [`SettingsError::Jwks`].
pub(crate) fn keys(settings: &Settings) -> Result<Option<PublishedKeys>, SettingsError> {
    let keys = settings.jwks.as_ref().map(encryption::handed_over);
    keys.transpose().map_err(SettingsError::Jwks)
}

/// An origin as browsers write it, or `None`.
fn origin(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    if text.len() > MAX_URL {
        return None;
    }
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let web = matches!(url.scheme(), "http" | "https") && url.username().is_empty();
    (bare && web).then(|| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn web(redirect: &str) -> Settings {
        Settings {
            redirect_uris: vec![redirect.to_owned()],
            ..Settings::default()
        }
    }

    fn service() -> Settings {
        Settings {
            grant_types: vec![GrantType::ClientCredentials],
            ..Settings::default()
        }
    }

    #[test]
    fn usual_clients_pass() {
        assert_eq!(check(&mut web("https://app.example/cb?x=1")), Ok(()));
        assert_eq!(check(&mut service()), Ok(()));
    }

    #[test]
    fn dangerous_redirect_addresses_are_refused() {
        let refused = SettingsError::RedirectUri("http://app.example/cb".to_owned());
        assert_eq!(check(&mut web("http://app.example/cb")), Err(refused));
    }

    #[test]
    fn who_is_to_be_told_has_an_address_on_the_web() {
        let told = |uri: &str| Settings {
            backchannel_logout_uri: Some(uri.to_owned()),
            ..web("https://app.example/back")
        };
        for uri in ["https://app.example/out", "http://127.0.0.1:8421/out"] {
            assert_eq!(check(&mut told(uri)), Ok(()), "{uri}");
        }
        for uri in [
            "com.example.app:/out",
            "http://app.example/out",
            "https://a@b.example/",
        ] {
            let refused = SettingsError::Address("backchannel_logout_uri", uri.to_owned());
            assert_eq!(check(&mut told(uri)), Err(refused));
        }
    }

    #[test]
    fn a_public_client_cannot_do_without_proof_key_or_rotation() {
        let public = Settings {
            token_endpoint_auth_method: AuthMethod::None,
            ..web("https://app.example/cb")
        };
        assert_eq!(check(&mut public.clone()), Ok(()));
        let without = Settings {
            require_pkce: false,
            ..public.clone()
        };
        let refused = Err(SettingsError::PublicWithoutPkce);
        assert_eq!(check(&mut without.clone()), refused);
        let steady = Settings {
            rotate_refresh_tokens: false,
            ..public
        };
        let refused = Err(SettingsError::PublicWithoutRotation);
        assert_eq!(check(&mut steady.clone()), refused);
    }

    #[test]
    fn pairwise_identifiers_need_one_sector() {
        let pairwise = Settings {
            subject_type: SubjectType::Pairwise,
            ..web("https://app.example/cb")
        };
        assert_eq!(pairwise.sector().as_deref(), Some("app.example"));
        let mut two = pairwise.clone();
        two.redirect_uris
            .push("https://other.example/cb".to_owned());
        assert_eq!(check(&mut two.clone()), Err(SettingsError::Sector));
        two.sector_identifier_uri = Some("https://sector.example/uris.json".to_owned());
        assert_eq!(two.sector().as_deref(), Some("sector.example"));
        assert_eq!(check(&mut two), Ok(()));
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        let nowhere = Settings::default();
        assert_eq!(
            check(&mut nowhere.clone()),
            Err(SettingsError::NoRedirectUri)
        );
        let public = Settings {
            token_endpoint_auth_method: AuthMethod::None,
            ..service()
        };
        assert_eq!(
            check(&mut public.clone()),
            Err(SettingsError::PublicService)
        );
        let introspector = Settings {
            grant_types: Vec::new(),
            introspect_all: true,
            ..public
        };
        assert_eq!(
            check(&mut introspector.clone()),
            Err(SettingsError::PublicIntrospector)
        );
        let keyless = Settings {
            token_endpoint_auth_method: AuthMethod::PrivateKeyJwt,
            ..service()
        };
        assert_eq!(check(&mut keyless.clone()), Err(SettingsError::NoKeys));
    }

    #[test]
    fn origins_are_written_as_browsers_do() {
        let mut settings = Settings {
            origins: vec!["https://App.example:443/".to_owned()],
            ..service()
        };
        assert_eq!(check(&mut settings), Ok(()));
        assert_eq!(settings.origins, ["https://app.example"]);
        for wrong in ["null", "*", "https://app.example/x", "file:///x"] {
            settings.origins = vec![wrong.to_owned()];
            let refused = SettingsError::Origin(wrong.to_owned());
            assert_eq!(check(&mut settings), Err(refused));
        }
    }

    proptest! {
        #[test]
        fn settings_that_passed_pass_unchanged(
            redirect in "(https|http|com.example.app)://?[a-z0-9.:@]{0,12}/?[a-z?#]{0,4}",
            origin in "https?://[a-zA-Z.]{1,10}(:[0-9]{1,4})?/?",
        ) {
            let mut once = web(&redirect);
            once.origins.push(origin);
            if check(&mut once).is_ok() {
                let mut twice = once.clone();
                prop_assert_eq!(check(&mut twice), Ok(()));
                prop_assert_eq!(twice, once);
            }
        }

        #[test]
        fn no_address_panics(text in ".{0,60}") {
            let mut settings = web(&text);
            settings.origins.push(text);
            prop_assert!(check(&mut settings).is_err());
        }
    }
}
