//! The client acts for itself (RFC 6749 §4.4).
//!
//! 1. It is confidential, and may use this grant.
//! 2. What the token is meant for and allows is decided by `target`.
//! 3. Its life is the shorter of the client's and the resources'.
//! 4. It speaks for the service that the client stands for; its `sub` is the `client_id`
//!    (RFC 9068 §2.2).

use std::sync::Arc;
use std::time::Duration;

use symbolon_identity::access::{self, NewAccess};
use symbolon_identity::client::{AuthenticatedClient, GrantType};
use symbolon_identity::resource::{self, Resource};
use symbolon_token::scope::Scope;

use super::TokenReply;
use crate::Request;
use crate::error::{ErrorCode, OauthError};
use crate::target::{self, MAX_RESOURCES, Target};

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
    };
    let issued = access::issue(request.world, &request.call, new).await?;
    Ok(issued.into())
}

/// Step 2: what is asked for, and what that comes to.
async fn target(request: &Request<'_>, allowed: &Scope) -> Result<Target, OauthError> {
    let asked = request.params.one("scope")?.map(Scope::parse).transpose();
    let asked =
        asked.map_err(|error| OauthError::new(ErrorCode::InvalidScope, error.to_string()))?;
    let resources = resources(request, asked.as_ref()).await?;
    target::decide(resources, allowed, asked.as_ref())
}

async fn resources(
    request: &Request<'_>,
    asked: Option<&Scope>,
) -> Result<Vec<Arc<Resource>>, OauthError> {
    let (world, realm) = (request.world, request.realm);
    let mut resources: Vec<Arc<Resource>> = Vec::new();
    for audience in request.params.all("resource") {
        if resources.iter().any(|one| one.audience == audience) {
            continue;
        }
        if resources.len() == MAX_RESOURCES {
            let text = format!("a token is meant for at most {MAX_RESOURCES} resources");
            return Err(OauthError::new(ErrorCode::InvalidTarget, text));
        }
        let found = resource::by_audience(world, realm, audience).await?;
        resources.push(found.ok_or_else(|| {
            OauthError::new(ErrorCode::InvalidTarget, "there is no such resource")
        })?);
    }
    if resources.is_empty() {
        let default = resource::default(world, realm).await?;
        resources.push(target::standing_in(
            default,
            || resource::management(realm),
            asked,
        )?);
    }
    Ok(resources)
}

/// Step 3.
fn lifetime(client: Option<u32>, resources: &[Arc<Resource>]) -> Duration {
    let client = client.map(|seconds| Duration::from_secs(seconds.into()));
    let resources = resources.iter().map(|one| one.lifetime());
    resources
        .chain(client)
        .min()
        .unwrap_or(resource::DEFAULT_LIFETIME)
}
