//! Introspection (RFC 7662): a resource server asks whether a token lives, and what it says.
//!
//! 1. The caller is a client that was recognised.
//! 2. Any kind of token that this authority issues is known; the hint is not needed.
//! 3. It is told to the client that the token was issued to, to the audience that it is meant for,
//!    and to clients that may introspect all. For others, as for the dead, it is inactive.

use serde::Serialize;
use symbolon_authority::token::{Refresh, Token, find_alive};
use symbolon_identity::access::{Access, Audience};
use symbolon_identity::client::{AuthenticatedClient, Client};
use symbolon_identity::encryption::sign_and_encrypt;
use symbolon_identity::resource;
use symbolon_identity::signing_key::{SignError, ensure};
use symbolon_jose::Algorithm;
use symbolon_jose::jwt::Purpose;
use symbolon_journal::Verb;
use symbolon_token::scope::Scope;

use crate::client_auth::authenticate;
use crate::error::OauthError;
use crate::forgery::report;
use crate::{Request, subject};

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
    /// How it is used; a refresh token is not presented to resources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<&'static str>,
    /// Who issued it.
    pub iss: String,
    /// Whom it speaks for.
    pub sub: String,
    /// What it is meant for; of a refresh token, what its access tokens may be.
    #[serde(skip_serializing_if = "is_nothing")]
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

fn is_nothing(audience: &Audience) -> bool {
    matches!(audience, Audience::Many(none) if none.is_empty())
}

impl IntrospectReply {
    const INACTIVE: Self = Self::Inactive { active: false };
}

/// The claims of an answer as JWT (RFC 9701 §5).
#[derive(Serialize)]
struct Signed<'a> {
    iss: &'a str,
    aud: &'a str,
    iat: i64,
    token_introspection: &'a IntrospectReply,
}

/// Answers an introspection request.
///
/// # Errors
/// [`OauthError`] for a caller that was not recognised or a request that cannot be read.
pub async fn introspect(request: &Request<'_>) -> Result<IntrospectReply, OauthError> {
    let caller = authenticate(request).await?;
    answer(request, &caller).await
}

/// Answers an introspection request by a JWT (RFC 9701): signed by the realm for this caller, and
/// encrypted to its key where it registered so. The caller can show it to others.
///
/// # Errors
/// [`OauthError`], as [`introspect`].
pub async fn introspect_signed(request: &Request<'_>) -> Result<String, OauthError> {
    let caller = authenticate(request).await?;
    let reply = answer(request, &caller).await?;
    let (world, call) = (request.world, caller.call(&request.call));
    let client = caller.client();
    let algorithm = client.settings.introspection_signed_response_alg;
    let algorithm = algorithm.unwrap_or(Algorithm::Rs256);
    let key = ensure(world, &call, request.realm.node, algorithm).await;
    let key = key.map_err(SignError::from)?;
    let claims = Signed {
        iss: request.realm.issuer.as_str(),
        aud: &client.client_id,
        iat: call.now.seconds(),
        token_introspection: &reply,
    };
    let purpose = Purpose::Introspection;
    let signed = match client.settings.introspection_encryption() {
        None => key.sign(purpose, &claims).map_err(SignError::from),
        Some(wish) => {
            let recipient = (caller.known().keys_at(), wish);
            let signed = (&*key, purpose, &claims);
            let encrypted = sign_and_encrypt(world, &call, signed, recipient).await;
            encrypted.map_err(SignError::from)
        }
    };
    Ok(signed?)
}

/// Steps 2 and 3.
async fn answer(
    request: &Request<'_>,
    caller: &AuthenticatedClient,
) -> Result<IntrospectReply, OauthError> {
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
        Ok(Token::Refresh(token)) => {
            let own = caller.client();
            if own.settings.introspect_all || own.node == token.client.node {
                refreshable(request, &token).await
            } else {
                Ok(IntrospectReply::INACTIVE)
            }
        }
        Err(refusal) => {
            report(request, caller, Verb::Introspect, &refusal).await;
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
    if caller.settings.introspect_all || caller.node == access.client {
        return Ok(true);
    }
    for audience in &access.audience {
        let found = resource::by_audience(request.world, request.realm, audience).await?;
        if found.is_some_and(|one| one.is_run_by(caller)) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn active(request: &Request<'_>, access: &Access) -> IntrospectReply {
    IntrospectReply::Active(Box::new(ActiveToken {
        active: true,
        token_type: Some("Bearer"),
        iss: request.realm.issuer.as_str().to_owned(),
        sub: access.sub.clone(),
        aud: access.audience.clone().into(),
        client_id: access.client_id.clone(),
        scope: access.scope.clone(),
        iat: access.issued_at.seconds(),
        exp: access.expires_at.seconds(),
    }))
}

async fn refreshable(
    request: &Request<'_>,
    token: &Refresh,
) -> Result<IntrospectReply, OauthError> {
    let family = &token.presented.family;
    let allowance = &family.allowance;
    let whose = (request.realm, &token.client);
    let sub = subject::sub(request.world, &request.call, whose, allowance.subject).await?;
    Ok(IntrospectReply::Active(Box::new(ActiveToken {
        active: true,
        token_type: None,
        iss: request.realm.issuer.as_str().to_owned(),
        sub,
        aud: allowance.resources.clone().into(),
        client_id: token.client.client_id.clone(),
        scope: allowance.scope.clone(),
        iat: family.turned_at.seconds(),
        exp: token.expires_at().seconds(),
    })))
}
