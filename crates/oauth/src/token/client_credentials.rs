//! The client acts for itself (RFC 6749 §4.4).
//!
//! 1. It is confidential, and may use this grant.
//! 2. What the token is meant for and allows is decided by `target`.
//! 3. Its life is the shorter of the client's and the resources'.
//! 4. It speaks for the service that the client stands for; its `sub` is the `client_id`
//!    (RFC 9068 §2.2).

use symbolon_identity::access::{self, NewAccess};
use symbolon_identity::client::{AuthenticatedClient, GrantType};
use symbolon_identity::resource;
use symbolon_token::scope::Scope;

use super::TokenReply;
use crate::error::{ErrorCode, OauthError};
use crate::target::{self, Target, lifetime};
use crate::{Request, permission};

/// Issues an access token to a client for itself.
pub(super) async fn issue(
    request: &Request<'_>,
    client: &AuthenticatedClient,
) -> Result<TokenReply, OauthError> {
    let own = client.client();
    let may = own.may(GrantType::ClientCredentials) && !client.is_public();
    let Some(subject) = own.subject.filter(|_| may) else {
        let text = "this client may not use client_credentials";
        return Err(OauthError::new(ErrorCode::UnauthorizedClient, text));
    };
    let Target { resources, scope } = target(request, &own.settings.scope).await?;
    let lifetime = lifetime(own.settings.access_token_lifetime, &resources);
    let new = NewAccess {
        realm: request.realm,
        client,
        subject,
        sub: &own.client_id,
        resources: &resources,
        scope,
        lifetime,
        parents: &client.known().ancestors,
        family: None,
        userinfo_claims: &[],
    };
    let issued = access::issue(request.world, &request.call, new).await?;
    Ok(issued.into())
}

/// Step 2: what is asked for, and what that comes to.
async fn target(request: &Request<'_>, allowed: &Scope) -> Result<Target, OauthError> {
    let (world, realm) = (request.world, request.realm);
    let asked = permission::scope(request.params)?;
    let mut resources = target::named(world, realm, request.params).await?;
    if resources
        .iter()
        .any(|one| one.audience == realm.userinfo_endpoint())
    {
        let text = "userinfo tells of people; a client that acts for itself is none";
        return Err(OauthError::new(ErrorCode::InvalidTarget, text));
    }
    if resources.is_empty() {
        let default = resource::default(world, realm).await?;
        resources.push(target::standing_in(
            default,
            || resource::management(realm),
            asked.as_ref(),
        )?);
    }
    target::decide(resources, allowed, asked.as_ref())
}
