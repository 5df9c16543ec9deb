//! Introspection (RFC 7662): a resource server asks whether a token lives, and what it says.
//!
//! 1. The caller is a client that was recognised.
//! 2. Any kind of token that this authority issues is known; the hint is not needed.
//! 3. It is told to the client that the token was issued to, to the audience that it is meant for,
//!    and to clients that may introspect all. For others, as for the dead, it is inactive.

use serde::Serialize;
use symbolon_authority::token::{Token, find_alive};
use symbolon_identity::access::{Access, Audience, Refusal};
use symbolon_identity::client::Client;
use symbolon_identity::resource;
use symbolon_journal::{Event, Noun, Verb};
use symbolon_token::scope::Scope;

use crate::Request;
use crate::client_auth::authenticate;
use crate::error::OauthError;

/// What a resource server is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum IntrospectReply {
    /// It lives.
    Active(Box<ActiveToken>),
    /// It does not, or the caller must not know.
    Inactive {
        /// False.
        active: bool,
    },
}

/// What a living token says (RFC 7662 §2.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ActiveToken {
    /// True.
    pub active: bool,
    /// How it is used.
    pub token_type: &'static str,
    /// Who issued it.
    pub iss: String,
    /// Whom it speaks for.
    pub sub: String,
    /// What it is meant for.
    pub aud: Audience,
    /// The client that it was issued to.
    pub client_id: String,
    /// What it allows.
    #[serde(skip_serializing_if = "Scope::is_empty")]
    pub scope: Scope,
    /// When it was issued, in seconds.
    pub iat: i64,
    /// When it expires, in seconds.
    pub exp: i64,
}

impl IntrospectReply {
    const INACTIVE: Self = Self::Inactive { active: false };
}

/// Answers an introspection request.
///
/// # Errors
/// [`OauthError`] for a caller that was not recognised or a request that cannot be read.
pub async fn introspect(request: &Request<'_>) -> Result<IntrospectReply, OauthError> {
    let caller = authenticate(request).await?;
    let token = request.params.required("token")?;
    let found = find_alive(request.world, request.realm, token, request.call.now).await?;
    match found {
        Ok(Token::Access(access)) => {
            if may_see(request, caller.client(), &access).await? {
                Ok(active(request, &access))
            } else {
                Ok(IntrospectReply::INACTIVE)
            }
        }
        Err(refusal) => {
            forged(request, &caller.call(&request.call), &refusal).await;
            Ok(IntrospectReply::INACTIVE)
        }
    }
}

/// Step 3.
async fn may_see(
    request: &Request<'_>,
    caller: &Client,
    access: &Access,
) -> Result<bool, OauthError> {
    if caller.settings.introspect_all
        || caller.node == access.client
        || access.is_for(&caller.client_id)
    {
        return Ok(true);
    }
    for audience in &access.audience {
        let found = resource::by_audience(request.world, request.realm, audience).await?;
        if found.is_some_and(|one| one.settings.owner == Some(caller.node)) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn active(request: &Request<'_>, access: &Access) -> IntrospectReply {
    IntrospectReply::Active(Box::new(ActiveToken {
        active: true,
        token_type: "Bearer",
        iss: request.realm.issuer.as_str().to_owned(),
        sub: access.sub.clone(),
        aud: access.audience.clone().into(),
        client_id: access.client_id.clone(),
        scope: access.scope.clone(),
        iat: access.issued_at.seconds(),
        exp: access.expires_at.seconds(),
    }))
}

/// A token forged with a stolen key is reported; other dead tokens are presented all day.
async fn forged(request: &Request<'_>, call: &symbolon_token::call::Call, refusal: &Refusal) {
    if let Refusal::Forged(key) = refusal {
        let realm = request.realm.node;
        let event = Event::refused(call, realm, Verb::Introspect, Noun::Access, "forged");
        request.world.refuse(event.signing_key(*key)).await;
    }
}
