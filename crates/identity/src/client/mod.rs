//! Clients: the programs that ask for tokens (RFC 6749 §2, RFC 7591).

mod change;
mod check;
mod create;
mod end;
mod find;
mod list;
mod proof;
mod redirect;
mod rows;
mod signing;

pub use change::{ChangeError, change, disable, enable, stand};
pub use check::{ASSERTION_ALGORITHMS, SettingsError};
pub(crate) use create::make;
pub use create::{CreateError, Created, NewClient, create};
pub use end::end;
pub use find::{by_any_id, by_id, find, known};
pub(crate) use list::all_origins;
pub use list::{list, origins};
pub use proof::{AuthenticatedClient, Proof};
pub(crate) use redirect::is_called;
pub use redirect::is_shared;
pub(crate) use rows::{by_client_id, by_node};

use serde::{Deserialize, Serialize};
use symbolon_jose::Algorithm;
use symbolon_jose::jwe::{ContentEncryption, KeyManagement};
use symbolon_store::Migration;
use symbolon_token::node::{ClientNode, RealmNode, SubjectNode};
use symbolon_token::scope::Scope;
use symbolon_token::time::Time;

use crate::encryption::Encryption;
use crate::jwks_uri::PublishedKeys;

/// The client that operators' tokens are issued to. It cannot be changed, disabled or ended.
pub const OPERATOR: &str = "symbolon-operator";

/// The table of clients.
pub const MIGRATION: Migration = Migration {
    noun: "client",
    number: 1,
    sql: include_str!("schema.sql"),
};

/// How a client proves itself at the token endpoint (RFC 7591 §2, `token_endpoint_auth_method`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// By a secret, in the `Authorization` header.
    #[default]
    ClientSecretBasic,
    /// By a secret, in the body.
    ClientSecretPost,
    /// By a JWT that its secret authenticates.
    ClientSecretJwt,
    /// By a JWT that its own key signs.
    PrivateKeyJwt,
    /// Not at all: a public client.
    None,
}

impl AuthMethod {
    /// Every method, in the order in which metadata lists them.
    pub const ALL: [Self; 5] = [
        Self::ClientSecretBasic,
        Self::ClientSecretPost,
        Self::ClientSecretJwt,
        Self::PrivateKeyJwt,
        Self::None,
    ];

    /// The registered name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::ClientSecretJwt => "client_secret_jwt",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::None => "none",
        }
    }

    /// Whether the client has secrets.
    #[must_use]
    pub const fn uses_secret(self) -> bool {
        match self {
            Self::ClientSecretBasic | Self::ClientSecretPost | Self::ClientSecretJwt => true,
            Self::PrivateKeyJwt | Self::None => false,
        }
    }
}

/// How a client may come to tokens (RFC 7591 §2, `grant_types`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// A person signs in and allows it.
    AuthorizationCode,
    /// The client acts for itself.
    ClientCredentials,
    /// It goes on without the person.
    RefreshToken,
}

/// How a client knows people (OpenID Connect Core §8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectType {
    /// As every other client does.
    #[default]
    Public,
    /// By a name that means nothing to the clients of other sectors.
    Pairwise,
}

/// What can be set about a client. The names are those of RFC 7591 where it has one.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a member of its own on the wire"
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// How it proves itself.
    pub token_endpoint_auth_method: AuthMethod,
    /// Ours: refuse a secret sent the other way (Basic where post is set, and the reverse).
    pub strict_auth_method: bool,
    /// How it may come to tokens.
    pub grant_types: Vec<GrantType>,
    /// Where a person's browser may be sent back to.
    pub redirect_uris: Vec<String>,
    /// All the scope it may have.
    pub scope: Scope,
    /// Its public keys, by value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<serde_json::Value>,
    /// Where it publishes them instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// Ours: web origins that may call from a browser.
    pub origins: Vec<String>,
    /// Ours: one of the operator's own programs; people are not asked for consent.
    pub first_party: bool,
    /// Ours: codes are bound to a code challenge (RFC 7636).
    pub require_pkce: bool,
    /// Ours: it may introspect every token of the realm.
    pub introspect_all: bool,
    /// Ours: its assertions may name the token endpoint as audience, as older clients do.
    pub assertion_audience_token_endpoint: bool,
    /// Ours: seconds that its access tokens live; the resource's where this is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token_lifetime: Option<u32>,
    /// What signs its ID tokens (OpenID Connect Registration §2).
    #[serde(deserialize_with = "signing::read")]
    pub id_token_signed_response_alg: Algorithm,
    /// What signs what userinfo tells it; JSON, where this is absent.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "signing::read_some"
    )]
    pub userinfo_signed_response_alg: Option<Algorithm>,
    /// How the key of its ID tokens' encryption reaches it; signed alone, where this is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_encrypted_response_alg: Option<KeyManagement>,
    /// What encrypts them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_encrypted_response_enc: Option<ContentEncryption>,
    /// The same for what userinfo tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_encrypted_response_alg: Option<KeyManagement>,
    /// What encrypts that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_encrypted_response_enc: Option<ContentEncryption>,
    /// What signs introspection's answers to it, where it asks for them as JWT (RFC 9701 §6).
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "signing::read_some"
    )]
    pub introspection_signed_response_alg: Option<Algorithm>,
    /// How the key of their encryption reaches it; signed alone, where this is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_encrypted_response_alg: Option<KeyManagement>,
    /// What encrypts them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_encrypted_response_enc: Option<ContentEncryption>,
    /// How it knows people.
    pub subject_type: SubjectType,
    /// Names the sector of a pairwise client with several hosts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sector_identifier_uri: Option<String>,
    /// Seconds after which people prove themselves again for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<u32>,
    /// Where a person's browser may be sent after sign-out.
    pub post_logout_redirect_uris: Vec<String>,
    /// Where it is told that a session has ended (OpenID Connect Back-Channel Logout §2.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// Ours: its refresh tokens are replaced at each use.
    pub rotate_refresh_tokens: bool,
    /// Ours: seconds within which a retry is given the same refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_window: Option<u32>,
    /// Ours: seconds that its refresh tokens live unused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_idle_lifetime: Option<u32>,
    /// Ours: seconds that its refresh tokens live, however often they turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_lifetime: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            client_name: None,
            token_endpoint_auth_method: AuthMethod::default(),
            strict_auth_method: false,
            grant_types: vec![GrantType::AuthorizationCode],
            redirect_uris: Vec::new(),
            scope: Scope::default(),
            jwks: None,
            jwks_uri: None,
            origins: Vec::new(),
            first_party: false,
            require_pkce: true,
            introspect_all: false,
            assertion_audience_token_endpoint: false,
            access_token_lifetime: None,
            id_token_signed_response_alg: Algorithm::Rs256,
            userinfo_signed_response_alg: None,
            id_token_encrypted_response_alg: None,
            id_token_encrypted_response_enc: None,
            userinfo_encrypted_response_alg: None,
            userinfo_encrypted_response_enc: None,
            introspection_signed_response_alg: None,
            introspection_encrypted_response_alg: None,
            introspection_encrypted_response_enc: None,
            subject_type: SubjectType::default(),
            sector_identifier_uri: None,
            default_max_age: None,
            post_logout_redirect_uris: Vec::new(),
            backchannel_logout_uri: None,
            rotate_refresh_tokens: true,
            refresh_token_window: None,
            refresh_token_idle_lifetime: None,
            refresh_token_lifetime: None,
        }
    }
}

