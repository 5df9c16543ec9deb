//! What a person's allowance gives: an access token, and an ID token where `openid` is part of it.
//! Codes and refresh tokens lead here alike; the caller adds its own steps and commits all of it as
//! one unit.

use serde_json::{Map, Value};
use symbolon_identity::access::{self, NewAccess};
use symbolon_identity::client::AuthenticatedClient;
use symbolon_identity::code::Allowance;
use symbolon_identity::id::{self, NewId};
use symbolon_identity::session::Method;
use symbolon_identity::{Draft, LoadError};
use symbolon_signin::flow;
use symbolon_token::lineage::Lineage;
use symbolon_token::node::FamilyNode;
use symbolon_token::secret::Secret;

use super::TokenReply;
use crate::error::OauthError;
use crate::permission::{OPENID, within};
use crate::target::{Target, lifetime};
use crate::{Request, subject, userinfo};

/// What is given, and what must be durable before it leaves.
pub(super) struct Given {
    pub(super) reply: TokenReply,
    pub(super) draft: Draft,
}

/// Makes the tokens of an allowance.
pub(super) async fn give(
    request: &Request<'_>,
    client: &AuthenticatedClient,
    (family, allowance): (FamilyNode, &Allowance),
) -> Result<Given, OauthError> {
    let (world, realm) = (request.world, request.realm);
    let call = client.call(&request.call);
    let Target { resources, scope } =
        within((world, realm), client.client(), allowance, request.params).await?;
    let own = client.client();
    let sub = subject::sub(world, &call, (realm, own), allowance.subject).await?;
    let lineage = Lineage::from_claim(&allowance.lineage);
    let lineage = lineage.map_err(|_| LoadError::Value("allowance.lineage"))?;
    let is_openid = scope.contains(OPENID);
    let new = NewAccess {
        realm,
        client,
        subject: allowance.subject,
        sub: &sub,
        lifetime: lifetime(own.settings.access_token_lifetime, &resources),
        resources: &resources,
        scope,
        userinfo_claims: &allowance.userinfo_claims,
        parents: lineage.ancestors(),
        family: Some(family),
    };
    let minted = access::mint(world, &call, new).await?;
    let mut reply = TokenReply::from(minted.issued);
    let mut draft = minted.draft;
    if is_openid {
        let new = NewId {
            realm,
            client: own,
            keys: client.known().keys_at(),
            allowance,
            family,
            sub: &sub,
            acr: flow::acr_of(methods(allowance)),
            access_token: &reply.access_token,
            claims: claims(request, allowance).await?,
        };
        let (token, issued) = id::issue(world, &call, new).await?;
        reply.id_token = Some(token);
        draft = draft.and(issued);
    }
    Ok(Given { reply, draft })
}

/// The claims that the ID token was asked to carry.
async fn claims(
    request: &Request<'_>,
    allowance: &Allowance,
) -> Result<Map<String, Value>, OauthError> {
    if allowance.id_claims.is_empty() {
        return Ok(Map::new());
    }
    let whose = (request.realm.node, allowance.subject);
    userinfo::of_person(request.world, whose, |name| {
        allowance.id_claims.iter().any(|one| one == name)
    })
    .await
}

fn methods(allowance: &Allowance) -> impl Iterator<Item = Method> {
    let names = allowance.methods.iter();
    names.filter_map(|name| Method::from_name(name))
}

impl TokenReply {
    /// The same, with a refresh token.
    pub(super) fn with_refresh(self, token: Secret) -> Self {
        Self {
            refresh_token: Some(token),
            ..self
        }
    }
}
