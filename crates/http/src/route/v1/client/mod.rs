//! Clients, by RFC 7591's names and ours.

mod create;
mod end;
mod list;
mod merge;
mod replace;
mod show;
mod stand;

pub(super) use create::create;
pub(super) use end::end;
pub(super) use list::list;
pub(super) use merge::merge;
pub(super) use replace::replace;
pub(super) use show::show;
pub(super) use stand::{disable, enable};

use serde::{Deserialize, Serialize};
use symbolon_authority::standing;
use symbolon_identity::World;
use symbolon_identity::client::{Client, GrantType, Settings};
use symbolon_token::node::{ClientNode, SubjectNode};

use crate::document::Document;
use crate::problem::Problem;

/// A client, without its secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct View {
    /// Its name on the wire.
    client_id: String,
    /// When it was made, in seconds (RFC 7591 §3.2.1).
    client_id_issued_at: i64,
    /// Its id.
    id: ClientNode,
    /// The service that it stands for when it acts for itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<SubjectNode>,
    /// `live` or `disabled`.
    state: &'static str,
    /// What can be set.
    #[serde(flatten)]
    settings: Settings,
    /// What it may ask the authorization endpoint for; it follows from its grants.
    response_types: &'static [&'static str],
}

impl View {
    fn of(world: &World, client: Client) -> Self {
        Self {
            state: standing(world, client.node),
            ..Self::new(client)
        }
    }

    /// One that was just made.
    fn new(client: Client) -> Self {
        let response_types: &[_] = if client.may(GrantType::AuthorizationCode) {
            &["code"]
        } else {
            &[]
        };
        Self {
            client_id: client.client_id,
            client_id_issued_at: client.created_at.seconds(),
            id: client.node,
            subject: client.subject,
            state: "live",
            response_types,
            settings: client.settings,
        }
    }
}

/// What RFC 7591 has and this version has not, though a client would count on it.
const UNSUPPORTED: &[(&str, &str)] = &[
    (
        "dpop_bound_access_tokens",
        "dpop_bound_access_tokens is not supported yet: tokens are bearer tokens",
    ),
    (
        "tls_client_certificate_bound_access_tokens",
        "tls_client_certificate_bound_access_tokens is not supported yet: tokens are bearer tokens",
    ),
    (
        "require_pushed_authorization_requests",
        "require_pushed_authorization_requests is not supported yet: requests come by the browser",
    ),
    (
        "require_signed_request_object",
        "require_signed_request_object is not supported yet: request objects are not read",
    ),
];

/// What RFC 7591 and OpenID Connect Registration have and no client here can set: read, so that what
/// would make a difference is refused.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fixed {
    /// Codes, and nothing else, come from the authorization endpoint.
    response_types: Vec<ResponseType>,
    /// Redirect addresses are judged by themselves, so it says nothing.
    application_type: Option<ApplicationType>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ResponseType {
    Code,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ApplicationType {
    Native,
    Web,
}

/// What can be set about a client, as a whole.
#[derive(Deserialize)]
pub(super) struct Metadata {
    #[serde(flatten)]
    settings: Settings,
    #[serde(flatten)]
    _fixed: Fixed,
}

impl Document for Metadata {
    const UNSUPPORTED: &'static [(&'static str, &'static str)] = UNSUPPORTED;

    fn refused(problem: Problem) -> Problem {
        problem.no_metadata()
    }
}