impl Settings {
    /// How its ID tokens are encrypted, if they are.
    #[must_use]
    pub fn id_token_encryption(&self) -> Option<Encryption> {
        let enc = self.id_token_encrypted_response_enc;
        Encryption::registered(self.id_token_encrypted_response_alg, enc)
    }

    /// How what userinfo tells it is encrypted, if it is.
    #[must_use]
    pub fn userinfo_encryption(&self) -> Option<Encryption> {
        let enc = self.userinfo_encrypted_response_enc;
        Encryption::registered(self.userinfo_encrypted_response_alg, enc)
    }

    /// How introspection's answers to it are encrypted, if they are.
    #[must_use]
    pub fn introspection_encryption(&self) -> Option<Encryption> {
        let enc = self.introspection_encrypted_response_enc;
        Encryption::registered(self.introspection_encrypted_response_alg, enc)
    }

    /// The sector that a pairwise client belongs to (OpenID Connect Core §8.1): the host of its
    /// `sector_identifier_uri`, else of all its redirect addresses.
    #[must_use]
    pub fn sector(&self) -> Option<String> {
        let host = |text: &String| Some(url::Url::parse(text).ok()?.host_str()?.to_owned());
        if let Some(uri) = &self.sector_identifier_uri {
            return host(uri).filter(|_| uri.starts_with("https://"));
        }
        let mut hosts = self.redirect_uris.iter().map(host);
        let first = hosts.next().flatten()?;
        hosts
            .all(|host| host.as_ref() == Some(&first))
            .then_some(first)
    }
}

/// A program that asks for tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its node.
    pub node: ClientNode,
    /// Its realm.
    pub realm: RealmNode,
    /// Its name on the wire.
    pub client_id: String,
    /// The service that it stands for when it acts for itself.
    pub subject: Option<SubjectNode>,
    /// What can be set.
    pub settings: Settings,
    /// When it was made.
    pub created_at: Time,
}

impl Client {
    /// Whether it may come to tokens this way.
    #[must_use]
    pub fn may(&self, grant: GrantType) -> bool {
        self.settings.grant_types.contains(&grant)
    }

    /// What people call it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.settings
            .client_name
            .as_deref()
            .unwrap_or(&self.client_id)
    }

    /// Whether a request's redirect address is one of its own.
    #[must_use]
    pub fn has_redirect(&self, asked: &str) -> bool {
        let mut registered = self.settings.redirect_uris.iter();
        registered.any(|one| redirect::matches(one, asked))
    }

    /// Whether a person may be sent to this address after sign-out.
    #[must_use]
    pub fn has_post_logout_redirect(&self, asked: &str) -> bool {
        let mut registered = self.settings.post_logout_redirect_uris.iter();
        registered.any(|one| redirect::matches(one, asked))
    }

    /// Whether anybody could say that he is this client.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.settings.token_endpoint_auth_method == AuthMethod::None
    }

    /// The keys that it handed over, if it did.
    ///
    /// # Errors
    /// [`SettingsError`] where they cannot be used.
    pub fn keys(&self) -> Result<Option<PublishedKeys>, SettingsError> {
        check::keys(&self.settings)
    }
}
