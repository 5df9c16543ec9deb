//! The OAuth protocol: what a request means, who asks, what is answered. No HTTP framework's types:
//! an endpoint takes a [`Request`] and gives a reply that serialises to JSON, or an [`OauthError`].
//!
//! | endpoint | standard |
//! |---|---|
//! | [`token`] | RFC 6749 §3.2, §4.4; RFC 8707; RFC 9068 |
//! | [`introspect`] | RFC 7662 |
//! | [`revoke`] | RFC 7009 |
//! | [`metadata`] | RFC 8414 |
//! | [`client_auth`] | RFC 6749 §2.3; RFC 7523; OpenID Connect Core §9 |

pub mod client_auth;
mod error;
mod forgery;
pub mod introspect;
pub mod metadata;
mod params;
pub mod revoke;
mod target;
pub mod token;

pub use error::{ErrorCode, OauthError};
pub use params::Params;

use symbolon_identity::World;
use symbolon_identity::realm::Realm;
use symbolon_token::call::Call;

/// One request to an endpoint of a realm.
pub struct Request<'a> {
    /// What verbs need.
    pub world: &'a World,
    /// The realm that it is for.
    pub realm: &'a Realm,
    /// Who asks, when, from where.
    pub call: Call,
    /// The `Authorization` header, if there is one.
    pub authorization: Option<&'a str>,
    /// The parameters of its body.
    pub params: &'a Params,
}
