//! The OAuth protocol: what a request means, who asks, what is answered. No HTTP framework's types:
//! an endpoint takes a [`Request`] and gives a reply that serialises to JSON, or an [`OauthError`].
//!
//! | endpoint | standard |
//! |---|---|
//! | [`authorize`] | RFC 6749 §3.1, §4.1; RFC 7636; RFC 9207; OpenID Connect Core §3.1 |
//! | [`token`] | RFC 6749 §3.2, §4.1, §4.4, §6; RFC 8707; RFC 9068; OpenID Connect Core §3.1.3 |
//! | [`userinfo`] | OpenID Connect Core §5.3 |
//! | [`sign_out`] | OpenID Connect RP-Initiated Logout |
//! | [`backchannel`] | OpenID Connect Back-Channel Logout |
//! | [`introspect`] | RFC 7662 |
//! | [`revoke`] | RFC 7009 |
//! | [`metadata`] | RFC 8414 |
//! | [`client_auth`] | RFC 6749 §2.3; RFC 7523; OpenID Connect Core §9 |

pub mod authorize;
pub mod backchannel;
pub mod client_auth;
mod error;
mod forgery;
pub mod introspect;
pub mod metadata;
mod params;
mod permission;
pub mod revoke;
pub mod sign_out;
pub mod subject;
mod target;
pub mod token;
mod travel;
pub mod userinfo;

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
